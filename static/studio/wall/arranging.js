// A wall whose works are dragged, moved by keys or by their menus, and sorted; one of them is the cover.

import { choice } from "./changed.js";
import { Choosing } from "./choosing.js";
import { byKeys } from "./keys.js";
import { Lifting } from "./lifting.js";
import { List } from "./list.js";
import { Menu } from "./menu.js";
import { draggable } from "./pointing.js";
import { roving } from "./roving.js";
import { Saving, tell } from "./saving.js";
import { Undoing } from "./undoing.js";
import { hearing, wordsOf } from "./words.js";
import { makeCover, showCover, sorted } from "./works.js";

export class Arranging {
  constructor(page, hanging) {
    Object.assign(this, { page, hanging, words: wordsOf(page), gallery: page.dataset.gallery })
    this.cover = Number(page.dataset.cover) || null
    this.list = new List(hanging.works, {
      idOf: (item) => Number(item.dataset.work), titleOf: (item) => item.dataset.title, handle: ".lift",
    })
    this.undoing = new Undoing(this.words)
    this.choosing = new Choosing(this.list, page.querySelector(".chosen-bar"), this.words)
    this.saving = new Saving(this.list, {
      address: page.dataset.order, key: "artworks", etag: page.dataset.etag, words: this.words,
      saved: () => hanging.arrange(), changed: () => this.decide(),
    })
    this.ask = choice(page)
    this.listen()
    this.settle = roving(this.list)
    showCover(this.list, this.cover)
    hanging.root.getElementById(location.hash.slice(1))?.scrollIntoView({ block: "center" })
  }

  listen() {
    const { list, choosing, hanging, words } = this
    const together = (item) => choosing.with(item)
    const lifting = new Lifting(list, hanging.frame, {
      together, words, hear: hearing(this.page), dropped: (moved, place) => this.move(moved, place),
    })
    const clone = (item) => Object.assign(new Image(), { src: item.querySelector("img").currentSrc, alt: "" })
    draggable(list, lifting, { room: hanging.room, picture: ".lift", grip: ".grip", clone })
    byKeys(list, lifting, { choose: (item) => choosing.toggle(item) })
    new Menu(list, this.page, { together, act: (...deed) => this.act(...deed) })
    list.element.addEventListener("click", ({ target }) => {
      if (target.closest(".front")) this.makeCover(list.itemOf(target))
    })
    this.page.querySelector("[data-sort]").addEventListener("click", () => this.sort())
    const layout = document.querySelector("select[name=layout]")
    layout?.addEventListener("change", () => hanging.arrange(list.items.length > 1 ? layout.value : "single"))
  }

  act(deed, works, place) {
    if (deed === "down") this.takeDown(works)
    else if (deed === "cover") this.makeCover(works[0], this.list.idOf(works[0]))
    else this.move(works, place)
  }

  move(works, place) {
    const { list, words, choosing } = this
    const before = list.ids()
    list.insert(works, place)
    const count = before.length, number = works.length, title = list.titleOf(works[0])
    choosing.none()
    list.focus(works[0])
    this.keep(before, words(number > 1 ? "placedMore" : "placed", { title, number, place: place + 1, count }))
  }

  sort() {
    const before = this.list.ids()
    this.list.put(sorted(this.list, this.page.querySelector("#sort-by").value))
    this.keep(before, this.words("sorted"))
  }

  // A new order is saved, and can be taken back.
  keep(before, said) {
    const after = this.list.ids()
    if (String(before) === String(after)) return
    this.undoing.done((told) => this.put(before, told), (told) => this.put(after, told))
    this.saving.save(() => this.undoing.tell(said))
  }

  put(order, told) {
    this.list.put(order)
    return this.saving.save(told)
  }

  async makeCover(item, wanted = this.list.idOf(item) === this.cover ? null : this.list.idOf(item)) {
    const before = this.cover
    await this.showFirst(wanted, () => {
      this.undoing.done((told) => this.showFirst(before, told), (told) => this.showFirst(wanted, told))
      this.undoing.tell(this.words(wanted ? "covered" : "uncovered", { title: this.list.titleOf(item) }))
    })
  }

  showFirst(wanted, told) {
    return this.tried(async () => {
      await makeCover(this.gallery, wanted)
      this.cover = wanted
      showCover(this.list, wanted)
      told()
    })
  }

  async tried(deed) {
    try { await deed() } catch (problem) { tell(problem, this.words, () => this.tried(deed)) }
  }
}
