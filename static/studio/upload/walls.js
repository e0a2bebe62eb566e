import { ask } from "../ask.js";

// Where files are hung: a folder's in the gallery of its name, in the order in which they were chosen.

export class Walls {
  constructor(address, artist) {
    Object.assign(this, { address, artist, found: new Map() })
  }

  // The gallery of this name among one's own; undefined where there is none.
  async called(title) {
    const own = await this.own()
    return own.find((gallery) => plain(gallery.title) === plain(title))
  }

  // The same, made where it is missing. A request whose answer was lost has made it: look before each try.
  async named(title) {
    const known = this.found.get(plain(title))
    if (known) return known
    const gallery = (await this.called(title)) ?? (await ask("POST", this.address, { json: { title } })).data
    this.found.set(plain(title), gallery)
    return gallery
  }

  async own() {
    return everyPage(`${this.address}?artist=${this.artist}&page_size=100`)
  }

  // Those that came late go right behind the one they were chosen after; nothing else on the wall moves.
  async settle(gallery, works, late) {
    const address = `${this.address}/${gallery}/order`
    const { data, etag } = await ask("GET", address)
    const order = reordered(data.artworks, works, late)
    if (order.every((id, index) => id === data.artworks[index])) return
    await ask("PUT", address, { json: { artworks: order }, headers: { "If-Match": etag } })
  }
}

export function reordered(wall, works, late) {
  const order = [...wall]
  for (const work of works.filter((id) => late.has(id) && order.includes(id))) {
    const before = works.slice(0, works.indexOf(work)).filter((id) => order.includes(id))
    const after = works.slice(works.indexOf(work) + 1).filter((id) => order.includes(id))
    order.splice(order.indexOf(work), 1)
    const place = before.length ? order.indexOf(before.at(-1)) + 1 : order.indexOf(after[0])
    order.splice(place < 0 ? order.length : place, 0, work)
  }
  return order
}

export async function everyPage(address) {
  const found = []
  for (let next = address; next;) {
    const { data } = await ask("GET", next)
    found.push(...data.results)
    next = data.next && here(data.next)
  }
  return found
}

// Addresses in answers name the host that the site is known by, which need not be the one it was reached by.
export const here = (address) => address.replace(/^https?:\/\/[^/]+/, "")

const plain = (title) => title.trim().normalize().toLocaleLowerCase()
