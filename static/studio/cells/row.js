// One work of the list: what the site has, what is on the page, and how the one becomes the other.

import { ask } from "../ask.js";
import { announce, mark, refuse, refused, words } from "./marks.js";
import { show, sizeOf } from "./size.js";

const NUMBERS = new Set(["year", "price"])

export class Row {
  constructor(line) {
    this.line = line
    this.path = line.dataset.work
    this.cells = [...line.querySelectorAll("[data-cell]")]
    this.turn = Promise.resolve()
    for (const cell of this.cells) cell.kept = sent(cell)
    line.addEventListener("rewritten", (event) => { this.etag = null; this.take(event.detail) })
  }

  get unsaved() { return this.cells.some((cell) => cell.value !== cell.kept) }

  cell(name) { return this.cells.find((cell) => cell.dataset.cell === name) }

  // The state that a change is made to is read once, when somebody comes to the row.
  meet() {
    if (!this.etag) this.turn = this.turn.then(() => this.etag || this.read()).catch(() => {})
  }

  async read() {
    const { data, etag } = await ask("GET", this.path)
    this.etag = etag
    if (this.take(texts(data), data)) announce(words.refreshed)
  }

  // What the site has now, into every cell that nobody is writing in. Says whether that was news.
  take(now, data) {
    this.now = { ...this.now, ...now }
    const free = this.cells.filter((cell) => cell.value === cell.kept && (now[cell.dataset.cell] ?? cell.kept) !== cell.kept)
    for (const cell of free) cell.value = cell.kept = now[cell.dataset.cell]
    if (data) show(this.line, sizeOf(data))
    return free.length > 0
  }

  // One after the other: each change is made to the state that the one before has left.
  save(cell, { insist = false } = {}) {
    this.turn = this.turn.then(() => this.write(cell, insist))
    return this.turn
  }

  async write(cell, insist) {
    if (cell.value === cell.kept || (refused(cell) && !insist)) return
    const name = cell.dataset.cell
    const value = cell.value
    mark(this.line, words.saving)
    try {
      if (!this.etag) await this.read()
      if (this.now[name] !== cell.kept) return this.contest(cell)
      const json = { [name]: NUMBERS.has(name) ? value || null : value }
      const { data, etag } = await ask("PATCH", this.path, { json, headers: { "If-Match": this.etag } })
      this.etag = etag
      this.saved(cell, value, data)
    } catch (problem) {
      if (problem.status !== 412) return refuse(this.line, cell, problem)
      this.etag = null
      return this.write(cell, true)
    }
  }

  saved(cell, value, data) {
    const now = texts(data)
    cell.kept = now[cell.dataset.cell]
    if (cell.value === value) cell.value = cell.kept
    refuse(this.line, cell, null)
    cell.parentElement.querySelector(".suggested")?.remove()
    this.take(now, data)
    for (const each of this.cells) each.setAttribute("aria-label", `${nameOf(each)}: ${data.title}`)
    mark(this.line, words.saved, true)
    announce(words.said.replace("%field%", cell.getAttribute("aria-label")))
  }

  // Somebody else wrote here meanwhile: both are shown, and the next Enter or Escape decides.
  contest(cell) {
    cell.kept = this.now[cell.dataset.cell]
    if (cell.value === cell.kept) return this.leave(cell)
    const shown = cell.selectedOptions ? [...cell.options].find((option) => option.value === cell.kept)?.text : cell.kept
    refuse(this.line, cell, { detail: words.elsewhere.replace("%now%", shown || words.empty) })
  }

  leave(cell) {
    const written = cell.value !== cell.kept || refused(cell)
    cell.value = cell.kept
    refuse(this.line, cell, null)
    if (written) announce(words.left)
  }
}

function texts(data) {
  const names = ["title", "year", "medium", "dimensions", "edition", "availability", "price", "alt_text"]
  return Object.fromEntries(names.map((name) => [name, String(data[name] ?? "").replace(/\r\n/g, "\n")]))
}

// What the page came with: somebody may have been quicker than this script.
function sent(cell) {
  const chosen = [...(cell.options ?? [])].find((option) => option.defaultSelected)
  return cell.options ? (chosen ?? cell.options[0]).value : cell.defaultValue
}

function nameOf(cell) {
  return cell.parentElement.querySelector(".name").textContent
}
