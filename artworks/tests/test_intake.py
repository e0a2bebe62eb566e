"""One upload, from bytes to files and rows: what is taken, what is refused, and what is left behind."""

import contextlib
import hashlib
import io
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pillow_heif
import pytest
from PIL import Image, ImageCms

from accounts.models import Artist
from artworks.answers import Refused
from artworks.intake import received, taken_in
from artworks.making import make
from artworks.models import Artwork, ArtworkImage
from artworks.storage import folder
from artworks.turns import in_turn, writing
from artworks.uploads import IncomingFile
from portfolio_site.testing import make_artist, make_image, make_picture

pytestmark = pytest.mark.django_db
pillow_heif.register_heif_opener()
FORMATS = [
    ("JPEG", "a.jpg"),
    ("PNG", "a.png"),
    ("WEBP", "a.webp"),
    ("TIFF", "a.tif"),
    ("AVIF", "a.avif"),
    ("HEIF", "a.heic"),
]


def incoming(content: bytes, name: str = "work.jpg") -> IncomingFile:
    path = folder("incoming") / "0123.upload"
    path.write_bytes(content)
    return IncomingFile(path.open("rb"), name, None, len(content), hashlib.sha256(content).hexdigest())


def take(content: bytes, name: str = "work.jpg", artist: Artist | None = None) -> ArtworkImage:
    with incoming(content, name) as file, received(file, artist or make_artist()) as image:
        image.save()
    return image


def nothing_left() -> bool:
    names = ("incoming", "originals", "renditions", "public")
    left = [path for name in names for path in folder(name).iterdir() if not path.name.startswith(".")]
    return left == [] and not ArtworkImage.objects.exists()


