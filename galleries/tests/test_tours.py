"""The public pages as visitors walk them: by keys alone, by a finger at 360 px, and with scripts off.

Each walk goes from the home page to a wall, a work, the search and back, and says at each step where it is. What goes
wrong on the way (a refused script or style, another host, an error) is noted as it happens.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from galleries.tests.walking import Finger, Keys, Plain
from portfolio_site.testing import make_image
from portfolio_site.tests import conftest
from portfolio_site.tests.browsing import WITH_BROWSER
from portfolio_site.tests.live import Site, running

browser = conftest.browser
pytestmark = [*WITH_BROWSER, pytest.mark.xdist_group("tours")]

SHAPES = {"Dawn": (900, 600), "Field": (600, 900), "Quay": (800, 800), "Salt": (700, 500)}
WALLS = {
    "Rooms": ("justified", ["Dawn", "Field", "Quay"]),
    "Stairs": ("masonry", ["Quay", "Salt"]),
    "Cellar": ("single", ["Salt", "Dawn"]),
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Two artists; one of them with a wall of each layout, some works on two of them, and one word for two works."""
    with running(tmp_path_factory.mktemp("tours")) as site:
        site.join("nils")
        hang(site, "nils", "Boats", "single", [sent(site, "nils", "Keel")])
        site.join("mara")
        works = {title: sent(site, "mara", title, *size) for title, size in SHAPES.items()}
        for title, (layout, hung) in WALLS.items():
            hang(site, "mara", title, layout, [works[work] for work in hung])
        for title in ("Quay", "Salt"):
            assert site.ask("PATCH", f"/api/artworks/{works[title]}", "mara", {"tags": ["harbour"]}).status == 200
        yield site


def sent(site: Site, who: str, title: str, width: int = 400, height: int = 300) -> int:
    return int(site.upload(who, make_image(width, height), title=title, year=2020, medium="Oil").json()["id"])


def hang(site: Site, who: str, title: str, layout: str, works: list[int]) -> None:
    body = {"title": title, "layout": layout, "visibility": "public"}
    gallery = site.ask("POST", "/api/galleries", who, body).json()["id"]
    assert site.ask("POST", f"/api/galleries/{gallery}/artworks", who, {"artworks": works}).status == 200


def test_by_keyboard_alone(site: Site, browser: Any) -> None:
    walk = Keys(browser, site)
    page, keys = walk.page, walk.page.keyboard
    walk.go(walk.link("Mara"), "/artists/mara/", "Mara")

    walk.press(walk.link("Skip to the content", "body"))
    keys.press("Tab")
    assert walk.link("Rooms").evaluate("link => link === document.activeElement"), "what is skipped is the top"
    walk.go(walk.link("Rooms"), "/artists/mara/rooms/", "Rooms")

    pictures = page.locator("[data-work] a:has(picture)")
    walk.press(pictures.nth(0))
    walk.viewer_shows("Dawn")
    walk.press(walk.button("Next work"))
    walk.viewer_shows("Field")
    walk.focus_is_seen()
    label = walk.button("Label")
    for key, open_ in (("Enter", "false"), ("Space", "true")):
        walk.press(label, key)
        assert label.get_attribute("aria-expanded") == open_
        assert page.locator(".viewer .plate").is_visible() == (open_ == "true")
        walk.focus_is_seen()
    walk.press(walk.button("Close"), by="Shift+Tab")
    walk.viewer_closed()
    assert pictures.nth(1).evaluate("link => link === document.activeElement"), "focus goes to the work last shown"
    walk.focus_is_seen()

    keys.press("Tab")
    walk.focus_is_seen()
    walk.go(page.locator("figcaption a:focus"), "/artworks/*-field/?in=rooms", "Field")
    walk.go(page.locator(".steps a[rel=next]"), "/artworks/*-quay/?in=rooms", "Quay")
    walk.go(walk.link("Rooms", ".crumbs"), "/artists/mara/rooms/", "Rooms")

    walk.go(walk.link("Search", ".top"), "/search/", "Search")
    walk.focus_is_seen()
    keys.type("quay")
    with page.expect_navigation():
        keys.press("Enter")
    walk.at("/search/?q=quay", "Search")
    assert page.locator("figcaption cite").all_inner_texts() == ["Quay"]
    walk.go(page.locator(".wall a:has(picture)"), "/artworks/*-quay/", "Quay")

    walk.paint()
    walk.speak("Deutsch", "de", "Suche")
    walk.speak("English", "en", "Search")
    assert walk.wrong == []


