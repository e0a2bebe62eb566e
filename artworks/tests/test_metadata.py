"""What a file says of itself is read as a suggestion, and nothing of it is in what visitors get."""

import io

import pytest
from PIL import ExifTags, Image

from artworks import metadata
from artworks.making import make
from portfolio_site.testing import make_artist, make_picture, make_work

CANARY = "canary-7f3a"


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


def test_words_are_cleaned() -> None:
    assert metadata.clean(b"caf\xe9\0") == "café"
    assert metadata.clean("a\u202eb\x07c") == "abc"
    assert len(metadata.clean("x" * 10_000)) == metadata.LONGEST
    assert metadata.clean(("a", 1)) == ""
    assert metadata.moment("2024:05:01 12:00:00") == "2024-05-01T12:00:00"
    assert metadata.moment("0000:00:00 00:00:00") == ""
