// How large a picture is shown and where: arithmetic alone. Points and shifts are CSS pixels from the middle of the box;
// a scale is CSS pixels for one pixel of the picture.

const STEP = 4.2 // at most
const MIDDLE = { x: 0, y: 0 }

export class Zoom {
  constructor(size) { this.size = size }

  // A small work is shown as large as on its page, one pixel to a CSS pixel. Zoomed, no pixel is larger than the screen's.
  reset(box, density) {
    this.box = box
    this.fit = Math.min(1, box.width / this.size.width, box.height / this.size.height)
    this.limit = Math.max(this.fit, 1 / density)
    Object.assign(this, { x: 0, y: 0, scale: this.fit })
  }

  // Another box, the same look as far as it goes.
  resize(box, density) {
    const { x, y, scale } = this
    this.reset(box, density)
    this.to(scale)
    this.move(x, y)
  }

  get zoomed() { return this.scale > this.fit * 1.001 }
  get full() { return this.scale > this.limit / 1.001 }
  get width() { return this.size.width * this.scale }
  get height() { return this.size.height * this.scale }

  // As few steps as there need be, all of one size.
  get step() { return (this.limit / this.fit) ** (1 / Math.ceil(Math.log(this.limit / this.fit) / Math.log(STEP) || 1)) }
  get next() { return this.scale * this.step ** 1.1 > this.limit ? this.limit : this.scale * this.step }
  get last() { return this.scale / this.step ** 1.1 < this.fit ? this.fit : this.scale / this.step }

  // What is under the point stays there.
  to(scale, point = MIDDLE) {
    const wanted = Math.min(this.limit, Math.max(this.fit, scale))
    const grown = wanted / this.scale
    this.scale = wanted
    this.move((point.x - this.x) * (1 - grown), (point.y - this.y) * (1 - grown))
  }

  // As far as the picture's edge, which stays out of the box.
  move(x, y) {
    const held = (at, spare) => Math.min(Math.max(at, -spare), spare)
    this.x = held(this.x + x, Math.max(0, this.width - this.box.width) / 2)
    this.y = held(this.y + y, Math.max(0, this.height - this.box.height) / 2)
  }
}
