// Uploading: files are chosen, dropped or pasted, and each travels by itself. Without this the form sends them all.

import { Bar } from "./upload/bar.js";
import { Batch } from "./upload/batch.js";
import { Delivery } from "./upload/delivery.js";
import { chosen, dropped } from "./upload/folders.js";
import { namesakes } from "./upload/namesakes.js";
import { Noted } from "./upload/noted.js";
import { Queue } from "./upload/queue.js";
import { Tray } from "./upload/tray.js";
import { Walls } from "./upload/walls.js";
import { Watch } from "./upload/watch.js";
import { counted } from "./upload/words.js";

const form = document.querySelector(".upload-form")
const { artist, works: worksPath, galleries } = form.dataset
const works = `${worksPath}?artist=${artist}`
const AGAIN = ["refused", "large", "gone", "lost", "cancelled", "skipped"]
const SETTLED = [...AGAIN, "duplicate"]

const batch = await Batch.last(artist)
const walls = new Walls(galleries, artist)
const noted = new Noted(form.querySelector(".noted"))
const tray = new Tray(form, { act, about: aboutFolder })
const bar = new Bar(form, actOnAll)
const delivery = new Delivery({ form, batch, walls, moved: (entry) => tray.progress(entry), opened: (entry) => set(entry, "opening") })
const watch = new Watch(works, () => shown().filter(({ state }) => state === "processing"), set)
const queue = new Queue({ next: firstWaiting, deliver: (entry, signal) => delivery.carry(entry, signal), set, settle, rest })

const shown = () => batch.entries.filter((entry) => entry.row)

function firstWaiting() {
  return batch.entries.find(({ state }) => state === "waiting")
}

function set(entry, state, details = {}) {
  Object.assign(entry, { state, share: 0 }, details)
  entry.settled = SETTLED.includes(state)
  if (details.warnings) noted.add(entry.name, details.warnings)
  if (state === "processing") watch.start()
  tray.show(entry)
  batch.save()
  refresh()
}

function refresh() {
  const goOn = form.querySelector(".go-on")
  goOn.href = delivery.destination(shown())
  bar.show(shown(), { running: queue.running, paused: queue.paused, goOn: shown().some(({ work }) => work) })
  const missing = batch.missing()
  const owed = form.querySelector(".owed")
  owed.hidden = !missing.length
  owed.querySelector("summary").textContent = counted(form.dataset, "owed", missing.length)
  owed.querySelector("p").textContent = missing.map(({ name }) => name).join(", ")
}

// --- What comes in --------------------------------------------------------------------------------

function take(found) {
  const files = found.filter(({ file }) => file)
  const owed = new Set(batch.missing())
  const entries = files.map((each) => Object.assign(batch.entryOf(each), { file: each.file }))
  const fresh = entries.filter((entry) => !entry.row || AGAIN.includes(entry.state))
  for (const entry of fresh) set(entry, firstState(entry))
  if (found.length > files.length) noted.say(counted(form.dataset, "leftOut", found.length - files.length))
  nameNamesakes(fresh.filter(({ state }) => state === "waiting"))
  if (queue.running || fresh.some((entry) => owed.has(entry))) start()
}

function firstState({ work, size }) {
  if (work) return "processing"
  return size > Number(form.dataset.largest) ? "large" : "waiting"
}

async function nameNamesakes(entries) {
  const known = await namesakes(works, entries.map(({ name }) => name)).catch(() => new Map())
  const own = new Set(batch.entries.map(({ work }) => work))
  for (const entry of entries) {
    const namesake = known.get(entry.name)
    if (!namesake || own.has(namesake.id)) continue
    entry.namesake = namesake
    tray.show(entry)
  }
}

async function aboutFolder(path) {
  const gallery = await walls.called(path.split("/").at(-1)).catch(() => null)
  return form.dataset[{ public: "folderPublic", private: "folderPrivate" }[gallery?.visibility] ?? "folderNew"]
}

// --- What is wanted -------------------------------------------------------------------------------

function start() {
  const gallery = Number(form.elements.gallery?.value) || null
  for (const entry of batch.entries) if (!entry.path && entry.file && entry.gallery === undefined) entry.gallery = gallery
  batch.save()
  queue.run()
  refresh()
}

function act(wish, entry) {
  if (wish === "leave") return queue.cancel(entry)
  if (wish === "skip") return set(entry, "skipped")
  if (wish === "keep") entry.keep = true
  set(entry, "waiting", { problem: null })
  start()
}

function actOnAll(wish) {
  const inState = (...states) => shown().filter(({ state }) => states.includes(state))
  if (wish === "pause") queue.pause()
  if (wish === "go") start()
  if (wish === "skip") for (const entry of inState("duplicate")) set(entry, "skipped")
  if (wish === "stop") {
    for (const entry of inState("waiting", "sending", "held")) queue.cancel(entry)
    queue.paused = false
  }
  if (wish === "again") {
    for (const entry of inState("refused", "lost", "gone")) set(entry, "waiting", { problem: null })
    start()
  }
  refresh()
}

async function settle() {
  if (await delivery.putInOrder()) noted.say(form.dataset.order)
  batch.save()
}

function rest() {
  noted.show()
  refresh()
}

// --- The page -------------------------------------------------------------------------------------

const field = form.querySelector("input[type=file]")
const drop = form.querySelector(".drop")

function takeFrom(input) {
  take(chosen(input.files))
  input.value = ""
}

field.addEventListener("change", () => takeFrom(field))
form.querySelector(".choose-folder").addEventListener("click", () => {
  const input = Object.assign(document.createElement("input"), { type: "file", webkitdirectory: true })
  input.addEventListener("change", () => takeFrom(input))
  input.click()
})
for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
  addEventListener(name, (event) => {
    event.preventDefault()
    drop.classList.toggle("over", name.endsWith("r"))
  })
}
addEventListener("drop", async (event) => take(await dropped(event.dataTransfer)))
addEventListener("paste", async (event) => take(await dropped(event.clipboardData)))
addEventListener("beforeunload", (event) => { if (queue.running || queue.paused) event.preventDefault() })
form.addEventListener("submit", (event) => {
  if (!shown().length) return // the server says what is missing
  event.preventDefault()
  start()
})
form.querySelector(".forget").addEventListener("click", () => {
  batch.forget(batch.missing())
  refresh()
})
for (const part of form.querySelectorAll(".only-script")) part.hidden = false
if (field.files.length) takeFrom(field) // chosen before this was there
refresh()
