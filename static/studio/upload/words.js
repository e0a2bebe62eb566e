// The words of the page stand in its template; what is counted has one form for one and one for many.

export const filled = (words, values) => words.replace(/%(\w+)%/g, (whole, name) => values[name] ?? whole)

export const counted = (dataset, name, count) => filled(dataset[`${name}${count === 1 ? "One" : "Many"}`], { count })
