"""The public pages: home, artist, gallery, artwork. Each asks the rule of sight first."""

from base64 import b64encode
from collections.abc import Callable, Iterable
from functools import cache
from hashlib import sha256
from typing import Any, NamedTuple

from csp.constants import SELF
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from accounts.models import Artist
from accounts.rights import ruled_by
from accounts.slugs import at
from artworks.models import Artwork, Viewer
from galleries import previewing, quoted
from galleries.models import Gallery, GalleryQuerySet
from galleries.templatetags.pictures import Hung, hang, sheet


def impersonal(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Strangers all see the same page here: `portfolio_site.keeping` may keep it."""
    view.impersonal = True  # type: ignore[attr-defined]
    return view


class Card(NamedTuple):
    """A gallery or an artist as a link with one work."""

    of: Any
    work: Artwork | None


@impersonal
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
    context = {
        "cards": cards,
        "columns": columns_for(cards),
        "start": None if cards else first_steps(request.user),
        "canonical": request.path,
        "quoted": quoted.home(quoted.origin_of(request), [card.of for card in cards]),
    }
    return page(request, "home", context, hang(works_of(cards)))


@impersonal
@require_safe
def artist(request: HttpRequest, slug: str) -> HttpResponse:
    found = at(Artist.objects.staying().select_related("portrait"), slug)
    if found is None:
        raise Http404
    if request.path != found.get_absolute_url():
        return moved(request, found.get_absolute_url())
    return artist_page(request, found, several=several_artists())


def artist_page(request: HttpRequest, artist: Artist, *, several: bool) -> HttpResponse:
    """Statement, galleries with covers, biography. The same page, and address, on a single artist's home."""
    cards = gallery_cards(request, artist)
    front = next((card.work for card in cards if card.work and card.of.is_public), None)
    bare = request.user.pk == artist.user_id and not any(card.work and card.of.is_public for card in cards)
    context = {
        "artist": artist,
        "cards": cards,
        "columns": columns_for(cards[1:]),
        "start": first_steps(request.user) if bare else None,
        "several": several,
        "canonical": artist.get_absolute_url(),
        "here": artist.get_absolute_url(),
        "quoted": quoted.artist_page(quoted.origin_of(request), artist, front, several=several),
    }
    return page(request, "artist", context, hang(works_of(cards)))


@impersonal
@require_safe
def gallery(request: HttpRequest, artist_slug: str, slug: str) -> HttpResponse:
    """The hang, and the way on to the galleries before and after it."""
    seen = Gallery.objects.visible_to(request.user).select_related("artist")
    found = seen.at(artist_slug, slug)
    if found is None:
        raise Http404
    if request.path != found.get_absolute_url():
        return moved(request, found.get_absolute_url())
    works = found.works()
    layout = found.layout_for(len(works))
    wall = hang(works, layout)
    previewed = previewing.is_asked_for(request, found)
    if previewed:
        found.visibility = Gallery.Visibility.PUBLIC  # to be looked at; never saved
    before, after = beside(found, around(request.user, found, previewed=previewed))
    several = several_artists() or (previewed and artists_on_show().exclude(pk=found.artist_id).exists())
    dated = [hung.work.year for hung in wall if hung.work.year is not None]
    context = {
        "gallery": found,
        "artist": found.artist,
        "wall": wall,
        "layout": layout,
        "own": request.user.pk == found.artist.user_id,
        "first_year": min(dated, default=None),
        "last_year": max(dated, default=None),
        "before": before,
        "after": after,
        "several": several,
        "canonical": request.path,
        "quoted": quoted.gallery_page(quoted.origin_of(request), found, works, several=several),
    }
    hung = [*wall, *hang(works_of(filter(None, (before, after))))]
    if previewed:
        return previewing.framed(page(request, "gallery", context | previewing.AS_A_STRANGER, hung))
    return page(request, "gallery", context, hung)


@impersonal
@require_safe
def artwork(request: HttpRequest, pk: int) -> HttpResponse:
    """The work, its wall label, and its neighbours in the gallery it was reached from."""
    work = get_object_or_404(Artwork.objects.visible_to(request.user).for_cards(), pk=pk)
    if request.path != work.get_absolute_url():
        return moved(request, work.get_absolute_url())
    walls = Gallery.objects.visible_to(request.user).filter(artworks=work).select_related("artist")
    hangs_in = [] if work.trashed else list(walls)
    reached_from, several = chosen(hangs_in, request.GET.get("in", "")), several_artists()
    in_order = sorted(hangs_in, key=lambda gallery: gallery != reached_from)
    context = {
        "artwork": work,
        "artist": work.artist,
        "gallery": reached_from,
        "elsewhere": [gallery for gallery in hangs_in if gallery != reached_from],
        "tags": [] if work.trashed else work.tags.all(),
        "only_owner": not any(gallery.is_public for gallery in hangs_in),
        "here": f"{request.path}?in={reached_from.slug}" if reached_from else request.path,
        "several": several,
        "canonical": request.path,
        "quoted": quoted.artwork_page(quoted.origin_of(request), work, in_order, several=several),
    }
    return page(request, "artwork", context | neighbours(work, reached_from), hang([work]))


def artists_on_show() -> QuerySet[Artist]:
    """Artists with public work."""
    return Artist.objects.filter(Exists(Artwork.objects.public().filter(artist=OuterRef("pk"))))


def several_artists() -> bool:
    """Whether pages have to say whose work it is."""
    with connection.cursor() as cursor:
        return len(cursor.execute(*two_artists()).fetchall()) > 1


@cache
def two_artists() -> tuple[str, tuple[Any, ...]]:
    """Compiled once: Django takes longer to write this query than SQLite to answer it."""
    return artists_on_show().order_by()[:2].values("pk").query.sql_with_params()


def gallery_cards(request: HttpRequest, artist: Artist) -> list[Card]:
    return with_works(shown_to(request.user, artist, Gallery.objects.counted().dated()))


def shown_to(viewer: Viewer, artist: Artist, galleries: GalleryQuerySet) -> list[Gallery]:
    """Of ``galleries`` those of the artist that a viewer may see, each with its cover; an empty one is its owner's."""
    seen = galleries.visible_to(viewer).filter(artist=artist).covered()
    shown = [gallery for gallery in seen if gallery.shown_cover or viewer.pk == artist.user_id]
    for gallery in shown:
        gallery.artist = artist
    return shown


def around(viewer: Viewer, gallery: Gallery, *, previewed: bool) -> list[Gallery]:
    """Among which galleries a viewer finds this one; in a preview, as if it were public."""
    if not previewed:
        return shown_to(viewer, gallery.artist, Gallery.objects.all())
    public = Gallery.objects.filter(Q(pk__in=Gallery.objects.public().values("pk")) | Q(pk=gallery.pk))
    return [each for each in shown_to(viewer, gallery.artist, public) if each.shown_cover]


def columns_for(cards: list[Card]) -> str:
    """How covers hang: in pairs where three abreast would leave one alone."""
    return "pair" if len(cards) in (1, 2, 4) else "card"


def first_steps(user: Any) -> dict[str, bool] | None:
    """What an artist whose walls are empty has done already of what fills them."""
    if getattr(user, "artist", None) is None:
        return None
    works = Artwork.objects.owned_by(user).alive()
    return {"uploaded": works.exists(), "hung": works.exclude(placements=None).exists()}


def with_works(annotated: Iterable[Any]) -> list[Card]:
    """Cards for rows that carry ``shown_cover``, their works fetched at once."""
    rows = list(annotated)
    works = Artwork.objects.for_cards().in_bulk([row.shown_cover for row in rows])
    return [Card(row, works.get(row.shown_cover)) for row in rows]


def works_of(cards: Iterable[Card]) -> list[Artwork]:
    return [card.work for card in cards if card.work]


def beside(gallery: Gallery, galleries: list[Gallery]) -> tuple[Card | None, Card | None]:
    """The cards of the galleries before and after one of them."""
    if gallery not in galleries:
        return None, None
    at = galleries.index(gallery)
    cards = {card.of: card for card in with_works(galleries[max(0, at - 1) : at + 2])}
    return (cards[galleries[at - 1]] if at else None), (cards[galleries[at + 1]] if galleries[at + 1 :] else None)


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
    """A page with its one style block, allowed by its digest. One with an artist says what that artist says of AI."""
    if artist := context.get("artist"):
        ruled_by(request, artist)
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
