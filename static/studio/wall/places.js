// Where things stand on the page, and between which of them another would go.

export function measured(items, frame) {
  const { left, top } = frame.getBoundingClientRect()
  const boxes = items.map((item) => {
    const box = item.getBoundingClientRect()
    return { left: box.left - left, top: box.top - top, right: box.right - left, bottom: box.bottom - top }
  })
  // One below the other, or side by side as well.
  boxes.inColumn = boxes.every((box) => Math.abs(box.left - boxes[0].left) < 2)
  return boxes
}

// The place nearest to a point: so many things stand before it.
export function nearest(boxes, x, y) {
  let best = 0, least = Infinity
  boxes.forEach((box, index) => {
    const across = Math.max(box.left - x, 0, x - box.right)
    const down = Math.max(box.top - y, 0, y - box.bottom)
    const away = across ** 2 + down ** 2
    if (away < least) [best, least] = [index, away]
  })
  const { left, right, top, bottom } = boxes[best]
  const after = boxes.inColumn ? y > (top + bottom) / 2 : x > (left + right) / 2
  return { place: best + after, beside: best, after }
}

// The thing above or below one, nearest to straight; -1 where there is none.
export function upright(boxes, from, way) {
  const middle = (box) => (box.left + box.right) / 2
  const start = boxes[from]
  let best = -1, least = Infinity
  boxes.forEach((box, index) => {
    const down = way > 0 ? box.top - start.bottom : start.top - box.bottom
    if (index === from || down < -Math.min(box.bottom - box.top, start.bottom - start.top) / 2) return
    const away = Math.max(down, 0) + Math.abs(middle(box) - middle(start)) / 2
    if (away < least) [best, least] = [index, away]
  })
  return best
}

// Where an arrow leads from a place; `last` is the place behind everything, or the last thing.
export function stepped(boxes, from, key, last) {
  if (key === "Home") return 0
  if (key === "End") return last
  const way = key === "ArrowLeft" || key === "ArrowUp" ? -1 : 1
  const straight = key === "ArrowUp" || key === "ArrowDown"
  if (!straight || boxes.inColumn) return Math.min(Math.max(from + way, 0), last)
  const found = upright(boxes, Math.min(from, boxes.length - 1), way)
  return found < 0 ? (way < 0 ? 0 : last) : found
}

// The line that says where something would go.
export function gap(boxes, beside, after) {
  const { left, right, top, bottom } = boxes[beside]
  return boxes.inColumn
    ? { left, top: Math.max(0, (after ? bottom : top) - 2), width: right - left, height: 4 }
    : { left: after ? right + 4 : left - 8, top, width: 4, height: bottom - top }
}
