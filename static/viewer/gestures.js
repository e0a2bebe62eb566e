// Fingers, mouse and wheel on the stage, told to `hands` as what they do. Points are CSS pixels of the window.

const STILL = 8 // px that a tap may wander
const TWICE = 300 // ms between the taps of a double one

export function gestures(stage, hands) {
  const down = new Map()
  let moved, from, since, before
  let tapped = { time: 0 }

  stage.addEventListener("pointerdown", (event) => {
    if (event.button) return
    event.preventDefault()
    stage.setPointerCapture(event.pointerId)
    down.set(event.pointerId, at(event))
    if (down.size === 1) {
      moved = false
      from = at(event)
      since = event.timeStamp
    } else {
      moved = true
    }
    before = between(down)
  })

  stage.addEventListener("pointermove", (event) => {
    if (!down.has(event.pointerId)) return
    down.set(event.pointerId, at(event))
    const now = between(down)
    const step = less(now.middle, before.middle)
    if (down.size > 1) {
      hands.pinched(now.span / before.span, now.middle, step)
    } else if (moved || Math.hypot(now.middle.x - from.x, now.middle.y - from.y) > STILL) {
      moved = true
      hands.dragged(step, less(now.middle, from), event.pointerType === "mouse")
    }
    before = now
  })

  const lift = (event) => {
    if (!down.delete(event.pointerId)) return
    if (down.size) {
      // The finger that stays goes on from where it is; what it does is no swipe.
      before = between(down)
      from = before.middle
      since = -Infinity
      return
    }
    const way = event.type === "pointerup" ? less(at(event), from) : { x: 0, y: 0 }
    if (moved) hands.released(way, event.timeStamp - since, event.pointerType === "mouse")
    else if (event.type === "pointerup") tap(event)
  }
  stage.addEventListener("pointerup", lift)
  stage.addEventListener("pointercancel", lift)

  function tap(event) {
    const point = at(event)
    if (event.pointerType === "mouse") return hands.clicked(point)
    const twice = event.timeStamp - tapped.time < TWICE && Math.hypot(point.x - tapped.x, point.y - tapped.y) < 40
    tapped = twice ? { time: 0 } : { ...point, time: event.timeStamp }
    if (twice) hands.tappedTwice(point)
  }

  // Else Chromium takes a quick swipe for a fling of its own, and the next tap for what stops it.
  stage.addEventListener("touchmove", (event) => event.preventDefault(), { passive: false })

  // A plain wheel never zooms; it moves what is zoomed, as two fingers on a trackpad mean it.
  stage.addEventListener("wheel", (event) => {
    event.preventDefault()
    const lines = event.deltaMode ? 16 : 1
    if (event.ctrlKey) hands.pinched(Math.exp(-event.deltaY * lines * 0.01), at(event), { x: 0, y: 0 })
    else hands.panned({ x: -event.deltaX * lines, y: -event.deltaY * lines })
  }, { passive: false })
}

function at(event) {
  return { x: event.clientX, y: event.clientY }
}

function less(one, other) {
  return { x: one.x - other.x, y: one.y - other.y }
}

function between(down) {
  const [one, other = one] = [...down.values()]
  return {
    middle: { x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 },
    span: Math.hypot(one.x - other.x, one.y - other.y) || 1,
  }
}
