// The line below a size, as visitors read it. It also keeps the sides: a line of one number does not say which it is.

const SIDES = ["height_cm", "width_cm", "depth_cm"]

// Of a work as the API tells it.
export function sizeOf(data) {
  const inches = data.dimensions_in_inches ? ` (${data.dimensions_in_inches})` : ""
  return { read: data.dimensions + inches, sides: SIDES.map((side) => data[side] ?? "").join() }
}

export function shown(line) {
  const place = line.querySelector(".as-read")
  return place && { read: place.textContent, sides: place.dataset.sides }
}

export function show(line, { read, sides }) {
  const place = line.querySelector(".as-read")
  if (!place) return
  place.textContent = read
  place.dataset.sides = sides
}

// What the API is sent for a size to be again what was shown.
export function fieldsOf({ read, sides }) {
  const known = sides.split(",")
  if (!known.some(Boolean)) return { dimensions: read }
  return Object.fromEntries(SIDES.map((side, at) => [side, known[at] || null]))
}
