// What is said of the work shown: its place among the others, and its label, whose title leads to its page.

export function label(viewer) {
  const { work, works, at } = viewer
  const place = `${at + 1} / ${works.length}`
  const [shown, named] = viewer.count.children
  if (shown.textContent !== place || named.textContent !== work.title) {
    shown.textContent = place
    named.textContent = work.title
  }
  viewer.find(".turn").hidden = works.length < 2
  viewer.find("[data-do=previous]").setAttribute("aria-disabled", at === 0)
  viewer.find("[data-do=next]").setAttribute("aria-disabled", at === works.length - 1)

  const link = Object.assign(document.createElement("a"), { href: work.address })
  link.append(...work.name.map((word) => document.importNode(word, true)))
  const facts = work.facts.map((fact) => Object.assign(document.createElement("p"), { textContent: fact }))
  viewer.plate.replaceChildren(link, ...facts)
}
