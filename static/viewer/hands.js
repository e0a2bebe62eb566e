// What gestures mean: a work at fit is stepped through or put away, a zoomed one is moved.

const FAR = 60 // px of a swipe that steps on
const DOWN = 90 // px of one that closes
const QUICK = 250 // ms; half the way is enough then

export class Hands {
  constructor(viewer) { this.viewer = viewer }

  fromCentre({ x, y }) { return { x: x - this.viewer.centre.x, y: y - this.viewer.centre.y } }

  clicked(point) {
    const { zoom, slide } = this.viewer
    const { left, right, top, bottom } = slide.image.getBoundingClientRect()
    if (point.x < left || point.x > right || point.y < top || point.y > bottom) return
    this.viewer.zoomTo(zoom.full ? zoom.fit : zoom.next, this.fromCentre(point))
  }

  tappedTwice(point) {
    const { zoom } = this.viewer
    this.viewer.zoomTo(zoom.zoomed ? zoom.fit : zoom.limit, this.fromCentre(point))
  }

  pinched(factor, point, step) {
    const { zoom } = this.viewer
    this.viewer.pull()
    zoom.to(zoom.scale * factor, this.fromCentre(point))
    this.panned(step)
  }

  panned(step) {
    this.viewer.zoom.move(step.x, step.y)
    this.viewer.follow()
  }

  dragged(step, way, byMouse) {
    const { viewer } = this
    if (viewer.zoom.zoomed) return this.panned(step)
    if (byMouse) return
    if (Math.abs(way.x) <= Math.abs(way.y)) return viewer.pull(`0 ${Math.max(0, way.y)}px`, Math.min(1, Math.max(0, way.y) / 400))
    const end = !viewer.works[viewer.at - Math.sign(way.x)]
    viewer.pull(`${end ? way.x / 4 : way.x}px 0`)
  }

  released(way, time, byMouse) {
    const { viewer } = this
    if (viewer.zoom.zoomed || byMouse) return
    const quick = time < QUICK ? 2 : 1
    const across = Math.abs(way.x) > Math.abs(way.y)
    const to = viewer.at - Math.sign(way.x)
    if (!across && way.y * quick > DOWN) viewer.close()
    else if (across && Math.abs(way.x) * quick > FAR && viewer.works[to]) viewer.glideTo(to)
    else viewer.pull("", 0, true)
  }
}
