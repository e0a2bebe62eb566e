import { everyPage } from "./walls.js";

// When the sizes of works that have arrived are made: asked for all of them at once, ever more rarely.

const SHORTEST = 2, LONGEST = 20 // s

export class Watch {
  // `pending` answers entries whose works are still being prepared; `set` is told how they are.
  constructor(works, pending, set) {
    Object.assign(this, { works, pending, set, pause: SHORTEST })
  }

  start() {
    this.pause = SHORTEST
    this.timer ??= setTimeout(() => this.look(), this.pause * 1000)
  }

  async look() {
    const asked = this.pending()
    try {
      const processing = await this.inState("processing")
      const done = asked.filter((entry) => !processing.has(entry.work))
      const broken = done.length ? await this.inState("broken") : new Set()
      for (const entry of done) this.set(entry, broken.has(entry.work) ? "broken" : "ready")
    } catch { /* the site is away for a moment */ }
    this.pause = Math.min(this.pause * 1.5, LONGEST)
    this.timer = this.pending().length ? setTimeout(() => this.look(), this.pause * 1000) : null
  }

  async inState(state) {
    return new Set((await everyPage(`${this.works}&page_size=100&state=${state}`)).map((work) => work.id))
  }
}
