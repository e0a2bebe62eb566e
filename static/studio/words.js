// A field of several words with commas between them, completed from the artist's own: a browser completes only whole fields.

for (const field of document.querySelectorAll("[data-words]")) complete(field, document.getElementById(field.dataset.words))

function complete(field, own) {
  if (!own) return
  const words = [...own.options].map((option) => option.value)
  const list = Object.assign(document.createElement("datalist"), { id: `${field.id || field.name}-words` })
  field.after(list)
  field.setAttribute("list", list.id)
  field.setAttribute("autocomplete", "off")
  field.addEventListener("input", offer)
  field.addEventListener("focus", offer)

  function offer() {
    const before = field.value.replace(/[^,]*$/, "").replace(/,$/, ", ")
    const used = new Set(before.split(",").map((word) => word.trim().toLowerCase()))
    const fresh = words.filter((word) => !used.has(word.toLowerCase()))
    list.replaceChildren(...fresh.map((word) => new Option("", before + word)))
  }
}