def test_by_finger_on_a_small_screen(site: Site, browser: Any) -> None:
    walk = Finger(browser, site)
    page = walk.page
    walk.go(walk.link("Mara"), "/artists/mara/", "Mara")
    walk.go(walk.link("Rooms"), "/artists/mara/rooms/", "Rooms")

    walk.press(page.locator("[data-work] a:has(picture)").nth(0))
    walk.viewer_shows("Dawn")
    walk.swipe(-150)
    walk.viewer_shows("Field")
    walk.press(walk.button("Next work"))
    walk.viewer_shows("Quay")
    walk.press(walk.button("Label"))
    assert page.locator(".viewer .plate").is_hidden()
    walk.press(walk.button("Close"))
    walk.viewer_closed()

    walk.go(page.locator("figcaption a").nth(1), "/artworks/*-field/?in=rooms", "Field")
    walk.go(page.locator(".steps a[rel=next]"), "/artworks/*-quay/?in=rooms", "Quay")
    walk.go(walk.link("harbour"), "/artists/mara/tags/harbour/", "harbour")
    walk.go(walk.link("Search", ".top"), "/search/", "Search")
    walk.press(page.locator("input[name=q]"))
    page.keyboard.type("harb")
    walk.go(walk.button("Search"), "/search/?q=harb", "Search")
    walk.go(page.locator(".wall a:has(picture)").nth(1), "/artworks/*-quay/", "Quay")
    walk.go(walk.link("Stairs"), "/artists/mara/stairs/", "Stairs")
    walk.go(page.locator(".onward a[rel=next]"), "/artists/mara/cellar/", "Cellar")
    walk.paint()
    walk.speak("Deutsch", "de", "Suche")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert walk.wrong == []


def test_with_scripts_off(site: Site, browser: Any) -> None:
    walk = Plain(browser, site)
    page = walk.page
    assert walk.pictures == 2, "a cover for each artist"
    walk.go(walk.link("Mara"), "/artists/mara/", "Mara")
    assert walk.pictures == len(WALLS)

    walk.go(walk.link("Rooms"), "/artists/mara/rooms/", "Rooms")
    for title, following in zip(WALLS, [*list(WALLS)[1:], None], strict=True):
        layout, works = WALLS[title]
        assert page.locator(f"ol.{layout} cite").all_inner_texts() == works
        assert walk.pictures >= len(works)
        if following:
            walk.go(page.locator(".onward a[rel=next]"), f"/artists/mara/{following.lower()}/", following)
    walk.go(page.locator(".onward a[rel=prev]"), "/artists/mara/stairs/", "Stairs")

    walk.go(page.locator("[data-work] a:has(picture)").nth(0), "/artworks/*-quay/?in=stairs", "Quay")
    assert page.locator(".steps a[rel=prev]").count() == 0
    walk.go(page.locator(".steps a[rel=next]"), "/artworks/*-salt/?in=stairs", "Salt")
    walk.go(page.locator(".steps a[rel=prev]"), "/artworks/*-quay/?in=stairs", "Quay")
    assert "Also appears in Rooms" in page.locator(".beside").inner_text()
    walk.go(walk.link("Rooms"), "/artists/mara/rooms/", "Rooms")
    walk.go(page.locator("figcaption a").nth(2), "/artworks/*-quay/?in=rooms", "Quay")
    assert "3 / 3" in page.locator(".steps").inner_text()
    walk.go(walk.link("harbour"), "/artists/mara/tags/harbour/", "harbour")
    assert page.locator("figcaption cite").all_inner_texts() == ["Salt", "Quay"]

    walk.go(walk.link("Search", ".top"), "/search/", "Search")
    walk.ask("daw")
    assert page.locator("figcaption cite").all_inner_texts() == ["Dawn"]
    walk.ask("nothing")
    assert "Nothing here has “nothing” in it" in page.locator("main").inner_text()
    walk.paint()
    walk.speak("Deutsch", "de", "Suche")
    walk.speak("English", "en", "Search")
    walk.go(walk.link("Look round among the artists"), "/", "Artists")
    assert page.get_attribute("html", "data-wall") == "grey"
    assert walk.wrong == []
