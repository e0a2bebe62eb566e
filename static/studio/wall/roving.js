// One of hundreds can be reached by Tab, with its tools: the one looked at last. The arrows lead to the others.

const PARTS = "button, a, input"

export function roving(list) {
  let current = null

  const reach = (item, within) => {
    for (const part of item.querySelectorAll(PARTS)) part.tabIndex = within ? 0 : -1
  }
  const settle = () => {
    for (const item of list.items) reach(item, false)
    current = list.items[0] ?? null
    if (current) reach(current, true)
  }
  list.element.addEventListener("focusin", ({ target }) => {
    const item = list.itemOf(target)
    if (!item || item === current) return
    if (current) reach(current, false)
    reach(item, true)
    current = item
  })
  settle()
  return settle
}
