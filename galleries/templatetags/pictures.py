"""Pictures on pages: which rendition a browser takes, and the page's own few lines of style."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from accounts.looks import Theme
from artworks.models import Artwork, ArtworkImage
from artworks.renditions import Preview, steps
from artworks.storage import address
from galleries import hanging, widths
from galleries.hanging import InRow

register = template.Library()

FIRST, LAZY = mark_safe(' fetchpriority="high"'), mark_safe(' loading="lazy"')
CROPPED = {"artist", "artist-pair", "card", "pair", "small"}
# Layouts whose first picture is what a page is opened for. It alone is not lazy: on a phone's line the others would
# make it late, and browsers fetch what is near the screen anyway.
LEADING = {"justified", "masonry", "single", "hero", "work", "artist", "artist-pair"}
COLOUR = re.compile(r"#[0-9a-f]{6}", re.IGNORECASE)
DATA_URI = re.compile(r"data:image/[a-z]+;base64,[A-Za-z0-9+/=]+")


@register.simple_tag(takes_context=True)
def picture(
    context: dict[str, Any], image: ArtworkImage, alt: str, layout: str, place: int = 0, row: Sequence[InRow] = ()
) -> SafeString:
    """One picture: every rendition of a different width, and how wide the layout shows it.

    No template of its own: a page has hundreds of these, and rendering one took as long as all its queries.
    """
    ladder = steps(image.master_width, image.master_height)
    width, height = ladder[-1]
    eager = place == 0 and layout in LEADING
    wide = sizes(layout, image.ratio, theme_of(context), row)
    return format_html(
        '<picture><source type="image/avif" srcset="{avif}" sizes="{sizes}"><img src="{fallback}" srcset="{jpg}" '
        'sizes="{sizes}" width="{width}" height="{height}" alt="{alt}"{loading} decoding="async"></picture>',
        avif=srcset(image.uuid, ladder, "avif"),
        jpg=srcset(image.uuid, ladder, "jpg"),
        fallback=address(image.uuid, min(Preview.widest, image.master_width), "jpg"),
        sizes=wide if eager or layout in CROPPED else f"auto, {wide}",
        width=width,
        height=height,
        alt=alt,
        loading=FIRST if eager else LAZY,
    )


def srcset(uuid: UUID, ladder: Iterable[tuple[int, int]], suffix: str) -> str:
    return ", ".join(f"{address(uuid, width, suffix)} {width}w" for width, _height in ladder)


def theme_of(context: dict[str, Any]) -> str:
    """The theme of the page, as base.html names it."""
    for whose in ("artist", "SITE"):
        theme = getattr(context.get(whose), "theme", "")
        if theme in Theme.values:
            return theme
    return Theme.MUSEUM


def sizes(layout: str, ratio: float, theme: str = Theme.MUSEUM, row: Sequence[InRow] = ()) -> str:
    """How wide site.css shows a picture: keep the two in step."""
    match layout:
        case "justified":
            return widths.in_rows(theme, row, ratio)
        case "masonry":
            return widths.in_columns(theme, ratio)
        case "single":
            return widths.alone(theme, ratio)
        case "hero":
            return widths.opening(theme, ratio)
        case "work":
            return widths.beside_label(theme, ratio)
        case "card" | "artist":
            return widths.cards(theme, ratio)
        case "pair" | "artist-pair":
            return widths.cards(theme, ratio, most=2)
        case "portrait":
            return "18rem"
        case _:
            return f"calc({max(1.0, ratio / widths.COVER_RATIO):.3f} * clamp(8rem, 18vw, 12rem))"


class Hung(NamedTuple):
    """A work on a page: its rule for the page's style, and its place in a row on each of the screens."""

    work: Artwork
    rule: str
    row: tuple[InRow, ...] = ()


def hang(works: Iterable[Artwork], layout: str = "") -> list[Hung]:
    """Works as a layout hangs them, each place worked out for every kind of screen."""
    hung = [Hung(work, look(work)) for work in works]
    ratios = [work.image.ratio for work, *_ in hung]
    if layout == "justified":
        for screen in widths.SCREENS:
            for index, at in enumerate(hanging.rows(ratios, screen.wanted, screen.tallest)):
                work, rule, row = hung[index]
                rule += f"--s{screen.name}:{at.share:.4f};--g{screen.name}:{at.gaps};"
                hung[index] = Hung(work, rule, (*row, at))
    if layout == "masonry":
        for count in (2, 3, 4):
            for index, spot in enumerate(hanging.columns(ratios, count)):
                work, rule, _ = hung[index]
                rule += f"--v{count}:{spot.stretch};--c{count}:{spot.column or '1/-1'};"
                if spot.above:
                    rule += f"--h{count}:{spot.height:.4f};--n{count}:{spot.above};"
                hung[index] = Hung(work, rule)
    return hung


def sheet(hung: Iterable[Hung]) -> str:
    """The page's own style: each work's ratio, colours, focal point and place."""
    rules = {work.pk: rule for work, rule, _ in reversed(list(hung))}
    return "".join(f".w{pk}{{{rule}}}" for pk, rule in sorted(rules.items()))


def look(work: Artwork) -> str:
    """Custom properties for site.css to use. What is not plainly a colour or a picture is left out."""
    image = work.image
    rule = f"--r:{image.ratio:.4f};--w:{image.master_width}px;"
    if (work.focal_x, work.focal_y) != (0.5, 0.5):
        rule += f"--f:{work.focal_x:.1%} {work.focal_y:.1%};"
    if COLOUR.fullmatch(image.average_colour):
        rule += f"--a:{image.average_colour};--t:{readable_on(image.average_colour)};"
    if DATA_URI.fullmatch(image.placeholder):
        rule += f"--b:url({image.placeholder});"
    return rule


@lru_cache(maxsize=4096)
def readable_on(colour: str) -> str:
    """Black or white: the alt text of a picture that did not arrive stands on its colour."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return "#000" if 0.2126 * red**2.2 + 0.7152 * green**2.2 + 0.0722 * blue**2.2 > 0.179 else "#fff"
