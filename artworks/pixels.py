"""Pure image work: what a file is, what decoding it will cost, and the master cut from it.

Knows no Django, and runs in the decoder process only (`artworks.decoder`). Pillow names the format; libvips
decodes and reduces what it reads in strips, Pillow the rest. One decode proves the file whole and gives the
reduced image: `verify()` catches no broken JPEG.
"""

import base64
import io
import math
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("VIPS_CONCURRENCY", "1")

import pillow_heif
import pyvips
from PIL import Image, ImageCms, ImageFile, TiffImagePlugin

from artworks import metadata
from artworks.answers import Refused, Report

MASTER_SIDE = 2400  # px, the longer side
MASTER_QUALITY = 92
SHORTEST_SIDE = 16  # px
STEEPEST_RATIO = 40

# Pillow's names, and the file name endings that may go with each.
ENDINGS = {
    "JPEG": {".jpg", ".jpeg", ".jpe", ".jfif"},
    "MPO": {".jpg", ".jpeg", ".mpo"},
    "PNG": {".png"},
    "WEBP": {".webp"},
    "TIFF": {".tif", ".tiff"},
    "AVIF": {".avif"},
    "HEIF": {".heic", ".heif", ".hif"},
}
OPENED = [name for name in ENDINGS if name != "MPO"]  # a JPEG with further pictures behind the first
# What the original is called on disk.
STORED_AS = {"JPEG": "jpg", "MPO": "jpg", "PNG": "png", "WEBP": "webp", "TIFF": "tif", "AVIF": "avif", "HEIF": "heic"}
VIPS_LOADERS = {"JPEG": "jpegload", "MPO": "jpegload", "PNG": "pngload", "WEBP": "webpload", "TIFF": "tiffload"}

# EXIF 2.32, tag 0x0112: how to turn the stored picture upright.
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

BY_PROFILE: dict[str, Any] = {"embedded": True, "intent": "relative", "black_point_compensation": True}
SAMPLED_SIDE = 300  # px; enough to say which share of a picture lies outside sRGB
JUST_OUTSIDE = 0.005  # in linear light; what rounding alone may do

SRGB_PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

# Bytes a whole-frame decode takes for each pixel beyond the process itself, measured as peak memory.
FRAME_COST = {"WEBP": 8, "AVIF": 12, "HEIF": 6}

pillow_heif.register_heif_opener(thumbnails=False)
Image.MAX_IMAGE_PIXELS = None  # the limit is ours, checked before any decode
ImageFile.LOAD_TRUNCATED_IMAGES = False
pyvips.cache_set_max(0)
pyvips.operation_block_set("VipsForeignLoad", True)
for _loader in ("Jpeg", "Png", "Tiff", "Webp"):
    pyvips.operation_block_set(f"VipsForeignLoad{_loader}", False)


@dataclass(frozen=True)
class Limits:
    """``pixels`` a file may have, and the bytes of memory one decode may take."""

    pixels: int
    memory: int


