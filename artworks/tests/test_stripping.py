"""An original without metadata: nothing it says of itself is left, and not a pixel is another."""

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import ExifTags, Image, ImageCms, ImageOps

from accounts.models import Artist
from artworks import metadata, pixels, stripping
from artworks.answers import Refused
from artworks.models import ArtworkImage
from artworks.stripping.pieces import Parts
from portfolio_site.testing import client_of, make_image, make_picture, make_work

CANARY = "canary-7f3a"
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
ENDINGS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "TIFF": "tif", "HEIF": "heic", "AVIF": "avif"}


def talking_exif(turn: int) -> Image.Exif:
    exif = Image.Exif()
    for name in ("DocumentName", "ImageDescription", "Artist", "Make", "Software", "HostComputer", "Copyright"):
        exif[ExifTags.Base[name]] = CANARY
    exif[ExifTags.Base.XPTitle] = CANARY.encode("utf-16-le")
    exif[ExifTags.Base.Orientation] = turn
    exif[ExifTags.Base.GPSInfo] = {1: "N", 2: (47.0, 22.0, 1.0), 27: CANARY.encode(), 29: CANARY}
    exif[ExifTags.Base.ExifOffset] = {ExifTags.Base.MakerNote: CANARY.encode(), ExifTags.Base.BodySerialNumber: CANARY}
    return exif


def with_thumbnail(exif: Image.Exif) -> bytes:
    """EXIF 2.32, 4.5.5: a second directory behind the first, and a JPEG stream that says the canary itself."""
    tiff = exif.tobytes().removeprefix(b"Exif\0\0")
    tiff += bytes(len(tiff) % 2)
    (count,) = struct.unpack_from(">8xH", tiff)
    link, second = 10 + 12 * count, len(tiff)
    thumbnail = saved(make_picture(16, 12), "JPEG", comment=f"{CANARY} of the thumbnail")
    entries = [(259, 3, 1, 6 << 16), (513, 4, 1, second + 42), (514, 4, 1, len(thumbnail))]
    directory = struct.pack(">H", 3) + b"".join(struct.pack(">HHII", *entry) for entry in entries) + bytes(4)
    return b"Exif\0\0" + tiff[:link] + struct.pack(">I", second) + tiff[link + 4 :] + directory + thumbnail


def iptc() -> bytes:
    caption = CANARY.encode()
    record = b"\x1c\x02\x78" + struct.pack(">H", len(caption)) + caption
    return b"8BIM\x04\x04\0\0" + struct.pack(">I", len(record)) + record + b"\0" * (len(record) % 2)


def texts() -> list[tuple[bytes, bytes]]:
    """Chunks of a PNG that say the canary, some of them packed (PNG 1.2, 4.2.3)."""
    packed = zlib.compress(CANARY.encode())
    return [
        (b"tEXt", f"Comment\0{CANARY}".encode()),
        (b"zTXt", b"Author\0\0" + packed),
        (b"iTXt", f"Title\0\0\0en\0\0{CANARY}".encode()),
        (b"iTXt", b"Description\0\1\0en\0\0" + packed),
        (b"prVt", CANARY.encode()),
    ]


def talking(format: str, turn: int = 6, size: tuple[int, int] = (60, 40), **options: Any) -> bytes:
    """A picture whose file says the canary wherever its format lets it."""
    packet = metadata.rights(CANARY, CANARY, f"https://{CANARY}.example/")
    options = {"exif": talking_exif(turn), "icc_profile": PROFILE, "xmp": packet} | options
    if format == "TIFF":
        tags = options["exif"]
        tags[33723], tags[34377], tags[700] = CANARY.encode(), iptc(), options.pop("xmp")
    options["exif"] = with_thumbnail(options["exif"])
    stream = io.BytesIO()
    make_picture(*size).save(stream, format, **options)
    content = stream.getvalue()
    if format == "JPEG":
        photoshop = b"Photoshop 3.0\0" + iptc()
        parts = [
            (0xED, photoshop),
            (0xEC, CANARY.encode()),
            (0xFE, CANARY.encode()),
            (0xE2, b"MPF\0" + CANARY.encode()),
        ]
        told = b"".join(bytes([0xFF, kind]) + struct.pack(">H", len(data) + 2) + data for kind, data in parts)
        return content[:2] + told + content[2:] + CANARY.encode()
    if format == "PNG":
        told = b"".join(
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
            for kind, data in texts()
        )
        return content[:33] + told + content[33:] + CANARY.encode()
    return content


