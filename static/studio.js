// The studio works without this; with it walls are dragged and rearranged in place, and files travel one by one.

// --- A wall ---------------------------------------------------------------------------------------

const wall = document.querySelector(".hanging")
if (wall) enliven(wall)

function enliven(wall) {
  const said = document.querySelector("[data-said]")
  const form = wall.closest("form")
  let unsaved = false

  const settle = (moved) => {
    wall.querySelectorAll("li").forEach((row, index) => { placeOf(row).value = index + 1 })
    unsaved = true
    const place = [...wall.children].indexOf(moved) + 1
    said.textContent = wall.dataset.moved.replace("%title%", moved.dataset.title).replace("%place%", place)
  }

  wall.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=_up], button[name=_down]")
    if (!button) return
    event.preventDefault()
    const row = button.closest("li")
    const other = button.name === "_up" ? row.previousElementSibling : row.nextElementSibling
    if (!other) return
    button.name === "_up" ? other.before(row) : other.after(row)
    button.focus()
    row.scrollIntoView({ block: "nearest" })
    settle(row)
  })

  wall.addEventListener("change", (event) => {
    if (!event.target.matches(".place input")) return
    const row = event.target.closest("li")
    const others = [...wall.children].filter((child) => child !== row)
    const wanted = Math.max(1, Math.min(Number(event.target.value) || 1, others.length + 1))
    wanted > others.length ? wall.append(row) : others[wanted - 1].before(row)
    event.target.focus()
    settle(row)
  })

  form.addEventListener("submit", () => { unsaved = false })
  addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault() })

  if (wall.dataset.sortable) {
    import(wall.dataset.sortable).then(({ default: Sortable }) => {
      Sortable.create(wall, {
        handle: ".handle",
        animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
        onEnd: ({ item, oldIndex, newIndex }) => { if (oldIndex !== newIndex) settle(item) },
      })
      wall.classList.add("can-drag")
    })
  }
}

function placeOf(row) {
  return row.querySelector(".place input")
}

// --- Uploading ------------------------------------------------------------------------------------

const upload = document.querySelector(".upload-form")
if (upload) receive(upload)

function receive(form) {
  const field = form.querySelector("input[type=file]")
  const drop = form.querySelector(".drop")
  const tray = form.querySelector(".tray")
  const send = form.querySelector("input[type=submit]")
  const goOn = form.querySelector(".go-on")
  const noted = form.querySelector(".noted")
  const here = []
  let chosen = []
  let under_way = false

  form.querySelector(".only-script").hidden = false

  const choose = (files) => {
    if (under_way) return
    chosen = [...chosen.filter((entry) => !entry.done), ...[...files].map((file) => ({ file, row: rowFor(file) }))]
    tray.hidden = false
    field.value = ""
  }

  const rowFor = (file) => {
    const row = document.createElement("li")
    const name = document.createElement("span")
    const state = document.createElement("span")
    name.textContent = file.name
    state.className = "state"
    state.textContent = form.dataset.waiting
    row.append(name, state)
    tray.append(row)
    return row
  }

  field.addEventListener("change", () => choose(field.files))
  for (const name of ["dragenter", "dragover"]) {
    addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("over") })
  }
  for (const name of ["dragleave", "drop"]) {
    addEventListener(name, (event) => { event.preventDefault(); drop.classList.remove("over") })
  }
  addEventListener("drop", (event) => choose(event.dataTransfer.files))
  addEventListener("beforeunload", (event) => { if (under_way) event.preventDefault() })

  form.addEventListener("submit", async (event) => {
    if (!chosen.length) return // the server says what is missing
    event.preventDefault()
    if (under_way) return
    under_way = send.disabled = true
    for (const entry of chosen) {
      const answer = await travel(form, entry)
      if (answer.next) here.push({ name: entry.file.name, warnings: answer.warnings })
    }
    under_way = send.disabled = false
    noted.replaceChildren(...warnings(here).map(line))
    chosen = chosen.filter((entry) => !entry.done)
    if (tray.querySelector(".here")) {
      goOn.hidden = false
      goOn.focus()
    }
    if (chosen.length) send.value = form.dataset.again
  })

  // What the last answer says about where to look at the works.
  form.addEventListener("arrived", (event) => { goOn.href = event.detail })
}

async function travel(form, entry) {
  const { row, file } = entry
  const state = row.querySelector(".state")
  const bar = document.createElement("progress")
  bar.setAttribute("aria-label", file.name)
  row.append(bar)
  row.className = ""
  state.textContent = form.dataset.sending
  const answer = await post(form, file, (share) => {
    bar.value = share
    if (share === 1) state.textContent = form.dataset.opening
  })
  bar.remove()
  row.className = answer.refused ? "refused" : "here"
  state.textContent = answer.refused || form.dataset.ready
  entry.done = !answer.again
  if (answer.found) row.append(Object.assign(document.createElement("span"), { className: "found", textContent: answer.found }))
  if (answer.next) form.dispatchEvent(new CustomEvent("arrived", { detail: answer.next }))
  return answer
}

// One sentence for each kind of warning, however many files it is about.
function warnings(here) {
  const kinds = new Map()
  for (const { name, warnings } of here) {
    for (const warning of warnings) kinds.set(warning.code, [...(kinds.get(warning.code) || []), { name, ...warning }])
  }
  return [...kinds.values()].map((all) => (
    all.length === 1 ? `“${all[0].name}”: ${all[0].one}` : all[0].many.replace("%count%", all.length)
  ))
}

function line(words) {
  return Object.assign(document.createElement("li"), { textContent: words })
}

// fetch() cannot say how much has been sent.
function post(form, file, progress) {
  const body = new FormData(form)
  body.set("pictures", file, file.name)
  return new Promise((resolve) => {
    const request = new XMLHttpRequest()
    request.open("POST", form.action)
    request.setRequestHeader("Accept", "application/json")
    request.upload.onprogress = (event) => progress(event.loaded / event.total)
    request.onerror = () => resolve({ refused: form.dataset.lost, again: true })
    request.onload = () => {
      let answer = {}
      try { answer = JSON.parse(request.responseText) } catch { /* a page, such as that of a lost session */ }
      const taken = request.status === 200 && (answer.next || answer.refused)
      resolve(taken ? answer : { refused: answer.detail || form.dataset.lost, again: true })
    }
    request.send(body)
  })
}