def fitted(width: int, height: int, side: int = MASTER_SIDE) -> tuple[int, int]:
    """The size that keeps the ratio and fits a square of ``side``; never larger than given."""
    scale = min(1.0, side / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def identify(path: Path, ending: str) -> ImageFile.ImageFile:
    """The file as Pillow opens it, header only, once its content and its name agree."""
    try:
        image = Image.open(path, formats=OPENED)
    except Exception as error:  # Pillow raises almost anything on a hostile header
        raise Refused(
            "not_an_image", "This is not a picture we can read. Send a JPEG, PNG, WebP, TIFF, AVIF or HEIC file."
        ) from error
    if ending and ending.lower() not in ENDINGS[str(image.format)]:
        raise Refused(
            "wrong_extension",
            f"The file is named {ending} but holds a {image.format} picture. Rename it, or export it again.",
        )
    return image


def check_header(image: Image.Image, limits: Limits) -> None:
    """Refuse what cannot be shown or not be afforded, before a pixel is decoded."""
    width, height = image.size
    if min(width, height) < SHORTEST_SIDE:
        raise Refused("too_small", f"The picture is {width} × {height} pixels. Each side needs {SHORTEST_SIDE}.")
    if max(width, height) > STEEPEST_RATIO * min(width, height):
        raise Refused(
            "too_narrow", f"The picture is {width} × {height} pixels: more than {STEEPEST_RATIO} times as long as wide."
        )
    if width * height > limits.pixels:
        raise Refused(
            "too_many_pixels",
            f"The picture has {width * height / 1e6:.0f} megapixels; {limits.pixels / 1e6:.0f} are taken here.",
        )
    if image.format in {"PNG", "WEBP", "AVIF"} and getattr(image, "n_frames", 1) > 1:
        raise Refused("animated", "This is an animation. Send one still picture of the work.")
    if decode_cost(image) > limits.memory:
        raise Refused("needs_too_much_memory", needs_too_much(image, limits))


def needs_too_much(image: Image.Image, limits: Limits) -> str:
    mend = {
        "JPEG": "Save it as a baseline (not progressive) JPEG",
        "MPO": "Save it as a baseline (not progressive) JPEG",
        "PNG": "Save it without interlacing",
        "TIFF": "Save it with tiles or small strips",
    }.get(str(image.format), "Export it as a baseline JPEG or as a TIFF")
    needed, given = decode_cost(image) // 2**20, limits.memory // 2**20
    return f"Opening this picture takes about {needed} MB; {given} are allowed. {mend}, and send it again."


def decode_cost(image: Image.Image) -> int:
    """Bytes of memory a decode takes, from the header alone.

    libjpeg keeps every DCT coefficient (2 bytes) of a progressive file; libpng the frame of an interlaced one;
    libtiff one strip, or one row of tiles; the video codecs the frame.
    """
    width, height = image.size
    if image.format in {"JPEG", "MPO"}:
        samples = jpeg_samples(image) if jpeg_has_scans(image) else 0.0
        return round(2 * width * height * samples) + width * 3 * 64
    depth = 2 if ";16" in image.mode or image.info.get("bits") == 16 or is_deep(image) else 1
    pixel = len(image.getbands()) * depth
    if image.format == "PNG":
        return width * pixel * (height if image.info.get("interlace") else 64)
    if isinstance(image, TiffImagePlugin.TiffImageFile):
        rows = image.tag_v2.get(TiffImagePlugin.ROWSPERSTRIP) or image.tag_v2.get(323) or height
        return 2 * width * pixel * min(int(rows), height)
    return width * height * FRAME_COST[str(image.format)]


def is_deep(image: Image.Image) -> bool:
    """Whether the file has more than 8 bits a channel, which Pillow's mode does not always tell."""
    tiles: list[Any] = list(getattr(image, "tile", []))
    return any("16" in str(tile[3]) for tile in tiles if len(tile) > 3)


def jpeg_samples(image: Image.Image) -> float:
    """Samples per pixel over all components: 3 for 4:4:4, 1.5 for 4:2:0."""
    layers: list[Any] = getattr(image, "layer", [])
    most = max((layer[1] * layer[2] for layer in layers), default=1)
    return sum(layer[1] * layer[2] / most for layer in layers) or 3.0


def jpeg_has_scans(image: Image.Image) -> bool:
    """Whether the file comes in several scans, as every progressive and some baseline JPEGs do."""
    if image.info.get("progressive") or image.info.get("progression"):
        return True
    first_scan = getattr(image, "fp", None)
    if first_scan is None:
        return False
    position = first_scan.tell()
    header = first_scan.read(3)
    first_scan.seek(position)
    return len(header) == 3 and header[2] < len(getattr(image, "layer", []))


def orientation(image: Image.Image) -> int:
    """1 to 8; a broken EXIF block counts as upright. HEIC arrives already turned."""
    if image.format == "PNG" and not {"exif", "Raw profile type exif"} & set(image.info):
        return 1  # Pillow would decode the whole file to look for a block behind the pixels
    try:
        return int(image.getexif().get(0x0112, 1))
    except Exception:  # a hostile EXIF block must not cost the picture
        return 1


def decoded(path: Path, image: Image.Image) -> pyvips.Image:
    """The whole file decoded once and reduced: at most `MASTER_SIDE`, in its own colours, not yet upright."""
    try:
        source = strips(path, image) if image.format in VIPS_LOADERS else frame(path, image)
        return resample(flat(source), *fitted(*image.size)).copy_memory()
    except Refused:
        raise
    except MemoryError as error:
        raise Refused("needs_too_much_memory", "Opening this picture takes more memory than is allowed.") from error
    except Exception as error:  # whatever a decoder says, the file cannot be shown
        raise Refused(
            "broken_image", "The file is damaged or incomplete and cannot be shown. Export it again, and send it again."
        ) from error


def strips(path: Path, image: Image.Image, *, whole: bool = False) -> pyvips.Image:
    """A libvips image that reads the file from top to bottom; a JPEG is shrunk while it loads."""
    load = getattr(pyvips.Image, VIPS_LOADERS[str(image.format)])
    options: dict[str, Any] = {"access": "sequential", "fail_on": "error"}
    if image.format in {"JPEG", "MPO"}:
        # A garbled middle is only a warning to libjpeg; a gap of 2 to 4 keeps line art clean.
        options["fail_on"] = "warning"
        scale, shrink = max(image.size) / MASTER_SIDE, 1
        while not whole and shrink < 8 and scale / (2 * shrink) >= 2:
            shrink *= 2
        options["shrink"] = shrink
    return load(str(path), **options)


def frame(path: Path, image: Image.Image, *, whole: bool = False) -> pyvips.Image:
    """HEIC and AVIF: decoded whole, then handed to libvips."""
    if image.format == "HEIF":
        # Pillow would copy the frame twice; this is libheif's own.
        heic = pillow_heif.open_heif(path, convert_hdr_to_8bit=True)
        bands, profile = len(heic.mode), heic.info.get("icc_profile")
        if heic.mode in {"L", "RGB", "RGBA"} and heic.stride % bands == 0:
            rows = pyvips.Image.new_from_memory(heic.data, heic.stride // bands, heic.size[1], bands, "uchar")
            return described(rows.crop(0, 0, *heic.size), profile)
    profile = image.info.get("icc_profile")
    if image.mode not in {"L", "RGB", "RGBA"}:
        image = image.convert("RGBA" if "A" in image.mode else "RGB")
    step = 1 if whole else int(max(image.size) / MASTER_SIDE // 2)
    small = image.reduce(step) if step >= 2 else image
    bands = len(small.getbands())
    return described(pyvips.Image.new_from_memory(small.tobytes(), *small.size, bands, "uchar"), profile)


def described(frame: pyvips.Image, profile: bytes | None) -> pyvips.Image:
    """What libvips learns from its own loaders."""
    frame = frame.copy(interpretation="srgb" if frame.bands > 2 else "b-w")
    if profile:
        frame.set_type(pyvips.GValue.blob_type, "icc-profile-data", profile)
    return frame


def flat(source: pyvips.Image) -> pyvips.Image:
    """Alpha on white; what is not 8 or 16 bits a channel is refused."""
    if source.format not in {"uchar", "ushort"}:
        raise Refused("unsupported_pixels", "Send the picture with 8 or 16 bits a channel.")
    if not source.hasalpha():
        return source
    white = 65535 if source.format == "ushort" else 255
    return source.flatten(background=[white] * (source.bands - 1), max_alpha=white)


def resample(source: pyvips.Image, width: int, height: int) -> pyvips.Image:
    """An integer box, then an explicit Lanczos: `thumbnail()` is worse on line art."""
    for axis, target in (("v", height), ("h", width)):
        length = source.height if axis == "v" else source.width
        box = int(length / target // 2)
        if box >= 2:
            source = getattr(source, f"shrink{axis}")(box)
            length = source.height if axis == "v" else source.width
        if length != target:
            source = getattr(source, f"reduce{axis}")(length / target, kernel="lanczos3")
    return source


def to_srgb(source: pyvips.Image) -> Image.Image:
    """Through the embedded profile (relative colorimetric, black point) where there is a usable one."""
    image = converted(source)
    return Image.frombuffer("RGB", (image.width, image.height), image.write_to_memory(), "raw", "RGB", 0, 1)


def converted(source: pyvips.Image) -> pyvips.Image:
    image = source.icc_transform("srgb", **BY_PROFILE, depth=8) if fits(source) else source.colourspace("srgb")
    return image.cast("uchar")


def fits(source: pyvips.Image) -> bool:
    """Whether there is a profile, and one that suits the pixels."""
    try:
        return bool(source.get_typeof("icc-profile-data")) and bool(source.icc_import(**BY_PROFILE).bands)
    except pyvips.Error:
        return False


def colour(source: pyvips.Image) -> dict[str, Any]:
    """What the file's colours are: see `Report`."""
    found = {
        "profile": profile_name(source),
        "space": "CMYK" if source.bands == 4 else "grey" if source.bands < 3 else "RGB",
        "bits": 16 if source.format == "ushort" else 8,
        "outside": 0.0,
    }
    if fits(source):
        small = source.shrink(*[max(1.0, max(source.width, source.height) / SAMPLED_SIDE)] * 2)
        linear = small.icc_import(**BY_PROFILE).colourspace("scrgb")
        outside = ((linear < -JUST_OUTSIDE) | (linear > 1 + JUST_OUTSIDE)).bandor()
        found["outside"] = round(outside.avg() / 255, 3)
    return found


def profile_name(source: pyvips.Image) -> str:
    if not source.get_typeof("icc-profile-data"):
        return ""
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(source.get("icc-profile-data")))
        return metadata.clean(ImageCms.getProfileDescription(profile))[:80]
    except Exception:  # whatever a hostile profile does to the parser
        return ""


def placeholder(master: Image.Image) -> str:
    """A data URI of some hundred bytes: the picture, 16 pixels wide."""
    tiny = io.BytesIO()
    master.resize(fitted(*master.size, side=16), Image.Resampling.BOX).save(tiny, "WEBP", quality=40, method=6)
    return "data:image/webp;base64," + base64.b64encode(tiny.getvalue()).decode()


def average_colour(master: Image.Image) -> str:
    red, green, blue = master.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))  # type: ignore[misc]
    return f"#{red:02x}{green:02x}{blue:02x}"


def cut_master(path: Path, target: Path, ending: str, limits: Limits) -> Report:
    """Prove the picture at ``path`` whole and write its master to ``target``. Raises `Refused`."""
    with identify(path, ending) as image:
        check_header(image, limits)
        turn = UPRIGHT.get(orientation(image))
        width, height = image.size
        captured = metadata.read(image)
        source = decoded(path, image)
        master = to_srgb(source)
        if turn is not None:
            master = master.transpose(turn)
            if turn in {UPRIGHT[5], UPRIGHT[6], UPRIGHT[7], UPRIGHT[8]}:
                width, height = height, width
        master.save(target, "JPEG", quality=MASTER_QUALITY, subsampling=0, icc_profile=SRGB_PROFILE)
        return Report(
            format="JPEG" if image.format == "MPO" else str(image.format),
            extension=STORED_AS[str(image.format)],
            width=width,
            height=height,
            master_width=master.width,
            master_height=master.height,
            placeholder=placeholder(master),
            average_colour=average_colour(master),
            colour=colour(source),
            captured=captured,
        )


def cut_tiles(path: Path, target: Path, limits: Limits) -> None:
    """Write the picture's tiles (IIIF Image API 3.0, level 0) into the zip ``target``. Raises `Refused`."""
    with identify(path, "") as image:
        check_header(image, limits)
        turn = orientation(image)
        if turn != 1 and 3 * math.prod(image.size) > limits.memory:
            raise Refused("needs_too_much_memory", "A picture of this size is only tiled when it is stored upright.")
        load = strips if image.format in VIPS_LOADERS else frame
        source = converted(flat(load(path, image, whole=True)))
        if turn != 1:
            # A turn reads its columns in another order than the file has them.
            source = source.copy_memory().copy()
            source.set_type(pyvips.GValue.gint_type, "orientation", turn)
            source = source.autorot()
        source.set_type(pyvips.GValue.blob_type, "icc-profile-data", SRGB_PROFILE)
        source.dzsave(
            str(target), layout="iiif3", tile_size=512, suffix=".jpg[Q=82]", container="zip", compression=0, keep="icc"
        )
