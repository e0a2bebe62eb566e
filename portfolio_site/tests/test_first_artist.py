"""From an empty site to a gallery of twelve works that a stranger sees, in order and with alt texts, as a painter does
it: by mouse, by keyboard, by touch. And from an invitation, as the next painter does it.

Nothing is done by script or API: only presses, taps, keys, and files chosen in the browser's own dialog. Each is
counted, and what they cost a person is reckoned by the keystroke-level model (Card, Moran and Newell 1980).
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from portfolio_site.testing import make_image
from portfolio_site.tests.browsing import HARMLESS, WITH_BROWSER, visit
from portfolio_site.tests.live import PASSWORD, Site, running, until

pytestmark = [*WITH_BROWSER, pytest.mark.xdist_group("first artist")]

FIVE_MINUTES = 300  # s
STEPS = 35  # presses, texts and files chosen, at most; alt texts, which take as long as one thinks, come on top
THINK, POINT, PRESS, KEY = 1.35, 1.1, 0.2, 0.28  # s; keys at an average, unskilled pace
TITLES = ["Dawn", "Field", "Quay", "Rain", "Salt", "Mist", "Loam", "Rook", "Elder", "Sedge", "Tide", "Vole"]
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

    @abstractmethod
    def move(self, wall: "Wall", title: str, place: int) -> None:
        """A work to a place on the wall, counted from 0."""

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

    def move(self, wall: "Wall", title: str, place: int) -> None:
        mouse, goal = self.page.mouse, wall.titles()[place]
        x, y = wall.middle(title)
        mouse.move(x, y)
        mouse.down()
        mouse.move(x - 9, y)
        x, y = wall.middle(goal)
        mouse.move(x - 40, y, steps=4)
        mouse.up()
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

    def move(self, wall: "Wall", title: str, place: int) -> None:
        """Tab leads to one work on the wall, the arrows to the others."""
        self.reach(wall.list.locator(".lift[tabindex='0']"))
        for _ in wall.titles():
            if wall.work(title).and_(self.page.locator(":focus")).count():
                break
            self.tap("ArrowRight")
        ways = wall.titles().index(title) - place
        self.tap("Space", *["ArrowLeft"] * ways, "Space")
        self.count()

    def tap(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.seconds += KEY


class Touch(Hand):
    context = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}

    def press(self, target: Any) -> None:
        target.tap()
        self.count(POINT, PRESS)

    def move(self, wall: "Wall", title: str, place: int) -> None:
        """By a finger that drags it, and where it is a short way by its menu."""
        if wall.titles().index(title) - place == 1:
            self.press(wall.list.get_by_role("button", name=f"More for “{title}”"))
            self.write(wall.list.get_by_label("To place"), str(place + 1))
            self.press(wall.list.get_by_role("button", name="Move", exact=True))
            return
        goal = wall.item(wall.titles()[place])
        finger = self.page.context.new_cdp_session(self.page)

        def touch(kind: str, *points: tuple[float, float]) -> None:
            points_there = [{"x": x, "y": y} for x, y in points]
            finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points_there})

        x, y = wall.middle(title, ".grip")
        touch("touchStart", (x, y))
        for part in range(1, 9):
            touch("touchMove", (x, y - part * 8))
        # At the edge of the screen the page comes along.
        touch("touchMove", (x, 20))
        until(lambda: goal.bounding_box()["y"] > 60)
        box = goal.bounding_box()
        touch("touchMove", (box["x"] + 4, box["y"] + 8))
        touch("touchEnd")
        self.count(POINT, PRESS, POINT, PRESS)


class Wall:
    """The wall as its artist sees it."""

    def __init__(self, page: Any) -> None:
        self.list = page.locator("[data-live-wall]")
        self.list.locator(".lift").first.wait_for()

    def titles(self) -> list[str]:
        return list(self.list.locator(".lift").evaluate_all("all => all.map(one => one.ariaLabel)"))

    def work(self, title: str) -> Any:
        return self.list.get_by_role("button", name=title, exact=True)

    def item(self, title: str) -> Any:
        return self.list.locator(f"li[data-title='{title}']")

    def middle(self, title: str, part: str = ".lift") -> tuple[float, float]:
        self.item(title).scroll_into_view_if_needed()
        box = self.item(title).locator(part).bounding_box()
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with running(tmp_path, SIGNUP="closed") as site:
        yield site


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Twelve pictures and one that was cut off on its way from the camera."""
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
        """Thirteen, of which one is broken."""
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

    def describe(self) -> None:
        """Every work in words, one after the other, from the screen that says how many lack them."""
        hand, before = self.hand, (self.hand.steps, self.hand.seconds)
        self.press("link", "Studio")
        self.press("link", f"{len(TITLES)} works have no alt text yet")
        for _ in TITLES:
            title = self.page.locator(".writing h2").inner_text()
            hand.write(self.page.get_by_label("Alt text"), words_for(title))
            self.press("button", "Save, and the next")
            self.page.locator(".writing h2", has_text=title).wait_for(state="detached")
        assert "Every work has an alt text" in self.page.locator("main, #content").first.inner_text()
        hand.steps, hand.seconds = before

    def arrange(self) -> list[str]:
        """In an order of one's own, which is the answer."""
        wall = Wall(self.page)
        order = wall.titles()
        assert sorted(order) == sorted(TITLES)
        for start, place in ((2, 0), (3, 2)):
            title = order.pop(start)
            order.insert(place, title)
            self.hand.move(wall, title, place)
            self.page.locator(".said", has_text=f"“{title}” has place {place + 1} of {len(TITLES)} now.").wait_for()
            assert wall.titles() == order
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
        self.describe()
        self.hang(title)
        order = self.arrange()
        self.publish()
        assert [words for words in self.wrong if not HARMLESS.match(words)] == []
        hand = self.hand
        print(f"{self.name}, {type(hand).__name__}: {hand.steps} steps, about {hand.seconds:.0f} s")
        assert hand.steps <= STEPS and hand.seconds < FIVE_MINUTES, f"{hand.steps} steps, {hand.seconds:.0f} s"
        return order


def words_for(title: str) -> str:
    return f"Low light upon {title.lower()}."


def seen_by_a_stranger(browser: Any, site: Site, *links: str) -> list[str]:
    """The titles on a wall, reached from the home page by links; each with its alt text."""
    page, wrong = visit(browser, site)
    page.goto("/")
    for name in links:
        page.get_by_role("link", name=name).first.click()
    page.locator("figcaption cite").first.wait_for()
    for picture in page.locator("main img").all():
        picture.scroll_into_view_if_needed()
    page.wait_for_load_state("networkidle")
    assert wrong == []
    titles = page.locator("figcaption cite").all_inner_texts()
    assert [picture.get_attribute("alt") for picture in page.locator("figure img").all()] == list(
        map(words_for, titles)
    )
    return list(titles)


def test_an_artist_who_was_invited_by_mouse(site: Site, browser: Any, tmp_path: Path, files: list[Path]) -> None:
    site.manage("create_artist", "mara", "mara@example.org", "--password", "correct horse battery", "--superuser")
    nils = Painter(browser, site, Mouse, "Nils Aker")
    order = nils.first_day(site.manage("invite").stdout.strip(), files, "Spring")
    assert nils.page.goto("/admin/accounts/invitation/").status == 403
    assert seen_by_a_stranger(browser, site, "Spring") == order


@pytest.mark.drill
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
