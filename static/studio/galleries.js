// The artist's galleries in their list, put in order as the works of a wall are.

import { choice } from "./wall/changed.js";
import { byKeys } from "./wall/keys.js";
import { Lifting } from "./wall/lifting.js";
import { List } from "./wall/list.js";
import { draggable } from "./wall/pointing.js";
import { Saving, tell } from "./wall/saving.js";
import { Undoing } from "./wall/undoing.js";
import { hearing, wordsOf } from "./wall/words.js";

const page = document.querySelector("[data-galleries]")
const rows = document.querySelector("#result_list tbody")
if (page && rows?.children.length > 1) arrange(page, rows)

function arrange(page, rows) {
  const words = wordsOf(page), undoing = new Undoing(words), asked = choice(page)
  const frame = rows.closest(".results")
  const list = new List(rows, {
    idOf: (row) => Number(row.querySelector("[name=_up]").value),
    titleOf: (row) => row.querySelector(".field-title").textContent.trim(),
    handle: ".grip",
  })
  const saving = new Saving(list, {
    address: page.dataset.order, key: "galleries", etag: page.dataset.etag, words, changed: decide,
  })

  function move([row], place) {
    const before = list.ids(), title = list.titleOf(row)
    list.insert([row], place)
    list.focus(row)
    const after = list.ids()
    if (String(before) === String(after)) return
    undoing.done((told) => put(before, told), (told) => put(after, told))
    saving.save(() => undoing.tell(words("placed", { title, place: place + 1, count: before.length })))
  }

  function put(order, told) {
    list.put(order)
    return saving.save(told)
  }

  // What was made or deleted meanwhile is not in this list: the page is read anew.
  async function decide() {
    const mine = await asked() === "mine"
    try {
      const theirs = await saving.read()
      saving.unsaved = false
      if (mine) await saving.send(list.mergedInto(theirs))
      location.reload()
    } catch (problem) {
      tell(problem, words, decide)
    }
  }

  for (const row of list.items) row.querySelector(".field-order").prepend(gripFor(list.titleOf(row), page.dataset))
  rows.addEventListener("click", (event) => {
    const button = event.target.closest("[name=_up], [name=_down]")
    if (!button) return
    event.preventDefault()
    const row = list.itemOf(button), at = list.items.indexOf(row) + (button.name === "_up" ? -1 : 1)
    if (at >= 0 && at < list.items.length) move([row], at)
    button.focus()
  })
  frame.classList.add("ordering")
  const lifting = new Lifting(list, frame, { together: (row) => [row], words, hear: hearing(page), dropped: move })
  const clone = (row) => row.querySelector("img")?.cloneNode() ?? document.createTextNode(list.titleOf(row))
  draggable(list, lifting, { room: document.body, picture: ".grip", grip: ".grip", clone })
  byKeys(list, lifting)
}

function gripFor(title, { move, how }) {
  const grip = Object.assign(document.createElement("button"), { type: "button", className: "grip" })
  grip.setAttribute("aria-label", move.replace("%title%", title))
  grip.setAttribute("aria-description", how)
  return grip
}
