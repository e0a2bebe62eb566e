// Hands on a row: Enter saves and goes down, Tab goes right, Escape takes back what is not yet saved.

export function handle(row, next) {
  const { line } = row
  let by_hand = false

  line.addEventListener("pointerdown", () => { by_hand = true })
  line.addEventListener("focusin", (event) => { if (event.target.dataset.cell) row.meet() })
  line.addEventListener("focusout", (event) => { if (event.target.dataset.cell) row.save(event.target) })

  line.addEventListener("keydown", (event) => {
    by_hand = false
    const cell = event.target
    if (!cell.dataset.cell || event.isComposing) return
    if (event.key === "Escape") row.leave(cell)
    if (event.key !== "Enter" || event.shiftKey) return
    event.preventDefault()
    row.save(cell, { insist: true })
    below(cell, next)
  })

  line.addEventListener("change", (event) => {
    if (event.target.classList.contains("action-select")) return
    event.stopPropagation() // the admin's own script would warn of unsaved changes
    if (by_hand && event.target.tagName === "SELECT") row.save(event.target)
  })

  for (const button of line.querySelectorAll(".suggested")) take_over(row, button)
}

function below(cell, next) {
  const same = next?.cell(cell.dataset.cell)
  if (!same) return
  same.focus()
  same.select?.()
}

// What the file suggests, until something else is written there.
function take_over(row, button) {
  const cell = button.parentElement.querySelector("[data-cell]")
  button.hidden = false
  button.addEventListener("click", () => {
    cell.value = button.value
    button.remove()
    cell.focus()
    row.save(cell)
  })
  cell.addEventListener("input", () => { button.hidden = cell.value !== cell.kept })
}
