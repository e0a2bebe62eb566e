"""``/sitemap.xml``: every public page with its date, works with their pictures; a list of parts where it is full."""

from abc import ABC, abstractmethod
from typing import Any, NamedTuple

from django.contrib.sitemaps import Sitemap
from django.core.paginator import EmptyPage, Paginator
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import cached_property
from django.views.decorators.http import require_safe

from artworks.models import Artwork
from artworks.renditions import Display
from galleries.models import Gallery, Placement
from galleries.quoted import origin_of
from galleries.views import artists_on_show

MOST = 10_000  # addresses in one file, made in two seconds; sitemaps.org allows 50,000
TYPE = "application/xml"


class Pages(Sitemap, ABC):
    """The pages of one kind of thing."""

    @abstractmethod
    def items(self) -> QuerySet[Any]: ...

    @cached_property
    def paginator(self) -> Paginator:  # type: ignore[override]
        """Kept: it remembers how many there are."""
        return Paginator(self.items(), MOST)

    def picture(self, thing: Any) -> str:
        """The address of the one that the page is about; empty where it is about none."""
        return ""

    def lastmod(self, thing: Any) -> Any:
        return thing.updated_at

    def get_latest_lastmod(self) -> Any:
        return self.items().aggregate(latest=Max("updated_at"))["latest"]


class ArtistPages(Pages):
    def items(self) -> QuerySet[Any]:
        return artists_on_show().order_by("pk")


class GalleryPages(Pages):
    """Those with something on the wall."""

    def items(self) -> QuerySet[Any]:
        hung = Placement.objects.filter(gallery=OuterRef("pk"), artwork__deleted_at=None)
        return Gallery.objects.public().filter(Exists(hung)).select_related("artist").order_by("pk")


class ArtworkPages(Pages):
    def items(self) -> QuerySet[Any]:
        return Artwork.objects.public().for_cards().order_by("pk")

    def picture(self, work: Artwork) -> str:
        return Display(work.image.master).url


KINDS: dict[str, type[Pages]] = {"artists": ArtistPages, "galleries": GalleryPages, "artworks": ArtworkPages}


class Place(NamedTuple):
    """What Django's sitemaps call a site."""

    domain: str


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """All pages in one file, or else the list of the files they are in."""
    kinds = {name: kind() for name, kind in KINDS.items()}
    counts = {name: kind.paginator.count for name, kind in kinds.items()}
    # The front page is one more where it is not its only artist's.
    home = counts["artists"] != 1
    if sum(counts.values()) + home <= MOST:
        urls = [url for name, kind in kinds.items() if counts[name] for url in addresses(request, kind)]
        return xml(request, "sitemap", {"home": home, "urls": urls})
    latest = {name: kind.get_latest_lastmod() for name, kind in kinds.items()}
    parts = [
        {"name": name, "number": number, "lastmod": latest[name]}
        for name in kinds
        for number in range(1, -(-counts[name] // MOST) + 1)
    ]
    return xml(request, "sitemap_index", {"parts": parts})


@require_safe
def sitemap_part(request: HttpRequest, name: str, number: int) -> HttpResponse:
    try:
        urls = addresses(request, KINDS[name](), number)
    except (KeyError, EmptyPage) as error:
        raise Http404 from error
    return xml(request, "sitemap", {"home": name == "artists" and number == 1 and len(urls) != 1, "urls": urls})


def addresses(request: HttpRequest, kind: Pages, number: int = 1) -> list[dict[str, Any]]:
    protocol, _, domain = origin_of(request).partition("://")
    urls = kind.get_urls(number, Place(domain), protocol)  # type: ignore[arg-type]
    # Said here, for all at once: a template would ask for each in turn, and take four times as long.
    return [
        {"loc": url["location"], "date": url["lastmod"].isoformat("T", "seconds"), "picture": kind.picture(url["item"])}
        for url in urls
    ]


def xml(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    response = render(request, f"galleries/{name}.xml", context | {"origin": origin_of(request)}, content_type=TYPE)
    response.headers["Cache-Control"] = "no-cache"
    return response
