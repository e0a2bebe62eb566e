// What is lifted, and where it would go: a line shows it, by mouse, by finger and by keys alike. Nothing else moves
// before it is dropped, so that a wall of hundreds follows the hand.

import { gap, measured, nearest, stepped } from "./places.js";

export const ARROWS = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"]

export class Lifting {
  constructor(list, frame, { together, dropped, hear, words }) {
    Object.assign(this, { list, frame, together, dropped, hear, words, moved: null })
    this.line = Object.assign(document.createElement("div"), { className: "gap-line", hidden: true })
    frame.append(this.line)
  }

  lift(item, byKeys = false) {
    this.byKeys = byKeys
    const all = this.list.items, taken = new Set(this.together(item))
    this.moved = all.filter((each) => taken.has(each))
    this.rest = all.filter((each) => !taken.has(each))
    this.home = this.place = all.indexOf(this.moved[0])
    this.boxes = measured(this.rest, this.frame)
    for (const each of this.moved) each.classList.add("lifted")
  }

  say() {
    const place = this.home + 1, count = this.list.items.length
    this.hear(this.moved.length > 1
      ? this.words("liftedMore", { number: this.moved.length })
      : this.words("lifted", { title: this.list.titleOf(this.moved[0]), place, count }))
  }

  // By a pointer, at a point of the frame.
  point(x, y) {
    if (!this.rest.length) return
    const { place, beside, after } = nearest(this.boxes, x, y)
    this.show(place, beside, after)
  }

  // By a key.
  step(key) {
    if (!this.rest.length) return
    const place = stepped(this.boxes, this.place, key, this.rest.length)
    const after = place === this.rest.length
    this.show(place, after ? place - 1 : place, after)
    this.line.scrollIntoView({ block: "nearest" })
    this.hear(this.words("moved", { place: place + 1, count: this.list.items.length }))
  }

  show(place, beside, after) {
    this.place = place
    const { left, top, width, height } = gap(this.boxes, beside, after)
    Object.assign(this.line.style, { translate: `${left}px ${top}px`, width: `${width}px`, height: `${height}px` })
    this.line.hidden = false
  }

  drop() {
    const { moved, place } = this
    this.end()
    this.dropped(moved, place)
  }

  putBack() {
    this.end()
    this.hear(this.words("back"))
  }

  end() {
    for (const each of this.moved) each.classList.remove("lifted")
    this.line.hidden = true
    this.moved = null
  }
}
