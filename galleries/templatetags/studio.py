"""What the studio's own templates need: the first screen, and front-end files that may be missing."""

from typing import Any

from django import template
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
from django.templatetags.static import static

from artworks.models import Artwork
from galleries import attention
from galleries.models import Gallery
from galleries.views import with_works

register = template.Library()
LATEST = 8  # works on the first screen


@register.simple_tag
def vendored(name: str) -> str:
    """The address of a file from npm; empty where npm never ran."""
    try:
        address = static(f"vendor/{name}")
    except ValueError:  # not in the manifest
        return ""
    known = isinstance(staticfiles_storage._wrapped, ManifestFilesMixin)  # type: ignore[attr-defined]
    return address if known or finders.find(f"vendor/{name}") else ""


@register.simple_tag
def desk(user: Any) -> dict[str, Any]:
    """What somebody sees first: what still wants doing; and, of an artist, what they have."""
    if getattr(user, "artist", None) is None:
        return {"findings": list(attention.of_keeper(user))}
    cards = with_works(Gallery.objects.owned_by(user).counted().covered().order_by("position", "id"))
    counts = attention.counted(user)
    findings = [
        *attention.of_works(user, counts),
        *attention.of_galleries([card.of for card in cards]),
        *attention.of_keeper(user),
    ]
    latest = Artwork.objects.owned_by(user).alive().for_cards()[:LATEST]
    return counts | {"findings": findings, "cards": cards, "latest": latest}
