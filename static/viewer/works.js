// The works that can be stepped through, as a page holds them: a gallery's all, an artwork's page the one. `deep` says
// whether tiles can be shown; without them a work is as large as its largest rendition.

export function worksOn(page, deep) {
  return [...page.querySelectorAll("[data-work]")].map((holder) => {
    const picture = holder.querySelector("picture")
    const image = picture.querySelector("img")
    const link = picture.closest("a")
    const address = new URL(link?.getAttribute("href") ?? location.href, location.href)
    const words = link ? holder.querySelector("figcaption") : page.querySelector(".label")
    const title = words.querySelector("cite")
    const [across, up] = ["width", "height"].map((side) => Number(image.getAttribute(side)))
    const width = Number((deep && holder.dataset.fullWidth) || across)
    return {
      holder,
      picture,
      width,
      height: (width * up) / across,
      path: address.pathname,
      address: address.pathname + address.search,
      look: [...(holder.closest("li, .piece")?.classList ?? [])].find((name) => /^w\d+$/.test(name)),
      title: title.textContent,
      name: [...title.parentElement.childNodes],
      facts: [...words.querySelectorAll(link ? ".quiet" : ".medium, .dimensions")].map((fact) => fact.firstChild.textContent.trim()),
      tiles: deep && holder.dataset.tiles,
      gallery: holder.dataset.gallery,
      way: link ?? image,
    }
  })
}

// What hangs in the same gallery, read from its page. That this cannot be read is no reason to fail.
export async function worksBeside(work, deep) {
  if (!work.gallery) return []
  const answer = await fetch(work.gallery).catch(() => null)
  if (!answer?.ok) return []
  // A style block is for the page it came with, whose policy allows it.
  const html = (await answer.text()).replace(/<style>.*?<\/style>/s, "")
  return worksOn(new DOMParser().parseFromString(html, "text/html"), deep)
}
