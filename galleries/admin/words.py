"""What the studio says of galleries in more than one place, and where it shows one."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from galleries.models import Gallery


def address_of(gallery: Gallery, page: str = "change") -> str:
    return reverse(f"admin:galleries_gallery_{page}", args=[gallery.pk])


def hung(gallery: Gallery, count: int) -> str:
    words = ngettext(
        "%(count)d work hangs at the end of “%(title)s” now.",
        "%(count)d works hang at the end of “%(title)s” now.",
        count,
    )
    return words % {"count": count, "title": gallery.title}


def hung_before(gallery: Gallery, count: int) -> str:
    words = ngettext(
        "%(count)d hung in “%(title)s” already, and keeps its place.",
        "%(count)d hung in “%(title)s” already, and keep their places.",
        count,
    )
    return words % {"count": count, "title": gallery.title}


def seen(gallery: Gallery) -> str:
    return _("Everyone can see this gallery.") if gallery.is_public else _("Only you can see this gallery.")
