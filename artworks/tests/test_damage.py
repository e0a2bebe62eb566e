"""A file cut short or garbled is refused with a code, whatever its format, by the one decode that an upload makes."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import pyvips
from PIL import Image, TiffImagePlugin

from artworks import headers, pixels
from artworks.answers import Refused

WIDTH, HEIGHT = 700, 500
GARBAGE = b"\xff" * 400
LIMITS = headers.Limits(10**9, 10**9)


def noisy() -> pyvips.Image:
    """Compresses badly, so that every part of the file is pixels."""
    bands = [pyvips.Image.gaussnoise(WIDTH, HEIGHT, mean=128, sigma=30, seed=seed) for seed in (1, 2, 3)]
    return bands[0].bandjoin(bands[1:]).cast("uchar").copy(interpretation="srgb")


def picture() -> Image.Image:
    return Image.frombytes("RGB", (WIDTH, HEIGHT), noisy().write_to_memory())


def by_pillow(format: str, **options: Any) -> Callable[[], bytes]:
    def encode() -> bytes:
        stream = io.BytesIO()
        picture().save(stream, format, **options)
        return stream.getvalue()

    return encode


def by_vips(suffix: str, deep: bool = False, **options: Any) -> Callable[[], bytes]:
    def encode() -> bytes:
        image = noisy()
        if deep:
            image = (image.cast("ushort") * 257).cast("ushort").copy(interpretation="rgb16")
        return image.write_to_buffer(suffix, **options)

    return encode


def with_a_second_picture() -> bytes:
    stream = io.BytesIO()
    picture().save(stream, "MPO", save_all=True, append_images=[picture().resize((64, 48))], quality=90)
    return stream.getvalue()


def with_alpha_that_no_tag_tells_of() -> bytes:
    stream = io.BytesIO()
    image = picture()
    image.putalpha(255)
    image.save(stream, "TIFF", compression="tiff_lzw")
    extra_samples, target_printer = b"\x52\x01\x03\x00", b"\x51\x01\x03\x00"
    assert stream.getvalue().count(extra_samples) == 1
    return stream.getvalue().replace(extra_samples, target_printer)


FILES = {
    "baseline.jpg": by_pillow("JPEG", quality=90),
    "progressive.jpg": by_pillow("JPEG", quality=90, progressive=True),
    "mpo.jpg": with_a_second_picture,
    "plain.png": by_pillow("PNG"),
    "deep.png": by_vips(".png", deep=True),
    "interlaced.png": by_vips(".png", interlace=True),
    "raw.tif": by_vips(".tif"),
    "deep-strips.tif": by_vips(".tif", deep=True, compression="lzw"),
    "deflate.tif": by_vips(".tif", compression="deflate", predictor="horizontal"),
    "untold-alpha.tif": with_alpha_that_no_tag_tells_of,
    "tiled.tif": by_vips(".tif", compression="lzw", tile=True, tile_width=128, tile_height=128),
    "deep-tiled.tif": by_vips(".tif", deep=True, compression="deflate", tile=True),
    "lossy.webp": by_pillow("WEBP", quality=90),
    "lossless.webp": by_pillow("WEBP", lossless=True),
    "plain.avif": by_pillow("AVIF", quality=80, speed=10),
    "plain.heic": by_pillow("HEIF", quality=80),
}


def cut(path: Path, content: bytes) -> str:
    """ "ok", or the code of the refusal."""
    path.write_bytes(content)
    try:
        pixels.cut_master(path, path.with_suffix(".master"), path.suffix, LIMITS)
    except Refused as refusal:
        assert refusal.detail.endswith(".") and not path.with_suffix(".master").exists()
        return refusal.code
    path.with_suffix(".master").unlink()
    return "ok"


@pytest.mark.parametrize("share", [0.5, 0.98])
@pytest.mark.parametrize("name", FILES)
def test_cut_short(tmp_path: Path, name: str, share: float) -> None:
    content, path = FILES[name](), tmp_path / name
    assert cut(path, content) == "ok"
    if name == "mpo.jpg" and share > 0.9:
        share = 0.9  # behind lies the second picture, which nobody shows
    assert cut(path, content[: int(len(content) * share)]) != "ok"


# The others hold no checksum that their decoder looks at, and to it almost any bytes are pixels.
CHECKED = [
    "baseline.jpg",
    "progressive.jpg",
    "mpo.jpg",
    "plain.png",
    "deep.png",
    "interlaced.png",
    "deep-strips.tif",
    "untold-alpha.tif",
    "tiled.tif",
]


@pytest.mark.parametrize("share", [0.5, 0.9, 0.98])
@pytest.mark.parametrize("name", CHECKED)
def test_garbled(tmp_path: Path, name: str, share: float) -> None:
    content = FILES[name]()
    at = int(len(content) * min(share, 0.9 if name == "mpo.jpg" else 1.0))
    assert cut(tmp_path / name, content[:at] + GARBAGE + content[at + len(GARBAGE) :]) == "broken_image"


def test_a_tiff_with_tags_of_its_own_is_whole(tmp_path: Path) -> None:
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[37724], tags[65000] = b"Adobe Photoshop Document Data", "a private note"
    tags.tagtype[37724], tags.tagtype[65000] = 7, 2
    assert cut(tmp_path / "a.tif", by_pillow("TIFF", tiffinfo=tags, compression="tiff_lzw")()) == "ok"
