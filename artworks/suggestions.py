"""What a file says of itself, offered where a work's record is still empty. Nothing is taken over by itself."""

from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from artworks.models import UNTITLED, Artwork, tag_slug
from artworks.titles import title_of
from artworks.validators import FIRST_YEAR, LAST_YEAR

LABELS = {"title": _("Title"), "year": _("Year"), "description": _("Description"), "words": _("Tags")}


class Suggestion(NamedTuple):
    """``value`` for the field of this name in the studio's forms; ``label`` is what people call the field."""

    field: str
    label: str
    value: str


def of(work: Artwork) -> list[Suggestion]:
    """One for each field that nobody has written and the file knows."""
    captured = work.image.captured
    found = {
        "title": "" if titled(work) else captured.get("title", "")[:200],
        "year": "" if work.date else year_of(captured.get("captured_at", "")),
        "description": "" if work.description else captured.get("description", ""),
        "words": ", ".join(new_words(work, captured.get("keywords", []))),
    }
    return [Suggestion(name, str(LABELS[name]), value) for name, value in found.items() if value]


def titled(work: Artwork) -> bool:
    """Whether somebody gave it a title: that of its file's name came by itself."""
    said = str(work.image.captured.get("title", ""))
    return work.title not in {UNTITLED, title_of(work.image.source_filename)} or work.title == said


def year_of(moment: str) -> str:
    year = moment[:4]
    return str(int(year)) if year.isdecimal() and FIRST_YEAR <= int(year) <= LAST_YEAR and int(year) else ""


def new_words(work: Artwork, keywords: list[str]) -> list[str]:
    """Keywords that can be tags and are none yet; all those there are, with the work's own before them."""
    own = {tag.slug: tag.name for tag in work.tags.all()}
    offered = {slug: word[:60].replace(",", " ") for word in keywords if (slug := tag_slug(word)) and slug not in own}
    return [*own.values(), *offered.values()] if offered else []
