// A whole order in one request. Made to the order that was read, or not at all: then somebody else was quicker.

import { ask } from "../ask.js";
import { say } from "../say.js";

const BRIEFLY = { Prefer: "return=minimal" }

export class Saving {
  constructor(list, { address, key, etag, words, saved, changed }) {
    Object.assign(this, { list, address, key, etag, words, saved, changed, busy: false, unsaved: false })
    addEventListener("beforeunload", (event) => { if (this.unsaved) event.preventDefault() })
  }

  // The latest order, however many changes are made while one is on its way.
  async save(done) {
    this.unsaved = true
    this.then = done
    if (this.busy) {
      this.waiting = true
      return
    }
    this.busy = true
    try {
      do {
        this.waiting = false
        await this.send(this.list.ids())
      } while (this.waiting)
      this.unsaved = false
      this.saved?.()
      this.then?.()
    } catch (problem) {
      this.refused(problem)
    } finally {
      this.busy = false
    }
  }

  async send(ids) {
    const headers = { ...BRIEFLY, "If-Match": this.etag }
    const { etag } = await ask("PUT", this.address, { json: { [this.key]: ids }, headers })
    this.etag = etag
  }

  // The order as it is kept now.
  async read() {
    const { data, etag } = await ask("GET", this.address)
    this.etag = etag
    return data[this.key]
  }

  refused(problem) {
    if (problem.status === 412 || problem.code === "incomplete_order") this.changed()
    else tell(problem, this.words, () => this.save(this.then))
  }
}

// What went wrong, in words, with a button to try it again.
export function tell(problem, words, undo) {
  const detail = problem.status ? problem.message || words("refused") : words("lost")
  say(detail, { wrong: true, again: words("again"), undo })
}
