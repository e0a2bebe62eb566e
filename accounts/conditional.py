"""Conditional requests (RFC 9110, section 13): ETags of what the API answers, 304 before the work, 412 on stale writes.

An ETag is a digest of the JSON itself, so it is strong, and private changes elsewhere do not show in it. Which ETag
an address had at which version of the content is remembered, by process: while the version stands still,
``If-None-Match`` is answered by one query.
"""

import hashlib
from collections import OrderedDict
from threading import Lock
from typing import Any

from django.utils.http import parse_etags, quote_etag
from django.utils.translation import get_language
from rest_framework.request import Request

REMEMBERED = 4096  # addresses, some 300 bytes each

Key = tuple[Any, ...]


def etag_of(content: bytes) -> str:
    return quote_etag(hashlib.sha256(content).hexdigest()[:32])


def key_of(request: Request, version: int) -> Key:
    """All that an answer's bytes depend on: the content, the address, who asks, in which language and form."""
    asked = request.build_absolute_uri(), request.user.pk, get_language(), request.accepted_renderer.format
    return version, *asked


class Etags:
    """The ETags of the answers of late, the oldest forgotten first."""

    def __init__(self, most: int = REMEMBERED) -> None:
        self.most, self.lock = most, Lock()
        self.known: OrderedDict[Key, str] = OrderedDict()

    def remember(self, key: Key, etag: str) -> None:
        with self.lock:
            self.known[key] = etag
            self.known.move_to_end(key)
            while len(self.known) > self.most:
                self.known.popitem(last=False)

    def at(self, key: Key) -> str | None:
        with self.lock:
            return self.known.get(key)

    def clear(self) -> None:
        with self.lock:
            self.known.clear()


etags = Etags()


def known_to_client(request: Request, etag: str | None) -> bool:
    """Whether ``If-None-Match`` names it; weak comparison, as the RFC asks for here."""
    given = parse_etags(request.headers.get("If-None-Match", ""))
    return etag is not None and ("*" in given or etag in {one.removeprefix("W/") for one in given})


def is_stale(request: Request, etag: str) -> bool:
    """Whether ``If-Match`` names something else; strong comparison."""
    given = parse_etags(request.headers.get("If-Match", ""))
    return bool(given) and "*" not in given and etag not in given
