"""From an empty site to a gallery that a stranger sees, as a painter does it: by mouse, by keyboard, by touch.

And from an invitation, as the next painter does it. Nothing is done by script or API: only presses, taps, keys, and files chosen in the browser's own dialog. Each is
counted, and what they cost a person is reckoned by the keystroke-level model (Card, Moran and Newell 1980).
"""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from portfolio_site.testing import make_image
from portfolio_site.tests.browsing import WITH_BROWSER, visit
from portfolio_site.tests.live import PASSWORD, Site, running

pytestmark = [*WITH_BROWSER, pytest.mark.xdist_group("first artist")]

FIVE_MINUTES = 300  # s
STEPS = 35  # presses, texts and files chosen, at most
THINK, POINT, PRESS, KEY = 1.35, 1.1, 0.2, 0.28  # s; keys at an average, unskilled pace
TITLES = ["Dawn", "Field", "Quay", "Rain", "Salt", "Mist", "Loam", "Rook", "Elder", "Sedge", "Tide"]
BROKEN = "torn.jpg"


class Hand(ABC):
    """One way of using a page. Every action is a step, with the seconds it costs a person."""

    context: dict[str, Any] = {}

    def __init__(self, page: Any) -> None:
        self.page = page
        self.steps, self.seconds = 0, 0.0

    def count(self, *costs: float) -> None:
        self.steps += 1
        self.seconds += THINK + sum(costs)

    @abstractmethod
    def press(self, target: Any) -> None: ...

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
        x, start, end = way(row, places)
        self.page.mouse.move(x, start)
        self.page.mouse.down()
        follow(lambda y: self.page.mouse.move(x, y), start, end, row, places)
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

    def move_up(self, row: Any, places: int) -> None:
        """Some places by a finger that drags, one by the button."""
        if places == 1:
            super().move_up(row, places)
            return
        x, start, end = way(row, places)
        finger = self.page.context.new_cdp_session(self.page)

        def touch(kind: str, *points: dict[str, float]) -> None:
            finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

        touch("touchStart", {"x": x, "y": start})
        follow(lambda y: touch("touchMove", {"x": x, "y": y}), start, end, row, places)
        touch("touchEnd")
        self.count(POINT, PRESS, POINT, PRESS)


def way(row: Any, places: int) -> tuple[float, float, float]:
    """Of a drag: x and y of the row's handle, and y just inside the row to be passed."""
    handle, above = row.locator(".handle"), row
    for _ in range(places):
        above = above.locator("xpath=preceding-sibling::li[1]")
    above.scroll_into_view_if_needed()
    handle.hover(trial=True)  # in sight, and under nothing
    start, end = handle.bounding_box(), above.bounding_box()
    return start["x"] + start["width"] / 2, start["y"] + start["height"] / 2, end["y"] + 4


def follow(move: Callable[[float], None], start: float, end: float, row: Any, places: int) -> None:
    """A drag from y to y. One lets go when the row is seen where it should be, which takes it a moment."""
    above = row.first.locator("xpath=preceding-sibling::li")
    wanted = above.count() - places
    for step in range(1, 17):
        move(start + (end - start) * step / 16)
    for wait in range(60):
        if above.count() == wanted:
            return
        move(end + wait % 3)
        time.sleep(0.05)


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


