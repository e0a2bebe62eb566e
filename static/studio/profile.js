// The profile while it is being written: how a text reads, and links in rows.

import { ask } from "./ask.js";

for (const written of document.querySelectorAll(".written")) read(written)
for (const links of document.querySelectorAll("[data-links]")) arrange(links)

// The server makes the page of it, by what makes the public one.
function read(written) {
  const [area, page] = [written.querySelector("textarea"), written.querySelector(".prose")]
  let waiting
  let under_way
  const show = async () => {
    under_way?.abort()
    under_way = new AbortController()
    try {
      const { data } = await ask("POST", written.dataset.path, { json: { text: area.value }, signal: under_way.signal })
      page.innerHTML = data.html
    } catch { /* it stays as it was read last */ }
  }
  area.addEventListener("input", () => {
    clearTimeout(waiting)
    waiting = setTimeout(show, 350)
  })
  if (area.value !== area.defaultValue) show() // written before this script was there
}

function arrange(links) {
  const rows = links.querySelector("ul")
  const blank = rows.lastElementChild.cloneNode(true)
  const show = (row) => { row.querySelector(".ways").hidden = false; return row }
  const add = () => {
    const row = show(blank.cloneNode(true))
    rows.append(row)
    return row
  }
  const ways = {
    up: (row) => row.previousElementSibling?.before(row),
    down: (row) => row.nextElementSibling?.after(row),
    remove: (row) => {
      const near = row.nextElementSibling ?? row.previousElementSibling ?? add()
      row.remove()
      near.querySelector("input").focus()
    },
    add: () => add(),
  }
  for (const row of [...rows.children].slice(0, -1)) show(row)
  rows.lastElementChild.remove()
  links.lastElementChild.hidden = false
  links.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]")
    if (!button) return
    ways[button.dataset.do](button.closest("li"))
    if (button.isConnected) button.focus()
    if (button.dataset.do === "add") rows.lastElementChild.querySelector("input").focus()
  })
}
