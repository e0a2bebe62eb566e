// What several works had before one change, and how they get it back: those that had the same, together.

import { ask } from "../ask.js";
import { fieldsOf, show, shown, sizeOf } from "../cells/size.js";

const tagsOf = (line) => line.dataset.tags.split(",").filter(Boolean)
const cellOf = (line, name) => line.querySelector(`[data-cell="${name}"]`)
const numbers = (name, value) => (["year", "price"].includes(name) ? value || null : value)

export function before(lines, change) {
  const tags = change.add_tags || change.remove_tags
  return lines.map((line) => {
    const values = {}
    for (const name of Object.keys(change.changes)) values[name] = name === "credit_line" ? line.dataset.credit : cellOf(line, name).kept
    return { line, values, tags: tags ? tagsOf(line) : null, size: "dimensions" in values ? shown(line) : null }
  })
}

// On the page: as one of the changed works is now, so are they all.
export async function rewrite(lines, change) {
  const { data } = await ask("GET", lines[0].dataset.work)
  const gone = new Set((change.remove_tags ?? []).map((tag) => tag.toLowerCase()))
  for (const line of lines) {
    const now = Object.fromEntries(Object.keys(change.changes).map((name) => [name, String(data[name] ?? "")]))
    if ("dimensions" in now) show(line, sizeOf(data))
    if ("credit_line" in now) line.dataset.credit = change.changes.credit_line
    tell(line, now)
    const kept = tagsOf(line).filter((tag) => !gone.has(tag.toLowerCase()))
    line.dataset.tags = [...new Set([...kept, ...(change.add_tags ?? [])])].join(",")
  }
}

export async function undo(address, kept) {
  const groups = new Map()
  for (const each of kept) {
    const key = JSON.stringify([each.values, each.tags, each.size])
    groups.set(key, [...(groups.get(key) ?? []), each])
  }
  for (const group of groups.values()) await give_back(address, group)
}

async function give_back(address, group) {
  const [{ values: { dimensions, ...others }, tags, size }] = group
  const changes = Object.fromEntries(Object.entries(others).map(([name, value]) => [name, numbers(name, value)]))
  if (tags) changes.tags = tags
  if (size) Object.assign(changes, fieldsOf(size))
  await ask("PATCH", address, { json: { artworks: group.map(({ line }) => Number(line.dataset.id)), changes } })
  for (const { line, values } of group) {
    if (tags) line.dataset.tags = tags.join(",")
    if ("credit_line" in values) line.dataset.credit = values.credit_line
    if (size) show(line, size)
    tell(line, values)
  }
}

function tell(line, detail) {
  line.dispatchEvent(new CustomEvent("rewritten", { detail }))
}
