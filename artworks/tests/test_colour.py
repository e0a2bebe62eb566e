"""Colours arrive right in sRGB, before any encoder. What is right is computed here from the published primaries."""

import io
from pathlib import Path

import pytest
import pyvips
from PIL import Image, ImageCms

from artworks import pixels
from artworks.labels import colour as colour_line
from artworks.labels import colour_warnings

Matrix = tuple[tuple[float, float, float], ...]
# Linear light to CIE XYZ, D65: SMPTE EG 432-1 (Display P3), IEC 61966-2-1 (from XYZ to sRGB).
P3_TO_XYZ: Matrix = (
    (0.48657095, 0.26566769, 0.19821729),
    (0.22897456, 0.69173852, 0.07928691),
    (0, 0.04511338, 1.04394437),
)
XYZ_TO_SRGB: Matrix = (
    (3.24096994, -1.53738318, -0.49861076),
    (-0.96924364, 1.8759675, 0.04155506),
    (0.05563008, -0.20397696, 1.05697151),
)
PATCHES = [(180, 120, 90), (90, 140, 110), (60, 70, 120), (200, 190, 180), (128, 128, 128), (255, 255, 255), (0, 0, 0)]


def times(matrix: Matrix, values: list[float]) -> list[float]:
    return [sum(a * b for a, b in zip(row, values, strict=True)) for row in matrix]


def linear(level: float) -> float:
    share = level / 255
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


def level(light: float) -> float:
    light = min(1.0, max(0.0, light))
    return 255 * (12.92 * light if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055)


def p3_in_srgb(patch: tuple[int, ...]) -> list[float]:
    return [level(light) for light in times(XYZ_TO_SRGB, times(P3_TO_XYZ, [linear(value) for value in patch]))]


def chart(patches: list[tuple[int, ...]], mode: str = "RGB") -> Image.Image:
    image = Image.new(mode, (40 * len(patches), 40))
    for index, patch in enumerate(patches):
        image.paste(patch, (40 * index, 0, 40 * index + 40, 40))
    return image


def served(path: Path) -> tuple[Image.Image, dict[str, object]]:
    with pixels.identify(path, "") as image:
        source = pixels.decoded(path, image)
    return pixels.to_srgb(source), pixels.colour(source)


def assert_near(image: Image.Image, expected: list[list[float]], tolerance: float) -> None:
    for index, wanted in enumerate(expected):
        seen = image.getpixel((40 * index + 20, 20))
        assert isinstance(seen, tuple)
        assert all(abs(a - b) <= tolerance for a, b in zip(seen, wanted, strict=True)), (index, seen, wanted)


@pytest.mark.parametrize(("format", "suffix"), [("PNG", "png"), ("TIFF", "tif")])
def test_display_p3_is_converted(tmp_path: Path, format: str, suffix: str) -> None:
    path = tmp_path / f"p3.{suffix}"
    chart(PATCHES).save(path, format, icc_profile=pyvips.Image.profile_load("p3"))
    image, colour = served(path)
    assert_near(image, [p3_in_srgb(patch) for patch in PATCHES], 0.6)
    assert colour["outside"] == 0


def test_sixteen_bits_are_kept_until_the_end(tmp_path: Path) -> None:
    path = tmp_path / "deep.png"
    deep = pyvips.Image.new_from_memory(chart(PATCHES).tobytes(), 40 * len(PATCHES), 40, 3, "uchar")
    (deep.cast("ushort") * 257).cast("ushort").copy(interpretation="rgb16").pngsave(str(path))
    image, colour = served(path)
    assert_near(image, [list(map(float, patch)) for patch in PATCHES], 0.6)
    assert colour == {"profile": "", "space": "RGB", "bits": 16, "outside": 0.0}
    assert colour_line(colour) == "No colour profile, 16 bit, served as sRGB"
    assert set(colour_warnings(colour)) == {"untagged"}


def test_what_lies_outside_srgb_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "wide.png"
    chart([(0, 255, 0), (128, 128, 128), (90, 90, 90), (60, 60, 60)]).save(
        path, "PNG", icc_profile=pyvips.Image.profile_load("p3")
    )
    _, colour = served(path)
    assert colour["outside"] == pytest.approx(0.25, abs=0.02)
    assert colour_line(colour).endswith("8 bit, served as sRGB; colours outside sRGB: 25 %")
    assert colour_warnings(colour) == {}


def test_cmyk_is_converted_by_its_profile_and_said(tmp_path: Path) -> None:
    path = tmp_path / "press.jpg"
    profile = pyvips.Image.profile_load("cmyk")
    chart([(0, 0, 0, 0), (0, 0, 0, 255)], "CMYK").save(path, "JPEG", quality=100, icc_profile=profile)
    image, colour = served(path)
    white, black = image.getpixel((20, 20)), image.getpixel((60, 20))
    assert min(white) >= 252 and max(black) <= 60, (white, black)
    assert colour["space"] == "CMYK" and set(colour_warnings(colour)) == {"cmyk"}


def test_a_profile_that_does_not_suit_its_pixels_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "odd.jpg"
    chart(PATCHES).save(path, "JPEG", quality=100, subsampling=0, icc_profile=pyvips.Image.profile_load("cmyk"))
    image, _ = served(path)
    assert_near(image, [list(map(float, patch)) for patch in PATCHES], 3)
    chart(PATCHES).save(path, "JPEG", quality=100, subsampling=0, icc_profile=b"no profile at all" * 20)
    image, _ = served(path)
    assert_near(image, [list(map(float, patch)) for patch in PATCHES], 3)


def test_the_master_is_tagged_as_srgb(tmp_path: Path) -> None:
    path, master = tmp_path / "a.png", tmp_path / "master.jpg"
    chart(PATCHES).save(path, "PNG")
    pixels.cut_master(path, master, ".png", pixels.Limits(10**8, 10**9))
    with Image.open(master) as image:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(image.info["icc_profile"]))
    assert "sRGB" in ImageCms.getProfileDescription(profile)
