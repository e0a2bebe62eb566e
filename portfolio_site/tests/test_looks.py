"""Themes and walls in a real browser: nothing axe stumbles over, nothing shifts, nothing scrolls sideways.

Pages come from Django's own test client and pictures are drawn as they are asked for, so no server is needed.
"""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from accounts.models import Artist
from galleries.models import Gallery
from portfolio_site.testing import make_artist, make_gallery
from portfolio_site.testing import work_row as work
from portfolio_site.tests.browsing import AXE, IN_BROWSER, LOOK, needs_axe

pytestmark = [*IN_BROWSER, pytest.mark.django_db]

HERE = "http://testserver"
KINDS = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
# A panorama, a slim one, one that is small, and the usual.
SHAPES = [(3000, 2000), (1600, 2000), (2000, 2000), (9000, 1500), (1400, 2000), (500, 2000), (400, 300), (3000, 2000)]
LONG = "Seventeen studies after the long rain that came in from the west and stayed for most of the autumn"
SHIFTS = """window.shifted = 0; new PerformanceObserver(list => {
  for (const entry of list.getEntries()) window.shifted += entry.value
}).observe({type: "layout-shift", buffered: true})"""
# How wide each picture is, and how wide `sizes` says it is; what the browser works out by itself does not count. A
# picture that ends at its own width is left out.
WIDTHS = """async () => {
  const pictures = [...document.querySelectorAll("main picture img")]
  for (const picture of pictures) {
    picture.loading = "eager"
    for (const each of picture.parentElement.children) each.sizes = each.sizes.replace("auto, ", "")
  }
  await Promise.all(pictures.map(picture => picture.decode()))
  return pictures.map(picture => {
    const {width, height} = picture.getBoundingClientRect(), own = picture.getAttribute("width")
    const cropped = getComputedStyle(picture).objectFit == "cover"
    const shown = cropped ? Math.max(width, height * own / picture.getAttribute("height")) : width
    return [shown, picture.naturalWidth, Math.abs(width - own) < 2]
  }).filter(measured => !measured[2])
}"""


@pytest.fixture
def page(browser: Any, client: Client) -> Iterator[Any]:
    """A page whose every request this process answers. Playwright calls back where Django has no database, so that what
    is opened is made before.
    """
    made = {}

    def answer(route: Any) -> None:
        path = urlsplit(route.request.url).path
        if path.startswith("/images/"):
            width = int(re.findall(r"(\d+)\.\w+$", path)[0])
            body = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{width}"/>'
            route.fulfill(content_type="image/svg+xml", body=body)
        elif path.startswith("/static/"):
            found = finders.find(path.removeprefix("/static/"))
            route.fulfill(path=found, content_type=KINDS.get(path.rpartition(".")[2])) if found else route.abort()
        else:
            route.fulfill(content_type="text/html", body=made[path]) if path in made else route.abort()

    context = browser.new_context(base_url=HERE)
    context.route("**/*", answer)
    context.add_init_script(SHIFTS)
    context.set_default_timeout(10_000)
    page = context.new_page()

    def opened(path: str) -> None:
        made[path] = client.get(path).content.decode()
        page.goto(path)

    page.opened = opened
    yield page
    context.close()


def dressed(name: str, theme: str) -> Artist:
    """An artist with works of every shape in every layout."""
    artist = make_artist(name)
    Artist.objects.filter(pk=artist.pk).update(theme=theme, location="Bergen", statement="I paint.", biography="Born.")
    titles = ["Dawn", LONG, "", "Low tide", "Donaudampfschifffahrtsgesellschaftskapitänsmütze", "North", "Lamp", "Salt"]
    states = ["available", "reserved", "sold", "not_for_sale"] * 2
    works = [
        work(artist, title, *shape, availability=state, medium="Oil on canvas", year=2001, description="It was *late*.")
        for title, shape, state in zip(titles, SHAPES, states, strict=True)
    ]
    for layout, hung in {"justified": works, "masonry": works, "single": [*works[::3], works[5]]}.items():
        gallery = make_gallery(artist, *hung, title=layout)
        Gallery.objects.filter(pk=gallery.pk).update(layout=layout, description="About *this* wall.")
    return artist


