"""What tests of every app build on: real pixels made in memory, artists, works and galleries."""

import hashlib
import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from rest_framework.test import APIClient

from accounts.models import Artist, create_artist
from artworks.intake import received
from artworks.models import Artwork, ArtworkImage
from artworks.sending import PublicImages
from artworks.storage import folder
from artworks.uploads import IncomingFile
from galleries.models import Gallery

PASSWORD = "correct horse battery"


def assert_guarded(headers: Mapping[str, str]) -> None:
    """What every answer tells a browser, whatever else it is."""
    told = {name.lower(): value for name, value in headers.items()}
    policy = told.get("content-security-policy", "")
    assert "default-src 'self'" in policy or "default-src 'none'" in policy, told
    assert "unsafe" not in policy
    if "default-src 'self'" in policy:
        assert {"object-src 'none'", "base-uri 'none'"} < {part.strip() for part in policy.split(";")}, policy
        assert "frame-ancestors 'none'" in policy or "frame-ancestors 'self'" in policy, policy
    assert told.get("x-content-type-options") == "nosniff", told
    assert told.get("referrer-policy") == "strict-origin-when-cross-origin", told
    assert told.get("cross-origin-resource-policy") == "same-site", told
    assert told.get("cross-origin-opener-policy") == "same-origin", told
    assert "geolocation=()" in told.get("permissions-policy", ""), told


def make_picture(width: int = 60, height: int = 40) -> Image.Image:
    """A colour gradient: no two corners alike, so that a turned or cropped copy shows."""
    red = Image.linear_gradient("L").resize((width, height))
    green = Image.linear_gradient("L").rotate(90).resize((width, height))
    return Image.merge("RGB", (red, green, Image.new("L", (width, height), 128)))


def make_image(width: int = 60, height: int = 40, format: str = "JPEG", **options: Any) -> bytes:
    """The bytes of a picture file."""
    stream = io.BytesIO()
    make_picture(width, height).save(stream, format, **options)
    return stream.getvalue()


def image_file(name: str = "work.jpg", content: bytes | None = None, **picture: Any) -> SimpleUploadedFile:
    """A file as a form sends it."""
    return SimpleUploadedFile(name, make_image(**picture) if content is None else content)


def make_artist(username: str = "alice", **user_fields: Any) -> Artist:
    return create_artist(username, f"{username}@example.org", PASSWORD, username.title(), **user_fields)


def client_of(artist: Artist | None) -> APIClient:
    """An API client that comes as an artist, or as a stranger."""
    client = APIClient()
    if artist is not None:
        client.force_login(artist.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def upload(artist: Artist, content: bytes | None = None, name: str = "work.jpg", **fields: Any) -> Artwork:
    """A work uploaded through the API, as an artist does it."""
    answer = client_of(artist).post(
        "/api/artworks/upload", {"image": image_file(name, content), **fields}, format="multipart"
    )
    assert answer.status_code == 201, answer.content
    return Artwork.objects.get(pk=answer.json()["id"])


@contextmanager
def arrived(artist: Artist, content: bytes | None = None, name: str = "work.jpg") -> Iterator[ArtworkImage]:
    """An unsaved image with all its files, as an upload brings it."""
    data = make_image() if content is None else content
    path = folder("incoming") / f"{uuid4().hex}.upload"
    path.write_bytes(data)
    digest = hashlib.sha256(data).hexdigest()
    with IncomingFile(path.open("rb"), name, None, len(data), digest) as incoming, received(incoming, artist) as image:
        yield image


def make_work(artist: Artist, content: bytes | None = None, name: str = "work.jpg", **fields: Any) -> Artwork:
    """A work with all its files, made without HTTP."""
    with arrived(artist, content, name) as image:
        return Artwork.objects.create_with_image(image, **fields)


def make_gallery(artist: Artist, *works: Artwork, title: str = "Room", visibility: str = "public") -> Gallery:
    gallery = Gallery.objects.create(artist=artist, title=title, visibility=visibility)
    gallery.hang(works)
    return gallery


def work_row(artist: Artist, title: str = "Untitled", width: int = 3000, height: int = 2000, **fields: Any) -> Artwork:
    """A work as a page sees it: a row, since no page opens a file."""
    image = ArtworkImage.objects.create(
        artist=artist,
        original=f"originals/{uuid4()}/original.jpg",
        master=f"masters/{uuid4()}.ppm",
        image_format="JPEG",
        image_width=width,
        image_height=height,
        master_width=min(width, 2400),
        master_height=round(height * min(width, 2400) / width),
        byte_size=1,
        sha256=uuid4().hex * 2,
        average_colour="#335577",
        placeholder="data:image/webp;base64,UklGRg==",
    )
    return Artwork.objects.create(artist=artist, image=image, title=title, **fields)


def through_layer(path: str, **environ: str) -> tuple[str, dict[str, str], bytes]:
    """What the WSGI layer before Django answers; "299 Django" when it hands on."""
    seen: list[Any] = []

    def django(environ: Any, start_response: Any) -> list[bytes]:
        start_response("299 Django", [])
        return [b""]

    layer = PublicImages(django, folder("public"))
    body = layer(
        {"REQUEST_METHOD": "GET", "PATH_INFO": path, **environ}, lambda status, headers: seen.extend([status, headers])
    )
    return seen[0], dict(seen[1]), b"".join(body)