@pytest.fixture(params=[False, True], ids=["", "in a hurry"])
def _hurry(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once as when nobody waits, and once as when many do."""
    if request.param:
        monkeypatch.setattr("artworks.intake.MANY", 0)


def refusal(content: bytes, name: str = "work.jpg") -> str:
    with pytest.raises(Refused) as caught:
        take(content, name)
    return caught.value.code


@pytest.mark.parametrize(("format", "name"), FORMATS)
def test_every_format_is_taken(format: str, name: str) -> None:
    content = make_image(300, 200, format)
    image = take(content, name)
    assert (image.image_format, image.image_width, image.image_height) == (format, 300, 200)
    assert Path(image.original.path).read_bytes() == content
    with Image.open(image.master.path) as master:
        assert (master.format, master.size) == ("PPM", (300, 200))
        colour = master.getpixel((299, 0))
        expected = make_picture(300, 200).getpixel((299, 0))
        assert all(abs(a - b) <= 6 for a, b in zip(colour, expected, strict=True)), (colour, expected)
    with Image.open(image.thumbnail.path) as thumbnail:
        assert thumbnail.size == (300, 200)


@pytest.mark.parametrize("turn", range(1, 9))
def test_a_turned_camera_is_set_upright(turn: int) -> None:
    """Seen upright, all eight are the same picture (EXIF 2.32, Orientation)."""
    stored = make_picture(120, 80)
    back = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}.get(turn)
    if back is not None:
        stored = stored.transpose(Image.Transpose(back))
    exif = Image.Exif()
    exif[0x0112] = turn
    stream = io.BytesIO()
    stored.save(stream, "JPEG", exif=exif, quality=95)
    image = take(stream.getvalue())
    assert (image.image_width, image.image_height) == (120, 80)
    with Image.open(image.master.path) as master:
        expected = make_picture(120, 80)
        for corner in ((4, 4), (115, 4), (4, 75), (115, 75)):
            seen, meant = master.getpixel(corner), expected.getpixel(corner)
            assert all(abs(a - b) < 12 for a, b in zip(seen, meant, strict=True)), (turn, corner, seen, meant)


def test_a_large_picture_gets_a_master_of_2400_and_a_thumbnail_of_400() -> None:
    image = take(make_image(3600, 1200))
    make(image.renditions["preview"])
    with Image.open(image.master.path) as master:
        assert master.size == (2400, 800)
    with Image.open(image.thumbnail.path) as thumbnail:
        assert "sRGB" in ImageCms.getProfileDescription(
            ImageCms.ImageCmsProfile(io.BytesIO(thumbnail.info["icc_profile"]))
        )
        assert thumbnail.size == (400, 133)
    assert image.placeholder.startswith("data:image/webp;base64,")


def test_transparency_is_shown_on_white() -> None:
    stream = io.BytesIO()
    Image.new("RGBA", (64, 64), (255, 0, 0, 0)).save(stream, "PNG")
    with Image.open(take(stream.getvalue(), "a.png").master.path) as master:
        assert min(master.getpixel((32, 32))) >= 254


def test_sixteen_bits_and_grey_and_cmyk_and_palette_are_shown_right() -> None:
    for mode, format, name, colour, seen in [
        ("I;16", "PNG", "a.png", 32768, (128, 128, 128)),
        ("L", "JPEG", "a.jpg", 200, (200, 200, 200)),
        ("CMYK", "JPEG", "a.jpg", (0, 0, 0, 0), (255, 255, 255)),
        ("P", "PNG", "a.png", 0, (0, 0, 0)),
        ("1", "TIFF", "a.tif", 1, (255, 255, 255)),
    ]:
        stream = io.BytesIO()
        Image.new(mode, (64, 48), colour).save(stream, format)
        with received(incoming(stream.getvalue(), name), make_artist(f"of-{mode[:1]}-{format}".lower())) as image:
            with Image.open(image.master.path) as master:
                pixel = master.getpixel((30, 20))
            assert all(abs(a - b) <= 2 for a, b in zip(pixel, seen, strict=True)), (mode, pixel)


def lab() -> bytes:
    stream, srgb, as_lab = io.BytesIO(), ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    ImageCms.profileToProfile(make_picture(), srgb, as_lab, outputMode="LAB").save(stream, "TIFF")
    return stream.getvalue()


def with_junk() -> bytes:
    """Between its header's segments, where no segment is."""
    content = make_image(quality=95)
    at = content.index(b"\xff\xdb")
    return content[:at] + b"\x12\xff\x00junk" + content[at:]


def with_an_odd_tag() -> bytes:
    """A resolution that is no fraction; libtiff warns of it."""
    content = bytearray(make_image(format="TIFF", dpi=(300, 300)))
    at = content.index(b"\x1a\x01\x05\x00")
    content[at + 2] = 11  # FLOAT
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (lab, "a.tif"),
        (with_junk, "a.jpg"),
        (with_an_odd_tag, "a.tif"),
        (lambda: make_image(format="TIFF", compression="lzma"), "a.tif"),
    ],
)
def test_odd_files_that_are_whole_are_shown_right(content: Callable[[], bytes], name: str) -> None:
    with Image.open(take(content(), name).master.path) as master:
        for corner in ((0, 0), (59, 0), (0, 39), (59, 39)):
            seen, meant = master.getpixel(corner), make_picture().getpixel(corner)
            assert all(abs(a - b) <= 12 for a, b in zip(seen, meant, strict=True)), (corner, seen, meant)


def test_grey_of_twelve_bits_is_shown_right() -> None:
    stream = io.BytesIO()
    Image.new("I;16", (64, 48), 0x8000).save(stream, "HEIF", quality=-1)
    with Image.open(take(stream.getvalue(), "a.heic").master.path) as master:
        assert all(abs(value - 128) <= 2 for value in master.getpixel((30, 20)))


