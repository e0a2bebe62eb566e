// What an upload has to bring, remembered by this browser alone until all of it is settled: names, sizes and keys, so
// that the same files, dropped again after a reload, go on where they were. No picture is kept.

const LASTS = 30 * 24 * 3600 * 1000 // ms
const TAB = "upload" // the batch of this very tab, which a reload does not end
const KEPT = ["number", "name", "size", "modified", "path", "gallery", "turn", "work", "thumb", "found", "late", "settled"]

const prefix = (artist) => `upload:${artist}:`

export class Batch {
  constructor(artist, { id = fresh(), entries = [] } = {}) {
    Object.assign(this, { artist, id, entries })
    this.byFile = new Map(entries.map((entry) => [fileKey(entry), entry]))
    attempt(() => sessionStorage.setItem(TAB, id))
    addEventListener("pagehide", () => { this.save = () => {} }) // what is cut off by leaving has not failed
    addEventListener("pageshow", () => { delete this.save })
    navigator.locks?.request(prefix(artist) + id, () => new Promise(() => {})) // until the page is left
  }

  // The last one of the artist's that is not done, and that no other tab is at work on; else a new one.
  static async last(artist) {
    const busy = ((await navigator.locks?.query())?.held ?? []).map((lock) => lock.name)
    const own = attempt(() => sessionStorage.getItem(TAB))
    const found = stored(artist).filter(({ id }) => id === own || !busy.includes(prefix(artist) + id))
    return new Batch(artist, found.sort((one, other) => other.saved - one.saved)[0])
  }

  // The entry of a file: the one it has already, or a new one behind the others.
  entryOf({ file, path }) {
    const { name, size, lastModified: modified } = file
    const known = this.byFile.get(fileKey({ name, size, modified, path }))
    if (known) return known
    const entry = { number: this.entries.length, name, size, modified, path, turn: 0 }
    this.entries.push(entry)
    this.byFile.set(fileKey(entry), entry)
    return entry
  }

  keyOf({ number, turn }) {
    return `${this.id}.${number}.${turn}`
  }

  owed() {
    return this.entries.filter(owes)
  }

  missing() {
    return this.owed().filter((entry) => !entry.file)
  }

  forget(entries) {
    for (const entry of entries) entry.settled = true
    this.save()
  }

  save() {
    const name = prefix(this.artist) + this.id
    const entries = this.entries.map((entry) => Object.fromEntries(KEPT.map((field) => [field, entry[field]])))
    attempt(() => (
      this.owed().length
        ? localStorage.setItem(name, JSON.stringify({ id: this.id, saved: Date.now(), entries }))
        : localStorage.removeItem(name)
    ))
  }
}

const owes = ({ work, settled }) => !work && !settled

const fileKey = ({ path, name, size, modified }) => [path, name, size, modified].join("/")

// crypto.randomUUID() is missing where a site is not reached by https.
function fresh() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("")
}

function stored(artist) {
  const names = attempt(() => Object.keys(localStorage)) ?? []
  const found = names.filter((name) => name.startsWith(prefix(artist)))
  const batches = found.map((name) => attempt(() => JSON.parse(localStorage.getItem(name)))).filter(Boolean)
  return batches.filter(({ saved, entries }) => Date.now() - saved < LASTS && entries.some(owes))
}

// A browser may keep nothing, or have no room left: then a reload forgets, and nothing else is lost.
function attempt(what) {
  try { return what() } catch { return undefined }
}
