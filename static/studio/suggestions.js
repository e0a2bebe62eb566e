// Taking over what a file says, within the form that is being written: it is saved with the rest of it.

import { say } from "./say.js";

for (const form of document.querySelectorAll(".suggestions form")) {
  form.addEventListener("submit", (event) => {
    const { field: name, value } = form.dataset
    const field = document.querySelector(`.beside-form form [name="${name}"], #artwork_form [name="${name}"]`)
    if (!field) return
    event.preventDefault()
    const before = field.value
    fill(field, value)
    form.hidden = true
    const section = form.closest(".suggestions")
    say(section.dataset.taken, { again: section.dataset.undo, undo: () => { fill(field, before); form.hidden = false } })
  })
}

function fill(field, value) {
  for (let part = field.closest("details"); part; part = part.parentElement.closest("details")) part.open = true
  field.value = value
  for (const name of ["input", "change"]) field.dispatchEvent(new Event(name, { bubbles: true }))
  field.focus()
}
