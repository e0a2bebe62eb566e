// One quiet line at the foot of the page, read out as well; with a button where something can be taken back.

const line = document.createElement("div")
line.className = "said"
line.setAttribute("role", "status")
document.body.append(line)

let ending

// `again` is the button's word, and `undo` what it does. Without them the line goes by itself.
export function say(words, { again, undo, wrong = false } = {}) {
  clearTimeout(ending)
  line.className = wrong ? "said wrong" : "said"
  line.replaceChildren(Object.assign(document.createElement("span"), { textContent: words }))
  if (undo) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: again })
    button.addEventListener("click", () => { line.replaceChildren(); undo() })
    line.append(button)
  }
  if (!wrong) ending = setTimeout(() => line.replaceChildren(), undo ? 20000 : 6000)
}
