// What a row says of itself: saved, being saved, or why not. Words come from the page, in its language.

const said = document.querySelector("[data-cells-said]")
export const words = said?.dataset ?? {}

export function announce(text) {
  said.textContent = ""
  setTimeout(() => { said.textContent = text }, 30) // the same sentence twice is read out twice
}

// Read out by `announce`; beside the picture it is for the eyes.
export function mark(line, text, good = false) {
  let shown = line.querySelector(".mark")
  if (!shown) {
    shown = Object.assign(document.createElement("span"), { className: "mark" })
    shown.setAttribute("aria-hidden", "true")
    line.querySelector(".field-picture")?.append(shown)
  }
  shown.textContent = text
  shown.classList.toggle("good", good)
}

export function refused(cell) {
  return cell.hasAttribute("aria-invalid")
}

// Why a cell is not saved, in words at the cell; with no problem those go.
export function refuse(line, cell, problem) {
  document.getElementById(`${cell.id}-wrong`)?.remove()
  cell.removeAttribute("aria-invalid")
  cell.removeAttribute("aria-describedby")
  if (!problem) return mark(line, "")
  const why = document.createElement("span")
  Object.assign(why, { id: `${cell.id}-wrong`, className: "wrong", textContent: reason(cell, problem) })
  why.setAttribute("role", "alert")
  cell.after(why)
  cell.setAttribute("aria-invalid", "true")
  cell.setAttribute("aria-describedby", why.id)
  mark(line, "")
}

function reason(cell, { status, detail, message, errors = {} }) {
  if (status === 0) return words.lost
  if (status === 404) return words.gone
  return errors[cell.dataset.cell]?.[0]?.message ?? detail ?? message
}
