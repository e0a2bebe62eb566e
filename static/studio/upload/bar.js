import { counted, filled } from "./words.js";

const UNDER_WAY = ["waiting", "sending", "opening", "held"]
const NEEDY = ["refused", "large", "gone", "lost", "duplicate", "broken"]
const LEFT_OUT = ["skipped", "cancelled"]
const QUIET = 15000 // ms between two announcements

// One line that says how far it is, what can be done with all files at once, and a voice for those who do not see it.
export class Bar {
  spoken = 0
  title = document.title

  constructor(form, act) {
    Object.assign(this, { words: form.dataset, bar: form.querySelector(".bar"), voice: form.querySelector(".voice") })
    this.bar.addEventListener("click", ({ target }) => {
      if (target.dataset.all) act(target.dataset.all)
    })
  }

  show(entries, { running, paused, goOn }) {
    const counts = countsOf(entries)
    const { all, here, needy, underWay } = counts
    const started = running || paused || goOn
    const before = document.activeElement
    const line = started ? this.line(counts) : counted(this.words, "chosen", all)
    this.reveal({
      ".sum": all,
      progress: started && here < all,
      "input[type=submit]": !running && !paused && (underWay || !goOn),
      "[data-all=pause]": running && !paused,
      "[data-all=go]": paused,
      "[data-all=stop]": underWay && (running || paused),
      "[data-all=skip]": counts.duplicate > 1,
      "[data-all=again]": !running && counts.refused + counts.lost > 1,
      ".go-on": goOn && !running && !underWay,
    })
    this.bar.querySelector(".sum").textContent = line
    Object.assign(this.bar.querySelector("progress"), { max: all || 1, value: here })
    document.title = running ? `${here}/${all} ${this.title}` : this.title
    if (before?.hidden) this.bar.querySelector(":is(button, input, a):not([hidden])")?.focus()
    if (needy !== this.needy || !running) this.say(line, !running && all)
    this.needy = needy
  }

  reveal(parts) {
    for (const [selector, shown] of Object.entries(parts)) this.bar.querySelector(selector).hidden = !shown
  }

  line({ here, all, needy }) {
    const line = filled(this.words.sum, { here, all })
    return needy ? `${line}, ${counted(this.words, "need", needy)}` : line
  }

  // Not every file: how things stand, now and then, and at the end.
  say(words, last) {
    if (!last && Date.now() - this.spoken < QUIET) return
    this.spoken = Date.now()
    if (this.voice.textContent !== words) this.voice.textContent = words
  }
}

function countsOf(entries) {
  const counts = { all: 0, here: 0, needy: 0, underWay: 0, duplicate: 0, refused: 0, lost: 0 }
  for (const { state } of entries) {
    if (LEFT_OUT.includes(state)) continue
    counts.all += 1
    if (state in counts) counts[state] += 1
    if (UNDER_WAY.includes(state)) counts.underWay += 1
    else if (NEEDY.includes(state)) counts.needy += 1
    else counts.here += 1
  }
  return counts
}
