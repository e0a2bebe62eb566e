"""Sending a file over HTTP: validators, ranges, chunks (RFC 9110, sections 13 and 14).

Knows no Django: the image view uses it, and so does `PublicImages`, the WSGI layer before Django.
"""

import os
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from email.utils import formatdate, parsedate_to_datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

from accounts.rights import RESERVED
from artworks import zipped

TYPES = {
    "jpg": "image/jpeg",
    "avif": "image/avif",
    "png": "image/png",
    "webp": "image/webp",
    "tif": "image/tiff",
    "heic": "image/heic",
}
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()"
# A picture opened by itself may do nothing, whatever bytes it holds.
SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-site",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": PERMISSIONS,
}
PUBLIC = "public, max-age=86400"
PRIVATE = "private, no-store"
IN_ONE_READ = 1024 * 1024
CHUNK = 256 * 1024
UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
TILE = r"(?:full|\d{1,6}(?:,\d{1,6}){3})/\d{1,6},\d{1,6}/0/default\.jpg"
IMAGE_PATH = re.compile(rf"/images/({UUID})/([1-9][0-9]{{0,4}})\.(jpg|avif)\Z")
TILE_PATH = re.compile(rf"/images/({UUID})/tiles/({TILE})\Z")


# With one of these, a request may not be for the whole file.
CONDITIONS = {"HTTP_RANGE", "HTTP_IF_RANGE", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE"}


@dataclass
class Answer:
    """A status, headers, and the open file's bytes from ``start`` to before ``end``."""

    status: HTTPStatus
    headers: dict[str, str]
    descriptor: int | None = None
    start: int = 0
    end: int = 0
    file: os.stat_result | None = None

    def body(self) -> Iterable[bytes]:
        """The bytes, and the file closed behind them."""
        if self.descriptor is None:
            return [b""]
        if self.end - self.start <= IN_ONE_READ:
            try:
                return [os.pread(self.descriptor, self.end - self.start, self.start)]
            finally:
                os.close(self.descriptor)
        return _Chunks(self.descriptor, self.start, self.end)


class _Chunks:
    """An iterable whose `close` the server calls also when the visitor goes away half-way."""

    def __init__(self, descriptor: int, start: int, end: int) -> None:
        self.file, self.start, self.end = os.fdopen(descriptor, "rb", buffering=0), start, end

    def __iter__(self) -> Iterator[bytes]:
        self.file.seek(self.start)
        left = self.end - self.start
        while left > 0 and (part := self.file.read(min(CHUNK, left))):
            left -= len(part)
            yield part

    def close(self) -> None:
        self.file.close()


def answer(
    path: str | os.PathLike[str], method: str, asked: Mapping[str, str], headers: dict[str, str], member: str = ""
) -> Answer:
    """What to send of the file at ``path``, or of its ``member`` where it is a zip.

    ``asked`` is the WSGI environ. Raises OSError where there is no such file.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    found = None
    try:
        found = _answer(descriptor, method, asked, SAFE | headers, member)
    finally:
        if found is None or found.descriptor is None:
            os.close(descriptor)
    return found


def _answer(descriptor: int, method: str, asked: Mapping[str, str], headers: dict[str, str], member: str) -> Answer:
    file = os.fstat(descriptor)
    if not file.st_size:  # as a power cut may leave it: no picture
        raise FileNotFoundError(descriptor)
    within = zipped.window(descriptor, member) if member else (0, file.st_size)
    if within is None:
        raise FileNotFoundError(member)
    offset, size = within[0], within[1] - within[0]
    etag = f'"{file.st_mtime_ns:x}-{file.st_size:x}{f"-{offset:x}" if member else ""}"'
    modified = formatdate(file.st_mtime, usegmt=True)
    headers = headers | {"ETag": etag, "Last-Modified": modified, "Accept-Ranges": "bytes"}
    if _unchanged(asked, etag, int(file.st_mtime)):
        headers.pop("Content-Type", None)
        return Answer(HTTPStatus.NOT_MODIFIED, headers)
    # RFC 9110, section 14.2: of all methods, only GET has ranges.
    wanted = _range(asked, size, {etag, modified}) if method == "GET" else (0, size)
    if wanted is None:
        headers |= {"Content-Range": f"bytes */{size}", "Content-Length": "0"}
        return Answer(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers)
    start, end = wanted
    status = HTTPStatus.OK
    if (start, end) != (0, size):
        status = HTTPStatus.PARTIAL_CONTENT
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    headers["Content-Length"] = str(end - start)
    return Answer(status, headers, None if method == "HEAD" else descriptor, offset + start, offset + end, file)


def _unchanged(asked: Mapping[str, str], etag: str, modified: int) -> bool:
    if tags := asked.get("HTTP_IF_NONE_MATCH"):
        return tags.strip() == "*" or etag in [tag.strip().removeprefix("W/") for tag in tags.split(",")]
    if since := asked.get("HTTP_IF_MODIFIED_SINCE"):
        try:
            return modified <= parsedate_to_datetime(since).timestamp()
        except (TypeError, ValueError, OverflowError):
            return False
    return False


def _range(asked: Mapping[str, str], size: int, validators: set[str]) -> tuple[int, int] | None:
    """``(start, end)`` of one asked range, the whole file without one, None where it lies outside."""
    match = re.fullmatch(r"bytes=(\d{0,18})-(\d{0,18})", asked.get("HTTP_RANGE", "").strip())
    if match is None or match.groups() == ("", ""):
        return 0, size
    if asked.get("HTTP_IF_RANGE") not in {None, *validators}:
        return 0, size
    first, last = match.groups()
    if not first:
        return (max(0, size - int(last)), size) if int(last) and size else None
    if int(first) >= size or (last and int(last) < int(first)):
        return None if int(first) >= size else (0, size)
    return int(first), min(int(last) + 1, size) if last else size


def linked(path: str) -> tuple[str, str] | None:
    """The file below ``public/`` that an image's address means, and its member where that is a zip of tiles."""
    if match := IMAGE_PATH.match(path):
        return f"{match[1]}/{match[2]}.{match[3]}", ""
    if match := TILE_PATH.match(path):
        return f"{match[1]}/tiles.zip", f"tiles/{match[2]}"
    return None


class Kept:
    """Small files that were sent before, in memory: no more than ``MOST`` bytes of them.

    Reading a file lets four other threads go first, looking whether it is still the same lets one.
    """

    MOST = 16 * 2**20  # bytes, of each web worker
    LARGEST = 2**18  # bytes

    def __init__(self) -> None:
        self.answers: dict[tuple[str, str], tuple[tuple[int, ...], list[tuple[str, str]], list[bytes]]] = {}
        self.bytes = 0

    def get(self, path: str, member: str) -> tuple[list[tuple[str, str]], list[bytes]] | None:
        """Headers and body; None where it is not kept, or not any more what lies at ``path``."""
        kept = self.answers.get((path, member))
        try:
            return kept[1:] if kept is not None and kept[0] == version(os.stat(path)) else None
        except OSError:
            return None

    def keep(self, path: str, member: str, file: os.stat_result, headers: list[tuple[str, str]], body: bytes) -> None:
        if len(body) <= self.LARGEST:
            if self.bytes + len(body) > self.MOST:
                self.answers, self.bytes = {}, 0
            self.answers[path, member] = version(file), headers, [body]
            self.bytes += len(body)


def version(file: os.stat_result) -> tuple[int, ...]:
    return file.st_dev, file.st_ino, file.st_size, file.st_mtime_ns


class PublicImages:
    """The first WSGI layer: what ``media/public`` links to goes out without asking Django; all else is Django's."""

    def __init__(self, application: Callable[..., Iterable[bytes]], public: Path) -> None:
        self.application, self.public, self.kept = application, str(public), Kept()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        method, wanted = environ["REQUEST_METHOD"], linked(environ.get("PATH_INFO", ""))
        if method not in {"GET", "HEAD"} or wanted is None:
            return self.application(environ, start_response)
        path, member = f"{self.public}/{wanted[0]}", wanted[1]
        whole = method == "GET" and CONDITIONS.isdisjoint(environ)
        if whole and (kept := self.kept.get(path, member)):
            start_response("200 OK", kept[0])
            return kept[1]
        kind = TYPES[(member or path).rpartition(".")[2]]
        try:
            found = answer(path, method, environ, {"Content-Type": kind, "Cache-Control": PUBLIC, **RESERVED}, member)
            body = found.body()  # a disk that cannot read says so here
        except (OSError, zipfile.BadZipFile):
            return self.application(environ, start_response)
        headers = list(found.headers.items())
        if whole and found.file is not None and isinstance(body, list):
            self.kept.keep(path, member, found.file, headers, body[0])
        start_response(f"{found.status.value} {found.status.phrase}", headers)
        return body
