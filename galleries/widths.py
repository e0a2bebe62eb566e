"""How wide site.css shows a picture, in the words of ``sizes``. Tests keep the two in step."""

from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from accounts.looks import Theme
from galleries.hanging import SLIMMEST, WIDE, InRow

COVER_RATIO = 5 / 4
LOWEST = 8  # rem; a panorama that would be lower runs out of its wall, and is scrolled along


class Length(NamedTuple):
    """``vw`` and ``rem`` added up."""

    vw: float
    rem: float

    def __str__(self) -> str:
        if abs(self.rem) < 0.05:
            return f"{self.vw:.1f}vw"
        return f"calc({self.vw:.1f}vw {'-' if self.rem < 0 else '+'} {abs(self.rem):.1f}rem)"

    def plus(self, other: "Length", times: float = 1) -> "Length":
        return Length(self.vw + other.vw * times, self.rem + other.rem * times)

    def times(self, factor: float) -> "Length":
        return Length(self.vw * factor, self.rem * factor)


class Clamp(NamedTuple):
    """As in CSS: rem, vw, rem."""

    least: float
    vw: float
    most: float

    def at(self, screen: float) -> Length:
        """What counts on a screen ``screen`` rem wide."""
        fluid = self.vw * screen / 100
        return (
            Length(self.vw, 0) if self.least < fluid < self.most else Length(0, min(max(fluid, self.least), self.most))
        )


class Screen(NamedTuple):
    """From a width on; a width in its middle, in rem; what a row's ratios add up to and how much taller it may be; its
    name in the page's style; how many columns there are.
    """

    media: str
    middle: float
    wanted: float
    tallest: float
    name: str
    columns: int


SCREENS = (
    Screen("(min-width: 112rem) ", 140, 3.8, 1.5, "4", 4),
    Screen("(min-width: 64rem) ", 85, 2.75, 1.5, "3", 3),
    Screen("(min-width: 40rem) ", 50, 2.1, 1.5, "2", 2),
    Screen("", 24, 1.3, 2.2, "1", 1),
)
HUGE, LAPTOP, _, PHONE = SCREENS
# --margin and --gap of each theme in site.css.
MARGIN = {Theme.MUSEUM: Clamp(1, 5, 6), Theme.BOOK: Clamp(1.25, 8, 12), Theme.STUDIO: Clamp(0.75, 1.6, 2)}
GAP = {Theme.MUSEUM: Clamp(1, 2.4, 2.25), Theme.BOOK: Clamp(1.5, 4, 4), Theme.STUDIO: Clamp(0.375, 0.7, 0.625)}


@cache
def wall(theme: str, screen: Screen) -> Length:
    """Between the margins."""
    return Length(100, 0).plus(MARGIN[Theme(theme)].at(screen.middle), -2)


@cache
def abreast(theme: str, screen: Screen, count: int) -> Length:
    """One of so many columns."""
    return wall(theme, screen).plus(GAP[Theme(theme)].at(screen.middle), 1 - count).times(1 / count)


def in_rows(theme: str, places: Iterable[InRow], ratio: float) -> str:
    """A picture's width in its row, for each of SCREENS."""
    widths = []
    for screen, at in zip(SCREENS, places, strict=True):
        room = wall(theme, screen).plus(GAP[Theme(theme)].at(screen.middle), -at.gaps)
        widths.append(f"{screen.media}{hung(room.times(at.share), ratio)}")
    return ", ".join(widths)


def in_columns(theme: str, ratio: float) -> str:
    """A picture's width in its column."""
    counts = [1 if ratio >= WIDE else screen.columns for screen in SCREENS]
    return ", ".join(
        f"{screen.media}{hung(abreast(theme, screen, count), ratio)}"
        for screen, count in zip(SCREENS, counts, strict=True)
    )


def hung(place: Length, ratio: float) -> str:
    """A picture in its place: a slim one does not fill it, and a panorama may be wider."""
    if ratio >= WIDE:
        return f"max({place}, {ratio * LOWEST:.1f}rem)"
    return str(place.times(min(1, ratio / SLIMMEST)))


def cards(theme: str, ratio: float, most: int = 3) -> str:
    """A cover's width; it is cropped, so the picture behind it may be wider."""
    uncropped = max(1.0, ratio / COVER_RATIO)
    counts = [min(most, screen.columns) for screen in SCREENS]
    return ", ".join(
        f"{screen.media}{abreast(theme, screen, count).times(uncropped)}"
        for screen, count in zip(SCREENS, counts, strict=True)
    )


def alone(theme: str, ratio: float) -> str:
    """One work after the other, as high as the screen."""
    return f"max(min({wall(theme, LAPTOP)}, {ratio:.3f} * (100vh - 8rem)), {ratio * LOWEST:.1f}rem)"


def opening(theme: str, ratio: float) -> str:
    """The work beside an artist's name: eight of thirteen parts of the wall."""
    high = f"{ratio:.3f} * 76vh"
    huge = wall(theme, HUGE).plus(Length(0, 5), -1).times(8 / 13)
    laptop = wall(theme, LAPTOP).plus(Length(5, 0), -1).times(8 / 13)
    return (
        f"{HUGE.media}min({huge}, {high}), (min-width: 60rem) min({laptop}, {high}), min({wall(theme, PHONE)}, {high})"
    )


def beside_label(theme: str, ratio: float) -> str:
    """The work on its own page; on phones from edge to edge."""
    high, lowest = f"{ratio:.3f} * (100vh - 10rem)", f"{ratio * LOWEST:.1f}rem"
    huge, laptop = wall(theme, HUGE).plus(Length(0, 22), -1), wall(theme, LAPTOP).plus(Length(4, 18), -1)
    return (
        f"{HUGE.media}min({huge}, {high}), (min-width: 60rem) min({laptop}, {high}), max(min(100vw, {high}), {lowest})"
    )
