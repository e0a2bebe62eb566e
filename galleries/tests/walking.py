"""Visitors of the public pages, each with one way of pressing: by keys, by a finger, with scripts off."""

from abc import ABC, abstractmethod
from typing import Any
from urllib.parse import urlsplit

from portfolio_site.tests.browsing import visit
from portfolio_site.tests.live import Site

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
# Of what has the focus: whether it is anything, whether it is seen, and whether that it has the focus is seen.
FOCUSED = """() => {
  const at = document.activeElement
  if (!at || at === document.body) return "lost"
  const said = at.outerHTML.slice(0, 120), box = at.getClientRects()[0]
  if (!box?.width) return "not there: " + said
  const x = box.left + box.width / 2, y = box.top + box.height / 2
  if (x < 0 || y < 0 || x > innerWidth || y > innerHeight) return "out of sight: " + said
  if (!at.contains(document.elementFromPoint(x, y))) return "covered: " + said
  for (let ringed = at; ringed; ringed = ringed.parentElement) {
    const {outlineStyle, outlineWidth} = getComputedStyle(ringed)
    if (outlineStyle !== "none" && parseFloat(outlineWidth) >= 1) return ""
  }
  return "no ring: " + said
}"""
# What is wrong with a target for a finger: within 24 px only itself is to be met, within 44 px nothing else to press.
REACH = """target => {
  const box = target.getClientRects()[0], x = box.left + box.width / 2, y = box.top + box.height / 2
  const met = (size) => [-1, 0, 1].flatMap(a => [-1, 0, 1].map(b =>
    document.elementFromPoint(x + a * (size / 2 - 1), y + b * (size / 2 - 1))?.closest("a, button, input")))
  const other = (found) => found !== target && !(found?.href && found.href === target.href)
  const wrong = [...met(24).filter(other), ...met(44).filter(found => found && other(found))]
  return wrong.map(found => `${box.width} x ${box.height} px, but there is ${found?.outerHTML.slice(0, 80)}`)
}"""
UNSEEN = """async () => {
  const pictures = [...document.querySelectorAll("main img")]
  await Promise.all(pictures.map(picture => picture.decode().catch(() => {})))
  const shown = (picture) => picture.naturalWidth && picture.getBoundingClientRect().width > 20
  const seen = (picture) => picture.getAttribute("src") && shown(picture)
  return [pictures.length, pictures.filter(picture => !seen(picture)).map(picture => picture.outerHTML)]
}"""


class Walk(ABC):
    """A visitor at the door. Subclasses say how they press."""

    context: dict[str, Any] = {}

    def __init__(self, browser: Any, site: Site) -> None:
        self.page, self.wrong = visit(browser, site, reduced_motion="reduce", **self.context)
        self.page.set_default_timeout(8000)
        self.page.goto("/")
        self.at("/", "Artists")

    @abstractmethod
    def press(self, target: Any) -> None: ...

    def link(self, name: str, within: str = "main") -> Any:
        return self.page.locator(within).get_by_role("link", name=name, exact=True).first

    def button(self, name: str) -> Any:
        return self.page.get_by_role("button", name=name, exact=True)

    def go(self, target: Any, path: str, heading: str) -> None:
        """Press, and be there: ``path`` with an id for each ``*``."""
        with self.page.expect_navigation():
            self.press(target)
        self.at(path, heading)

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    def at(self, path: str, heading: str) -> None:
        address = urlsplit(self.page.url)
        here = f"{address.path}?{address.query}" if address.query else address.path
        before, _, after = path.partition("*")
        assert here.startswith(before) and here.endswith(after) and ("*" in path or here == path), here
        assert self.page.locator("h1").inner_text().startswith(heading)

    def paint(self) -> None:
        """Grey, seen as pressed, on the same page."""
        before = self.path
        assert self.button("Grey").get_attribute("aria-pressed") == "false"
        with self.page.expect_navigation():
            self.press(self.button("Grey"))
        assert self.path == before
        assert self.page.get_attribute("html", "data-wall") == "grey"
        assert self.button("Grey").get_attribute("aria-pressed") == "true"

    def speak(self, name: str, code: str, search: str) -> None:
        """Another language, on the same page; the wall stays as it was painted."""
        before = self.path
        with self.page.expect_navigation():
            self.press(self.button(name))
        assert self.path == before
        assert self.page.get_attribute("html", "lang") == code
        assert self.button(name).get_attribute("aria-pressed") == "true"
        assert self.page.locator(".seek").inner_text() == search
        assert self.page.get_attribute("html", "data-wall") == "grey"

    def viewer_shows(self, title: str) -> None:
        self.page.locator(".viewer[open] .plate cite", has_text=title).wait_for()
        assert f"-{title.lower()}/?in=rooms" in self.page.url

    def viewer_closed(self) -> None:
        self.page.locator(".viewer:not([open])").wait_for(state="attached")
        self.page.wait_for_url("**/artists/mara/rooms/")


class Keys(Walk):
    context = {"viewport": {"width": 1280, "height": 800}}

    def press(self, target: Any, key: str = "Enter", by: str = "Tab") -> None:
        self.reach(target, by)
        self.page.keyboard.press(key)

    def reach(self, target: Any, by: str = "Tab") -> None:
        """By Tab, where every stop on the way is seen."""
        target.wait_for()
        for _ in range(40):
            if target.and_(self.page.locator(":focus")).count():
                return
            self.page.keyboard.press(by)
            self.focus_is_seen()
        raise AssertionError(f"{by} never leads to {target}")

    def focus_is_seen(self) -> None:
        assert self.page.evaluate(FOCUSED) == ""


class Finger(Walk):
    context = PHONE

    def __init__(self, browser: Any, site: Site) -> None:
        super().__init__(browser, site)
        self.finger = self.page.context.new_cdp_session(self.page)

    def touch(self, *points: tuple[float, float]) -> None:
        for number, (x, y) in enumerate(points):
            kind = "touchMove" if number else "touchStart"
            self.finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
        self.finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    def press(self, target: Any) -> None:
        """A tap on the middle of what is large enough for a finger."""
        target.scroll_into_view_if_needed()
        assert target.evaluate(REACH) == [], self.page.url
        box = target.bounding_box()
        self.touch((box["x"] + box["width"] / 2, box["y"] + box["height"] / 2))

    def swipe(self, across: int) -> None:
        """Quickly, and lifted in motion."""
        self.touch(*[(180 + across * part / 5, 300) for part in range(6)])


class Plain(Walk):
    """Scripts off, by links and forms."""

    context = {"viewport": {"width": 1280, "height": 800}, "java_script_enabled": False}

    def press(self, target: Any) -> None:
        target.click()

    def at(self, path: str, heading: str) -> None:
        super().at(path, heading)
        self.pictures = self.pictures_shown()

    def pictures_shown(self) -> int:
        count, unseen = self.page.evaluate(UNSEEN)
        assert unseen == [], self.page.url
        return int(count)

    def ask(self, question: str) -> None:
        self.page.fill("input[name=q]", question)
        self.go(self.button("Search"), f"/search/?q={question}", "Search")
