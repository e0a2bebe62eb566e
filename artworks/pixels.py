"""Pure image work: the master cut from a file, and the tiles of a deep zoom.

Knows no Django, and runs in the decoder process only (`artworks.decoder`). One decode proves the file whole and gives
the reduced image: `verify()` catches no broken JPEG.
"""

import base64
import io
import math
from pathlib import Path
from typing import Any

import pyvips
from PIL import Image

from artworks import colours, loading, metadata
from artworks.answers import Refused, Report
from artworks.headers import (
    MASTER_SIDE,
    ON_ITS_SIDE,
    STORED_AS,
    Limits,
    check_header,
    identify,
    orientation,
    read_by_frame,
    stored_size,
)
from artworks.reducing import FIRST_WIDTH, fitted, from_bytes, pillow

SMALL_SIDE = 64  # px, or a little more: enough for a placeholder and an average


def cut_master(path: Path, target: Path, ending: str, limits: Limits, kind: str = "master") -> Report:
    """Prove the picture at ``path`` whole and write its master to ``target``. Raises `Refused`.

    Where a second decode is cheap, a ``first`` one is only as wide as the thumbnail: an answer waits for no more. Of a
    ``proof`` nothing is cut; it shows what the report says. The report is that of the whole one.
    """
    with identify(path, ending) as image:
        check_header(image, limits)
        turn, stored = turn_left(image)
        width, height = reversed(stored) if turn in ON_ITS_SIDE else stored
        captured = metadata.read(image)
        whole = fitted(width, height, MASTER_SIDE)
        size = whole if kind == "master" else first_size(image, *whole, wide=kind == "first")
        stored_pixels, source = loading.decoded(path, image, size[::-1] if turn in ON_ITS_SIDE else size)
        colour = colours.described(source)
        made = upright(colours.to_srgb(source), turn)
        pixels = stored_pixels if made is source else made.write_to_memory()
        save(pixels, size, target)
        small = pillow(from_bytes(pixels, *size).shrink(*[max(1, max(size) // SMALL_SIDE)] * 2, ceil=True))
        return Report(
            format="JPEG" if image.format == "MPO" else str(image.format),
            extension=STORED_AS[str(image.format)],
            width=width,
            height=height,
            master_width=whole[0],
            master_height=whole[1],
            placeholder=placeholder(small),
            average_colour=average_colour(small),
            colour=colour,
            captured=captured,
        )


def first_size(image: Image.Image, width: int, height: int, *, wide: bool) -> tuple[int, int]:
    """What a first master measures, upright, where the whole one has ``width`` and ``height``.

    A proof is as narrow as lets libjpeg shrink all it can, see `loading.shrink_on_load`.
    """
    narrow = FIRST_WIDTH if wide else min(max(SMALL_SIDE, min(image.size) // 20), colours.SAMPLED_SIDE)
    if image.format in {"JPEG", "MPO"} and width > narrow:
        return narrow, max(1, round(height * narrow / width))
    return width, height


def turn_of(path: Path) -> int:
    """The orientation that the picture at ``path`` is shown in. Raises `Refused`."""
    with identify(path, "") as image:
        return orientation(image)


def turn_left(image: Image.Image) -> tuple[int, tuple[int, int]]:
    """How the picture still has to be turned once it is loaded, and its size until then. Pillow turns TIFFs itself."""
    return (1, image.size) if read_by_frame(image) else (orientation(image), stored_size(image))


def upright(source: pyvips.Image, turn: int) -> pyvips.Image:
    """Of pixels that lie in memory. EXIF 2.32, tag 0x0112, says how the stored picture is turned."""
    if turn not in range(2, 9):
        return source
    source = source.copy_memory().copy()
    source.set_type(pyvips.GValue.gint_type, "orientation", turn)
    return source.autorot()


def save(pixels: Any, size: tuple[int, int], target: Path) -> None:
    """As a portable pixmap (netpbm's PPM): nothing is lost, and whoever cuts from it has nothing to decode."""
    with target.open("wb") as file:
        file.write(b"P6\n%d %d\n255\n" % size)
        file.write(pixels)


def placeholder(image: Image.Image) -> str:
    """A data URI of some hundred bytes: the picture, 16 pixels wide."""
    tiny = io.BytesIO()
    image.resize(fitted(*image.size, 16), Image.Resampling.BOX).save(tiny, "WEBP", quality=40, method=6)
    return "data:image/webp;base64," + base64.b64encode(tiny.getvalue()).decode()


def average_colour(image: Image.Image) -> str:
    red, green, blue = image.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))  # type: ignore[misc]
    return f"#{red:02x}{green:02x}{blue:02x}"


def cut_tiles(path: Path, target: Path, limits: Limits) -> None:
    """Write the picture's tiles (IIIF Image API 3.0, level 0) into the zip ``target``. Raises `Refused`."""
    with identify(path, "") as image:
        check_header(image, limits)
        turn, _ = turn_left(image)
        if turn != 1 and 3 * math.prod(image.size) > limits.memory:
            raise Refused("needs_too_much_memory", "A picture of this size is only tiled when it is stored upright.")
        source = upright(colours.to_srgb(loading.whole(path, image)), turn).copy()
        source.set_type(pyvips.GValue.blob_type, "icc-profile-data", colours.SRGB_PROFILE)
        source.dzsave(
            str(target), layout="iiif3", tile_size=512, suffix=".jpg[Q=82]", container="zip", compression=0, keep="icc"
        )
