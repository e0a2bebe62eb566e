// What becomes of works besides their order: one is the cover, some are taken down.

import { ask } from "../ask.js";

const BRIEFLY = { Prefer: "return=minimal" }

export function showCover(list, cover) {
  for (const item of list.items) {
    item.querySelector(".front").setAttribute("aria-pressed", String(list.idOf(item) === cover))
  }
}

export async function makeCover(gallery, cover) {
  await ask("PATCH", gallery, { json: { cover } })
}

export async function takeDown(gallery, artworks) {
  await ask("POST", `${gallery}/take-down`, { json: { artworks }, headers: BRIEFLY })
}

export async function hangAgain(gallery, artworks) {
  await ask("POST", `${gallery}/artworks`, { json: { artworks } })
}

const BY = {
  year: (item) => (item.dataset.year === "" ? null : Number(item.dataset.year)),
  work: (item) => Number(item.dataset.work),
  title: (item) => item.dataset.title,
}
const inWords = new Intl.Collator(document.documentElement.lang, { numeric: true, sensitivity: "base" })

// The ids in the order wanted; what has no year comes last, and equals keep their order.
export function sorted(list, wanted) {
  const way = wanted.startsWith("-") ? -1 : 1, of = BY[wanted.replace("-", "")]
  const compare = (a, b) => {
    const [one, two] = [of(a), of(b)]
    if (one === null || two === null) return (one === null) - (two === null)
    return way * (typeof one === "string" ? inWords.compare(one, two) : one - two)
  }
  return list.items.sort(compare).map(list.idOf)
}
