"""Every picture arrives upright, turned exactly once, whatever way its file says so."""

import io
import re
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from artworks import headers, pixels
from portfolio_site.testing import make_picture

# EXIF 2.32, tag 0x0112: what the camera did to the upright picture.
LAID_DOWN = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
OPTIONS = {
    "JPEG": {"quality": 95},
    "WEBP": {"quality": 95},
    "AVIF": {"quality": 90, "speed": 10},
    "HEIF": {"quality": 90},
}
ENDINGS = {"JPEG": ".jpg", "PNG": ".png", "TIFF": ".tif", "WEBP": ".webp", "AVIF": ".avif", "HEIF": ".heic"}
UPRIGHT = (120, 80)


def laid_down(orientation: int) -> Image.Image:
    turn = LAID_DOWN[orientation]
    return make_picture(*UPRIGHT) if turn is None else make_picture(*UPRIGHT).transpose(turn)


def saved(orientation: int, format: str) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    stream = io.BytesIO()
    laid_down(orientation).save(stream, format, exif=exif.tobytes(), **OPTIONS.get(format, {}))
    return stream.getvalue()


def assert_upright(content: bytes, ending: str, folder: Path) -> None:
    path, master = folder / f"a{ending}", folder / "master.ppm"
    path.write_bytes(content)
    report = pixels.cut_master(path, master, ending, headers.Limits(10**9, 10**9))
    assert (report.width, report.height) == UPRIGHT
    with Image.open(master) as image:
        assert image.size == UPRIGHT and image.getexif().get(0x0112, 1) == 1
        difference = ImageChops.difference(image.convert("RGB"), make_picture(*UPRIGHT))
    assert max(ImageStat.Stat(difference).mean) < 6


@pytest.mark.parametrize("format", ENDINGS)
@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation(tmp_path: Path, orientation: int, format: str) -> None:
    assert_upright(saved(orientation, format), ENDINGS[format], tmp_path)


def test_a_heic_whose_exif_repeats_its_turn_is_turned_once(tmp_path: Path) -> None:
    """As phones write them: `irot` turns the picture, and the EXIF block says 6 once more."""
    content = saved(6, "HEIF")
    assert b"irot" in content and b"Exif" in content
    assert_upright(content, ".heic", tmp_path)


def test_an_avif_turned_by_its_box_alone(tmp_path: Path) -> None:
    """ISO/IEC 23008-12, 6.5.10: `irot` counts quarter turns anti-clockwise. No EXIF block says anything."""
    content = saved(6, "AVIF")
    box = re.search(b"irot(.)", content, re.DOTALL)
    assert box and box[1] == b"\x03"
    assert b"Exif" not in content or content.count(b"Exif") < 2
    assert_upright(content, ".avif", tmp_path)


def test_a_broken_orientation_counts_as_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 77
    stream = io.BytesIO()
    make_picture(*UPRIGHT).save(stream, "JPEG", exif=exif, quality=95)
    assert_upright(stream.getvalue(), ".jpg", tmp_path)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_tiff_that_pillow_reads_is_turned_once(tmp_path: Path, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    stream = io.BytesIO()
    laid_down(orientation).save(stream, "TIFF", exif=exif.tobytes(), compression="lzma")
    assert_upright(stream.getvalue(), ".tif", tmp_path)
