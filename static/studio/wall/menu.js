// What can be done with a work, besides dragging it: one menu, which goes to the work it is opened for.

export class Menu {
  constructor(list, live, { together, act }) {
    Object.assign(this, { list, together, act, item: null })
    this.menu = live.querySelector("[data-menu]").content.firstElementChild.cloneNode(true)
    this.number = this.menu.querySelector("input")
    this.number.addEventListener("focus", () => this.number.select()) // what is typed takes its place
    list.element.addEventListener("click", ({ target }) => {
      const more = target.closest(".more")
      if (more) this.item === list.itemOf(more) ? this.close() : this.open(list.itemOf(more))
      const button = target.closest("[data-do]")
      if (button?.type === "button") this.choose(button.dataset.do)
    })
    this.menu.addEventListener("keydown", (event) => {
      event.stopPropagation()
      if (event.key === "Enter" && event.target === this.number) this.choose("place")
      else if (event.key !== "Escape") return
      else this.close(true)
      event.preventDefault()
    })
    addEventListener("pointerdown", (event) => {
      const path = event.composedPath()
      if (this.item && !path.includes(this.menu) && !path.includes(this.button)) this.close()
    })
  }

  get button() {
    return this.item?.querySelector(".more")
  }

  open(item) {
    this.close()
    this.item = item
    const all = this.list.items, works = this.together(item)
    const title = this.list.titleOf(item)
    this.menu.querySelector(".of").textContent = works.length > 1 ? `${title} + ${works.length - 1}` : title
    this.menu.setAttribute("aria-label", this.button.getAttribute("aria-label"))
    Object.assign(this.number, { max: all.length, value: all.indexOf(item) + 1 })
    this.menu.querySelector("a").href = item.querySelector("figcaption a").href
    item.querySelector(".tools").append(this.menu)
    this.menu.classList.toggle("to-left", item.getBoundingClientRect().right > innerWidth / 2)
    this.button.setAttribute("aria-expanded", "true")
    this.menu.querySelector("button").focus({ preventScroll: true })
    this.menu.scrollIntoView({ block: "nearest" })
  }

  close(back = false) {
    if (!this.item) return
    this.button.setAttribute("aria-expanded", "false")
    if (back) this.button.focus()
    this.menu.remove()
    this.item = null
  }

  choose(deed) {
    const item = this.item, works = this.together(item), last = this.list.items.length - works.length
    const wanted = { start: 0, end: last, place: Math.min(Math.max(1, Number(this.number.value) || 1) - 1, last) }
    this.close(true)
    this.act(deed, works, wanted[deed])
  }
}
