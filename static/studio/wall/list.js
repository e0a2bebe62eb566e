// Things in an order: works on a wall, galleries in their list.

export class List {
  constructor(element, { idOf, titleOf, handle }) {
    Object.assign(this, { element, idOf, titleOf, handle })
  }

  get items() {
    return [...this.element.children]
  }

  ids() {
    return this.items.map(this.idOf)
  }

  itemOf(node) {
    return this.items.find((item) => item.contains(node))
  }

  // Things at a position among the others, counted from 0, in the order given.
  insert(moved, position) {
    const taken = new Set(moved)
    const next = this.items.filter((item) => !taken.has(item))[position] ?? null
    for (const item of moved) this.element.insertBefore(item, next)
  }

  // The whole in another order. What the order does not name stays behind what it does.
  put(ids) {
    const known = new Map(this.items.map((item) => [this.idOf(item), item]))
    const first = ids.map((id) => known.get(id)).filter(Boolean)
    this.element.append(...first, ...this.items.filter((item) => !first.includes(item)))
  }

  // The order as it was and the works that came meanwhile: what is not there any more is left out.
  mergedInto(theirs) {
    const there = new Set(theirs)
    const mine = this.ids().filter((id) => there.has(id))
    return [...new Set([...mine, ...theirs])]
  }

  focus(item) {
    item.querySelector(this.handle)?.focus({ preventScroll: true })
    item.scrollIntoView({ block: "nearest" })
  }
}
