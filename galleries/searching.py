"""The pages that find works: by words, and by an artist's own tag. Both ask the rule of sight."""

import re
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.encoding import escape_uri_path
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from accounts.models import Artist
from accounts.slugs import at
from artworks import searching
from artworks.models import Artwork, Tag
from artworks.searching import Leaf
from artworks.spelling import bare
from galleries.models import Gallery, Placement
from galleries.templatetags.pictures import hang
from galleries.views import artists_on_show, moved, page, several_artists

MOST_NAMES = 12  # artists, or galleries, above the works
PLACE = re.compile(r"[0-9]{1,18}")


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Works that have every word, and artists and galleries whose names do."""
    question = " ".join(request.GET.get("q", "")[: searching.LONGEST].replace("\0", " ").split())
    words = searching.words_of(question)
    leaf = leaf_of(request, searching.mentioning(words)) if words else Leaf([], None, None)
    first = "before" not in request.GET and "after" not in request.GET
    context = {
        "question": question,
        "artists": named(artists_on_show(), "name", words) if first else [],
        "galleries": named(galleries_on_show(request), "title", words) if first else [],
        "canonical": request.path,
    }
    return wall_page(request, "search", leaf, context)


@require_safe
def tag(request: HttpRequest, artist_slug: str, slug: str) -> HttpResponse:
    """An artist's works with one of their own words. One that leads to nothing is none."""
    artist = at(Artist.objects.staying(), artist_slug)
    # In one question: a word that nobody may see takes no longer to deny than one that there is not.
    seen = Exists(Artwork.objects.visible_to(request.user).filter(tags=OuterRef("pk")))
    found = get_object_or_404(
        Tag.objects.select_related("artist").filter(seen), artist=artist, slug=slugify(slug, allow_unicode=True)
    )
    leaf = leaf_of(request, searching.tagged(found))
    if not leaf.works:
        raise Http404
    address = reverse("tag", args=[found.artist.slug, found.slug])
    if escape_uri_path(request.path) != address:
        return moved(request, address)
    return wall_page(request, "tag", leaf, {"tag": found, "artist": found.artist, "canonical": address})


def wall_page(request: HttpRequest, name: str, leaf: Leaf, context: dict[str, Any]) -> HttpResponse:
    wall = hang(leaf.works, "justified")
    context |= {
        "wall": wall,
        "newer": beside(request, "after", leaf.newer),
        "older": beside(request, "before", leaf.older),
        "several": several_artists(),
    }
    return page(request, name, context, wall)


def leaf_of(request: HttpRequest, match: str) -> Leaf:
    """The page that ``?before=`` or ``?after=`` leads to; the first, where they say nothing."""
    return searching.leaf(request.user, match, before=place(request, "before"), after=place(request, "after"))


def place(request: HttpRequest, name: str) -> int | None:
    given = request.GET.get(name, "")
    return int(given) if PLACE.fullmatch(given) else None


def beside(request: HttpRequest, name: str, pk: int | None) -> str:
    """The address of the page next to this one; nothing where there is none."""
    if pk is None:
        return ""
    query = QueryDict(mutable=True)
    if "q" in request.GET:
        query["q"] = request.GET["q"]
    query[name] = str(pk)
    return f"?{query.urlencode()}"


def galleries_on_show(request: HttpRequest) -> QuerySet[Gallery]:
    """Those a viewer may see; an empty one is its owner's business."""
    full = Exists(Placement.objects.filter(gallery=OuterRef("pk"), artwork__deleted_at=None))
    seen = Gallery.objects.visible_to(request.user).select_related("artist")
    return seen.filter(full | Q(artist__user=request.user.pk)).order_by("title", "id")


def named(rows: QuerySet[Any], field: str, words: list[str]) -> list[Any]:
    """Those of which every word begins a word of the name. Names are few: all are read, with their ids alone."""
    wanted = bare(" ".join(words))
    if not wanted:
        return []
    names = ((pk, bare(name)) for pk, name in rows.values_list("pk", field))
    found = [pk for pk, have in names if all(any(word.startswith(each) for word in have) for each in wanted)]
    return list(rows.filter(pk__in=found[:MOST_NAMES])) if found else []
