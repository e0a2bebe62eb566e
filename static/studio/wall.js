// The wall of a gallery as visitors will see it, to be arranged in place. Without this there is the plain form.

import { say } from "./say.js";
import { Arranging } from "./wall/arranging.js";
import { Hanging } from "./wall/hanging.js";
import { hangAgain, showCover, takeDown } from "./wall/works.js";

// What hangs here changes, too: works are taken down, and another tab may have done anything.
class Wall extends Arranging {
  async takeDown(works) {
    const before = this.list.ids(), ids = works.map(this.list.idOf), title = this.list.titleOf(works[0])
    const next = this.list.items.find((item) => !works.includes(item) && before.indexOf(this.list.idOf(item)) > before.indexOf(ids[0]))
    await this.remove(works, ids, () => {
      if (next) this.list.focus(next)
      this.undoing.done((told) => this.hangAgain(works, ids, before, told), (told) => this.remove(works, ids, told))
      this.undoing.tell(this.words(works.length > 1 ? "downMore" : "down", { title, number: works.length }))
    })
  }

  remove(works, ids, told) {
    return this.tried(async () => {
      await takeDown(this.gallery, ids)
      works.forEach((item) => item.remove())
      this.choosing.none()
      await this.membersChanged()
      told()
    })
  }

  hangAgain(works, ids, order, told) {
    return this.tried(async () => {
      await hangAgain(this.gallery, ids)
      this.list.element.append(...works)
      await this.membersChanged()
      await this.put(order, told)
    })
  }

  async membersChanged() {
    const count = this.list.items.length
    await this.saving.read()
    this.settle()
    document.querySelector("[data-count]").textContent = count
    this.page.querySelector("[data-empty]").hidden = count > 0
    await this.hanging.arrange()
  }

  // Another tab has changed the order, or what hangs here.
  async decide() {
    const mine = await this.ask() === "mine"
    await this.tried(async () => {
      const theirs = await this.saving.read()
      const wanted = mine ? this.list.mergedInto(theirs) : theirs
      if (wanted.length !== this.list.items.length || wanted.some((id) => !this.list.ids().includes(id))) await this.readAgain()
      this.undoing.forget()
      this.list.put(wanted)
      if (mine) await this.saving.save(() => say(this.words("kept")))
      else this.taken()
    })
  }

  taken() {
    this.saving.unsaved = false
    this.settle()
    this.hanging.arrange()
  }

  // What hangs here now, from the page itself.
  async readAgain() {
    const html = await (await fetch(location.pathname)).text()
    const rows = new DOMParser().parseFromString(html, "text/html").querySelectorAll(".hanging > li")
    this.hanging.fill([...rows].map((row) => document.adoptNode(row)))
    this.settle()
    showCover(this.list, this.cover)
    document.querySelector("[data-count]").textContent = rows.length
  }
}

const page = document.querySelector("[data-live-wall]")
if (page) start(page, document.querySelector(".plain-wall"))

async function start(page, plain) {
  const hanging = new Hanging(page)
  await hanging.open([...plain.querySelectorAll(".hanging > li")])
  page.hidden = false
  retire(plain)
  new Wall(page, hanging)
}

// The form below the wall goes on without the wall's fields: the API is told of its changes.
function retire(plain) {
  plain.remove()
  for (const name of ["TOTAL", "INITIAL"]) document.querySelector(`[name=placements-${name}_FORMS]`).value = 0
}
