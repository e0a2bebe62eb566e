"""What the studio's own templates need: the first screen, and front-end files that may be missing."""

from typing import Any

from django import template
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
from django.templatetags.static import static

from artworks.models import Artwork
from galleries.models import Gallery
from galleries.views import with_works

register = template.Library()


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
    """What an artist sees first: what they have, and what still wants doing."""
    own = Artwork.objects.owned_by(user)
    works = own.alive()
    return {
        "works": works.count(),
        "latest": works.for_cards()[:6],
        "cards": with_works(Gallery.objects.owned_by(user).counted().dated().covered()),
        "loose": works.filter(placements=None).count(),
        "without_alt": works.filter(alt_text="").count(),
        "broken": works.filter(image__state="broken").count(),
        "trash": own.exclude(deleted_at=None).count(),
    }
