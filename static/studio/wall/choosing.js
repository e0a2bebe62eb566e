// Several at once: by pressing them, from one to another with Shift, or by their boxes.

export class Choosing {
  constructor(list, bar, words) {
    Object.assign(this, { list, bar, words, last: null })
    bar.querySelector("button").addEventListener("click", () => this.none())
    list.element.addEventListener("click", (event) => {
      if (event.target.closest(list.handle)) this.toggle(list.itemOf(event.target), event.shiftKey)
    })
    list.element.addEventListener("change", (event) => {
      if (event.target.type === "checkbox") this.mark(list.itemOf(event.target), event.target.checked)
    })
    list.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented) this.none()
    })
  }

  get items() {
    return this.list.items.filter((item) => item.classList.contains("chosen"))
  }

  // What moves when this one does.
  with(item) {
    return item.classList.contains("chosen") ? this.items : [item]
  }

  toggle(item, upTo = false) {
    const all = this.list.items, from = all.indexOf(this.last), to = all.indexOf(item)
    if (upTo && from >= 0) {
      for (const each of all.slice(Math.min(from, to), Math.max(from, to) + 1)) this.mark(each, true)
    } else this.mark(item, !item.classList.contains("chosen"))
  }

  mark(item, chosen) {
    item.classList.toggle("chosen", chosen)
    item.querySelector(".choose input").checked = chosen
    this.last = item
    this.count()
  }

  none() {
    for (const item of this.items) this.mark(item, false)
    this.count()
  }

  count() {
    const number = this.items.length
    this.bar.hidden = !number
    this.bar.querySelector("span").textContent = this.words("chosen", { number })
  }
}
