// One change to the works that are ticked, asked for in a panel, and taken back by one button. Without this the same
// question is a page of its own; so it is for works of more than this page.

import { ask } from "./ask.js";
import { say } from "./say.js";
import { asked, errors, named, tell } from "./several/panel.js";
import { before, rewrite, undo } from "./several/undo.js";

const panel = document.getElementById("several")
const list = document.getElementById("changelist-form")
if (panel && list) listen()

function listen() {
  const words = panel.dataset
  const form = panel.querySelector("form")
  let chosen = []

  list.addEventListener("submit", (event) => {
    if (!wanted(event.submitter)) return
    const ticked = [...list.querySelectorAll("tr:has(.action-select:checked)")]
    if (list.querySelector(".select-across")?.value === "1" || ticked.some((line) => !line.dataset.work)) return
    event.preventDefault()
    if (!ticked.length) return say(words.none, { wrong: true })
    chosen = ticked
    form.reset()
    tell(panel, chosen.length)
    panel.showModal()
  })

  form.addEventListener("input", ({ target }) => {
    if (target.name !== "several-ticked") target.closest(".one").querySelector("[name=several-ticked]").checked = true
    tell(panel, chosen.length)
  })

  form.addEventListener("submit", (event) => {
    if (event.submitter && !event.submitter.value) return
    event.preventDefault()
    change(form, chosen)
  })
}

function wanted(button) {
  if (button?.name !== "index") return false
  return button.value === "1" || list.querySelector("select[name=action]").value === "change_several"
}

async function change(form, lines) {
  const words = panel.dataset
  const change = asked(form)
  if (!named(form).length) return errors(panel, words.nothing)
  const kept = before(lines, change)
  try {
    await ask("PATCH", words.address, { json: { artworks: lines.map((line) => Number(line.dataset.id)), ...change } })
    panel.close()
    await rewrite(lines, change)
  } catch (problem) {
    return errors(panel, problem.status ? problem.message : words.lost, problem.errors)
  }
  const done = lines.length === 1 ? words.doneOne : words.doneMany.replace("%count%", lines.length)
  say(done, { again: words.undo, undo: () => undo(words.address, kept).then(() => say(words.undone), fail) })
}

function fail(problem) {
  say(problem.message || panel.dataset.lost, { wrong: true })
}
