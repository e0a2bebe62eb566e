// What is said, from the page's own words: `words("moved", { place: 3 })`.

export function wordsOf(page) {
  const { dataset } = page.querySelector("[data-words]")
  return (name, values = {}) => Object.entries(values).reduce(
    (said, [key, value]) => said.replace(`%${key}%`, value), dataset[name] ?? ""
  )
}

// For what has to be heard at once, while something is lifted and moved.
export function hearing(page) {
  const heard = page.querySelector("[data-heard]")
  return (words) => { heard.textContent = words }
}
