"""The public pages: home, artist, gallery, artwork. Each asks the rule of sight first."""

from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256
from typing import Any, NamedTuple

from csp.constants import SELF
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from accounts.models import Artist
from artworks.models import Artwork
from galleries.models import Gallery
from galleries.templatetags.pictures import Hung, hang, sheet


class Card(NamedTuple):
    """A gallery or an artist as a link with one work."""

    of: Any
    work: Artwork | None


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """All artists with public work; with a single one, that artist's page."""
    covers = Gallery.objects.public().covered().filter(artist=OuterRef("pk")).exclude(shown_cover=None)  # type: ignore[misc]
    artists = list(
        artists_on_show().select_related("portrait").annotate(shown_cover=Subquery(covers.values("shown_cover")[:1]))  # type: ignore[misc]
    )
    if len(artists) == 1:
        return artist_page(request, artists[0], several=False)
    cards = [card for card in with_works(artists) if card.work]  # a work purged meanwhile is gone
    return page(request, "home", {"cards": cards, "canonical": request.path}, hang(works_of(cards)))


@require_safe
def artist(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Artist.objects.staying().select_related("portrait"), slug=slug)
    if request.path != found.get_absolute_url():
        return moved(request, found.get_absolute_url())
    return artist_page(request, found, several=several_artists())


def artist_page(request: HttpRequest, artist: Artist, *, several: bool) -> HttpResponse:
    """Statement, galleries with covers, biography. The same page, and address, on a single artist's home."""
    cards = gallery_cards(request, artist)
    context = {"artist": artist, "cards": cards, "several": several, "canonical": artist.get_absolute_url()}
    return page(request, "artist", context, hang(works_of(cards)))


@require_safe
def gallery(request: HttpRequest, artist_slug: str, slug: str) -> HttpResponse:
    """The hang, and the way on to the galleries before and after it."""
    seen = Gallery.objects.visible_to(request.user).select_related("artist")
    found = get_object_or_404(seen, artist__slug=artist_slug, slug=slug)
    if request.path != found.get_absolute_url():
        return moved(request, found.get_absolute_url())
    wall = hang([placement.artwork for placement in found.wall()], found.layout)
    before, after = beside(found, gallery_cards(request, found.artist))
    dated = [hung.work.year for hung in wall if hung.work.year is not None]
    context = {
        "gallery": found,
        "artist": found.artist,
        "wall": wall,
        "first_year": min(dated, default=None),
        "last_year": max(dated, default=None),
        "before": before,
        "after": after,
        "several": several_artists(),
        "canonical": request.path,
    }
    return page(request, "gallery", context, [*wall, *hang(works_of(filter(None, (before, after))))])


@require_safe
def artwork(request: HttpRequest, pk: int) -> HttpResponse:
    """The work, its wall label, and its neighbours in the gallery it was reached from."""
    work = get_object_or_404(Artwork.objects.visible_to(request.user).for_cards(), pk=pk)
    if request.path != work.get_absolute_url():
        return moved(request, work.get_absolute_url())
    walls = Gallery.objects.visible_to(request.user).filter(artworks=work).select_related("artist")
    hangs_in = [] if work.trashed else list(walls)
    reached_from = chosen(hangs_in, request.GET.get("in", ""))
    context = {
        "artwork": work,
        "artist": work.artist,
        "gallery": reached_from,
        "elsewhere": [gallery for gallery in hangs_in if gallery != reached_from],
        "only_owner": not any(gallery.is_public for gallery in hangs_in),
        "several": several_artists(),
        "canonical": request.path,
    }
    return page(request, "artwork", context | neighbours(work, reached_from), hang([work]))


def artists_on_show() -> QuerySet[Artist]:
    """Artists with public work."""
    return Artist.objects.filter(Exists(Artwork.objects.public().filter(artist=OuterRef("pk"))))


def several_artists() -> bool:
    """Whether pages have to say whose work it is."""
    return len(artists_on_show().order_by()[:2].values_list("pk")) > 1


def gallery_cards(request: HttpRequest, artist: Artist) -> list[Card]:
    """What this viewer may see of an artist's galleries; an empty one is its owner's business."""
    galleries = Gallery.objects.visible_to(request.user).filter(artist=artist).counted().covered()
    for gallery in galleries:
        gallery.artist = artist
    if request.user.pk == artist.user_id:
        return with_works(galleries)
    return with_works(gallery for gallery in galleries if gallery.artworks_count)


def with_works(annotated: Iterable[Any]) -> list[Card]:
    """Cards for rows that carry ``shown_cover``, their works fetched at once."""
    rows = list(annotated)
    works = Artwork.objects.for_cards().in_bulk([row.shown_cover for row in rows])
    return [Card(row, works.get(row.shown_cover)) for row in rows]


def works_of(cards: Iterable[Card]) -> list[Artwork]:
    return [card.work for card in cards if card.work]


def beside(gallery: Gallery, cards: list[Card]) -> tuple[Card | None, Card | None]:
    """The cards before and after a gallery's own."""
    order = [card.of.pk for card in cards]
    if gallery.pk not in order:
        return None, None
    at = order.index(gallery.pk)
    return (cards[at - 1] if at else None), (cards[at + 1] if at + 1 < len(cards) else None)


def chosen(galleries: list[Gallery], key: str) -> Gallery | None:
    """The gallery that ``?in=`` names by its slug or id, else the first."""
    named = [gallery for gallery in galleries if gallery.slug == key] or [
        gallery for gallery in galleries if str(gallery.pk) == key
    ]
    return next(iter(named or galleries), None)


def neighbours(work: Artwork, gallery: Gallery | None) -> dict[str, Any]:
    """Previous and next on the wall, and ``3 / 18``."""
    wall = list(gallery.wall().values_list("artwork", flat=True)) if gallery else []
    if work.pk not in wall:
        return {}
    at = wall.index(work.pk)
    beside = {"previous": wall[at - 1] if at else None, "next": wall[at + 1] if at + 1 < len(wall) else None}
    works = Artwork.objects.in_bulk([pk for pk in beside.values() if pk])
    return {"place": at + 1, "places": len(wall)} | {side: works.get(pk) for side, pk in beside.items() if pk}


def moved(request: HttpRequest, address: str) -> HttpResponse:
    """For good, with the query that came along."""
    query = request.META.get("QUERY_STRING", "")
    return personal(request, redirect(f"{address}?{query}" if query else address, permanent=True))


def page(request: HttpRequest, name: str, context: dict[str, Any], hung: Iterable[Hung]) -> HttpResponse:
    """A page with its one style block, allowed by its digest."""
    style = sheet(hung)
    response = render(request, f"galleries/{name}.html", context | {"style": style})
    if style:
        digest = b64encode(sha256(style.encode()).digest()).decode()
        response._csp_update = {"style-src": [SELF, f"'sha256-{digest}'"]}  # type: ignore[attr-defined]
    return personal(request, response)


def personal(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Never kept for another visitor, nor for a title that changes back."""
    response.headers["Cache-Control"] = "private, no-store" if request.user.is_authenticated else "no-cache"
    patch_vary_headers(response, ["Cookie"])
    return response
