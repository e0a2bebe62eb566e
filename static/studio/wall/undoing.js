// The last changes, taken back and made again: by the button beside what was said, by Ctrl+Z and Ctrl+Shift+Z.

import { say } from "../say.js";

export class Undoing {
  constructor(words) {
    Object.assign(this, { words, past: [], future: [] })
    addEventListener("keydown", (event) => {
      const way = pressed(event)
      if (!way || writing(event.composedPath()[0])) return
      event.preventDefault()
      this[way]()
    })
  }

  // Something is done. `undo` takes it back and `redo` does it again; each calls what it is given once that is saved.
  done(undo, redo) {
    this.past.push({ undo, redo })
    this.future = []
  }

  tell(said) {
    say(said, { again: this.words("undo"), undo: () => this.undo() })
  }

  undo() {
    const said = () => say(this.words("undone"), { again: this.words("redo"), undo: () => this.redo() })
    return turn(this.past, this.future, (step) => step.undo(said))
  }

  redo() {
    return turn(this.future, this.past, (step) => step.redo(() => this.tell(this.words("redone"))))
  }

  forget() {
    this.past = []
    this.future = []
  }
}

async function turn(from, to, act) {
  const step = from.pop()
  if (!step) return
  to.push(step)
  await act(step)
}

function pressed({ ctrlKey, metaKey, shiftKey, key }) {
  if (!ctrlKey && !metaKey) return ""
  const letter = key.toLowerCase()
  if (letter === "y" && !shiftKey) return "redo"
  return letter === "z" ? (shiftKey ? "redo" : "undo") : ""
}

// Where Ctrl+Z is the field's own.
function writing(target) {
  return target.matches?.("textarea, input:not([type=checkbox], [type=radio])")
}
