"""The studio's page on rights and AI: the site asks itself for what a stranger's machine is told, and shows it."""

import json
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import Artist
from accounts.ownership import artist_at
from accounts.rights import NO_AI
from artworks.metadata import NO_TRAINING
from artworks.models import Artwork
from artworks.sending import PublicImages
from portfolio_site.details import published
from portfolio_site.rights import agents

OF_THE_REQUEST = ("HTTP_HOST", "SERVER_NAME", "SERVER_PORT", "SERVER_PROTOCOL", "REMOTE_ADDR", "HTTP_X_FORWARDED_PROTO")


class Answer(NamedTuple):
    """What the site answered a stranger."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


class Sign(NamedTuple):
    """One way of saying it: where, what was found there, and whether that is what was wished for."""

    name: str
    address: str
    says: bool
    right: bool


def ask(request: HttpRequest, path: str) -> Answer:
    """The site's own answer, by its own layers and without a network: as a stranger at the address of ``request``."""
    from portfolio_site import wsgi

    environ = {name: request.META[name] for name in OF_THE_REQUEST if name in request.META}
    environ |= {"REQUEST_METHOD": "GET", "SCRIPT_NAME": "", "PATH_INFO": path, "QUERY_STRING": ""}
    environ |= {"wsgi.url_scheme": request.META.get("wsgi.url_scheme", "http"), "wsgi.input": BytesIO()}
    started: list[Any] = []
    site = PublicImages(wsgi.django, Path(settings.MEDIA_ROOT) / "public")
    with translation.override(translation.get_language()):  # the other request chooses its own
        parts: Any = site(environ, lambda status, headers, *_exc: started.extend((status, headers)))
        try:
            body = b"".join(parts)
        finally:
            getattr(parts, "close", lambda: None)()
    return Answer(int(started[0][:3]), {name.lower(): value for name, value in started[1]}, body)


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    return admin.site.admin_view(shown)(request)


def shown(request: HttpRequest) -> HttpResponse:
    artist = artist_at(request)
    context = {
        **admin.site.each_context(request),
        "title": _("Rights and AI"),
        "artist": artist,
        "site": published(),
        "signs": signs(request, artist),
    }
    return TemplateResponse(request, "admin/rights.html", context)


def signs(request: HttpRequest, artist: Artist | None) -> list[Sign]:
    """All of them, for an artist's own page and newest public picture; for a keeper who is none, of the site."""
    site = published()
    wish = (artist or site).reserves_ai_training
    found = [*of_the_site(request, page_of(artist), wish)]
    path = page_of(artist)
    found += of_a_page(path, ask(request, path), wish)
    work = Artwork.objects.public().filter(artist=artist).for_cards().first() if artist else None
    if work and artist:
        path = work.image.renditions["thumbnail"].url
        found += of_a_picture(path, ask(request, path), wish)
    return found


def page_of(artist: Artist | None) -> str:
    """An artist's own page, or one that is nobody's but the site's."""
    return artist.get_absolute_url() if artist else reverse("account_login")


def of_the_site(request: HttpRequest, path: str, wish: bool) -> Iterable[Sign]:
    robots, tdmrep = reverse("robots"), reverse("tdmrep")
    asked = ask(request, robots).text
    refused = asked.partition("Disallow: /\n")[0]
    says = all(f"User-agent: {name}\n" in refused for name in agents()) and "Disallow: /\n" in asked
    yield Sign(_("robots.txt names the agents that gather for AI"), robots, says, says == wish)
    rules = json.loads(ask(request, tdmrep).text)
    says = next(rule for rule in rules if path.startswith(rule["location"]))["tdm-reservation"] == 1
    yield Sign(_("tdmrep.json reserves text and data mining"), tdmrep, says, says == wish)


def of_a_page(path: str, answer: Answer, wish: bool) -> Iterable[Sign]:
    meta = f'<meta name="robots" content="{NO_AI}">' in answer.text
    yield Sign(_("The page says noai, noimageai in its head"), path, meta, meta == wish)
    yield from of_headers(_("The page"), path, answer, wish)


def of_a_picture(path: str, answer: Answer, wish: bool) -> Iterable[Sign]:
    yield from of_headers(_("The picture"), path, answer, wish)
    inside = NO_TRAINING.encode() in answer.body
    yield Sign(_("The picture says so inside the file (PLUS Data Mining, in its XMP)"), path, inside, inside == wish)


def of_headers(what: str, path: str, answer: Answer, wish: bool) -> Iterable[Sign]:
    robots = NO_AI in answer.headers.get("x-robots-tag", "")
    yield Sign(_("%(what)s is sent with X-Robots-Tag: noai, noimageai") % {"what": what}, path, robots, robots == wish)
    tdm = answer.headers.get("tdm-reservation") == "1"
    yield Sign(_("%(what)s is sent with tdm-reservation: 1") % {"what": what}, path, tdm, tdm == wish)
