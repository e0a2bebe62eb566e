// The viewer: a dialog over the page, one work in it, its neighbours ready to both sides.

const still = matchMedia("(prefers-reduced-motion: reduce)")
const GLIDE = 220 // ms, as in viewer.css

export class Viewer {
  constructor(template, parts) {
    this.parts = parts
    this.script = template.dataset.openseadragon
    this.dialog = document.importNode(template.content.querySelector("dialog"), true)
    for (const name of ["frame", "stage", "track", "hole", "count", "plate", "keys"]) this[name] = this.find(`.${name}`)
    const style = this.find("link")
    this.dressed = new Promise((resolve) => { style.onload = style.onerror = resolve })
    document.body.append(this.dialog)
    this.slides = new Map()
    this.dialog.addEventListener("close", () => this.closed())
    new ResizeObserver(() => this.open && this.fit()).observe(this.hole)
    parts.listen(this)
    parts.gestures(this.stage, new parts.Hands(this))
  }

  find(selector) { return this.dialog.querySelector(selector) }

  get open() { return this.dialog.open }
  get work() { return this.works[this.at] }
  get slide() { return this.slides.get(this.work.path) }
  get zoom() { return this.slide.zoom }

  // --- Opening and closing -------------------------------------------------------------------------

  // Shows the work that hangs in `holder`, or has the address `path`. Answers whether it is here.
  show(holder, path) {
    this.works = this.parts.worksOn(document, Boolean(this.script))
    this.own = this.works.find((work) => work.way.matches("img")) // an artwork's page knows the one
    const at = this.own ? 0 : this.works.findIndex((work) => work.holder === holder || work.path === path)
    if (at < 0) return false
    this.dialog.showModal()
    this.frame.focus()
    this.turnTo(at)
    if (this.own) this.widen(path)
    return true
  }

  // The others hang in its gallery.
  async widen(path = this.own.path) {
    const works = await this.parts.worksBeside(this.own, Boolean(this.script))
    const at = works.findIndex((work) => work.path === this.own.path)
    if (at < 0 || !this.open) return
    works[at] = { ...this.own, address: works[at].address }
    Object.assign(this, { works, at })
    this.parts.label(this)
    this.turnTo(Math.max(0, works.findIndex((work) => work.path === path)))
  }

  close() { this.dialog.close() }

  closed() {
    if (document.fullscreenElement) document.exitFullscreen()
    const { work, own } = this
    this.slides.forEach((slide) => slide.remove())
    this.slides.clear()
    // Under the address of another work belongs that work's page.
    if (own && history.state?.viewing && work.path !== own.path) return location.replace(work.address)
    const { way } = own ?? work
    way.scrollIntoView({ block: "nearest", behavior: "instant" })
    way.focus({ preventScroll: true })
    if (history.state?.viewing) history.back()
  }

  // --- Which work ----------------------------------------------------------------------------------

  turnTo(at) {
    const wanted = Math.max(0, Math.min(at, this.works.length - 1))
    if (this.slides.size && wanted !== this.at) this.unzoom()
    this.at = wanted
    this.parts.label(this)
    this.pull()
    this.hang(this.work, "high")
    const { slide } = this
    slide.arrived.then(() => this.open && slide === this.slide && this.surround())
    if (history.state?.viewing) history.replaceState({ viewing: true }, "", this.work.address)
  }

  // The neighbours, once the work itself has arrived; what is further away is let go.
  surround() {
    const near = this.works.slice(Math.max(0, this.at - 1), this.at + 2)
    for (const [path, slide] of this.slides) {
      if (near.some((work) => work.path === path)) continue
      slide.remove()
      this.slides.delete(path)
    }
    near.forEach((work) => this.hang(work, "low"))
  }

  hang(work, priority) {
    if (!this.slides.has(work.path)) {
      const slide = new this.parts.Slide(work, priority)
      this.slides.set(work.path, slide)
      this.track.append(slide.element)
    }
    this.fit()
  }

  // --- Where things are ----------------------------------------------------------------------------

  // Every slide at its place: the work in the middle, neighbours just outside.
  fit() {
    const [stage, inner] = [this.stage, this.hole].map((part) => part.getBoundingClientRect())
    const { width, height } = inner
    const hole = { left: inner.left - stage.left, top: inner.top - stage.top, width, height }
    this.centre = { x: inner.left + width / 2, y: inner.top + height / 2 }
    this.works.forEach((work, at) => {
      this.slides.get(work.path)?.place(hole, at - this.at, this.parts.Zoom)
    })
    if (this.slide) this.follow()
  }

  // The picture goes where its zoom says.
  follow(gliding = false) {
    const { slide, zoom } = this
    const glides = gliding && !still.matches
    clearTimeout(this.gliding)
    this.stage.classList.toggle("gliding", glides)
    if (glides) this.gliding = setTimeout(() => this.stage.classList.remove("gliding"), GLIDE)
    slide.follow()
    if (slide.work.tiles) slide.deepen(this.parts.Tiles, this.script, glides ? GLIDE + 40 : 0)
    this.stage.classList.toggle("zoomed", zoom.zoomed)
    this.stage.classList.toggle("full", zoom.full)
    this.find("[data-do=nearer]").setAttribute("aria-disabled", zoom.full)
    this.find("[data-do=farther]").setAttribute("aria-disabled", !zoom.zoomed)
  }

  zoomTo(scale, point) {
    this.zoom.to(scale, point)
    this.follow(true)
  }

  unzoom() {
    this.zoom.to(this.zoom.fit)
    this.follow()
    this.slide.shallow()
  }

  // The track under a finger; let go, it glides back.
  pull(way = "", gone = 0, gliding = false) {
    this.track.classList.toggle("gliding", gliding && !still.matches)
    this.track.style.translate = way
    this.frame.style.setProperty("--gone", gone)
  }

  // Glides to a neighbour, as the finger has begun to.
  glideTo(at) {
    this.hang(this.works[at], "high")
    this.pull(`${(this.at - at) * 105}% 0`, 0, true)
    setTimeout(() => this.open && this.turnTo(at), still.matches ? 0 : GLIDE)
  }

  // A dialog may not fill the screen, says the standard; what it holds may.
  fillScreen() {
    if (document.fullscreenElement) document.exitFullscreen()
    else this.frame.requestFullscreen?.().catch(() => {})
  }
}