class Painter:
    """Somebody's first day, by one way of using a page. What each part expects of the last is where its page ends."""

    def __init__(self, browser: Any, site: Site, hand_type: type[Hand], name: str) -> None:
        self.page, self.wrong = visit(browser, site, **hand_type.context)
        self.page.on("dialog", lambda dialog: self.wrong.append(f"dialog: {dialog.message}"))
        self.hand, self.name = hand_type(self.page), name

    def press(self, role: str, name: str) -> None:
        self.hand.press(self.page.get_by_role(role, name=name, exact=True).first)

    def write(self, **fields: str) -> None:
        for name, text in fields.items():
            self.hand.write(self.page.locator(f"input[name={name}]"), text)

    def open_account(self, address: str) -> None:
        self.page.goto(address)
        username = self.name.partition(" ")[0].lower()
        self.write(name=self.name, username=username, email=f"{username}@example.org", password=PASSWORD)
        self.press("button", "Make the account")

    def upload(self, files: list[Path]) -> None:
        """Twelve, of which one is broken."""
        self.press("link", "Upload works")
        self.hand.choose(self.page.locator("input[type=file]"), files)
        self.press("button", "Upload")
        go_on = self.page.get_by_role("link", name="Go on", exact=True)
        go_on.wait_for(timeout=120_000)
        refused = self.page.locator(".tray .refused")
        assert refused.count() == 1
        assert BROKEN in refused.inner_text() and len(refused.inner_text()) > len(BROKEN) + 20
        assert self.page.locator(".tray .here").count() == len(TITLES)
        self.hand.press(go_on)

    def hang(self, title: str) -> None:
        """All works in a new gallery."""
        self.press("link", "Galleries")
        self.press("link", "New gallery")
        self.write(title=title)
        self.press("button", "Make it")
        self.press("link", "Hang works")
        for work in TITLES:
            self.hand.press(self.page.get_by_label(work, exact=True))
        self.press("button", "Hang")

    def arrange(self) -> list[str]:
        """In an order of one's own, which is the answer."""
        rows = self.page.locator(".hanging > li")
        rows.first.wait_for()
        self.page.locator(".hanging.can-drag").wait_for()
        order = [row.get_attribute("data-title") for row in rows.all()]
        assert sorted(order) == sorted(TITLES)
        for start, places in ((2, 2), (3, 1)):
            title = order.pop(start)
            order.insert(start - places, title)
            self.hand.move_up(self.page.locator(f".hanging > li[data-title='{title}']"), places)
            assert [row.get_attribute("data-title") for row in rows.all()] == order
        return order

    def publish(self) -> None:
        self.press("button", "Save and publish")
        self.page.locator(".messagelist").wait_for()
        assert "Everyone can see" in self.page.locator(".messagelist").inner_text()

    def invite(self) -> str:
        """The address that the next artist is sent."""
        self.press("link", "Studio")
        self.hand.press(self.page.locator(".model-invitation").get_by_role("link", name="Add"))
        self.write(note="Nils")
        self.press("button", "Save")
        address = self.page.get_by_label("Address").input_value()
        self.press("link", "I have it")
        return address

    def first_day(self, address: str, files: list[Path], title: str) -> list[str]:
        """From an address to a gallery on show. The order of its works is the answer."""
        self.open_account(address)
        self.upload(files)
        self.hang(title)
        order = self.arrange()
        self.publish()
        assert self.wrong == []
        hand = self.hand
        print(f"{self.name}, {type(hand).__name__}: {hand.steps} steps, about {hand.seconds:.0f} s")
        assert hand.steps <= STEPS and hand.seconds < FIVE_MINUTES, f"{hand.steps} steps, {hand.seconds:.0f} s"
        return order


def seen_by_a_stranger(browser: Any, site: Site, *links: str) -> list[str]:
    """The titles on a wall, reached from the home page by links."""
    page, wrong = visit(browser, site)
    page.goto("/")
    for name in links:
        page.get_by_role("link", name=name).first.click()
    page.locator("figcaption cite").first.wait_for()
    for picture in page.locator("main img").all():
        picture.scroll_into_view_if_needed()
    page.wait_for_load_state("networkidle")
    assert wrong == []
    return page.locator("figcaption cite").all_inner_texts()


def test_the_first_artist_and_one_they_invite_by_mouse(
    site: Site, browser: Any, tmp_path: Path, files: list[Path]
) -> None:
    mara, nils = Painter(browser, site, Mouse, "Mara Lind"), Painter(browser, site, Mouse, "Nils Aker")
    order = mara.first_day(site.first_run_address(), files, "Winter")
    assert seen_by_a_stranger(browser, site, "Winter") == order

    order = nils.first_day(mara.invite(), files, "Spring")
    assert nils.page.goto("/admin/accounts/invitation/").status == 403
    assert seen_by_a_stranger(browser, site, "Nils Aker", "Spring") == order


@pytest.mark.drill
@pytest.mark.parametrize("hand_type", [Keyboard, Touch])
def test_the_first_artist(site: Site, browser: Any, tmp_path: Path, files: list[Path], hand_type: type[Hand]) -> None:
    order = Painter(browser, site, hand_type, "Mara Lind").first_day(site.first_run_address(), files, "Winter")
    assert seen_by_a_stranger(browser, site, "Winter") == order
