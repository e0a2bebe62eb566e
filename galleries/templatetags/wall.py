"""The rows of a wall in the studio. No template of their own: a wall has hundreds of them."""

from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import escape, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from artworks.models import Artwork, ArtworkImage
from artworks.renditions import Preview, Thumbnail
from artworks.storage import address
from galleries.forms import Row, WallFormSet
from galleries.models import Gallery

register = template.Library()

GONE = '<li><p class="errorlist">{}</p><input type="hidden" name="{}-id" value=""></li>'
ROW = (
    '<li id="work-{pk}" class="w{pk}{wide}" data-work="{pk}" data-title="{title}" data-year="{year}">'
    '{errors}<input type="hidden" name="{prefix}-id" value="{placement}">'
    '<img src="{small}" srcset="{small} {small_width}w, {large} {large_width}w" sizes="auto, 40vw" width="{width}" '
    'height="{height}" alt="" loading="lazy" decoding="async" draggable="false">'
    '<div class="what"><div class="caption"><a href="{edit}"><cite>{title}</cite>{date}</a>'
    '<span class="facts quiet">{facts}</span></div>'
    '<label class="pick"><input type="radio" name="front" value="{pk}"{cover}> {cover_word}'
    '<span class="visually-hidden">: {title}</span></label>{down}</div>'
    '<div class="place"><button name="_up" value="{pk}" aria-label="{up}">↑</button>'
    '<input type="number" name="{prefix}-place" value="{place}" min="1" inputmode="numeric" aria-label="{place_of}">'
    '<button name="_down" value="{pk}" aria-label="{down_word}">↓</button></div></li>'
)
DOWN = (
    '<label class="pick"><input type="checkbox" name="{}-DELETE"{}> {}<span class="visually-hidden">: {}</span></label>'
)
CHECKED = " checked"


@register.simple_tag
def wall_rows(formset: WallFormSet, gallery: Gallery) -> SafeString:
    """Every work on the wall: its picture, its label, and the fields of its form."""
    said = {
        "cover": _("Cover"),
        "down": _("Take down"),
        "up": _("Move “%(title)s” up"),
        "down_word": _("Move “%(title)s” down"),
        "place_of": _("Place of “%(title)s”"),
        "gone": _("A work does not hang here any more. Load the page again."),
    }
    words = {name: str(escape(word)) for name, word in said.items()}
    before, after = reverse("admin:artworks_artwork_change", args=[0]).split("/0/")
    edit = f"{before}/%s/{after}"
    return mark_safe("".join(row(each, gallery, words, edit, formset.can_delete) for each in formset.rows()))  # noqa: S308


def row(row: Row, gallery: Gallery, words: dict[str, str], edit: str, can_delete: bool) -> str:
    """Only what people wrote is escaped, and once: the rest of a row is numbers and addresses."""
    if not row.placement.artwork_id:
        return GONE.format(words["gone"], row.prefix)
    work: Artwork = row.placement.artwork
    title = escape(work.title)
    down = DOWN.format(row.prefix, CHECKED if row.down else "", words["down"], title) if can_delete else ""
    said = {name: words[name] % {"title": title} for name in ("up", "down_word", "place_of")}
    return ROW.format(
        pk=work.pk,
        title=title,
        year="" if work.year is None else work.year,
        date=escape(f", {work.date}") if work.date else "",
        facts=escape(", ".join(filter(None, (work.medium, work.dimensions)))),
        wide=" wide" if work.image.ratio > 2.5 else "",
        edit=edit % work.pk,
        errors=format_html_join("", '<p class="errorlist">{}</p>', ((error,) for error in row.errors)),
        prefix=row.prefix,
        placement=row.placement.pk,
        place=escape("" if row.place is None else row.place),
        cover=CHECKED if gallery.cover_id == work.pk else "",
        down=down,
        cover_word=words["cover"],
        **pictured(work.image),
        **said,
    )


def pictured(image: ArtworkImage) -> dict[str, Any]:
    small, large = (min(widest, image.master_width) for widest in (Thumbnail.widest, Preview.widest))
    return {
        "small": address(image.uuid, small, "jpg"),
        "small_width": small,
        "large": address(image.uuid, large, "jpg"),
        "large_width": large,
        "width": large,
        "height": max(1, round(image.master_height * large / image.master_width)),
    }
