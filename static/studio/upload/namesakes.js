import { everyPage } from "./walls.js";

// Own works that came from files of the same names, each name with its one work. Where two share one it is none.

const SOME = 25 // names in one request

export async function namesakes(works, names) {
  const found = []
  for (let start = 0; start < names.length; start += SOME) {
    const asked = names.slice(start, start + SOME).map((name) => `&source_filename=${encodeURIComponent(name)}`)
    found.push(...(await everyPage(`${works}&page_size=100${asked.join("")}`)))
  }
  const counts = new Map()
  for (const { source_filename: name } of found) counts.set(name, (counts.get(name) ?? 0) + 1)
  return new Map(found.filter(({ source_filename: name }) => counts.get(name) === 1).map((work) => [work.source_filename, work]))
}
