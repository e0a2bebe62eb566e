// The wall label while its words are being written: the server says how it reads, and what it cannot read.

import { ask } from "./ask.js";

const form = document.querySelector("#artwork_form")
const label = document.querySelector(".wall-label")
const ON_LABELS = ["title", "year", "date_text", "medium", "size", "edition", "availability", "price", "currency", "credit_line", "licence_url"]
if (form && label) follow(form, label)

function follow(form, label) {
  const size = form.querySelector("#id_size")
  const said = Object.assign(document.createElement("p"), { className: "unread", hidden: true })
  said.setAttribute("role", "status")
  size?.after(said)
  let waiting
  let under_way

  const read = async () => {
    under_way?.abort()
    under_way = new AbortController()
    const body = new FormData(form)
    try {
      const { data } = await ask("POST", label.dataset.path, { form: body, signal: under_way.signal })
      label.innerHTML = data.label
      said.textContent = data.errors.size?.[0] ?? ""
      said.hidden = !said.textContent
      size?.setAttribute("aria-invalid", !said.hidden)
    } catch { /* the label stays as it was read last; saving says what is wrong */ }
  }

  form.addEventListener("input", (event) => {
    if (!ON_LABELS.includes(event.target.name)) return
    clearTimeout(waiting)
    waiting = setTimeout(read, 350)
  })
  const isWritten = ({ name, value, defaultValue = value }) => ON_LABELS.includes(name) && value !== defaultValue
  if ([...form.elements].some(isWritten)) read() // before this script was there
}
