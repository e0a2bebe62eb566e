// The other tab was quicker: which order shall it be? Neither is thrown away before that is said.

export function choice(page) {
  const dialog = page.querySelector("[data-changed]")
  return () => new Promise((resolve) => {
    if (dialog.open) return
    const answered = (event) => {
      if (!event.target.value) return
      dialog.removeEventListener("click", answered)
      dialog.close()
      resolve(event.target.value)
    }
    dialog.addEventListener("click", answered)
    dialog.addEventListener("cancel", (event) => event.preventDefault())
    dialog.showModal()
  })
}
