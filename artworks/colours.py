"""A picture's colours: into sRGB by its own profile, and what there is to say about them.

Knows no Django. What reads files runs in the decoder only: a profile is as hostile as any other part of one.
"""

import io
from itertools import product
from typing import Any

import pyvips
from PIL import ImageCms

from artworks import metadata

BY_PROFILE: dict[str, Any] = {"embedded": True, "intent": "relative", "black_point_compensation": True}
SAMPLED_SIDE = 300  # px; enough to say which share of a picture lies outside sRGB
JUST_OUTSIDE = 0.005  # in linear light; what rounding alone may do


def srgb_profile() -> bytes:
    """The same bytes whenever it is made: ICC.1:2022, 7.2.8, keeps the date in bytes 24 to 35."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile[:24] + bytes.fromhex("07e8 0001 0001 0000 0000 0000") + profile[36:]


SRGB_PROFILE = srgb_profile()
LEVELS = range(0, 256, 15)
CUBE = bytes(value for colour in product(LEVELS, repeat=3) for value in colour)


def to_srgb(source: pyvips.Image) -> pyvips.Image:
    """8 bits; relative colorimetric with black point compensation where there is a usable profile."""
    if is_converted(source):
        return source.icc_transform("srgb", **BY_PROFILE, depth=8).cast("uchar")
    if source.format == "ushort" and source.bands < 4:
        # colourspace() would drop the lower byte: up to a level too dark.
        source = (source / 257).rint().cast("uchar").copy(interpretation="srgb" if source.bands == 3 else "b-w")
    if (source.interpretation, source.bands, source.format) == ("srgb", 3, "uchar"):
        return source
    return source.colourspace("srgb").cast("uchar")


def is_converted(source: pyvips.Image) -> bool:
    """Whether there is a profile that suits the pixels and changes them; many are sRGB by one name or another."""
    if not source.get_typeof("icc-profile-data"):
        return False
    probe = pyvips.Image.black(1, 1, bands=source.bands).copy(interpretation=source.interpretation)
    if source.bands == 3:
        probe = pyvips.Image.new_from_memory(CUBE, len(CUBE) // 3, 1, 3, "uchar").copy(interpretation="srgb")
    probe = probe.copy()
    probe.set_type(pyvips.GValue.blob_type, "icc-profile-data", source.get("icc-profile-data"))
    try:
        seen = probe.icc_transform("srgb", **BY_PROFILE, depth=8)
        return source.bands != 3 or (seen - probe).abs().max() > 0
    except pyvips.Error:
        return False


def described(source: pyvips.Image) -> dict[str, Any]:
    """What the file's colours are: see `artworks.answers.Report`."""
    return {
        "profile": profile_name(source),
        "space": "CMYK" if source.bands == 4 else "grey" if source.bands < 3 else "RGB",
        "bits": 16 if source.format == "ushort" else 8,
        "outside": outside(source) if is_converted(source) else 0.0,
    }


def outside(source: pyvips.Image) -> float:
    """The share of the picture, 0 to 1, whose colours lie outside sRGB."""
    small = source.shrink(*[max(1.0, max(source.width, source.height) / SAMPLED_SIDE)] * 2)
    linear = small.icc_import(**BY_PROFILE).colourspace("scrgb")
    return round(((linear < -JUST_OUTSIDE) | (linear > 1 + JUST_OUTSIDE)).bandor().avg() / 255, 3)


def profile_name(source: pyvips.Image) -> str:
    if not source.get_typeof("icc-profile-data"):
        return ""
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(source.get("icc-profile-data")))
        return metadata.clean(ImageCms.getProfileDescription(profile))[:80]
    except Exception:  # whatever a hostile profile does to the parser
        return ""
