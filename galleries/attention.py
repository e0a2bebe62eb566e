"""What an artist's studio still wants done: each thing in a sentence with its number, and where it is mended."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, NamedTuple
from urllib.parse import urlencode

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.db.models import Count, Exists, OuterRef, Q
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy

from artworks.models import Artwork, ArtworkImage, Viewer
from galleries.models import Gallery, Placement

LONG = timedelta(minutes=10)  # a picture is prepared in seconds, two hundred of them in some minutes
NAMED = 4  # galleries, in one sentence
WRONG = {"broken", "waiting"}  # the rest is merely unfinished
# By what was counted: the sentence, and how the list of works is narrowed to just these.
OF_WORKS: dict[str, tuple[Any, dict[str, str]]] = {
    "broken": (
        ngettext_lazy("%(count)s picture cannot be shown", "%(count)s pictures cannot be shown", "count"),
        {"image__state__exact": "broken"},
    ),
    "waiting": (
        ngettext_lazy(
            "%(count)s picture is still being prepared", "%(count)s pictures are still being prepared", "count"
        ),
        {"image__state__exact": "processing"},
    ),
    "alt": (
        ngettext_lazy("%(count)s work has no alt text yet", "%(count)s works have no alt text yet", "count"),
        {"lacks": "alt"},
    ),
    "date": (
        ngettext_lazy("%(count)s work has no year yet", "%(count)s works have no year yet", "count"),
        {"lacks": "date"},
    ),
    "medium": (
        ngettext_lazy("%(count)s work has no medium yet", "%(count)s works have no medium yet", "count"),
        {"lacks": "medium"},
    ),
    "loose": (
        ngettext_lazy("%(count)s work hangs nowhere", "%(count)s works hang nowhere", "count"),
        {"shelf": "loose"},
    ),
}


class Finding(NamedTuple):
    """A sentence that leads to its ``address``, or is followed by the ``galleries`` it speaks of."""

    words: str
    address: str
    galleries: list[Gallery] = []
    wrong: bool = False


def counted(viewer: Viewer) -> dict[str, int]:
    """How many works somebody has, and how many of them want what: one look at each."""
    alive, state = Q(deleted_at=None), ArtworkImage.State
    hangs = Exists(Placement.objects.filter(artwork=OuterRef("pk")))
    wanting = {
        "broken": Q(image__state=state.BROKEN),
        "waiting": Q(image__state=state.PROCESSING, image__created_at__lt=timezone.now() - LONG),
        "alt": Q(alt_text=""),
        "date": Q(year=None, date_text=""),
        "medium": Q(medium=""),
        "loose": ~Q(hangs),
    }
    counts = {name: Count("pk", filter=alive & wants) for name, wants in wanting.items()}
    return Artwork.objects.owned_by(viewer).aggregate(
        works=Count("pk", filter=alive), trash=Count("pk", filter=~alive), **counts
    )


def of_works(user: Any, counts: dict[str, int]) -> Iterator[Finding]:
    for name, (words, narrowed) in OF_WORKS.items():
        if count := counts[name]:
            address = alt_texts() if name == "alt" else ""
            yield Finding(words % {"count": count}, address or listed(user, narrowed), wrong=name in WRONG)


def of_galleries(galleries: list[Any]) -> Iterator[Finding]:
    """Public ones that show nothing; and private ones: nothing is amiss with those, but one should know."""
    address = reverse("admin:galleries_gallery_changelist")
    if empty := [gallery for gallery in galleries if gallery.is_public and not gallery.artworks_count]:
        words = ngettext(
            "%(count)s public gallery is empty, and visitors find no way to it",
            "%(count)s public galleries are empty, and visitors find no way to them",
            len(empty),
        )
        yield Finding(words % {"count": len(empty)}, address, named(empty))
    if private := [gallery for gallery in galleries if not gallery.is_public]:
        words = ngettext(
            "%(count)s gallery is private: only you see it",
            "%(count)s galleries are private: only you see them",
            len(private),
        )
        yield Finding(words % {"count": len(private)}, f"{address}?visibility__exact=private", named(private))


def of_keeper(user: Any) -> Iterator[Finding]:
    """Who may do everything here should need more than a password to come in."""
    if user.is_superuser and not get_adapter().is_mfa_enabled(user, [Authenticator.Type.TOTP]):
        words = _("You keep this site, and a password alone lets you in: add a second factor")
        yield Finding(words, reverse("mfa_activate_totp"))


def named(galleries: list[Gallery]) -> list[Gallery]:
    """These, unless there are too many for one sentence."""
    return galleries if len(galleries) <= NAMED else []


def listed(user: Any, narrowed: dict[str, str]) -> str:
    """The list of works, narrowed; a keeper's shows everybody's, and is narrowed to their own."""
    own = {"artist__id__exact": user.artist.pk} if user.is_superuser else {}
    return f"{reverse('admin:artworks_artwork_changelist')}?{urlencode(narrowed | own)}"


def alt_texts() -> str:
    """Where alt texts are written one after the other."""
    try:
        return reverse("admin:artworks_artwork_alt_texts")
    except NoReverseMatch:
        return ""
