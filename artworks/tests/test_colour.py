"""Colours arrive right in sRGB, before any encoder. What is right is computed here from the published primaries."""

import io
import struct
from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest
import pyvips
from PIL import Image, ImageCms

from artworks import colours, headers, pixels
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
    master = path.with_suffix(".ppm")
    report = pixels.cut_master(path, master, "", headers.Limits(10**8, 10**9))
    with Image.open(master) as image:
        image.load()
    return image, report.colour


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


# Adobe RGB (1998), 4.3.5.3 and 4.3.4.2: to XYZ, D65; its exponent.
ADOBE_TO_XYZ: Matrix = (
    (0.5766690429, 0.1855582379, 0.1882286462),
    (0.2973449753, 0.6273635663, 0.0752914585),
    (0.0270313614, 0.0706888525, 0.9913375368),
)
# ISO 22028-2, ROMM RGB: to XYZ, D50; and Bradford from there to D65 (Lindbloom).
ROMM_TO_XYZ: Matrix = ((0.7976749, 0.1351917, 0.0313534), (0.2880402, 0.7118741, 0.0000857), (0, 0, 0.8252100))
D50_TO_D65: Matrix = (
    (0.9555766, -0.0230393, 0.0631636),
    (-0.0282895, 1.0099416, 0.0210077),
    (0.0122982, -0.0204830, 1.3299098),
)
# ITU-R BT.2020-2: to XYZ, D65; its curve.
BT2020_TO_XYZ: Matrix = (
    (0.636958048, 0.144616904, 0.168880975),
    (0.262700212, 0.677998072, 0.059301716),
    (0, 0.028072693, 1.060985058),
)


def bt2020_linear(level: float) -> float:
    share = level / 255
    return share / 4.5 if share < 4.5 * 0.018053968 else ((share + 0.099296827) / 1.099296827) ** (1 / 0.45)


def adobe_in_srgb(patch: tuple[int, ...]) -> list[float]:
    light = [(value / 255) ** (563 / 256) for value in patch]
    return [level(share) for share in times(XYZ_TO_SRGB, times(ADOBE_TO_XYZ, light))]


def romm_in_srgb(patch: tuple[int, ...]) -> list[float]:
    light = [value / 255 / 16 if value / 255 < 16 / 512 else (value / 255) ** 1.8 for value in patch]
    return [level(share) for share in times(XYZ_TO_SRGB, times(D50_TO_D65, times(ROMM_TO_XYZ, light)))]


def bt2020_in_srgb(patch: tuple[int, ...]) -> list[float]:
    light = [bt2020_linear(value) for value in patch]
    return [level(share) for share in times(XYZ_TO_SRGB, times(BT2020_TO_XYZ, light))]


# Colorants as ICC profiles hold them (PCS, D50), and a table of the curve: enough to be any of the spaces above.
ADOBE_COLORANTS = ((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457))
ROMM_COLORANTS = ((0.7976749, 0.2880402, 0.0), (0.1351917, 0.7118741, 0.0), (0.0313534, 0.0000857, 0.8252100))
BT2020_COLORANTS = (
    (0.673459, 0.279033, -0.001931),
    (0.165661, 0.675338, 0.029984),
    (0.125100, 0.045629, 0.797162),
)
GREY_D50 = (0.9642, 1.0, 0.8249)


def fixed(value: float) -> bytes:
    """s15Fixed16Number of ICC.1:2010."""
    return struct.pack(">i", round(value * 65536))


def curve(to_linear: Callable[[float], float]) -> bytes:
    steps = [round(65535 * to_linear(255 * step / 4095)) for step in range(4096)]
    return b"curv\0\0\0\0" + struct.pack(">I4096H", len(steps), *steps)


def icc_profile(space: bytes, tags: dict[bytes, bytes]) -> bytes:
    """A matrix-and-curve display profile by ICC.1:2001-04, version 2.4."""
    wanted = tags | {
        b"desc": b"desc\0\0\0\0" + struct.pack(">I", 6) + b"Chart\0" + bytes(78),
        b"wtpt": b"XYZ \0\0\0\0" + b"".join(map(fixed, GREY_D50)),
        b"cprt": b"text\0\0\0\0none\0",
    }
    table, data, at = b"", b"", 128 + 4 + 12 * len(wanted)
    for name, content in wanted.items():
        content += bytes(-len(content) % 4)
        table += name + struct.pack(">II", at + len(data), len(content))
        data += content
    size = struct.pack(">I", at + len(data))
    illuminant = b"".join(map(fixed, GREY_D50))
    header = size + bytes(4) + b"\x02\x40\0\0mntr" + space + b"XYZ " + bytes(12) + b"acsp" + bytes(28)
    return (header + illuminant).ljust(128, b"\0") + struct.pack(">I", len(wanted)) + table + data


