import { send } from "./sending.js";
import { here } from "./walls.js";

// One file to its place: a new work, or another picture for one that stays.
export class Delivery {
  // `moved` is told of each step of a file on its way, `opened` that all of it has been sent.
  constructor({ form, batch, walls, moved, opened }) {
    Object.assign(this, { addresses: form.dataset, batch, walls, moved, opened })
  }

  // The entry's next state, and what has become known of it.
  async carry(entry, signal) {
    const replaces = entry.replaces && entry.namesake
    if (entry.path && !replaces) entry.gallery = (await this.walls.named(nameOf(entry))).id
    const progress = (share) => {
      entry.share = share
      if (share === 1) this.opened(entry)
      else this.moved(entry)
    }
    const options = { signal, progress, headers: { "Idempotency-Key": this.batch.keyOf(entry) } }
    const data = replaces
      ? await send("PUT", `${this.addresses.works}/${entry.namesake.id}/image`, this.picture(entry), options)
      : await send("POST", this.addresses.send, this.newWork(entry), options)
    const late = !replaces && this.isLate(entry)
    const warnings = data.warnings.filter(({ code }) => code !== "duplicate") // that was wanted
    return [data.state, { work: data.id, thumb: here(data.renditions.thumbnail.url), found: data.image.colour, warnings, late }]
  }

  picture({ file }) {
    const body = new FormData()
    body.set("image", file, file.name)
    return body
  }

  newWork(entry) {
    const body = this.picture(entry)
    body.set("title_from_file", "true")
    body.set("if_duplicate", entry.keep ? "keep" : "refuse")
    if (entry.gallery) body.set("galleries", entry.gallery)
    return body
  }

  isLate({ number, gallery }) {
    return Boolean(gallery) && this.onWall(gallery).some((other) => other.number > number)
  }

  onWall(gallery) {
    return this.batch.entries.filter((entry) => entry.work && entry.gallery === gallery && !entry.replaces)
  }

  // The order of selection is the order on the wall. Answers whether it could not be kept.
  async putInOrder() {
    const late = this.batch.entries.filter((entry) => entry.late)
    try {
      for (const gallery of new Set(late.map((entry) => entry.gallery))) {
        const works = this.onWall(gallery).map((entry) => entry.work)
        await this.walls.settle(gallery, works, new Set(late.map((entry) => entry.work)))
      }
    } catch { return true }
    for (const entry of late) entry.late = false
    return false
  }

  // Where to go on: the wall where all of them hang, else a list.
  destination(entries) {
    const walls = new Set(entries.filter(({ work }) => work).map(({ gallery }) => gallery || null))
    const [wall] = walls
    if (walls.size === 1 && wall) return this.addresses.galleryPage.replace("/0/", `/${wall}/`)
    return walls.size > 1 ? this.addresses.galleriesPage : this.addresses.worksPage
  }
}

const nameOf = ({ path }) => path.split("/").at(-1).slice(0, 200)