@pytest.mark.parametrize("waits_for", ["files", "rows"])
def test_whoever_waits_too_long_is_sent_away_and_leaves_nothing(
    waits_for: str, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    monkeypatch.setattr("artworks.intake.PATIENCE", 0.2)
    artist, ahead = make_artist(), contextlib.ExitStack()
    for _ in range(settings.UPLOADS_IN_TURN if waits_for == "files" else 1):
        ahead.enter_context((in_turn if waits_for == "files" else writing)(30, 0))
    with ahead, incoming(make_image()) as file, pytest.raises(Refused) as caught, taken_in(file, artist, title="Late"):
        pass
    assert caught.value.code == "busy"
    assert nothing_left()
    with incoming(make_image()) as file, taken_in(file, artist, title="In time"):
        pass
    assert [work.title for work in Artwork.objects.all()] == ["In time"]


@pytest.mark.usefixtures("_hurry")
@pytest.mark.parametrize("share", [0.5, 0.98])
@pytest.mark.parametrize(("format", "name"), FORMATS)
def test_a_cut_file_is_refused(format: str, name: str, share: float) -> None:
    noise = Image.effect_noise((400, 300), 60).convert("RGB")
    stream = io.BytesIO()
    noise.save(stream, format)
    content = stream.getvalue()
    assert refusal(content[: int(len(content) * share)], name) in {"broken_image", "not_an_image"}
    assert nothing_left()


def bomb(width: int, height: int) -> bytes:
    """A PNG whose header promises many pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 2, 0, 0, 0])
    data = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def progressive(width: int, height: int) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (width, height)).save(stream, "JPEG", progressive=True, subsampling=0)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.jpg", "not_an_image"),
        (b"hello", "a.jpg", "not_an_image"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.png", "not_an_image"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n", "a.jpg", "not_an_image"),
        (make_image(60, 40, "GIF"), "a.gif", "not_an_image"),
        (make_image(60, 40, "PNG"), "a.jpg", "wrong_extension"),
        (make_image(60, 40), "a.svg", "wrong_extension"),
        (make_image(1, 6500, "PNG"), "a.png", "too_small"),
        (make_image(20, 6500, "PNG"), "a.png", "too_narrow"),
        (bomb(40_000, 40_000), "a.png", "too_many_pixels"),
        (bomb(20_000, 20_000), "a.png", "broken_image"),
        (progressive(9000, 9000), "a.jpg", "needs_too_much_memory"),
    ],
)
def test_what_cannot_be_shown_is_refused_with_a_code(content: bytes, name: str, code: str) -> None:
    assert refusal(content, name) == code
    assert nothing_left()


@pytest.mark.usefixtures("_hurry")
@pytest.mark.parametrize("side", [800, 1800, 2400])
def test_a_garbled_middle_is_refused(side: int) -> None:
    content = bytearray(make_image(side, side * 3 // 4, quality=95))
    content[len(content) // 2 : len(content) // 2 + 400] = bytes(range(200)) * 2
    assert refusal(bytes(content)) == "broken_image"


@pytest.mark.usefixtures("_hurry")
@pytest.mark.parametrize("height", [1200, 1345, 1350, 1351])
def test_a_scan_that_ends_in_its_last_row_is_refused(height: int) -> None:
    """However far the picture is shrunk while it loads, and whether or not its last row of blocks is whole."""
    stream = io.BytesIO()
    Image.effect_noise((2400, height), 40).convert("RGB").save(stream, "JPEG", quality=85)
    content = stream.getvalue()
    artist = make_artist()
    assert take(content, artist=artist).image_height == height
    with pytest.raises(Refused, match="damaged"):
        take(content[:-42] + b"\xff\xd9", artist=artist)


def test_an_animation_is_refused() -> None:
    stream = io.BytesIO()
    frames = [make_picture(60, 40), make_picture(60, 40).rotate(180)]
    frames[0].save(stream, "WEBP", save_all=True, append_images=frames[1:])
    assert refusal(stream.getvalue(), "a.webp") == "animated"


def test_when_the_rows_fail_the_files_go() -> None:
    artist = make_artist()
    with pytest.raises(RuntimeError), incoming(make_image()) as file, received(file, artist) as image:
        image.save()
        image.delete()
        raise RuntimeError("the database is full")
    assert nothing_left()


def test_a_purged_work_takes_its_files_along(django_capture_on_commit_callbacks: Any) -> None:
    image = take(make_image())
    artwork = Artwork.objects.create(artist=image.artist, image=image)
    ArtworkImage.objects.update(artwork=artwork)
    with django_capture_on_commit_callbacks(execute=True):
        artwork.purge()
    assert nothing_left()