def stripped(content: bytes, path: Path) -> bytes:
    path.write_bytes(content)
    return planned(path)


def planned(path: Path) -> bytes:
    parts = Parts(path, stripping.planned(path, pixels.turn_of(path)))
    try:
        cleaned = b"".join(parts)
    finally:
        parts.close()
    assert len(cleaned) == parts.length
    return cleaned


def shown(content: bytes) -> Image.Image:
    """Upright, as a viewer does it."""
    with Image.open(io.BytesIO(content)) as image:
        return ImageOps.exif_transpose(image).convert("RGB")


@pytest.mark.parametrize("turn", [1, 6])
@pytest.mark.parametrize("format", ENDINGS)
def test_nothing_is_said_and_every_pixel_stays(format: str, turn: int, tmp_path: Path) -> None:
    content = talking(format, turn)
    cleaned = stripped(content, tmp_path / f"a.{ENDINGS[format]}")
    assert CANARY.encode() in content
    assert CANARY.encode() not in cleaned and b"xmpmeta" not in cleaned
    before, after = shown(content), shown(cleaned)
    assert (after.size, after.tobytes()) == (before.size, before.tobytes())
    assert after.size == ((40, 60) if turn == 6 else (60, 40))
    with Image.open(io.BytesIO(cleaned)) as image:
        assert image.info["icc_profile"] == PROFILE
        assert metadata.read(image) == {} and not getattr(image, "text", None)
        assert not image.getexif().get_ifd(ExifTags.IFD.GPSInfo) and not image.getexif().get_ifd(ExifTags.IFD.Exif)


def turned_png_without_loss(mode: str) -> bytes:
    stream = io.BytesIO()
    make_picture().convert(mode).save(stream, "PNG", exif=talking_exif(3).tobytes())
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("progressive.jpg", lambda: talking("JPEG", progressive=True)),
        ("cmyk.jpg", lambda: make_cmyk()),
        ("palette.png", lambda: turned_png_without_loss("P")),
        ("alpha.webp", lambda: saved(with_alpha(), "WEBP", lossless=True, exif=talking_exif(8).tobytes())),
        ("plain.webp", lambda: saved(make_picture(), "WEBP")),
        ("packed.tif", lambda: saved(make_picture(), "TIFF", compression="tiff_lzw", description=CANARY)),
        ("jpeg.tif", lambda: saved(make_picture(), "TIFF", compression="jpeg", artist=CANARY)),
        ("old.tif", lambda: old_jpeg()),
        ("big.tif", lambda: saved(make_picture(), "TIFF", big_tiff=True, software=CANARY)),
        ("alpha.avif", lambda: saved(with_alpha(), "AVIF", exif=talking_exif(5).tobytes())),
        ("alpha.heic", lambda: saved(with_alpha(), "HEIF", exif=talking_exif(1).tobytes())),
    ],
)
def test_other_ways_to_write_them(name: str, content: Callable[[], bytes], tmp_path: Path) -> None:
    original = content()
    cleaned = stripped(original, tmp_path / name)
    assert CANARY.encode() not in cleaned
    assert shown(cleaned).tobytes() == shown(original).tobytes()


def saved(image: Image.Image, format: str, **options: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, format, **options)
    return stream.getvalue()


def with_alpha() -> Image.Image:
    image = make_picture(64, 48)
    image.putalpha(Image.linear_gradient("L").resize(image.size))
    return image


def old_jpeg() -> bytes:
    """TIFF 6.0, section 22: a whole JPEG stream beside the tags. Section 2: the header, and entries by their numbers."""
    stream, at = make_image(64, 48, subsampling=0), 8
    words = CANARY.encode() + b"\0"
    bits = at + len(stream) + len(stream) % 2
    entries = [
        *((256, 3, 1, 64), (257, 3, 1, 48), (258, 3, 3, bits), (259, 3, 1, 6), (262, 3, 1, 6)),
        *((270, 2, len(words), bits + 6), (273, 4, 1, at), (277, 3, 1, 3), (278, 3, 1, 48), (279, 4, 1, len(stream))),
        *((513, 4, 1, at), (514, 4, 1, len(stream)), (530, 3, 2, 1 | 1 << 16)),
    ]
    directory = bits + 6 + len(words) + len(words) % 2
    data = (struct.pack("<2sHI", b"II", 42, directory) + stream).ljust(bits, b"\0") + struct.pack("<HHH", 8, 8, 8)
    listed = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return (data + words).ljust(directory, b"\0") + struct.pack("<H", len(entries)) + listed + bytes(4)


