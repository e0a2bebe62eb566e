"""What the site asks of machines: ``/robots.txt``, and ``/.well-known/tdmrep.json``. Requests, not locks."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from artworks.models import Artwork, ArtworkImage
from galleries.quoted import origin_of
from galleries.views import artists_on_show
from portfolio_site.details import published


@cache
def agents() -> list[str]:
    """Names of agents that gather for AI training."""
    lines = (Path(__file__).parent / "ai_agents.txt").read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """RFC 9309. One file for all of the site, so the site's own word counts."""
    lines = ["User-agent: *", "Disallow: /admin/", "Disallow: /accounts/", ""]
    if published().reserves_ai_training:
        asked = "# Nothing here is to be used for training AI, nor for text and data mining: /.well-known/tdmrep.json"
        lines = [asked, *(f"User-agent: {name}" for name in agents()), "Disallow: /", "", *lines]
    lines += [f"Sitemap: {origin_of(request)}{reverse('sitemap')}", ""]
    return unkept(HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8"))


@require_safe
def tdmrep(request: HttpRequest) -> JsonResponse:
    """TDM Reservation Protocol, "TDM File on the Origin Server": the first rule that matches a path counts."""
    return unkept(JsonResponse([*exceptions(), rule("/", published())], safe=False))


def exceptions() -> Iterator[dict[str, Any]]:
    """Everything public of artists who say something else than the site."""
    on_show = artists_on_show()
    others = on_show.exclude(reserves_ai_training=published().reserves_ai_training)
    artists = others.in_bulk()
    if not artists:
        return
    only = list(on_show.values_list("pk", flat=True)[:2])
    if len(only) == 1 and only[0] in artists:
        yield rule("/$", artists[only[0]])
    for artist in artists.values():
        yield rule(artist.get_absolute_url(), artist)
    for work in Artwork.objects.public().filter(artist__in=others).only("pk", "title", "artist").order_by("pk"):
        yield rule(work.get_absolute_url(), artists[work.artist_id])
    images = ArtworkImage.objects.public().filter(artist__in=others).order_by("pk")
    for uuid, artist_id in images.values_list("uuid", "artist"):
        yield rule(f"/images/{uuid}/", artists[artist_id])


def rule(location: str, word: Any) -> dict[str, Any]:
    """``word``: an artist or the site's details."""
    found: dict[str, Any] = {"location": location, "tdm-reservation": int(word.reserves_ai_training)}
    if word.reserves_ai_training and word.permission_url:
        found["tdm-policy"] = word.permission_url
    return found


def unkept(response: Any) -> Any:
    """Asked for anew each time: a change of mind counts at once."""
    response.headers["Cache-Control"] = "no-cache"
    return response
