// The panel's fields: which of them are ticked, what they ask for, and what is wrong with them.

const NUMBERS = new Set(["year", "price"])
const TAGS = new Set(["add_tags", "remove_tags"])

const ticked = (form) => [...form.querySelectorAll(".one:has([name=several-ticked]:checked)")]
const nameOf = (one) => one.querySelector("[name=several-ticked]").value
const fieldOf = (one) => one.querySelector(`[name="several-${nameOf(one)}"]`)

// The ticked fields, as people call them.
export function named(form) {
  return ticked(form).map((one) => one.querySelector("label[for]").textContent.replace(/:$/, ""))
}

// The body of the request.
export function asked(form) {
  const change = { changes: {} }
  for (const one of ticked(form)) {
    const [name, value] = [nameOf(one), fieldOf(one).value.trim()]
    if (TAGS.has(name)) change[name] = value.split(",").map((word) => word.trim()).filter(Boolean)
    else change.changes[name] = NUMBERS.has(name) ? value || null : value
  }
  return change
}

// How many works will change, and in what, before anything does.
export function tell(panel, count) {
  const words = panel.dataset
  const fields = named(panel).join(", ")
  const sentence = count === 1 ? words.one : words.many.replace("%count%", count)
  panel.querySelector(".count").textContent = fields ? sentence.replace("%fields%", fields) : ""
  const button = panel.querySelector("button[value=change]")
  button.textContent = count === 1 ? words.buttonOne : words.buttonMany.replace("%count%", count)
  button.disabled = !fields
  errors(panel, "")
}

// In words at the field they are about, and where there is none above the button.
export function errors(panel, message, found = {}) {
  for (const old of panel.querySelectorAll(".one .wrong")) old.remove()
  let placed = false
  for (const one of panel.querySelectorAll(".one")) {
    const reasons = found[`changes.${nameOf(one)}`] ?? found[nameOf(one)]
    if (!reasons) continue
    const why = Object.assign(document.createElement("span"), { className: "wrong", textContent: reasons[0].message })
    why.setAttribute("role", "alert")
    fieldOf(one).after(why)
    fieldOf(one).focus()
    placed = true
  }
  const line = panel.querySelector("p[role=alert]")
  line.textContent = placed ? "" : message
  line.hidden = placed || !message
}