def rgb_profile(colorants: tuple[tuple[float, ...], ...], to_linear: Callable[[float], float]) -> bytes:
    tags = {}
    for channel, colorant in zip(b"rgb", colorants, strict=True):
        tags[bytes([channel]) + b"XYZ"] = b"XYZ \0\0\0\0" + b"".join(map(fixed, colorant))
        tags[bytes([channel]) + b"TRC"] = curve(to_linear)
    return icc_profile(b"RGB ", tags)


WIDE = {
    "Adobe RGB": (ADOBE_COLORANTS, lambda value: (value / 255) ** (563 / 256), adobe_in_srgb),
    "ProPhoto": (ROMM_COLORANTS, lambda v: v / 255 / 16 if v / 255 < 16 / 512 else (v / 255) ** 1.8, romm_in_srgb),
    "Rec. 2020": (BT2020_COLORANTS, bt2020_linear, bt2020_in_srgb),
}
MUTED = [
    (140, 120, 110),
    (110, 125, 115),
    (105, 110, 125),
    (200, 190, 180),
    (128, 128, 128),
    (255, 255, 255),
    (0, 0, 0),
]


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("space", WIDE)
def test_wide_spaces_are_converted(tmp_path: Path, space: str, bits: int) -> None:
    colorants, to_linear, in_srgb = WIDE[space]
    path = tmp_path / "wide.tif"
    picture = pyvips.Image.new_from_memory(chart(MUTED).tobytes(), 40 * len(MUTED), 40, 3, "uchar")
    if bits == 16:
        picture = (picture.cast("ushort") * 257).cast("ushort").copy(interpretation="rgb16")
    picture = picture.copy()
    picture.set_type(pyvips.GValue.blob_type, "icc-profile-data", rgb_profile(colorants, to_linear))
    picture.tiffsave(str(path))
    image, colour = served(path)
    assert (colour["profile"], colour["bits"]) == ("Chart", bits)
    assert_near(image, [in_srgb(patch) for patch in MUTED], 0.6)


def test_grey_by_its_profile(tmp_path: Path) -> None:
    path, levels = tmp_path / "grey.png", [0, 20, 90, 128, 200, 255]
    profile = icc_profile(b"GRAY", {b"kTRC": curve(lambda value: (value / 255) ** 1.8)})
    chart([(value,) for value in levels], "L").save(path, "PNG", icc_profile=profile)
    image, colour = served(path)
    assert colour["space"] == "grey"
    assert_near(image, [[level((value / 255) ** 1.8)] * 3 for value in levels], 0.6)


@pytest.mark.parametrize("bits", [8, 16])
def test_alpha_lies_on_white(tmp_path: Path, bits: int) -> None:
    path = tmp_path / "alpha.png"
    patches = [(200, 100, 50, 255), (200, 100, 50, 128), (200, 100, 50, 0)]
    picture = pyvips.Image.new_from_memory(chart(patches, "RGBA").tobytes(), 40 * len(patches), 40, 4, "uchar")
    if bits == 16:
        picture = (picture.cast("ushort") * 257).cast("ushort").copy(interpretation="rgb16")
    picture.copy(interpretation="rgb16" if bits == 16 else "srgb").pngsave(str(path))
    image, _ = served(path)
    on_white = [[255 + (value - 255) * patch[3] / 255 for value in patch[:3]] for patch in patches]
    assert_near(image, on_white, 0.6 if bits == 16 else 1.0)


# A press in small: what each ink and some overprints look like, in CIE L*a*b* D50; whatever has black is black.
INKS = {
    (0, 0, 0): (100.0, 0.0, 0.0),
    (1, 0, 0): (60.0, -20.0, -25.0),
    (0, 1, 0): (55.0, 45.0, 5.0),
    (0, 0, 1): (90.0, -5.0, 60.0),
    (1, 1, 0): (35.0, 15.0, -35.0),
    (1, 0, 1): (55.0, -35.0, 20.0),
    (0, 1, 1): (50.0, 45.0, 35.0),
    (1, 1, 1): (20.0, 0.0, 0.0),
}
XYZ_D50_TO_SRGB: Matrix = (
    (3.1338561, -1.6168667, -0.4906146),
    (-0.9787684, 1.9161415, 0.0334540),
    (0.0719453, -0.2289914, 1.4052427),
)


