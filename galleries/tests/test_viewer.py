"""The full-screen viewer in a real browser: its ways in and out, its keys and gestures, and what it fetches."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from portfolio_site.testing import make_image
from portfolio_site.tests import conftest
from portfolio_site.tests.browsing import WITH_BROWSER, barriers, needs_axe, visit
from portfolio_site.tests.live import Site, running

browser = conftest.browser
pytestmark = [*WITH_BROWSER, pytest.mark.xdist_group("viewer")]

SECOND = "() => document.querySelector('.viewer [role=status]').innerText.startsWith('2 / 3')"
PHONE = {"viewport": {"width": 360, "height": 740}, "device_scale_factor": 2, "has_touch": True, "is_mobile": True}
RESTED = """async () => {
  const painted = () => new Promise(requestAnimationFrame)
  do {
    await painted(), await painted()
    await Promise.allSettled(document.getAnimations().map((animation) => animation.finished))
  } while (document.getAnimations().length)
}"""
WALL = "/artists/mara/rooms/"
SIZES = {"Wide": (900, 600), "Tall": (1600, 2400), "Deep": (3600, 2400)}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One gallery of three works, the last with tiles."""
    with running(tmp_path_factory.mktemp("viewer")) as site:
        site.join("mara")
        works = [
            site.upload(
                "mara", make_image(*size), title=title, year=2020, medium="Oil", height_cm=60, width_cm=90
            ).json()
            for title, size in SIZES.items()
        ]
        gallery = site.ask("POST", "/api/galleries", "mara", {"title": "Rooms", "visibility": "public"}).json()["id"]
        body = {"artworks": [work["id"] for work in works]}
        assert site.ask("POST", f"/api/galleries/{gallery}/artworks", "mara", body).status == 200
        end = time.monotonic() + 30
        while b"data-full-width" not in site.ask("GET", WALL).body:
            assert time.monotonic() < end, "no tiles"
            time.sleep(0.2)
        yield site


class Visit:
    """A page with the viewer, what went wrong on it, and what was fetched."""

    def __init__(self, browser: Any, site: Site, path: str = WALL, **options: Any) -> None:
        self.page, self.wrong = visit(browser, site, **{"reduced_motion": "reduce", **options})
        self.fetched: list[str] = []
        self.page.on("request", lambda request: self.fetched.append(request.url))
        self.page.goto(path)
        self.touch = self.page.context.new_cdp_session(self.page)
        self.touched_at = time.time()

    def open(self, title: str = "Wide") -> "Visit":
        self.page.get_by_role("link", name=title).first.click()
        self.shows(title)
        return self

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def shows(self, title: str) -> None:
        self.page.locator(".viewer[open] .plate cite", has_text=title).wait_for()

    def closed(self) -> None:
        self.page.locator(".viewer:not([open])").wait_for(state="attached")

    def stands_at(self, title: str) -> None:
        """Keys go on from this work on the wall. The browser closes a dialog first, and tells of it after that."""
        found = "title => document.activeElement.closest('li')?.innerText.includes(title)"
        self.page.wait_for_function(found, arg=title)

    @property
    def path(self) -> str:
        return str(self.page.evaluate("location.pathname + location.search"))

    @property
    def count(self) -> str:
        return str(self.page.inner_text(".viewer [role=status]")).split("\n")[0].strip()

    @property
    def box(self) -> dict[str, float]:
        """Where the picture stands, once it has come to rest."""
        self.page.wait_for_timeout(50)
        self.page.evaluate(RESTED)
        box = self.page.locator(".viewer .slide:not([inert]) img").bounding_box()
        assert box
        return box

    def fingers(self, *steps: list[tuple[float, float]]) -> None:
        """These points, one step after the other, 10 ms apart however slow the machine is."""
        for number, points in enumerate([*steps, []]):
            kind = "touchEnd" if not points else "touchMove" if number else "touchStart"
            touches = [{"x": x, "y": y, "id": finger} for finger, (x, y) in enumerate(points)]
            self.touched_at += 0.01
            event = {"type": kind, "touchPoints": touches, "timestamp": self.touched_at}
            self.touch.send("Input.dispatchTouchEvent", event)

    def swipe(self, across: int, down: int = 0) -> None:
        self.fingers(*[[(180 + across * part / 5, 300 + down * part / 5)] for part in range(6)])

    def pinch(self, before: int, after: int) -> None:
        spans = [before + (after - before) * part / 6 for part in range(7)]
        self.fingers(*[[(180 - span, 300), (180 + span, 300)] for span in spans])


