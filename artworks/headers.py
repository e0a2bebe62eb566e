"""What a file is, and what decoding it will cost: all that its header tells before a pixel is decoded.

Knows no Django, and runs in the decoder process only (`artworks.decoder`): a header is as hostile as any other part
of a file.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pillow_heif
from PIL import Image, ImageFile, TiffImagePlugin

from artworks.answers import Refused

MASTER_SIDE = 2400  # px, the longer side of what a decode is reduced to
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
# Orientations whose stored width is the upright height.
ON_ITS_SIDE = {5, 6, 7, 8}
# What the original is called on disk.
STORED_AS = {"JPEG": "jpg", "MPO": "jpg", "PNG": "png", "WEBP": "webp", "TIFF": "tif", "AVIF": "avif", "HEIF": "heic"}

# Bytes a whole-frame decode takes for each pixel beyond the process itself, measured as peak memory.
FRAME_COST = {"WEBP": 8, "HEIF": 6}
DEEPEST_AVIF = 6.0  # two bytes for each of three planes
HEAD = 65536  # bytes of a file in which its description lies
# Rows between a loader and the reduction, for each time the picture is made smaller; measured.
ROWS_IN_FLIGHT, ROWS_SHRUNK = 280, 100
# TIFF 6.0, section 8 and its supplements: none, LZW, JPEG, deflate (twice), PackBits.
READ_BY_ROWS = {1, 5, 7, 8, 32946, 32773}
# Old JPEG and LZMA, and Lab pictures: Pillow reads them, libvips does not.
READ_BY_PILLOW, RGB, LAB, PILLOW_COST = {6, 34925}, 2, 8, 12

pillow_heif.register_heif_opener(thumbnails=False)
Image.MAX_IMAGE_PIXELS = None  # the limit is ours, checked before any decode
ImageFile.LOAD_TRUNCATED_IMAGES = False


@dataclass(frozen=True)
class Limits:
    """``pixels`` a file may have, and the bytes of memory one decode may take."""

    pixels: int
    memory: int


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
            "The file is named %(ending)s but holds a %(format)s picture. Rename it, or export it again.",
            ending=ending,
            format=str(image.format),
        )
    return image


def check_header(image: Image.Image, limits: Limits) -> None:
    """Refuse what cannot be shown or not be afforded, before a pixel is decoded."""
    width, height = image.size
    if min(width, height) < SHORTEST_SIDE:
        raise Refused(
            "too_small",
            "The picture is %(width)d × %(height)d pixels. Each side needs %(least)d.",
            width=width,
            height=height,
            least=SHORTEST_SIDE,
        )
    if max(width, height) > STEEPEST_RATIO * min(width, height):
        raise Refused(
            "too_narrow",
            "The picture is %(width)d × %(height)d pixels: more than %(most)d times as long as wide.",
            width=width,
            height=height,
            most=STEEPEST_RATIO,
        )
    if width * height > limits.pixels:
        raise Refused(
            "too_many_pixels",
            "The picture has %(has)d megapixels; %(most)d are taken here.",
            has=round(width * height / 1e6),
            most=round(limits.pixels / 1e6),
        )
    if image.format in {"PNG", "WEBP", "AVIF"} and getattr(image, "n_frames", 1) > 1:
        raise Refused("animated", "This is an animation. Send one still picture of the work.")
    if decode_cost(image) > limits.memory:
        raise needs_too_much(image, limits)


def needs_too_much(image: Image.Image, limits: Limits) -> Refused:
    """In whole sentences, which other languages build otherwise."""
    code = "needs_too_much_memory"
    sizes = {"needed": decode_cost(image) // 2**20, "given": limits.memory // 2**20}
    match image.format:
        case "JPEG" | "MPO":
            return Refused(
                code,
                "Opening this picture takes about %(needed)d MB; %(given)d are allowed. "
                "Save it as a baseline (not progressive) JPEG, and send it again.",
                **sizes,
            )
        case "PNG":
            return Refused(
                code,
                "Opening this picture takes about %(needed)d MB; %(given)d are allowed. "
                "Save it without interlacing, and send it again.",
                **sizes,
            )
        case "TIFF":
            return Refused(
                code,
                "Opening this picture takes about %(needed)d MB; %(given)d are allowed. "
                "Save it with tiles or small strips, and send it again.",
                **sizes,
            )
    return Refused(
        code,
        "Opening this picture takes about %(needed)d MB; %(given)d are allowed. "
        "Export it as a baseline JPEG or as a TIFF, and send it again.",
        **sizes,
    )


def decode_cost(image: Image.Image) -> int:
    """Bytes of memory a decode takes beyond `artworks.decoder.BASE_MEMORY`, from the header alone.

    libjpeg keeps every DCT coefficient (2 bytes) of a progressive file; libpng the frame of an interlaced one;
    libtiff one strip as it lies in the file, or a row of tiles; the video codecs the frame.
    """
    width, height = stored_size(image)
    scale = max(1.0, max(width, height) / MASTER_SIDE)
    if image.format in {"JPEG", "MPO"}:
        samples = jpeg_samples(image) if jpeg_has_scans(image) else 0.0
        return round(2.04 * width * height * samples + 3 * width * ROWS_SHRUNK * scale)
    if image.format in FRAME_COST:
        return width * height * FRAME_COST[str(image.format)]
    if image.format == "AVIF":
        return round(width * height * (2 * len(image.mode) + avif_planes(image)))
    if read_by_frame(image):
        return width * height * PILLOW_COST
    depth = 2 if ";16" in image.mode or image.info.get("bits") == 16 or is_deep(image) else 1
    row = width * len(image.getbands()) * depth
    if isinstance(image, TiffImagePlugin.TiffImageFile):
        return tiff_held(image, row) + round(row * ROWS_IN_FLIGHT * scale)
    return round(row * ((height if image.info.get("interlace") else 0) + ROWS_IN_FLIGHT * scale))


def tiff_held(image: TiffImagePlugin.TiffImageFile, row: int) -> int:
    """Bytes of strips or tiles that libtiff has in memory at once."""
    tags, tiled = image.tag_v2, image.tag_v2.get(TiffImagePlugin.TILELENGTH)
    compression = tags.get(TiffImagePlugin.COMPRESSION, 1)
    if tiled or tags.get(TiffImagePlugin.PLANAR_CONFIGURATION) == 2 or compression not in READ_BY_ROWS:
        rows = int(tiled or tags.get(TiffImagePlugin.ROWSPERSTRIP) or image.height)
        return 2 * row * min(rows, image.height)
    return 0 if compression == 1 else max(tags.get(TiffImagePlugin.STRIPBYTECOUNTS, (0,)))


def read_by_frame(image: Image.Image) -> bool:
    """Whether this is a TIFF that only Pillow reads, and so as a whole."""
    if not isinstance(image, TiffImagePlugin.TiffImageFile):
        return False
    tags = image.tag_v2
    planes_of_tiles = TiffImagePlugin.TILELENGTH in tags and tags.get(TiffImagePlugin.PLANAR_CONFIGURATION) == 2
    return (
        planes_of_tiles
        or tags.get(TiffImagePlugin.COMPRESSION) in READ_BY_PILLOW
        or tags.get(TiffImagePlugin.PHOTOMETRIC_INTERPRETATION) == LAB
        or names_no_alpha(tags)
    )


def names_no_alpha(tags: Any) -> bool:
    """Whether a packed TIFF has a fourth sample that no tag tells of (TIFF 6.0, ExtraSamples).

    libtiff warns of that while it reads, and in a packed file a warning is all it has to say of garbled pixels, too.
    """
    return (
        tags.get(TiffImagePlugin.COMPRESSION, 1) != 1
        and tags.get(TiffImagePlugin.PHOTOMETRIC_INTERPRETATION) == RGB
        and tags.get(TiffImagePlugin.SAMPLESPERPIXEL) == 4
        and not tags.get(TiffImagePlugin.EXTRASAMPLES)
    )


def avif_planes(image: Image.Image) -> float:
    """Bytes a pixel of the planes that libavif decodes into, by a box's third byte (AV1 in ISOBMFF 1.2, 2.3.3)."""
    file: Any = getattr(image, "fp", None)
    file.seek(0)
    head, most = file.read(HEAD), 0.0
    for box in re.finditer(b"av1C..(.)", head, re.DOTALL):
        flags = box[1][0]
        chroma = 0.0 if flags & 0x10 else 2 / (1 + (flags >> 3 & 1)) / (1 + (flags >> 2 & 1))
        most = max(most, (1 + chroma) * (2 if flags & 0x40 else 1))
    return most + (image.mode == "RGBA") or DEEPEST_AVIF


def stored_size(image: Image.Image) -> tuple[int, int]:
    """Width and height as the pixels lie in the file. Of a TIFF, Pillow tells the upright ones."""
    turned = isinstance(image, TiffImagePlugin.TiffImageFile) and orientation(image) in ON_ITS_SIDE
    return (image.height, image.width) if turned else image.size


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