def make_cmyk() -> bytes:
    """With Adobe's segment, without which the colours are turned about."""
    return saved(make_picture().convert("CMYK"), "JPEG", comment=CANARY)


def test_a_jpegs_thumbnails_and_further_pictures_are_gone(tmp_path: Path) -> None:
    further = make_picture()
    further.encoderinfo = {"comment": CANARY}
    content = saved(make_picture(), "MPO", save_all=True, append_images=[further])
    cleaned = stripped(content, tmp_path / "a.jpg")
    assert content.count(b"\xff\xd8\xff") == 2 and cleaned.count(b"\xff\xd8\xff") == 1
    jfif = content.index(b"JFIF")
    thumbnailed = content[: jfif + 12] + b"\x01\x01abc" + content[jfif + 14 :]
    thumbnailed = thumbnailed[: jfif - 2] + struct.pack(">H", 19) + thumbnailed[jfif:]
    assert shown(thumbnailed).tobytes() == shown(content).tobytes()
    assert b"abc" not in stripped(thumbnailed, tmp_path / "a.jpg")


@pytest.mark.parametrize(("turn", "flags"), [(1, 0x20), (6, 0x28)])
def test_a_webp_promises_nothing_that_is_gone(turn: int, flags: int, tmp_path: Path) -> None:
    cleaned = stripped(talking("WEBP", turn), tmp_path / "a.webp")
    assert cleaned[12:16] == b"VP8X" and cleaned[20] == flags
    assert struct.unpack("<I", cleaned[4:8])[0] == len(cleaned) - 8


def test_a_comment_between_the_scans_is_found(tmp_path: Path) -> None:
    content = saved(make_picture(), "JPEG", progressive=True)
    at = content.index(b"\xff\xc4", content.index(b"\xff\xda"))
    told = content[:at] + b"\xff\xfe" + struct.pack(">H", len(CANARY) + 2) + CANARY.encode() + content[at:]
    cleaned = stripped(told, tmp_path / "a.jpg")
    assert CANARY.encode() not in cleaned
    assert shown(cleaned).tobytes() == shown(content).tobytes()


def test_a_tiff_keeps_its_pages_and_loses_its_previews(tmp_path: Path) -> None:
    pages = [Image.new("RGB", (32, 32), colour) for colour in ("red", "green", "blue")]
    pages[1].encoderinfo = {"tiffinfo": {254: 1}}
    content = saved(pages[0], "TIFF", save_all=True, append_images=pages[1:], description=CANARY)
    with Image.open(io.BytesIO(content)) as image:
        assert image.n_frames == 3
    cleaned = stripped(content, tmp_path / "a.tif")
    with Image.open(io.BytesIO(cleaned)) as image:
        assert image.n_frames == 2
        image.seek(1)
        assert image.convert("RGB").getpixel((0, 0)) == (0, 0, 255)
    assert len(cleaned) == len(content) and CANARY.encode() not in cleaned
    assert pages[1].tobytes() in content and pages[1].tobytes() not in cleaned


def jpeg_without_end() -> bytes:
    return make_image()[:-2]


def tiff_that_ends_early() -> bytes:
    """It has fewer bytes of pixels than its size asks for: a reader would go on, into what is blanked."""
    content = saved(make_picture(), "TIFF")
    length = struct.pack("<HHII", 279, 4, 1, 60 * 40 * 3)
    assert length in content
    return content.replace(length, struct.pack("<HHII", 279, 4, 1, 60 * 40))


def heic_with_a_film() -> bytes:
    return make_image(64, 64, "HEIF") + struct.pack(">I4s", 8, b"moov")


