// The last change, taken back: by the button beside what was said of it, or by Ctrl+Z.

import { say } from "../say.js";

export class Undoing {
  constructor(words) {
    this.words = words
    this.past = []
    addEventListener("keydown", (event) => {
      const pressed = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "z"
      if (!pressed || writing(event.composedPath()[0]) || !this.past.length) return
      event.preventDefault()
      this.back()
    })
  }

  // Something is done; `undo` is how it is taken back.
  done(said, undo) {
    this.past.push(undo)
    say(said, { again: this.words("undo"), undo: () => this.back() })
  }

  async back() {
    await this.past.pop()?.()
  }

  forget() {
    this.past.length = 0
  }
}

// Where Ctrl+Z is the field's own.
function writing(target) {
  return target.matches?.("textarea, input:not([type=checkbox], [type=radio])")
}
