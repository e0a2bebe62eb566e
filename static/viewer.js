// The way into the viewer; the viewer itself (static/viewer/) is fetched when it opens. Without all this a picture
// leads to its work's page. With it a picture opens and its caption leads there, as visitors of portfolios expect.

const template = document.querySelector("#viewer")
const held = [...document.querySelectorAll("[data-work]")]
const page = location.pathname + location.search
let viewer

for (const holder of held) {
  const way = holder.querySelector("a:has(picture)") ?? holder.querySelector("img")
  way.style.cursor = "zoom-in"
  way.setAttribute("aria-haspopup", "dialog")
  if (way.matches("img")) Object.assign(way, { tabIndex: 0, role: "button" })
  way.addEventListener("click", (event) => {
    if (event.button || modified(event) || event.shiftKey) return
    event.preventDefault()
    enter(holder).catch(() => way.href && location.assign(way.href))
  })
  way.addEventListener("keydown", (event) => {
    if (!way.matches("img") || modified(event) || !["Enter", " "].includes(event.key)) return
    event.preventDefault()
    enter(holder)
  })
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "f" || event.repeat || modified(event) || viewer?.open || !held.length) return
  if (event.target.closest("input, textarea, select, [contenteditable]")) return
  enter(event.target.closest("[data-work]") ?? held[0])
})

// The address of the work shown lies over the page's own: going back closes the viewer, going forward opens it.
if (history.state?.viewing) history.replaceState(null, "")
addEventListener("popstate", async (event) => {
  if (event.state?.viewing) {
    await load()
    if (!viewer.open && !viewer.show(null, location.pathname)) location.reload()
    return
  }
  history.scrollRestoration = "auto"
  if (viewer?.open) viewer.close()
  else if (location.pathname + location.search !== page) location.reload()
})

async function enter(holder) {
  await load()
  if (viewer.open || !viewer.show(holder)) return
  history.scrollRestoration = "manual"
  history.pushState({ viewing: true }, "", viewer.work.address)
}

async function load() {
  const { openseadragon, ...addresses } = template.dataset
  const parts = Object.assign({}, ...await Promise.all(Object.values(addresses).map((address) => import(address))))
  viewer ??= new parts.Viewer(template, parts)
  await viewer.dressed
}

function modified(event) {
  return event.ctrlKey || event.metaKey || event.altKey
}