def png_that_asks_for_more() -> bytes:
    content = make_image(format="PNG")
    data = b"QUIT"
    return content[:33] + struct.pack(">I", 0) + data + struct.pack(">I", zlib.crc32(data)) + content[33:]


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("a.jpg", jpeg_without_end),
        ("a.tif", tiff_that_ends_early),
        ("a.heic", heic_with_a_film),
        ("a.png", png_that_asks_for_more),
    ],
)
def test_what_cannot_be_told_apart_is_refused(name: str, make: Callable[[], bytes], tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(make())
    with pytest.raises(Refused) as refused:
        stripping.planned(path, 1)
    assert refused.value.code == "cannot_strip"


@pytest.mark.parametrize("format", ENDINGS)
def test_damage_of_any_kind_is_a_refusal_or_a_file(format: str, tmp_path: Path) -> None:
    """Whatever byte of its structure is another: no other error, no endless work."""
    content, path = talking(format), tmp_path / f"a.{ENDINGS[format]}"
    outcomes = set()
    for at in range(0, min(len(content), 1500), 7):
        for damaged in (
            content[:at],
            content[:at] + b"\xff" + content[at + 1 :],
            content[:at] + b"\0" + content[at + 1 :],
        ):
            path.write_bytes(damaged)
            try:
                stripping.planned(path, 6)
                outcomes.add("file")
            except Refused as refused:
                outcomes.add(refused.code)
    assert outcomes == {"file", "cannot_strip"}


@pytest.mark.django_db
class TestOverHTTP:
    def test_its_artist_gets_it_under_its_name(self, alice: Artist) -> None:
        work = make_work(alice, talking("JPEG"), "Blue hour.jpg")
        for path in (f"/api/artworks/{work.pk}/original", f"/api/artworks/{work.pk}/images/{work.image.uuid}/original"):
            got = client_of(alice).get(path, {"metadata": "none"}, HTTP_RANGE="bytes=0-3")
            content = b"".join(got.streaming_content)
            assert got.status_code == 200 and CANARY.encode() not in content
            assert shown(content).tobytes() == shown(talking("JPEG")).tobytes()
            assert got["Content-Length"] == str(len(content))
            assert got["Content-Disposition"] == 'attachment; filename="Blue hour.jpg"'
            assert (got["Content-Type"], got["Cache-Control"]) == ("image/jpeg", "private, no-store")
            assert "ETag" not in got and got["X-Content-Type-Options"] == "nosniff"
            head = client_of(alice).head(f"{path}?metadata=none")
            assert (head.status_code, head["Content-Length"], head.content) == (200, got["Content-Length"], b"")

    def test_the_untouched_bytes_are_had_as_before(self, alice: Artist) -> None:
        content = talking("JPEG")
        path = f"/api/artworks/{make_work(alice, content, 'a.jpg').pk}/original"
        for asked in ({}, {"metadata": "all"}):
            got = client_of(alice).get(path, asked)
            assert b"".join(got.streaming_content) == content
            assert client_of(alice).get(path, asked, HTTP_IF_NONE_MATCH=got["ETag"]).status_code == 304
            assert client_of(alice).get(path, asked, HTTP_RANGE="bytes=0-3").status_code == 206

    def test_nobody_else_learns_that_there_is_one(self, alice: Artist, bob: Artist) -> None:
        work = make_work(alice)
        path = "/api/artworks/{}/original?metadata=none"
        got, none = client_of(bob).get(path.format(work.pk)), client_of(bob).get(path.format(0))
        assert (got.status_code, got.content) == (none.status_code, none.content) == (404, none.content)

    def test_another_word_is_no_wish(self, alice: Artist) -> None:
        got = client_of(alice).get(f"/api/artworks/{make_work(alice).pk}/original?metadata=some")
        assert (got.status_code, list(got.json()["errors"])) == (400, ["metadata"])

    @pytest.mark.parametrize("content", [jpeg_without_end(), b"\xff\xd8nothing"])
    def test_a_damaged_one_is_never_sent_as_it_is(self, alice: Artist, content: bytes) -> None:
        work = make_work(alice)
        Path(work.image.original.path).write_bytes(content)
        got = client_of(alice).get(f"/api/artworks/{work.pk}/original?metadata=none")
        assert (got.status_code, got.json()["code"]) == (409, "cannot_strip")

    def test_one_that_is_gone_is_not_found(self, alice: Artist) -> None:
        work = make_work(alice)
        Path(work.image.original.path).unlink()
        assert client_of(alice).get(f"/api/artworks/{work.pk}/original?metadata=none").status_code == 404

    def test_the_studio_offers_it(self, alice: Artist) -> None:
        work = make_work(alice)
        page = client_of(alice).get(f"/admin/artworks/artwork/{work.pk}/change/").content.decode()
        assert f'href="/api/artworks/{work.pk}/original"' in page
        assert f'href="/api/artworks/{work.pk}/original?metadata=none"' in page
        assert ArtworkImage.objects.count() == 1 and "Download without metadata" in page
