// The same by keyboard: Space lifts, arrows move, Space drops, Escape puts back. Arrows alone go from one to the next.

import { ARROWS } from "./lifting.js";
import { measured, stepped } from "./places.js";

export function byKeys(list, lifting, { choose } = {}) {
  const handle = (event) => event.target.closest(list.handle)

  list.element.addEventListener("keydown", (event) => {
    if (!handle(event) || event.ctrlKey || event.metaKey || event.altKey) return
    if (lifting.moved ? whileLifted(event) : before(event)) event.preventDefault()
  })
  // Space presses a button when it is let go.
  list.element.addEventListener("keyup", (event) => { if (handle(event) && event.key === " ") event.preventDefault() })
  list.element.addEventListener("focusout", () => { if (lifting.moved && lifting.byKeys) lifting.putBack() })

  function whileLifted({ key }) {
    if (ARROWS.includes(key)) lifting.step(key)
    else if (key === " " || key === "Enter") lifting.drop()
    else if (key === "Escape" || key === "Tab") lifting.putBack()
    return key !== "Tab"
  }

  function before(event) {
    const item = list.itemOf(event.target)
    if (event.key === " " && event.shiftKey) choose?.(item)
    else if (event.key === " " || event.key === "Enter") lift(item)
    else if (ARROWS.includes(event.key)) go(item, event.key)
    else return false
    return true
  }

  function lift(item) {
    lifting.lift(item, true)
    lifting.say()
  }

  function go(item, key) {
    const all = list.items
    list.focus(all[stepped(measured(all, lifting.frame), all.indexOf(item), key, all.length - 1)])
  }
}
