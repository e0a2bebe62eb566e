// A work's picture at the size of the screen: the page's own <picture>, told how wide it is shown here.

export class Slide {
  constructor(work, priority) {
    this.work = work
    this.element = document.createElement("div")
    this.element.className = `slide ${work.look ?? ""}`
    const picture = document.importNode(work.picture, true)
    this.image = picture.querySelector("img")
    this.sources = [...picture.querySelectorAll("source"), this.image]
    this.asked = 0
    this.ask(1)
    for (const name of ["tabindex", "role", "aria-haspopup", "style"]) this.image.removeAttribute(name)
    Object.assign(this.image, { loading: "eager", fetchPriority: priority, draggable: false })
    // Until it is there, the smaller one that the page has shown.
    const seen = work.picture.querySelector("img").currentSrc
    if (seen) this.image.style.background = `url("${seen}") center / 100% 100%`
    this.element.append(picture)
  }

  get arrived() { return this.image.decode().catch(() => {}) }

  // In the middle of the hole that the controls leave, or so many places beside it.
  place(hole, beside, Zoom) {
    this.hole = hole
    this.zoom ??= new Zoom(this.work)
    if (beside || !this.zoom.zoomed) this.zoom.reset(hole, devicePixelRatio)
    else this.zoom.resize(hole, devicePixelRatio)
    const { fit, size } = this.zoom
    const [width, height] = [size.width * fit, size.height * fit]
    const [left, top] = [hole.left + (hole.width - width) / 2, hole.top + (hole.height - height) / 2]
    for (const [side, length] of Object.entries({ width, height, left, top })) this.image.style[side] = `${length}px`
    this.element.style.translate = `${beside * 105}% 0`
    this.element.inert = beside !== 0
    this.follow()
  }

  follow() {
    const { zoom } = this
    this.image.style.transform = zoom.zoomed ? `translate(${zoom.x}px, ${zoom.y}px) scale(${zoom.scale / zoom.fit})` : ""
    // Of what has tiles only the seen part is fetched any larger.
    this.ask(this.work.tiles ? zoom.size.width * zoom.fit : zoom.width)
  }

  // The browser takes the rendition that this width needs on this screen.
  ask(width) {
    if (width <= this.asked) return
    this.asked = Math.ceil(width)
    for (const source of this.sources) source.sizes = `${this.asked}px`
  }

  // Tiles over the picture, from the first zoom on.
  deepen(Tiles, script, glide) {
    const { zoom } = this
    if (!zoom.zoomed) return this.tiles?.rest(this.seen, glide)
    this.tiles ??= new Tiles(this.element, this.work.tiles, script)
    this.tiles.follow(this.seen, glide)
  }

  // Where the picture is on the stage.
  get seen() {
    const { hole, zoom } = this
    const [x, y] = [hole.left + hole.width / 2 + zoom.x, hole.top + hole.height / 2 + zoom.y]
    return { left: x - zoom.width / 2, top: y - zoom.height / 2, width: zoom.width }
  }

  shallow() {
    this.tiles?.close()
    this.tiles = null
  }

  remove() {
    this.shallow()
    this.element.remove()
  }
}