def pages_of(artist: Artist) -> list[str]:
    """One of each kind; of works an upright one, a panorama and a slim one."""
    walls = [gallery.get_absolute_url() for gallery in artist.galleries.all()]
    works = artist.artworks.order_by("pk")
    return ["/", artist.get_absolute_url(), *walls, *(works[at].get_absolute_url() for at in (1, 3, 5))]


@needs_axe
@pytest.mark.parametrize(("wall", "theme"), [("paper", "book"), ("grey", "studio"), ("dark", "museum")])
def test_every_page_is_open_to_everybody_on_every_wall(page: Any, client: Client, wall: str, theme: str) -> None:
    dressed("bob", "")
    alice = dressed("alice", theme)
    client.cookies["wall"] = wall
    for path in pages_of(alice):
        page.opened(path)
        assert page.get_attribute("html", "data-wall") == wall
        page.evaluate(AXE.read_text())
        for width in (320, 1440):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate(LOOK) == [], f"{path} on {wall}, {width} px"
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{path}: {width} px"


@pytest.mark.parametrize(("width", "theme"), [(360, "studio"), (768, "book"), (1440, "museum"), (2560, "book")])
def test_pictures_are_as_wide_as_sizes_says_and_nothing_shifts(page: Any, width: int, theme: str) -> None:
    dressed("bob", "")
    alice = dressed("alice", theme)
    page.set_viewport_size({"width": width, "height": 900})
    seen = 0
    for path in pages_of(alice)[1:]:
        page.opened(path)
        for shown, said, _ in page.evaluate(WIDTHS):
            assert said == pytest.approx(shown, rel=0.04, abs=4), path
            seen += 1
        assert page.evaluate("window.shifted") <= 0.02, path
    assert seen >= 20


def test_chips_are_large_enough_and_paint_the_wall(page: Any, client: Client) -> None:
    alice = dressed("alice", "")
    client.cookies["wall"] = "grey"
    page.opened(alice.get_absolute_url())
    chips = page.get_by_role("form", name="Colour of the wall").get_by_role("button")
    assert [chip.get_attribute("aria-pressed") for chip in chips.all()] == ["false", "true", "false"]
    assert all(min(chip.bounding_box()[side] for side in ("width", "height")) >= 44 for chip in chips.all())
    assert page.locator("body").evaluate("body => getComputedStyle(body).backgroundColor") == "rgb(112, 112, 112)"


def test_a_gallery_prints_two_works_on_a_page_with_their_labels(page: Any) -> None:
    alice = dressed("alice", "")
    page.opened(alice.galleries.get(title="justified").get_absolute_url())
    page.emulate_media(media="print")
    paper = page.pdf(format="A4", prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1 + len(SHAPES) // 2
    assert not page.locator(".top, .walls, .onward").filter(visible=True).count()
    assert page.locator(".facts").filter(visible=True).count() == len(SHAPES)


def test_a_gallery_costs_a_phone_little(page: Any) -> None:
    alice = make_artist("alice")
    gallery = make_gallery(alice, *(work(alice, f"Work {number}", *SHAPES[number % 3]) for number in range(30)))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    screen = {"width": 360, "height": 740, "deviceScaleFactor": 2, "mobile": True}
    page.context.new_cdp_session(page).send("Emulation.setDeviceMetricsOverride", screen)
    page.opened(gallery.get_absolute_url())
    pictures = page.locator("main picture img")
    pictures.evaluate_all("all => Promise.all(all.map(each => (each.loading = 'eager', each.decode())))")

    def weight(ending: str) -> int:
        files = [finders.find(path.removeprefix("/static/")) for path in set(asked) if path.endswith(ending)]
        assert files
        return sum(len(gzip.compress(Path(file).read_bytes())) for file in files)

    assert weight(".js") <= 30_000, "until the viewer opens"
    assert weight(".css") <= 15_000
    rest = [path for path in asked if not path.startswith("/static/") and path != gallery.get_absolute_url()]
    widths = [int(found[1]) for path in rest if (found := re.fullmatch(r"/images/[\w-]+/(\d+)\.avif", path))]
    assert len(widths) == len(rest) == pictures.count() == 30, "renditions, each once, and no original"
    assert max(widths) <= 850
