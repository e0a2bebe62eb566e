"""From an empty site to a gallery that a stranger sees, as a painter does it: by mouse, by keyboard, by touch.

Nothing is done by script or API: only presses, taps, keys, and files chosen in the browser's own dialog. Each is
counted, and what they cost a person is reckoned by the keystroke-level model (Card, Moran and Newell 1980).
"""

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from portfolio_site.testing import make_image
from portfolio_site.tests.browsing import IN_BROWSER, visit
from portfolio_site.tests.live import PASSWORD, Site, running

pytestmark = [*IN_BROWSER, pytest.mark.drill]

FIVE_MINUTES = 300  # s
THINK, POINT, PRESS, KEY = 1.35, 1.1, 0.2, 0.28  # s; keys at an average, unskilled pace
TITLES = ["Dawn", "Field", "Quay", "Rain", "Salt", "Mist", "Loam", "Rook", "Elder", "Sedge", "Tide"]
BROKEN = "torn.jpg"


class Hand:
    """One way of using a page. Every action is a step, with the seconds it costs a person."""

    context: dict[str, Any] = {}

    def __init__(self, page: Any) -> None:
        self.page = page
        self.steps, self.seconds = 0, 0.0

    def count(self, *costs: float) -> None:
        self.steps += 1
        self.seconds += THINK + sum(costs)

    def press(self, target: Any) -> None:
        raise NotImplementedError

    def move_up(self, row: Any, places: int) -> None:
        """A work some places nearer to the start of the wall."""
        for _ in range(places):
            self.press(row.get_by_role("button", name="up"))

    def write(self, target: Any, text: str) -> None:
        self.press(target)
        self.type(text)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.seconds += KEY * len(text)

    def choose(self, target: Any, files: list[Path]) -> None:
        with self.page.expect_file_chooser() as chooser:
            self.press(target)
        chooser.value.set_files(files)
        self.count(POINT, PRESS, PRESS)  # all of a folder, in the dialog


class Mouse(Hand):
    context = {"viewport": {"width": 1280, "height": 900}}

    def press(self, target: Any) -> None:
        target.click()
        self.count(POINT, PRESS)

    def move_up(self, row: Any, places: int) -> None:
        handle, above = row.locator(".handle"), row
        for _ in range(places):
            above = above.locator("xpath=preceding-sibling::li[1]")
        handle.scroll_into_view_if_needed()
        start, end = handle.bounding_box(), above.bounding_box()
        x = start["x"] + start["width"] / 2
        self.page.mouse.move(x, start["y"] + start["height"] / 2)
        self.page.mouse.down()
        self.page.mouse.move(x, start["y"], steps=4)
        self.page.mouse.move(x, end["y"] + 4, steps=12)
        self.page.mouse.up()
        self.count(POINT, PRESS, POINT, PRESS)


class Keyboard(Hand):
    context = {"viewport": {"width": 1280, "height": 900}}

    def reach(self, target: Any) -> None:
        """By Tab, as far as it takes; what cannot be reached fails."""
        for _ in range(400):
            if target.and_(self.page.locator(":focus")).count():
                return
            self.page.keyboard.press("Tab")
            self.seconds += KEY
        raise AssertionError(f"Tab never leads to {target}")

    def press(self, target: Any) -> None:
        target.wait_for()
        self.reach(target)
        tag = target.get_attribute("type") or ""
        if tag in {"text", "email", "password"}:
            return
        self.page.keyboard.press("Space" if tag in {"checkbox", "radio", "file"} else "Enter")
        self.count(KEY)

    def write(self, target: Any, text: str) -> None:
        self.reach(target)
        self.type(text)
        self.count()


