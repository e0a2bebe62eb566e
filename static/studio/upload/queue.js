import { isReadable, isSiteThere } from "./sending.js";

// The flow: one file after the other, in the order of selection, until none waits. Answers carry it on, not clocks or
// frames, so that it goes on in a tab that nobody looks at.

const PASSING = new Set([0, 408, 429, 502, 503, 504, 507])
const LONGEST = 60 // s between two tries
const PATIENCE = 5 // tries that are lost although the site is there

export class Queue {
  running = false
  paused = false

  // `next` answers the file to send, `deliver` sends it and answers how it is now, `set` writes that down, `settle`
  // brings what came in order, and `rest` is told that nothing goes on any more.
  constructor({ next, deliver, set, settle, rest }) {
    Object.assign(this, { next, deliver, set, settle, rest })
  }

  async run() {
    this.paused = false
    if (this.running) return
    this.running = true
    const awake = navigator.wakeLock?.request("screen").catch(() => null) // a phone stops what runs behind a dark screen
    while (!this.paused && this.next()) {
      for (let entry; !this.paused && (entry = this.next());) await this.carry(entry)
      this.current = null
      await this.settle()
    }
    awake?.then((lock) => lock?.release())
    this.running = false
    this.paused &&= Boolean(this.next())
    this.rest()
  }

  // What has been sent whole is answered; what has not is sent anew later, with the same key.
  pause() {
    this.paused = true
    if (this.current?.state !== "opening") this.stop?.abort()
  }

  cancel(entry) {
    if (entry.state === "opening") return
    this.set(entry, "cancelled")
    if (entry === this.current) this.stop.abort()
  }

  async carry(entry) {
    this.current = entry
    const { signal } = (this.stop = new AbortController())
    for (let tries = 1; !signal.aborted; tries += 1) {
      this.set(entry, "sending")
      try {
        return this.set(entry, ...(await this.deliver(entry, signal)))
      } catch (problem) {
        if (signal.aborted) break
        const verdict = await judged(entry, problem, tries)
        if (signal.aborted) break
        if (verdict) return this.set(entry, verdict, { problem })
        this.set(entry, "held", { problem })
        await hold(problem.wait || Math.min(2 ** (tries - 1), LONGEST), signal)
      }
    }
    if (entry.state !== "cancelled") this.set(entry, "waiting")
  }
}

// What becomes of a file that was not taken: nothing yet, where the reason will pass.
async function judged(entry, problem, tries) {
  if (problem.code === "duplicate") return "duplicate"
  if (problem.code === "idempotency_key_reused") entry.turn += 1
  else if (!PASSING.has(problem.status) && problem.code !== "idempotency_in_progress") return "refused"
  if (problem.status !== 0) return ""
  if (!(await isReadable(entry.file))) return "gone"
  return tries >= PATIENCE && (await isSiteThere()) ? "lost" : ""
}

function hold(seconds, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, seconds * 1000)
    const go = () => { clearTimeout(timer); resolve() }
    addEventListener("online", go, { once: true })
    signal.addEventListener("abort", go, { once: true })
  })
}
