// Enter saves and goes on; while one writes, gentle hints. Nothing here stands in the way.

const field = document.querySelector(".one-work textarea")
const shown = document.querySelector(".hints")
let waiting

field.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return
  event.preventDefault()
  field.form.requestSubmit()
})

// Not at every letter: it is read out.
field.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(tell, 700) })

function tell() {
  const text = field.value.trim()
  const count = text ? text.split(/\s+/).length : 0
  const { filePattern, openingPattern, title, most, file, opening, long } = shown.dataset
  const hints = []
  if (new RegExp(filePattern, "i").test(text)) hints.push(file)
  if (new RegExp(openingPattern, "i").test(text)) hints.push(opening)
  if (text && text.toLowerCase() === shown.dataset.work.toLowerCase()) hints.push(title)
  if (count > Number(most)) hints.push(long)
  const lines = [count ? line(shown.dataset.count.replace("%count%", count)) : null, ...hints.map((hint) => line(hint, "hint"))]
  shown.replaceChildren(...lines.filter(Boolean))
}

function line(words, kind = "") {
  return Object.assign(document.createElement("span"), { textContent: words, className: kind })
}