class Touch(Hand):
    context = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}

    def press(self, target: Any) -> None:
        target.tap()
        self.count(POINT, PRESS)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with running(tmp_path, SIGNUP="closed") as site:
        yield site


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Eleven pictures and one that was cut off on its way from the camera."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    good = [folder / f"{title.lower()}.jpg" for title in TITLES]
    for number, path in enumerate(good):
        path.write_bytes(make_image(400 + 20 * number, 300))
    (folder / BROKEN).write_bytes(make_image(900, 700)[:4000])
    return [*good[:5], folder / BROKEN, *good[5:]]


def first_run_address(folder: Path) -> str:
    """As the banner prints it."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        if found := re.search(r"http://\S+/accounts/join/\S+", (folder / "server.log").read_text()):
            return found[0]
        time.sleep(0.2)
    raise AssertionError((folder / "server.log").read_text())


@pytest.mark.parametrize("hand_type", [Mouse, Keyboard, Touch])
def test_from_an_empty_site_to_a_public_gallery(
    site: Site, browser: Any, tmp_path: Path, files: list[Path], hand_type: type[Hand]
) -> None:
    page, wrong = visit(browser, site, **hand_type.context)
    page.on("dialog", lambda dialog: wrong.append(f"dialog: {dialog.message}"))
    hand = hand_type(page)

    def button(name: str) -> Any:
        return page.get_by_role("button", name=name, exact=True)

    def link(name: str) -> Any:
        return page.get_by_role("link", name=name, exact=True)

    # An account, by the address of the banner.
    page.goto(first_run_address(tmp_path))
    hand.write(page.locator("input[name=name]"), "Mara Lind")
    hand.write(page.locator("input[name=username]"), "mara")
    hand.write(page.locator("input[name=email]"), "mara@example.org")
    hand.write(page.locator("input[name=password]"), PASSWORD)
    hand.press(button("Make the account"))

    # Twelve files, of which one is broken.
    hand.press(link("Upload works").first)
    hand.choose(page.locator("input[type=file]"), files)
    hand.press(button("Upload"))
    go_on = link("Go on")
    go_on.wait_for(timeout=120_000)
    refused = page.locator(".tray .refused")
    assert refused.count() == 1
    assert BROKEN in refused.inner_text() and len(refused.inner_text()) > len(BROKEN) + 20
    assert page.locator(".tray .here").count() == len(TITLES)

    # A gallery, and all of them on its wall.
    hand.press(go_on)
    hand.press(link("Galleries").first)
    hand.press(link("New gallery").first)
    hand.write(page.locator("input[name=title]"), "Winter")
    hand.press(button("Make it"))
    hand.press(link("Hang works"))
    for title in TITLES:
        hand.press(page.get_by_label(title, exact=True))
    hand.press(button("Hang"))

    # In an order of one's own.
    rows = page.locator(".hanging > li")
    rows.first.wait_for()
    page.locator(".hanging.can-drag").wait_for()
    order = [row.get_attribute("data-title") for row in rows.all()]
    assert sorted(order) == sorted(TITLES)
    for start, places in ((3, 3), (2, 1)):
        title = order.pop(start)
        order.insert(start - places, title)
        hand.move_up(page.locator(f".hanging > li[data-title='{title}']"), places)
        assert [row.get_attribute("data-title") for row in rows.all()] == order
    hand.press(button("Save and publish"))
    page.locator(".messagelist").wait_for()
    assert "Everyone can see" in page.locator(".messagelist").inner_text()

    # A stranger finds it, in that order.
    stranger, amiss = visit(browser, site)
    stranger.goto("/")
    stranger.get_by_role("link", name="Winter").first.click()
    stranger.locator("figcaption cite").first.wait_for()
    assert stranger.locator("figcaption cite").all_inner_texts() == order
    for picture in stranger.locator("main img").all():
        picture.scroll_into_view_if_needed()
    stranger.wait_for_load_state("networkidle")
    assert wrong == amiss == []
    print(f"{hand_type.__name__}: {hand.steps} steps, about {hand.seconds:.0f} s")
    assert hand.seconds < FIVE_MINUTES, f"{hand.steps} steps, {hand.seconds:.0f} s"
