// Dragging: a picture by the mouse, its grip by a finger too, so that the page can still be scrolled.

const SLOP = 6 // px; less is a press
const EDGE = 80 // px; nearer than this to the edge of the window, the page goes along

export function draggable(list, lifting, { room, picture, grip, clone }) {
  list.element.addEventListener("dragstart", (event) => event.preventDefault())
  list.element.addEventListener("pointerdown", (event) => {
    const held = event.target.closest(grip) ?? (event.pointerType === "mouse" && event.target.closest(picture))
    if (!held || event.button || !event.isPrimary || lifting.moved) return
    follow(event, list.itemOf(held))
  })

  function follow(start, item) {
    const over = new AbortController()
    const at = { x: start.clientX, y: start.clientY }
    const on = (name, act) => addEventListener(name, act, { signal: over.signal })
    let shadow = null

    const point = () => {
      const { left, top } = lifting.frame.getBoundingClientRect()
      lifting.point(at.x - left, at.y - top)
      shadow.style.translate = `${at.x + 12}px ${at.y + 12}px`
    }
    const begin = () => {
      lifting.lift(item)
      shadow = ghost(clone(item), lifting.moved.length)
      room.append(shadow)
      pull()
    }
    const pull = () => {
      if (!shadow) return
      const past = at.y < EDGE ? at.y - EDGE : Math.max(0, at.y - innerHeight + EDGE)
      if (past) scrollBy({ top: past / 3, behavior: "instant" })
      point()
      requestAnimationFrame(pull)
    }
    const end = (drop) => {
      over.abort()
      if (!shadow) return
      shadow.remove()
      shadow = null
      swallowClick()
      drop ? lifting.drop() : lifting.putBack()
    }

    on("pointermove", (event) => {
      Object.assign(at, { x: event.clientX, y: event.clientY })
      if (!shadow && Math.hypot(at.x - start.clientX, at.y - start.clientY) > SLOP) begin()
    })
    on("pointerup", () => end(true))
    on("pointercancel", () => end(false))
    on("keydown", (event) => { if (event.key === "Escape") end(false) })
  }
}

function ghost(picture, number) {
  const shadow = Object.assign(document.createElement("div"), { className: "ghost" })
  shadow.append(picture)
  if (number > 1) shadow.append(Object.assign(document.createElement("b"), { textContent: number }))
  return shadow
}

// The press that ends a drag is not meant for what lies under it.
function swallowClick() {
  const swallow = (event) => { event.stopPropagation(); event.preventDefault() }
  addEventListener("click", swallow, { capture: true, once: true })
  setTimeout(() => removeEventListener("click", swallow, { capture: true }))
}
