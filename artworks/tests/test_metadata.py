"""What a file says of itself is read as a suggestion, and nothing of it is in what visitors get."""

import base64
import io
import re
from typing import Any

import pytest
from django.test import Client
from PIL import ExifTags, Image

from accounts.models import Artist
from artworks import metadata
from artworks.making import make
from artworks.models import Artwork, ArtworkImage
from artworks.sending import UUID
from artworks.tests.test_stripping import CANARY, ENDINGS, PROFILE, talking
from artworks.tests.test_tiles import addresses
from galleries.models import Gallery
from portfolio_site.testing import client_of, image_file, make_artist, make_gallery, make_picture, make_work, upload

WRITTEN = [CANARY.encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be")]
NAMED_PROFILE = PROFILE.replace("sRGB built-in".encode("utf-16-be"), f"{CANARY}-p".encode("utf-16-be"))


def with_exif(**texts: object) -> Image.Image:
    exif = Image.Exif()
    for name, value in texts.items():
        exif[ExifTags.Base[name]] = value
    return saved(exif=exif)


def saved(format: str = "JPEG", **options: object) -> Image.Image:
    stream = io.BytesIO()
    make_picture().save(stream, format, **options)
    return Image.open(io.BytesIO(stream.getvalue()))


def test_exif_is_read() -> None:
    image = with_exif(ImageDescription="Fog\0", Artist="Ada", Copyright="(c) Ada", Make="ACME", Model="ACME One")
    assert metadata.read(image) == {
        "description": "Fog",
        "creator": "Ada",
        "copyright": "(c) Ada",
        "camera": "ACME One",
    }


def test_xmp_is_believed_before_exif() -> None:
    packet = metadata.rights("Ada & Söhne", "© 2024 Ada <all rights>", "https://art.example/rights")
    exif = Image.Exif()
    exif[ExifTags.Base.Artist] = "Somebody"
    found = metadata.read(saved(xmp=packet, exif=exif))
    assert found["creator"] == "Ada & Söhne"
    assert found["copyright"] == "© 2024 Ada <all rights>"


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_a_file_that_says_nothing(format: str) -> None:
    assert metadata.read(saved(format)) == {}


@pytest.mark.parametrize(
    "packet", [b"<x", b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", b"\xff" * 90]
)
def test_hostile_blocks_say_nothing(packet: bytes) -> None:
    assert metadata.read(saved(xmp=packet)) == {}
    assert metadata.read(saved(exif=b"Exif\0\0" + packet)) == {}


@pytest.mark.django_db
def test_of_the_originals_metadata_nothing_is_in_what_visitors_get() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.ImageDescription] = exif[ExifTags.Base.Artist] = exif[ExifTags.Base.Make] = CANARY
    exif[ExifTags.Base.GPSInfo] = {1: "N", 2: (47.0, 22.0, 1.0), 29: CANARY}
    exif[ExifTags.Base.ExifOffset] = {ExifTags.Base.MakerNote: CANARY.encode(), ExifTags.Base.BodySerialNumber: CANARY}
    packet = metadata.rights(CANARY, CANARY, f"https://{CANARY}.example/")
    stream = io.BytesIO()
    make_picture(900, 600).save(stream, "JPEG", exif=exif, xmp=packet, comment=CANARY)
    work = make_work(make_artist(), stream.getvalue(), "a.jpg")
    assert work.image.captured["creator"] == CANARY
    for rendition in work.image.every_rendition():
        content = make(rendition).read_bytes()
        assert CANARY.encode() not in content and b"GPS" not in content and b"Exif" not in content, rendition.url
        with Image.open(rendition.path) as image:
            found = metadata.read(image)
            assert (found["creator"], found["copyright"]) == ("Alice", "© Alice")
            assert metadata.NO_TRAINING.encode() in content


def read_by_a_stranger(path: str) -> bytes:
    """Headers and body."""
    answer = Client().get(path)
    assert answer.status_code == 200, path
    return repr(answer.headers).encode() + (b"".join(answer.streaming_content) if answer.streaming else answer.content)


def public_pages(gallery: Gallery, works: list[Artwork]) -> dict[str, bytes]:
    artist = gallery.artist.get_absolute_url()
    pages = ["/", artist, gallery.get_absolute_url(), f"{artist}tags/sea/", "/search/?q=fog", "/sitemap.xml"]
    pages += ["/feed.xml", f"{artist}feed.xml", "/api/artists", "/api/galleries", "/api/artworks"]
    pages += [f"/api/artists/{gallery.artist_id}", f"/api/galleries/{gallery.pk}"]
    pages += [path for work in works for path in (work.get_absolute_url(), f"/api/artworks/{work.pk}")]
    return {path: read_by_a_stranger(path) for path in pages}


def public_pictures(works: list[Artwork], pages: dict[str, bytes]) -> set[str]:
    """All that pages, feeds and the API name, all that may be asked for besides, and the tiles."""
    found = {path for page in pages.values() for path in re.findall(rf"/images/{UUID}/\d+\.\w+", page.decode())}
    for image in ArtworkImage.objects.all():
        found |= {rendition.url for rendition in image.every_rendition()}
    for work in works:
        tiles = f"/images/{work.image.uuid}/tiles"
        info = Client().get(f"{tiles}/info.json").json()
        found |= {f"{tiles}/info.json", *(f"{tiles}/{address}" for address, _, _ in addresses(info))}
    return found


def unpacked(content: bytes) -> bytes:
    """With the placeholders that pages carry within them as files of their own."""
    return content + b"".join(
        base64.b64decode(data) for data in re.findall(rb"data:image/\w+;base64,([\w+/=]+)", content)
    )


@pytest.mark.django_db
def test_no_public_byte_says_what_the_files_said(
    alice: Artist, bob: Artist, django_capture_on_commit_callbacks: Any
) -> None:
    def file(format: str, *size: int) -> tuple[bytes, str]:
        return talking(format, 1, size, icc_profile=NAMED_PROFILE), f"{CANARY}.{ENDINGS[format]}"

    with django_capture_on_commit_callbacks(execute=True):
        works = [upload(alice, *file(format, 2500, 100), title="Fog", tags=["Sea"]) for format in ENDINGS]
        content, name = file("JPEG", 90, 60)
        portrait = {"image": image_file(name, content)}
        put = client_of(alice).put(f"/api/artists/{alice.pk}/portrait", portrait, format="multipart")
        assert put.status_code == 200, put.content
    make_gallery(bob, make_work(bob))
    gallery = make_gallery(alice, *works)
    for work in works:
        work.refresh_from_db()
        assert CANARY in work.image.captured["creator"] and CANARY in work.image.colour_line and work.image.has_tiles

    pages = public_pages(gallery, works)
    pictures = public_pictures(works, pages)
    shared = re.findall(r'property="og:image" content="http://testserver([^"]+)"', b"".join(pages.values()).decode())
    assert len(set(shared)) == len(works) and set(shared) <= pictures
    assert CANARY in client_of(alice).get(f"/api/artworks/{works[0].pk}").json()["image"]["colour"]
    everything = pages | {path: read_by_a_stranger(path) for path in pictures}
    assert not {path for path, content in everything.items() if any(word in unpacked(content) for word in WRITTEN)}


@pytest.mark.django_db
def test_nobody_finds_a_work_by_what_its_file_said(alice: Artist) -> None:
    make_gallery(alice, work := upload(alice, talking("JPEG"), f"{CANARY}.jpg", title="Fog"))
    for words, found in (("fog", [work.pk]), (CANARY, [])):
        listed = client_of(None).get("/api/artworks", {"search": words}).json()["results"]
        assert [each["id"] for each in listed] == found
        page = Client().get("/search/", {"q": words}).content.decode()
        assert (work.get_absolute_url() in page) == bool(found)


def test_words_are_cleaned() -> None:
    assert metadata.clean(b"caf\xe9\0") == "café"
    assert metadata.clean("a\u202eb\x07c") == "abc"
    assert len(metadata.clean("x" * 10_000)) == metadata.LONGEST
    assert metadata.clean(("a", 1)) == ""
    assert metadata.moment("2024:05:01 12:00:00") == "2024-05-01T12:00:00"
    assert metadata.moment("0000:00:00 00:00:00") == ""
