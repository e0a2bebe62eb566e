"""Pages as strangers saw them, kept until anything that the site shows has changed.

A small machine sends a kept page some ten times faster than it makes one. Nothing has to be thrown away by hand: the
version of the content (`accounts.versions`) is part of what a page is kept under. Who is signed in, or has been told
something, gets a page of their own.
"""

import gzip
import hashlib
import re
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import get_language

from accounts import versions
from accounts.rights import ruled_by
from galleries.walls import COOKIE as WALL
from galleries.walls import chosen_wall
from portfolio_site.details import published

MOST_BYTES = 16 * 2**20  # in each web worker
IMPERSONAL = {WALL, settings.LANGUAGE_COOKIE_NAME, settings.CSRF_COOKIE_NAME}  # cookies of somebody who is a stranger

GZIP = re.compile(r"\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))")

View = Callable[..., HttpResponse]


class Kept(NamedTuple):
    content: bytes
    packed: bytes  # by gzip: there is nothing of the visitor's in it that its length could give away
    headers: dict[str, str]
    csp: Any
    artist: Any

    @property
    def size(self) -> int:
        return len(self.content) + len(self.packed)


class Shelf:
    """The pages asked for of late; the oldest go first."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self.most, self.bytes, self.lock = most, 0, Lock()
        self.pages: OrderedDict[tuple[Any, ...], Kept] = OrderedDict()

    def at(self, key: tuple[Any, ...]) -> Kept | None:
        with self.lock:
            if key in self.pages:
                self.pages.move_to_end(key)
            return self.pages.get(key)

    def put(self, key: tuple[Any, ...], page: Kept) -> None:
        with self.lock:
            if key in self.pages:
                return
            self.pages[key] = page
            self.bytes += page.size
            while self.bytes > self.most:
                self.bytes -= self.pages.popitem(last=False)[1].size

    def clear(self) -> None:
        with self.lock:
            self.pages.clear()
            self.bytes = 0


shelf = Shelf()


class KeptPages:
    """Middleware: gives strangers a kept page in place of calling a view marked with `galleries.views.impersonal`."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: View, args: Any, named: Any) -> HttpResponse | None:
        if not getattr(view, "impersonal", False) or not is_strangers(request):
            return None
        # Read before the page is made: what changes meanwhile belongs to another version.
        key = key_of(request)
        page = shelf.at(key)
        if page is None:
            response = view(request, *args, **named)
            if response.status_code != 200 or response.cookies or "CSRF_COOKIE_NEEDS_UPDATE" in request.META:
                return response
            page = page_of(request, response)
            shelf.put(key, page)
        return given(request, page)


def is_strangers(request: HttpRequest) -> bool:
    """Whether nobody in particular asks, for nothing in particular."""
    extra = request.GET.keys() - {"in"}
    return request.method in {"GET", "HEAD"} and not extra and not request.COOKIES.keys() - IMPERSONAL


def key_of(request: HttpRequest) -> tuple[Any, ...]:
    address = request.scheme, request.get_host(), request.path, request.GET.get("in")
    return versions.current(), published(), *address, get_language(), chosen_wall(request)


def page_of(request: HttpRequest, response: HttpResponse) -> Kept:
    patch_vary_headers(response, ["Accept-Encoding"])
    # Weak: the same page, packed or not.
    response.headers["ETag"] = f'W/"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    csp, artist = getattr(response, "_csp_update", None), getattr(request, "ruled_by", None)
    packed = gzip.compress(response.content, 6, mtime=0)
    return Kept(response.content, packed, dict(response.headers), csp, artist)


def given(request: HttpRequest, page: Kept) -> HttpResponse:
    if GZIP.search(request.headers.get("Accept-Encoding", "")):
        whole = HttpResponse(page.packed, headers=page.headers | {"Content-Encoding": "gzip"})
    else:
        whole = HttpResponse(page.content, headers=page.headers)
    if page.artist:
        ruled_by(request, page.artist)
    response = get_conditional_response(request, page.headers["ETag"], response=whole) or whole
    if page.csp:  # on a 304 too: its policy takes the place of the one the browser keeps with the page
        response._csp_update = page.csp  # type: ignore[attr-defined]
    return response
