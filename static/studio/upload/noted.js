import { filled } from "./words.js";

// What artists should know of their files: one sentence for each kind of warning, however many files it is about. It
// is said when all have come, so that nothing moves meanwhile.
export class Noted {
  kinds = new Map()
  others = []

  constructor(list) {
    this.list = list
  }

  add(name, warnings) {
    for (const { code, message } of warnings) {
      const kind = this.kinds.get(code) ?? { count: 0, sentence: `“${name}”: ${message}` }
      kind.count += 1
      if (kind.count > 1 && this.list.dataset[code]) kind.sentence = filled(this.list.dataset[code], kind)
      this.kinds.set(code, kind)
    }
  }

  say(words) {
    this.others.push(words)
    this.show()
  }

  show() {
    const lines = [...this.others, ...[...this.kinds.values()].map(({ sentence }) => sentence)]
    const shown = [...this.list.children].map((line) => line.textContent)
    if (lines.join() === shown.join()) return
    this.list.replaceChildren(...lines.map((words) => Object.assign(document.createElement("li"), { textContent: words })))
  }
}
