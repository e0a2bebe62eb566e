// The point of a picture that stays in sight wherever only a part of it is shown: by a click or by the arrow keys.

import { ask } from "./ask.js";
import { say } from "./say.js";

const section = document.querySelector(".focal")
if (section) enliven(section, document.querySelector(".shown"))

const STEP = 2 // per cent; with Shift five times as much
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }

function enliven(section, shown) {
  const words = section.dataset
  const fields = ["x", "y"].map((name) => document.querySelector(`#id_focal_${name}`))
  const button = section.querySelector(".move")
  const help = section.querySelector("#focal-help")
  const point = pointOn(shown, words.name, help.id)
  let at = fields.map((field) => Math.round(Number(field.value) * 100))
  let kept = at
  let etag
  let waiting

  const show = () => {
    const place = `${at[0]}% ${at[1]}%`
    for (const crop of section.querySelectorAll("img")) crop.style.objectPosition = place
    Object.assign(point.style, { left: `${at[0]}%`, top: `${at[1]}%` })
    point.setAttribute("aria-valuenow", at[0])
    point.setAttribute("aria-valuetext", words.place.replace("{x}", at[0]).replace("{y}", at[1]))
  }

  const put = (place) => { // into the form as well, which would else save what stood there
    at = place
    fields.forEach((field, index) => { field.value = at[index] / 100 })
    show()
  }

  const move = (place, later = 0) => {
    put(place.map((part) => Math.max(0, Math.min(100, Math.round(part)))))
    clearTimeout(waiting)
    waiting = setTimeout(save, later)
  }

  const save = async (done = words.saved) => {
    const [before, wanted] = [kept, at]
    if (String(before) === String(wanted)) return
    try {
      etag ??= (await ask("GET", words.path)).etag
      const json = { focal_point: { x: wanted[0] / 100, y: wanted[1] / 100 } }
      etag = (await ask("PATCH", words.path, { json, headers: { "If-Match": etag } })).etag
      kept = wanted
      const undo = done === words.saved ? () => { put(before); save(words.undone) } : undefined
      say(done, { again: words.undo, undo })
    } catch (problem) {
      say(problem.status === 412 ? words.stale : problem.message || words.lost, { wrong: true })
      put(kept)
    }
  }

  button.addEventListener("click", () => {
    const moving = point.hidden
    point.hidden = help.hidden = !moving
    shown.classList.toggle("moving", moving)
    button.setAttribute("aria-pressed", moving)
    button.textContent = moving ? words.done : words.move
    if (moving) point.focus()
  })
  shown.addEventListener("click", (event) => {
    if (point.hidden) return
    const box = shown.querySelector("img").getBoundingClientRect()
    move([(event.clientX - box.left) / box.width * 100, (event.clientY - box.top) / box.height * 100])
    point.focus()
  })
  point.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { button.click(); button.focus() }
    const arrow = ARROWS[event.key]
    if (!arrow) return
    event.preventDefault()
    const step = event.shiftKey ? STEP * 5 : STEP
    move([at[0] + arrow[0] * step, at[1] + arrow[1] * step], 600)
  })
  for (const [index, field] of fields.entries()) {
    field.addEventListener("input", () => { at[index] = Math.round(Number(field.value) * 100); show() })
  }
  show()
  section.hidden = false
}

function pointOn(shown, name, help) {
  const point = Object.assign(document.createElement("span"), { className: "point", tabIndex: 0, hidden: true })
  const described = { role: "slider", "aria-label": name, "aria-describedby": help, "aria-valuemin": 0, "aria-valuemax": 100 }
  for (const [key, value] of Object.entries(described)) point.setAttribute(key, value)
  shown.append(point)
  return point
}
