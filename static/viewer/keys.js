// The viewer's keys and buttons, by what they do.

const KEYS = {
  ArrowLeft: "previous", ArrowRight: "next", Home: "first", End: "last", i: "label", f: "screen", "?": "keys",
  "+": "nearer", "=": "nearer", "-": "farther", 0: "whole", Escape: "back",
  w: "up", ArrowUp: "up", s: "down", ArrowDown: "down", a: "left", d: "right",
}

export function listen(viewer) {
  const pan = (x, y) => () => {
    viewer.zoom.move((x * innerWidth) / 4, (y * innerHeight) / 4)
    viewer.follow(true)
  }
  const toggle = (part, name) => {
    part.hidden = !part.hidden
    viewer.find(`[data-do=${name}]`).setAttribute("aria-expanded", !part.hidden)
  }
  const does = {
    previous: () => viewer.turnTo(viewer.at - 1),
    next: () => viewer.turnTo(viewer.at + 1),
    first: () => viewer.turnTo(0),
    last: () => viewer.turnTo(viewer.works.length - 1),
    label: () => toggle(viewer.plate, "label"),
    keys: () => toggle(viewer.keys, "keys"),
    screen: () => viewer.fillScreen(),
    nearer: () => viewer.zoomTo(viewer.zoom.next),
    farther: () => viewer.zoomTo(viewer.zoom.last),
    whole: () => viewer.zoomTo(viewer.zoom.fit),
    close: () => viewer.close(),
    back: () => {
      if (!viewer.keys.hidden) does.keys()
      else if (viewer.zoom.zoomed) does.whole()
      else viewer.close()
    },
    up: pan(0, 1), down: pan(0, -1), left: pan(1, 0), right: pan(-1, 0),
  }

  document.addEventListener("keydown", (event) => {
    const name = KEYS[event.key]
    const shifted = event.shiftKey && !["+", "?"].includes(event.key)
    if (!viewer.open || !name || shifted || event.ctrlKey || event.metaKey || event.altKey) return
    if (event.target.closest("input, textarea, select, [contenteditable]")) return
    event.preventDefault()
    does[name]()
  })
  // A phone's own way back, where that closes dialogs.
  viewer.dialog.addEventListener("cancel", (event) => {
    event.preventDefault()
    does.back()
  })
  viewer.dialog.addEventListener("click", (event) => {
    const name = event.target.closest("[data-do]")?.dataset.do
    if (name) does[name]()
  })
  viewer.find("[data-do=screen]").hidden = !document.fullscreenEnabled
}
