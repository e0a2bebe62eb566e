"""Pictures on pages: which rendition a browser takes, and the page's own few lines of style."""

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from django import template

from artworks.models import Artwork, ArtworkImage
from artworks.renditions import ladder
from galleries import hanging

register = template.Library()

# From which screen width on; the wall and a gap there, in vw; the ratios a row adds up to; the name in site.css.
SCREENS = (
    ("(min-width: 112rem) ", 90, 1.9, 3.8, "4"),
    (", (min-width: 64rem) ", 90, 2.4, 2.75, "3"),
    (", (min-width: 40rem) ", 90, 2.4, 2.1, "2"),
    (", ", 91, 4.4, 1.3, "1"),
)
COVER_RATIO = 5 / 4
CROPPED = {"artist", "card", "small"}
# How many pictures of a layout are on the first screen: these are not lazy.
ON_FIRST_SCREEN = {"justified": 4, "masonry": 3, "single": 1, "hero": 1, "work": 1, "artist": 3}
COLOUR = re.compile(r"#[0-9a-f]{6}", re.IGNORECASE)
DATA_URI = re.compile(r"data:image/[a-z]+;base64,[A-Za-z0-9+/=]+")


@register.inclusion_tag("galleries/_picture.html")
def picture(image: ArtworkImage, alt: str, layout: str, place: int = 0, width: str = "") -> dict[str, Any]:
    """One picture: every rendition of a different width, and how wide the layout shows it."""
    jpegs = ladder(image.master, "jpg")
    eager = place < ON_FIRST_SCREEN.get(layout, 0)
    return {
        "alt": alt,
        "avifs": ladder(image.master, "avif"),
        "jpegs": jpegs,
        "largest": jpegs[-1],
        "fallback": image.renditions["preview"],
        "sizes": width or sizes(layout, image.ratio),
        "eager": eager,
        "cropped": layout in CROPPED,
        "first": eager and place == 0,
    }


def sizes(layout: str, ratio: float) -> str:
    """How wide site.css shows a picture: keep the two in step."""
    uncropped = max(1.0, ratio / COVER_RATIO)
    match layout:
        case "masonry":
            return "(min-width: 64rem) 28vw, (min-width: 40rem) 43vw, 91vw"
        case "single":
            return f"min(91vw, {ratio:.3f} * (100vh - 8rem))"
        case "hero":
            return f"(min-width: 60rem) min(52vw, {ratio:.3f} * 78vh), 91vw"
        case "work":
            return f"(min-width: 60rem) min(90vw - 24rem, {ratio:.3f} * (100vh - 11rem)), 100vw"
        case "card" | "artist":
            widths = (f"{width * uncropped:.1f}vw" for width in (28, 43, 91))
            return "(min-width: 64rem) {}, (min-width: 40rem) {}, {}".format(*widths)
        case "portrait":
            return "18rem"
        case _:
            return f"{9 * uncropped:.1f}rem"


class Hung(NamedTuple):
    """A work on a page: its rule for the page's style, and the width of its picture where rows decide that."""

    work: Artwork
    rule: str
    width: str = ""


def hang(works: Iterable[Artwork], layout: str = "") -> list[Hung]:
    """Works as a layout hangs them, each place worked out for every kind of screen."""
    hung = [Hung(work, look(work)) for work in works]
    ratios = [work.image.ratio for work, *_ in hung]
    if layout == "justified":
        for screen, wall, gap, wanted, name in SCREENS:
            for index, at in enumerate(hanging.rows(ratios, wanted)):
                work, rule, width = hung[index]
                rule += f"--s{name}:{at.share:.4f};--g{name}:{at.gaps};"
                shown = at.share * (wall - gap * at.gaps)
                hung[index] = Hung(work, rule, f"{width}{screen}{shown:.1f}vw")
    if layout == "masonry":
        for count in (2, 3):
            for index, spot in enumerate(hanging.columns(ratios, count)):
                work, rule, width = hung[index]
                hung[index] = Hung(
                    work, f"{rule}--c{count}:{spot.column};--h{count}:{spot.height:.4f};--n{count}:{spot.above};"
                )
    return hung


def sheet(hung: Iterable[Hung]) -> str:
    """The page's own style: each work's ratio, colours, focal point and place."""
    rules = {work.pk: rule for work, rule, _ in reversed(list(hung))}
    return "".join(f".w{pk}{{{rule}}}" for pk, rule in sorted(rules.items()))


def look(work: Artwork) -> str:
    """Custom properties for site.css to use. What is not plainly a colour or a picture is left out."""
    image = work.image
    rule = f"--r:{image.ratio:.4f};--w:{image.renditions['display'].width}px;"
    if (work.focal_x, work.focal_y) != (0.5, 0.5):
        rule += f"--f:{work.focal_x:.1%} {work.focal_y:.1%};"
    if COLOUR.fullmatch(image.average_colour):
        rule += f"--a:{image.average_colour};--t:{readable_on(image.average_colour)};"
    if DATA_URI.fullmatch(image.placeholder):
        rule += f"--b:url({image.placeholder});"
    return rule


def readable_on(colour: str) -> str:
    """Black or white: the alt text of a picture that did not arrive stands on its colour."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return "#000" if 0.2126 * red**2.2 + 0.7152 * green**2.2 + 0.0722 * blue**2.2 > 0.179 else "#fff"