def test_by_mouse_from_a_gallery_and_back(site: Site, browser: Any) -> None:
    visited = Visit(browser, site)
    assert sum("/static/viewer" in url for url in visited.fetched) == 1, "until it opens, only the way in"
    visited.open("Tall")
    assert visited.count.startswith("2 / 3")
    assert "-tall/?in=rooms" in visited.path
    assert "Oil" in visited.page.inner_text(".viewer .plate")
    visited.page.get_by_role("button", name="Next work").click()
    visited.shows("Deep")
    assert "-deep/?in=rooms" in visited.path
    visited.page.go_back()
    visited.closed()
    assert visited.path == WALL
    visited.stands_at("Deep")
    visited.page.go_forward()
    visited.shows("Deep")
    visited.page.get_by_role("button", name="Close").click()
    visited.closed()
    visited.page.wait_for_function("path => location.pathname === path", arg=WALL)
    visited.page.locator("figcaption a", has_text="Tall").click()
    visited.page.wait_for_url("**-tall/**")
    assert visited.page.locator("h1", has_text="Tall").count() == 1
    assert visited.wrong == []


def test_by_keyboard(site: Site, browser: Any) -> None:
    visited = Visit(browser, site, viewport={"width": 1440, "height": 800})
    page = visited.page
    page.locator("[data-work] a").first.focus()
    visited.press("Enter")
    visited.shows("Wide")
    visited.press("ArrowRight")
    visited.shows("Tall")
    visited.press("End")
    visited.shows("Deep")
    visited.press("ArrowRight", "Control+ArrowLeft", "Shift+Home")
    visited.shows("Deep")
    visited.press("Home")
    visited.shows("Wide")
    visited.press("i")
    assert page.locator(".viewer .plate").is_hidden()
    visited.press("i", "ArrowRight")
    at_fit = visited.box
    visited.press("+")
    assert visited.box["width"] > at_fit["width"] * 1.5
    visited.press("?")
    assert page.locator(".viewer .keys").is_visible()
    visited.press("Escape")
    assert page.locator(".viewer .keys").is_hidden()
    visited.press("Escape")
    assert visited.box == at_fit
    visited.press("+", "ArrowLeft", "ArrowRight")
    assert visited.box == at_fit, "another work is shown whole"
    visited.press("f")
    page.wait_for_function("() => document.fullscreenElement")
    page.evaluate("document.exitFullscreen()")
    page.wait_for_function("() => !document.fullscreenElement")
    visited.press("Escape")
    visited.closed()
    visited.stands_at("Tall")
    assert page.evaluate("document.activeElement.getBoundingClientRect().top < innerHeight")
    assert visited.wrong == []


def test_from_a_works_own_page(site: Site, browser: Any) -> None:
    visited = Visit(browser, site)
    own = visited.page.locator("figcaption a", has_text="Tall").get_attribute("href")
    visited.page.goto(own)
    visited.press("f")
    visited.shows("Tall")
    visited.page.wait_for_function(SECOND)
    visited.press("Escape")
    visited.closed()
    visited.page.wait_for_function("() => !history.state")
    visited.page.wait_for_function("document.activeElement.matches('[data-work] img')")
    visited.press("Enter")
    visited.shows("Tall")
    visited.page.wait_for_function(SECOND)
    visited.press("ArrowRight")
    visited.shows("Deep")
    visited.press("Escape")  # leads to the page of the work that was shown
    visited.page.locator("h1", has_text="Deep").wait_for()
    visited.page.go_back()
    visited.page.locator("h1", has_text="Tall").wait_for()
    assert visited.wrong == []


def test_fingers(site: Site, browser: Any) -> None:
    visited = Visit(browser, site, reduced_motion="no-preference", **PHONE).open("Wide")
    visited.swipe(-150)
    visited.shows("Tall")
    visited.swipe(150)
    visited.shows("Wide")
    whole = visited.box
    visited.pinch(30, 45)
    grown = visited.box
    assert whole["width"] < grown["width"] < whole["width"] * 1.6
    visited.swipe(-150)
    visited.shows("Wide")
    assert visited.box["x"] < grown["x"], "what is zoomed is moved, not left"
    visited.pinch(40, 20)
    assert visited.box == whole
    visited.fingers([(180, 300)])
    visited.fingers([(180, 300)])
    assert visited.box["width"] == pytest.approx(900 / 2), "twice tapped, a pixel is a pixel of the screen"
    visited.fingers([(180, 300)])
    visited.fingers([(180, 300)])
    assert visited.box == whole
    visited.swipe(0, 200)
    visited.closed()
    assert visited.wrong == []