def press_profile() -> bytes:
    """An ``mft2`` table (ICC.1:2001-04, 6.5.7) with two points for each ink, cyan the slowest."""
    levels = [0, 65535]
    table = []
    for cyan, magenta, yellow, black in product((0, 1), repeat=4):
        lightness, a, b = (0.0, 0.0, 0.0) if black else INKS[cyan, magenta, yellow]
        table += [round(lightness * 652.8), round((a + 128) * 256), round((b + 128) * 256)]
    identity = b"".join(fixed(value) for value in (1, 0, 0, 0, 1, 0, 0, 0, 1))
    words = [2, 2, *levels * 4, *table, *levels * 3]
    lut = b"mft2\0\0\0\0\x04\x03\x02\0" + identity + struct.pack(f">{len(words)}H", *words)
    whole = icc_profile(b"CMYK", {b"A2B0": lut})
    return whole[:12] + b"scnr" + b"CMYK" + b"Lab " + whole[24:]


def lab_in_srgb(lab: tuple[float, float, float]) -> list[float]:
    """CIE 15, 8.2.1, backwards."""
    y = (lab[0] + 16) / 116
    shares = [y + lab[1] / 500, y, y - lab[2] / 200]
    xyz = [share**3 if share > 6 / 29 else 3 * (6 / 29) ** 2 * (share - 4 / 29) for share in shares]
    return [level(v) for v in times(XYZ_D50_TO_SRGB, [v * w for v, w in zip(xyz, GREY_D50, strict=True)])]


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw"])
def test_cmyk_looks_as_its_profile_says(tmp_path: Path, compression: str) -> None:
    path = tmp_path / "press.tif"
    patches = [tuple(255 * ink for ink in (*inks, 0)) for inks in INKS] + [(0, 0, 0, 255)]
    chart(patches, "CMYK").save(path, "TIFF", compression=compression, icc_profile=press_profile())
    image, colour = served(path)
    assert colour["space"] == "CMYK"
    assert_near(image, [lab_in_srgb(lab) for lab in (*INKS.values(), (0.0, 0.0, 0.0))], 3)


def test_of_several_pictures_in_one_jpeg_the_first_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "mpo.jpg"
    behind = Image.new("RGB", (80, 40), (255, 0, 0))
    chart(PATCHES).save(path, "MPO", save_all=True, append_images=[behind], quality=100, subsampling=0)
    image, _ = served(path)
    assert_near(image, [list(map(float, patch)) for patch in PATCHES], 3)


def test_of_a_gain_map_jpeg_the_base_image_is_shown(tmp_path: Path) -> None:
    """As phones write them: XMP that announces a gain map (hdrgm), and that map as a JPEG behind the first."""
    path, map_ = tmp_path / "hdr.jpg", io.BytesIO()
    Image.new("L", (70, 10), 255).save(map_, "JPEG")
    xmp = (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        b'<rdf:Description xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" hdrgm:Version="1.0"/>'
        b"</rdf:RDF></x:xmpmeta>"
    )
    chart(PATCHES).save(path, "JPEG", quality=100, subsampling=0, xmp=xmp)
    path.write_bytes(path.read_bytes() + map_.getvalue())
    image, _ = served(path)
    assert_near(image, [list(map(float, patch)) for patch in PATCHES], 3)


def test_sixteen_bits_are_rounded_not_cut(tmp_path: Path) -> None:
    path, deep = tmp_path / "deep.png", [250.0, 25_600.0, 33_000.0, 65_400.0]
    picture = pyvips.Image.black(40 * len(deep), 40)
    for index, value in enumerate(deep):
        picture = picture.insert(pyvips.Image.black(40, 40) + value, 40 * index, 0)
    picture.cast("ushort").bandjoin([picture.cast("ushort")] * 2).copy(interpretation="rgb16").pngsave(str(path))
    image, _ = served(path)
    assert_near(image, [[value / 257] * 3 for value in deep], 0.6)


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


def test_what_is_served_says_that_it_is_srgb_in_the_same_bytes_every_time() -> None:
    profile = ImageCms.ImageCmsProfile(io.BytesIO(colours.SRGB_PROFILE))
    assert "sRGB" in ImageCms.getProfileDescription(profile)
    assert colours.srgb_profile() == colours.SRGB_PROFILE and colours.SRGB_PROFILE[24:28] == b"\x07\xe8\x00\x01"
