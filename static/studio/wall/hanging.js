// The wall in a tree of its own, where the site's own style sheets hang it exactly as its page does; the studio's stay
// out. Where each work hangs is the server's reckoning, read anew after every change.

export class Hanging {
  constructor(live) {
    this.live = live
    this.root = live.querySelector("[data-works]").attachShadow({ mode: "open" })
    this.sheet = new CSSStyleSheet()
    this.root.adoptedStyleSheets = [this.sheet]
    this.tools = live.querySelector("[data-tools]").content
    const { theme, wall, layout } = live.dataset
    this.room = element("div", "room")
    if (theme) this.room.dataset.theme = theme
    if (wall) this.room.dataset.wall = wall
    this.frame = element("div", "wall")
    this.works = element("ol", layout)
    this.frame.append(this.works)
    this.room.append(this.frame)
  }

  // Shown when its styles are there.
  async open(rows) {
    const links = [this.live.dataset.siteCss, this.live.dataset.wallCss].map(styled)
    this.root.append(...links.map(({ link }) => link), this.room)
    this.fill(rows)
    await Promise.all([this.arrange(), ...links.map(({ here }) => here)])
  }

  fill(rows) {
    this.works.replaceChildren(...rows.map((row) => this.work(row)))
  }

  async arrange(layout = this.works.className) {
    const asked = this.asked = Symbol("the last one counts")
    const address = layout === this.live.dataset.layout ? this.live.dataset.sheet : `${this.live.dataset.sheet}?layout=${layout}`
    const answer = await fetch(address).catch(() => null)
    if (!answer?.ok || this.asked !== asked) return
    this.sheet.replaceSync(await answer.text())
    this.works.className = layout
  }

  // A row of the plain form, as a work on the wall.
  work(row) {
    const { work, title, year } = row.dataset
    const item = Object.assign(element("li", row.className), { id: row.id })
    Object.assign(item.dataset, { work, title, year })
    const picture = Object.assign(element("button", "lift"), { type: "button" })
    picture.setAttribute("aria-label", title)
    picture.setAttribute("aria-description", this.live.dataset.how)
    picture.append(row.querySelector("img"))
    const caption = element("figcaption")
    caption.append(...row.querySelector(".caption").childNodes)
    const tools = element("div", "tools")
    tools.append(this.tools.cloneNode(true))
    for (const named of tools.querySelectorAll("[aria-label]")) {
      named.setAttribute("aria-label", named.getAttribute("aria-label").replace("%title%", title))
    }
    const figure = element("figure")
    figure.append(picture, caption, tools)
    item.append(figure)
    return item
  }
}

function element(name, className = "") {
  return Object.assign(document.createElement(name), { className })
}

function styled(href) {
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href })
  return { link, here: new Promise((resolve) => { link.onload = link.onerror = resolve }) }
}
