"""What every step of the ladder shows, before its encoder, against a full decode and a float Lanczos in encoded values.

The way is the real one: the master as an upload cuts it, encoding and all, and from it the step.
"""

from pathlib import Path

import pytest
import pyvips
from PIL import Image

from artworks import headers, pixels
from artworks.renditions import LADDER, FitWidth, Master

LUMA = (0.299, 0.587, 0.114)


def line_art(width: int, height: int) -> pyvips.Image:
    """The adversary of every shortcut: a zone plate, and ink hatching of six pitches in as many directions."""
    x, y = pyvips.Image.xyz(width, height).bandsplit()
    zone = ((x - width * 0.25) ** 2 + (y - height * 0.5) ** 2) * (180 / (width * 1.1) / 8)
    art = (x < width / 2).ifthenelse(zone.cos() * 110 + 128, 245)
    for index, pitch in enumerate((3, 5, 7, 11, 16, 23)):
        left = width / 2 + index * width / 12
        across = pyvips.Image.black(1, 1) + (15 + 25 * index)
        turned = x * across.cos().avg() + y * across.sin().avg()
        ink = (turned - (turned / pitch).floor() * pitch < max(1.0, pitch / 4)) & (x >= left) & (x < left + width / 12)
        art = ink.ifthenelse(25, art)
    return art.rint().cast("uchar").copy(interpretation="b-w")


def photo(width: int, height: int) -> pyvips.Image:
    """Gradients, detail of every size that is strong in some regions only, and grain."""
    x, y = pyvips.Image.xyz(width, height).bandsplit()
    luma = y * (-90 / height) + x * (20 / width) + 160
    mask = octave(width, height, width // 4, 1).linear(0.5, 0.55).clamp(min=0.08, max=1.0)
    cell, strength = width // 3, 34.0
    while cell >= 3:
        luma += octave(width, height, cell, cell) * mask * strength
        cell, strength = cell // 2, strength * 0.62
    luma += pyvips.Image.gaussnoise(width, height, mean=0, sigma=16, seed=5) * (mask * 0.6 + 0.4)
    bands = [luma * gain + octave(width, height, width // 5, 90 + tint) * 22 + tint for gain, tint in COLOURS]
    return bands[0].bandjoin(bands[1:]).rint().cast("uchar").copy(interpretation="srgb")


COLOURS = ((1.06, 8), (1.0, 0), (0.9, -6))


def octave(width: int, height: int, cell: int, seed: int) -> pyvips.Image:
    columns, rows = width // cell + 2, height // cell + 2
    noise = pyvips.Image.gaussnoise(columns, rows, mean=0, sigma=1, seed=seed)
    return noise.resize(width / columns, vscale=height / rows, kernel="cubic").crop(0, 0, width, height).copy_memory()


def luma_of(planes: list[Image.Image]) -> pyvips.Image:
    """Of planes of 32-bit floats."""
    whole = [pyvips.Image.new_from_memory(plane.tobytes(), *plane.size, 1, "float") for plane in planes]
    weighed = [plane.clamp(min=0, max=255) * weight for plane, weight in zip(whole, LUMA, strict=True)]
    return pyvips.Image.sum(weighed).copy_memory()


def floats(image: Image.Image) -> list[Image.Image]:
    return [band.convert("F") for band in image.convert("RGB").split()]


def ssim(one: pyvips.Image, other: pyvips.Image) -> float:
    """Mean structural similarity of two lumas 0..255, Gaussian window of sigma 1.5 (Wang et al. 2004)."""

    def blurred(image: pyvips.Image) -> pyvips.Image:
        return image.gaussblur(1.5, min_ampl=0.001, precision="float")

    mean, others = blurred(one), blurred(other)
    spread, spreads = blurred(one * one) - mean * mean, blurred(other * other) - others * others
    shared = blurred(one * other) - mean * others
    steady, steadier = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    top = (mean * others * 2 + steady) * (shared * 2 + steadier)
    similar = top / ((mean * mean + others * others + steady) * (spread + spreads + steadier))
    return similar.crop(5, 5, similar.width - 10, similar.height - 10).avg()


def stepped(path: Path, width: int) -> Image.Image:
    """A step's pixels, as they come to its encoder."""
    master = Master(str(path))
    height = max(1, round(master.size[1] * width / master.size[0]))
    return FitWidth(width, height).process(master)


def ladder_of(path: Path, master: Path) -> dict[int, float]:
    """Width to SSIM."""
    pixels.cut_master(path, master, path.suffix, headers.Limits(10**9, 10**9))
    with Image.open(path) as image:
        planes, found = floats(image), {}
    for width in LADDER:
        step = stepped(master, width)
        expected = [plane.resize(step.size, Image.Resampling.LANCZOS) for plane in planes]
        found[width] = ssim(luma_of(floats(step)), luma_of(expected))
    return found


# The second is reduced by libjpeg first, as a picture of 100 megapixels is.
@pytest.mark.parametrize(("width", "height"), [(6000, 1000), (11648, 800)])
def test_line_art_stays_clean(tmp_path: Path, width: int, height: int) -> None:
    path = tmp_path / "ink.jpg"
    line_art(width, height).jpegsave(str(path), Q=92)
    found = ladder_of(path, tmp_path / "master.ppm")
    assert min(found.values()) >= 0.98, found


# The second is reduced by libjpeg first: docs/decisions/0013 says what that costs, and what it saves.
@pytest.mark.parametrize(("width", "height", "least"), [(6000, 1000, 0.997), (11648, 800, 0.995)])
def test_a_photograph_keeps_its_grain(tmp_path: Path, width: int, height: int, least: float) -> None:
    path = tmp_path / "photo.jpg"
    photo(width, height).jpegsave(str(path), Q=90, subsample_mode="on")  # 0.35 byte a pixel, as of a camera
    found = ladder_of(path, tmp_path / "master.ppm")
    assert min(found.values()) >= least, found


@pytest.mark.parametrize("size", [(2000, 3000), (2601, 1003), (900, 700), (1700, 60)])
def test_every_step_has_the_size_its_row_says(tmp_path: Path, size: tuple[int, int]) -> None:
    path, master = tmp_path / "a.png", tmp_path / "master.ppm"
    line_art(*size).pngsave(str(path))
    report = pixels.cut_master(path, master, ".png", headers.Limits(10**9, 10**9))
    for width in LADDER:
        step = stepped(master, width)
        wide = min(width, report.master_width)
        assert step.size == (wide, max(1, round(report.master_height * wide / report.master_width)))
