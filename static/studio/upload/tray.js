import { filled } from "./words.js";

const ARRIVED = ["processing", "ready", "broken"]

// The list of files. A row is touched when its own file changes, and at no other time.
export class Tray {
  // `act` is told what an artist wants of a file; `about` answers a folder's gallery in words.
  constructor(form, { act, about }) {
    Object.assign(this, { form, about, words: form.dataset, list: form.querySelector(".tray"), folders: new Map() })
    this.rows = new WeakMap()
    form.querySelector(".trays").addEventListener("click", ({ target }) => {
      const row = target.closest("[data-do]")?.closest("li")
      if (!row) return
      act(target.closest("[data-do]").dataset.do, this.rows.get(row))
      row.focus()
    })
    form.querySelector(".trays").addEventListener("change", ({ target }) => {
      this.rows.get(target.closest("li")).replaces = target.checked
    })
  }

  show(entry) {
    const row = entry.row ?? this.make(entry)
    const { state } = entry
    row.className = ARRIVED.includes(state) ? `here ${state}` : state
    for (const part of row.querySelectorAll("[data-when]")) part.hidden = !part.dataset.when.split(" ").includes(state)
    row.querySelector(".state").textContent = this.said(entry)
    this.offer(entry, row.querySelector(".replaces"))
    this.lead(entry, row.querySelector(".look"))
    if (entry.thumb && !row.querySelector("img")) row.querySelector(".cell").append(picture(entry.thumb))
    row.querySelector(".found").textContent = entry.found ?? ""
    this.progress(entry)
  }

  progress({ row, share = 0 }) {
    row.querySelector("progress").value = share
  }

  said({ state, problem, replaces }) {
    if (state === "held") return [problem.message || this.words.away, this.words.held].join(" ")
    if (state === "refused") return problem.status === 401 ? this.words.signedOut : problem.message || this.words.lost
    if (state === "duplicate") return problem.message
    return replaces && ARRIVED.includes(state) ? this.words.replaced : this.words[state]
  }

  // "Replace the picture of …": to be ticked while the file waits.
  offer({ namesake, state }, label) {
    label.hidden = !namesake || state !== "waiting"
    if (namesake) label.querySelector("span").textContent = filled(this.words.replace, { title: namesake.title })
  }

  // To the work, or to the one that shows the same file.
  lead({ work, problem }, link) {
    const id = work ?? problem?.errors?.image?.[0]?.artwork
    link.hidden = !id
    if (id) link.href = this.words.workPage.replace("/0/", `/${id}/`)
  }

  make(entry) {
    const row = copyOf(this.form, ".one-row")
    row.querySelector(".name").textContent = entry.name
    for (const button of row.querySelectorAll("button, progress, .look")) {
      button.setAttribute("aria-label", `${button.textContent.trim() || this.words.sending}: ${entry.name}`)
    }
    this.rows.set(row, entry)
    this.listOf(entry.path).append(row)
    return (entry.row = row)
  }

  listOf(path) {
    if (!path) this.list.hidden = false
    return path ? this.folders.get(path) ?? this.openFolder(path) : this.list
  }

  openFolder(path) {
    const section = copyOf(this.form, ".one-folder")
    section.querySelector("h2").textContent = path.split("/").at(-1)
    this.form.querySelector(".trays").append(section)
    this.about(path).then((words) => { section.querySelector("p").textContent = words })
    this.folders.set(path, section.querySelector(".tray"))
    return this.folders.get(path)
  }
}

const copyOf = (form, template) => form.querySelector(template).content.firstElementChild.cloneNode(true)

const picture = (src) => Object.assign(new Image(), { loading: "lazy", decoding: "async", alt: "", src })