@pytest.mark.parametrize(("title", "density"), [("Tall", 2), ("Deep", 1)])
def test_no_zoom_goes_past_the_pixels(site: Site, browser: Any, title: str, density: int) -> None:
    size = {"width": 1000, "height": 700}
    visited = Visit(browser, site, viewport=size, device_scale_factor=density).open(title)
    visited.press(*"++++++")
    widths = [visited.box["width"]]
    visited.press("0")
    visited.page.mouse.move(480, 330)
    visited.page.keyboard.down("Control")
    for _ in range(8):
        visited.page.mouse.wheel(0, -300)
    visited.page.keyboard.up("Control")
    widths.append(visited.box["width"])
    visited.press("0")
    before = visited.box
    visited.page.mouse.wheel(0, -300)
    assert visited.box == before, "a plain wheel does not zoom"
    for _ in range(3):
        visited.page.mouse.click(480, 330)
        widths.append(visited.box["width"])
        if widths[-1] > before["width"] * 2:
            break
    assert max(widths) == pytest.approx(SIZES[title][0] / density, abs=0.5)
    held = visited.box
    visited.page.mouse.move(480, 330)
    visited.page.mouse.down()
    visited.page.mouse.move(480, 360, steps=3)
    visited.page.mouse.up()
    assert visited.box == {**held, "y": pytest.approx(held["y"] + 30, abs=0.5)}
    assert visited.wrong == []


def test_what_is_fetched_is_what_is_seen(site: Site, browser: Any) -> None:
    visited = Visit(browser, site, **PHONE).open("Tall")
    visited.page.wait_for_load_state("networkidle")
    seen = [url.rpartition("/")[2] for url in visited.fetched if "/images/" in url]
    assert set(seen) <= {"400.avif", "600.avif", "850.avif", "900.avif"}, "720 pixels across need no more"
    visited.press("ArrowRight")
    visited.shows("Deep")
    visited.page.wait_for_timeout(300)
    assert not [url for url in visited.fetched if "/tiles/" in url or "openseadragon" in url]
    x, y = visited.box["x"] + 3, visited.box["y"] + 3
    visited.fingers([(x, y)])
    visited.fingers([(x, y)])
    with visited.page.expect_response(lambda answer: "/0,0,512,512/" in answer.url):
        pass
    visited.page.wait_for_load_state("networkidle")
    tiles = [url for url in visited.fetched if "/tiles/" in url and "info.json" not in url]
    assert tiles and all(",512,512/512,512/" in url or "/512," in url for url in tiles)
    assert len(tiles) <= 3 * 4 < 8 * 5, "of forty tiles only those of the corner"
    canvas = visited.page.locator(".tiles canvas")
    assert canvas.evaluate("canvas => [...canvas.getContext('2d').getImageData(100, 300, 1, 1).data]")[3] == 255
    assert canvas.evaluate("canvas => getComputedStyle(canvas).opacity") == "1"
    assert not [url for url in visited.fetched if "original" in url]
    assert visited.wrong == []


@needs_axe
def test_no_barriers(site: Site, browser: Any) -> None:
    for options in ({"viewport": {"width": 1440, "height": 800}}, PHONE):
        visited = Visit(browser, site, **options).open("Tall")
        visited.press("?")
        assert barriers(visited.page) == []
        small = "buttons => buttons.filter(b => b.offsetParent && Math.min(b.offsetWidth, b.offsetHeight) < 44).length"
        assert visited.page.eval_on_selector_all(".viewer button", small) == 0
        assert visited.wrong == []


def test_without_scripts_a_picture_leads_to_its_work(site: Site, browser: Any) -> None:
    visited = Visit(browser, site, java_script_enabled=False)
    visited.page.locator("[data-work] picture").nth(1).click()
    visited.page.wait_for_url("**-tall/?in=rooms")
    assert visited.page.locator("dialog").count() == 0
    assert visited.wrong == []


def test_with_a_modifier_it_stays_a_link(site: Site, browser: Any) -> None:
    visited = Visit(browser, site)
    with visited.page.context.expect_page() as opened:
        visited.page.locator("[data-work] picture").first.click(modifiers=["Control"])
    assert "-wide/" in opened.value.url
    visited.press("Control+f")
    assert visited.page.locator(".viewer[open]").count() == 0
