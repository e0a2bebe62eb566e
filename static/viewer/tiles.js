// Deep zoom: OpenSeadragon paints the tiles of what is seen over the picture, and does nothing else. Where it stands is
// the viewer's to say, so that every work is zoomed the same way.

const REST = 160 // ms without a change of scale before tiles are asked for: what is only passed is not fetched

export class Tiles {
  constructor(slide, address, script) {
    this.element = Object.assign(document.createElement("div"), { className: "tiles" })
    slide.append(this.element)
    this.open(address, script).catch(() => {}) // without tiles there is the picture under them
  }

  async open(address, script) {
    const [info] = await Promise.all([fetch(address).then((answer) => answer.json()), added(script)])
    if (this.gone) return
    const id = new URL(address, location.href).href.replace(/\/info\.json$/, "")
    this.painter = OpenSeadragon({
      element: this.element,
      // Unseen until it is told where to stand, or it would start with a look at the whole.
      tileSources: [{ tileSource: { ...info, id, "@id": id }, opacity: 0 }],
      drawer: "canvas",
      showNavigationControl: false,
      mouseNavEnabled: false,
      gestureSettingsMouse: { scrollToZoom: false },
      tabIndex: -1,
      maxZoomPixelRatio: 1,
      immediateRender: true,
      animationTime: 0,
      blendTime: 0,
      imageLoaderLimit: 4,
      maxTilesPerFrame: 4,
      // On a dense screen a level may be drawn a little above its size before the next, four times the bytes, is fetched.
      minPixelRatio: devicePixelRatio < 2 ? 0.5 : 0.7,
    })
    this.painter.addHandler("open", () => {
      const item = this.painter.world.getItemAt(0)
      item.addHandler("fully-loaded-change", ({ fullyLoaded }) => fullyLoaded && this.settled(item))
      if (!this.timer && !this.element.hidden) this.paint()
    })
  }

  // The picture's place on the screen. What is painted goes with it; at rest it is painted anew.
  follow(place, glide) {
    this.element.hidden = false
    const panned = !glide && this.painted?.width === place.width && !this.timer
    this.shift(place)
    if (panned) return this.paint()
    this.after(glide + REST, () => this.paint())
  }

  // Back at the size where the picture itself is sharp.
  rest(place, glide) {
    this.shift(place)
    this.after(glide, () => { this.element.hidden = true })
  }

  after(time, act) {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => {
      this.timer = 0
      act()
    }, time)
  }

  shift(place) {
    this.place = place
    if (!this.painted) return
    const grown = place.width / this.painted.width
    const [x, y] = [place.left - this.painted.left * grown, place.top - this.painted.top * grown]
    this.element.style.transform = `translate(${x}px, ${y}px) scale(${grown})`
  }

  paint() {
    const item = this.painter?.world.getItemAt(0)
    if (!item) return
    const onPixel = (length) => Math.round(length * devicePixelRatio) / devicePixelRatio
    const { width } = (this.painted = this.place)
    const [left, top] = [onPixel(this.place.left), onPixel(this.place.top)]
    this.element.style.transform = ""
    const { clientWidth, clientHeight } = this.element
    const seen = new OpenSeadragon.Rect(-left / width, -top / width, clientWidth / width, clientHeight / width)
    this.painter.viewport.fitBounds(seen, true)
    this.keepTo(item, width)
    item.setOpacity(1)
    this.painter.forceRedraw()
  }

  // OpenSeadragon would fetch the levels below the fitting one too, for a first blur: the picture under it is that blur.
  // Only what the level before has on screen stays until the new one is whole.
  keepTo(item, width) {
    const shown = (width * devicePixelRatio) / item.source.dimensions.x
    this.fitting = item.source.maxLevel - Math.max(0, Math.ceil(Math.log2(item.minPixelRatio / shown) - 1e-6))
    item.source.minLevel = item.savedCutOffLevel = Math.min(this.level ?? this.fitting, this.fitting)
  }

  settled(item) {
    this.level = item.source.minLevel = item.savedCutOffLevel = this.fitting
  }

  close() {
    this.gone = true
    clearTimeout(this.timer)
    this.painter?.destroy()
    this.element.remove()
  }
}

let script
function added(address) {
  return (script ??= new Promise((resolve, reject) => {
    // OpenSeadragon would write a style block, which this site's policy refuses. Any element of that name is one to it.
    const own = document.createElementNS(null, "style")
    own.setAttribute("data-openseadragon-mobile-css", "")
    document.head.append(own, Object.assign(document.createElement("script"), { src: address, onload: resolve, onerror: reject }))
  }))
}
