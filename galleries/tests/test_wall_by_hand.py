"""The wall in a real browser: by mouse, by keyboard, by a finger, in two tabs. The order is read from the public page."""

from collections.abc import Iterator
from typing import Any

import pytest

from portfolio_site.testing import make_image
from portfolio_site.tests import conftest
from portfolio_site.tests.browsing import WITH_BROWSER, barriers, needs_axe, sign_in, visit
from portfolio_site.tests.live import PASSWORD, Site, running, until

browser = conftest.browser
pytestmark = [*WITH_BROWSER, pytest.mark.xdist_group("viewer")]

TITLES = ["Ash", "Birch", "Cedar", "Dogwood", "Elm", "Fir"]
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
SAVED = "/admin/galleries/gallery/{}/wall.css"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Two galleries, one of six works."""
    with running(tmp_path_factory.mktemp("wall")) as site:
        site.join("mara")
        for title in ("Trees", "Stones"):
            room = site.ask("POST", "/api/galleries", "mara", {"title": title, "visibility": "public"}).json()["id"]
            works = [
                site.upload("mara", make_image(300 + 60 * number, 300), title=name, year=2020 - number).json()["id"]
                for number, name in enumerate(TITLES if title == "Trees" else TITLES[:1])
            ]
            body = {"artworks": works}
            assert site.ask("POST", f"/api/galleries/{room}/artworks", "mara", body).status == 200
        yield site


class Studio:
    """Mara at the wall of her trees."""

    def __init__(self, browser: Any, site: Site, **options: Any) -> None:
        self.page, self.wrong = visit(browser, site, **options)
        self.browser, self.site = browser, site
        sign_in(self.page, "mara", PASSWORD)
        self.open()

    def open(self) -> "Studio":
        self.page.goto("/admin/galleries/gallery/")
        self.page.get_by_role("link", name="Trees", exact=True).click()
        self.work("Ash").wait_for()
        return self

    def work(self, title: str) -> Any:
        return self.page.get_by_role("button", name=title, exact=True)

    def titles(self) -> list[str]:
        return list(self.page.locator(".lift").evaluate_all("all => all.map(one => one.ariaLabel)"))

    def public(self) -> list[str]:
        body = self.site.ask("GET", "/artists/mara/trees/").body.decode()
        return [part.partition("</cite>")[0] for part in body.split("<cite>")[1:]]

    def hangs(self, *titles: str) -> None:
        """As wished for on the wall, and so on the public page; nothing went wrong."""
        until(lambda: self.public() == list(titles), 5)
        assert self.titles() == list(titles) and self.wrong == []

    def said(self, words: str) -> None:
        self.page.locator(".said", has_text=words).wait_for()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def middle(self, title: str, part: str = ".lift") -> tuple[float, float]:
        item = self.page.locator(f"li[data-title='{title}']")
        item.scroll_into_view_if_needed()
        box = item.locator(part).bounding_box()
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def reset(site: Site) -> None:
    """The works in the order of their names."""
    room = next(
        each for each in site.ask("GET", "/api/galleries", "mara").json()["results"] if each["title"] == "Trees"
    )
    works = site.ask("GET", f"/api/galleries/{room['id']}/artworks", "mara").json()["results"]
    order = [work["id"] for work in sorted(works, key=lambda work: work["title"])]
    assert site.ask("PUT", f"/api/galleries/{room['id']}/order", "mara", {"artworks": order}).status == 200


@pytest.fixture(autouse=True)
def by_name(site: Site) -> None:
    reset(site)


def test_by_mouse_one_and_then_several_and_it_is_taken_back(site: Site, browser: Any) -> None:
    mara = Studio(browser, site, viewport={"width": 1280, "height": 900})
    drag(mara, "Fir", "Ash")
    mara.hangs("Fir", "Ash", "Birch", "Cedar", "Dogwood", "Elm")
    mara.said("“Fir” has place 1 of 6 now.")
    mara.work("Birch").click()
    mara.work("Dogwood").click()
    drag(mara, "Dogwood", "Fir")
    mara.hangs("Birch", "Dogwood", "Fir", "Ash", "Cedar", "Elm")
    mara.press("Control+z")
    mara.hangs("Fir", "Ash", "Birch", "Cedar", "Dogwood", "Elm")
    mara.page.get_by_role("button", name="Sort once").click()
    mara.hangs(*reversed(TITLES))
    mara.page.get_by_role("button", name="Undo").click()
    mara.hangs("Fir", "Ash", "Birch", "Cedar", "Dogwood", "Elm")
    mara.press("Control+z", "Control+z")
    mara.said("Undone.")
    mara.hangs(*TITLES)
    mara.press("Control+Shift+z")
    mara.hangs("Fir", "Ash", "Birch", "Cedar", "Dogwood", "Elm")
    mara.said("Done again.")
    drag(mara, "Elm", "Ash")
    mara.press("Control+Shift+z")
    mara.hangs("Fir", "Elm", "Ash", "Birch", "Cedar", "Dogwood")


def drag(mara: Studio, title: str, before: str) -> None:
    mouse, (x, y) = mara.page.mouse, mara.middle(title)
    mouse.move(x, y)
    mouse.down()
    mouse.move(x - 9, y)
    x, y = mara.middle(before)
    mouse.move(x - 40, y, steps=4)
    mouse.up()


def test_by_keyboard_each_step_is_said(site: Site, browser: Any) -> None:
    mara = Studio(browser, site, viewport={"width": 1280, "height": 900})
    heard = mara.page.locator("[data-heard]")
    for _ in range(60):
        if mara.work("Ash").and_(mara.page.locator(":focus")).count():
            break
        mara.press("Tab")
    mara.press("Space")
    assert "“Ash” is lifted from place 1 of 6" in heard.inner_text()
    mara.press("ArrowRight", "ArrowRight", "ArrowRight", "ArrowLeft")
    assert heard.inner_text() == "Place 3 of 6"
    mara.press("Escape")
    assert "Put back" in heard.inner_text() and mara.titles() == TITLES
    mara.press("Space", "ArrowRight", "ArrowRight", "Space")
    mara.hangs("Birch", "Cedar", "Ash", "Dogwood", "Elm", "Fir")
    mara.said("“Ash” has place 3 of 6 now.")
    mara.press("Space", "End", "Space")
    mara.hangs("Birch", "Cedar", "Dogwood", "Elm", "Fir", "Ash")
    assert mara.work("Ash").and_(mara.page.locator(":focus")).count() == 1
    mara.press("Home", "Shift+Space", "ArrowRight", "Shift+Space", "Space", "End", "Space")
    mara.hangs("Dogwood", "Elm", "Fir", "Ash", "Birch", "Cedar")


def test_by_a_finger_and_by_the_menu_of_a_work(site: Site, browser: Any) -> None:
    mara = Studio(browser, site, **PHONE)
    finger = mara.page.context.new_cdp_session(mara.page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})

    x, y = mara.middle("Cedar", ".grip")
    touch("touchStart", (x, y))
    for part in range(1, 9):
        touch("touchMove", (x, y - part * 12))
    # At the edge of the screen the page comes along.
    touch("touchMove", (x, 20))
    until(lambda: mara.page.evaluate("scrollY") < 300)
    target = mara.page.locator("li[data-title='Ash']").bounding_box()
    touch("touchMove", (target["x"] + 4, target["y"] + 8))
    touch("touchEnd")
    mara.hangs("Cedar", "Ash", "Birch", "Dogwood", "Elm", "Fir")
    mara.page.get_by_role("button", name="More for “Elm”").tap()
    mara.page.get_by_label("To place").fill("2")
    mara.page.get_by_role("button", name="Move", exact=True).tap()
    mara.hangs("Cedar", "Elm", "Ash", "Birch", "Dogwood", "Fir")


@pytest.mark.drill
def test_two_tabs_lose_nothing(site: Site, browser: Any) -> None:
    first = Studio(browser, site, viewport={"width": 1280, "height": 900})
    other = first.page.context.new_page()
    other.goto(first.page.url)
    other.locator(".more").first.click()
    other.get_by_role("button", name="To the end").click()
    other.locator(".said", has_text="place 6 of 6").wait_for()
    drag(first, "Cedar", "Ash")
    changed = first.page.get_by_role("dialog", name="The order was changed elsewhere")
    changed.wait_for()
    assert first.public() == [*TITLES[1:], "Ash"]
    changed.get_by_role("button", name="Keep mine").click()
    first.wrong.clear()  # that it was refused is written to the console
    first.hangs("Cedar", "Ash", "Birch", "Dogwood", "Elm", "Fir")
    other.locator(".more").first.click()
    other.get_by_role("button", name="Take down").click()
    other.locator(".said", has_text="taken down").wait_for()
    drag(first, "Fir", "Cedar")
    changed.get_by_role("button", name="Take the other order").click()
    first.wrong.clear()
    until(lambda: len(first.titles()) == 5 and first.titles() == first.public())
    other.get_by_role("button", name="Undo").click()
    until(lambda: len(first.public()) == 6)


def test_cover_and_galleries_are_put_in_order_in_place(site: Site, browser: Any) -> None:
    mara = Studio(browser, site, viewport={"width": 1280, "height": 900})
    mara.work("Cedar").hover()
    mara.page.get_by_role("button", name="Cover: “Cedar”").click()
    mara.said("“Cedar” is the cover now.")
    assert mara.page.get_by_role("button", name="Cover: “Cedar”").get_attribute("aria-pressed") == "true"
    mara.page.goto("/admin/galleries/gallery/")
    mara.page.get_by_role("button", name="Move “Stones”", exact=True).focus()
    mara.press("Space", "ArrowUp", "Space")
    mara.said("“Stones” has place 1 of 2 now.")
    home = site.ask("GET", "/artists/mara/").body.decode()
    assert home.index("Stones") < home.index("Trees") and mara.wrong == []


@pytest.mark.drill
@needs_axe
def test_axe_finds_nothing_and_without_scripts_there_is_the_form(site: Site, browser: Any) -> None:
    mara = Studio(browser, site, viewport={"width": 1280, "height": 900})
    mara.page.locator(".more").first.click()
    assert barriers(mara.page) == []
    mara.page.get_by_role("link", name="Preview").click()
    mara.page.frame_locator("iframe >> nth=0").get_by_role("heading", name="Trees").wait_for()
    assert barriers(mara.page) == []
    mara.page.goto("/admin/galleries/gallery/")
    assert barriers(mara.page) == [] and mara.wrong == []
    page, wrong = visit(browser, site, java_script_enabled=False)
    sign_in(page, "mara", PASSWORD)
    page.goto("/admin/galleries/gallery/")
    page.get_by_role("link", name="Trees", exact=True).click()
    page.get_by_role("button", name="Move “Birch” up").click()
    assert mara.public()[:2] == ["Birch", "Ash"] and wrong == []
