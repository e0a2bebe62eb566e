"""Decoding: the whole file read once, and reduced while it is read. Decoder process only; knows no Django.

libvips decodes what it reads in strips, Pillow and libheif the rest. Pillow has named the format before; the libvips
loader of that name is called, and every other one is blocked.
"""

import socket
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import pillow_heif
import pyvips
from PIL import Image, ImageCms, TiffImagePlugin

from artworks.answers import Refused
from artworks.headers import jpeg_has_scans, read_by_frame
from artworks.reducing import resample
from artworks.repairing import without_junk

MAPPED = 32 * 2**20  # bytes of a file that may lie in memory beside what is decoded of it
MAPPED_IN_SCANS = 8 * 2**20  # the same where libjpeg keeps every coefficient beside it
CHUNK = 128 * 2**10
READERS = 2  # threads: while one decodes, the other reduces, which takes up to a fifth less time …
WORTH_TWO = 6_000_000  # … of so many pixels that are left to reduce; of fewer, it costs more work and saves no time
LOADERS = {"JPEG": "jpegload", "MPO": "jpegload", "PNG": "pngload", "WEBP": "webpload", "TIFF": "tiffload"}
for _loader in ("Jpeg", "Png", "Tiff", "Webp"):
    pyvips.operation_block_set(f"VipsForeignLoad{_loader}", False)


def decoded(path: Path, image: Image.Image, size: tuple[int, int]) -> tuple[Any, pyvips.Image]:
    """The whole file decoded once and reduced to ``size``, in its own colours, not yet upright.

    The pixels as they lie in memory, and a libvips image of them that copies none.
    """
    try:
        noted()
        source = resample(whole(path, image, max(size)), *size)
        pixels = source.write_to_memory()
        if image.format in {"JPEG", "MPO"} and (warning := noted()):
            raise pyvips.Error(warning)
        rows = pyvips.Image.new_from_memory(pixels, *size, source.bands, source.format)
        return pixels, described(rows, profile_of(source), source.interpretation)
    except Refused:
        raise
    except MemoryError as error:
        raise Refused("needs_too_much_memory", "Opening this picture takes more memory than is allowed.") from error
    except Exception as error:  # whatever a decoder says, the file cannot be shown
        raise Refused(
            "broken_image", "The file is damaged or incomplete and cannot be shown. Export it again, and send it again."
        ) from error


def noted() -> str:
    """What libvips has noted of errors since it was asked last.

    A garbled scan is often noticed at its end only, and to a warning in the last eight rows its JPEG loader does not
    listen: shrunk to an eighth, these are 64 of the picture.
    """
    return str(pyvips.Error("").detail)


def whole(path: Path, image: Image.Image, side: int = 0) -> pyvips.Image:
    """Every pixel, to be read from top to bottom once; with a ``side``, a JPEG may be shrunk on the way."""
    by_strips = image.format in LOADERS and not read_by_frame(image)
    source = flat(strips(path, image, side) if by_strips else frame(path, image))
    pyvips.concurrency_set(READERS if source.width * source.height >= WORTH_TWO else 1)
    return source


def strips(path: Path, image: Image.Image, side: int = 0) -> pyvips.Image:
    """A libvips image that reads the file from top to bottom; with a ``side``, a JPEG is shrunk while it loads."""
    # To libjpeg a garbled middle is only a warning, to libtiff a garbled tile.
    options: dict[str, Any] = {"access": "sequential", "fail_on": "error"}
    if image.format in {"JPEG", "MPO"}:
        options |= {"fail_on": "warning", "shrink": shrink_on_load(image, max(image.size) / side) if side else 1}
        head, rest = without_junk(path)
        if head or path.stat().st_size > (MAPPED_IN_SCANS if jpeg_has_scans(image) else MAPPED):
            return pyvips.Image.jpegload_source(piped(path, head, rest), **options)
    elif isinstance(image, TiffImagePlugin.TiffImageFile):
        # A strip may be large: `headers.decode_cost` has limited it. Where it lies as it is, only tags are warned of.
        packed = image.tag_v2.get(TiffImagePlugin.COMPRESSION, 1) != 1
        options |= {"fail_on": "warning" if packed else "error", "unlimited": True}
    return getattr(pyvips.Image, LOADERS[str(image.format)])(str(path), **options)


def piped(path: Path, head: bytes, rest: int) -> pyvips.Source:
    """The file from ``rest`` on, behind ``head``. Of a path libvips maps the whole file.

    Through a socket: who fills a pipe is woken for every 4 KB that libvips takes out of it.
    """
    reader, writer = socket.socketpair()
    writer.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, CHUNK * 4)

    def feed() -> None:
        with suppress(BrokenPipeError, ConnectionResetError), writer, path.open("rb", buffering=0) as file:
            file.seek(rest)
            writer.sendall(head)
            while chunk := file.read(CHUNK):
                writer.sendall(chunk)

    threading.Thread(target=feed, daemon=True).start()
    with reader:  # libvips has its own
        return pyvips.Source.new_from_descriptor(reader.fileno())


def shrink_on_load(image: Any, scale: float) -> int:
    """1, 2, 4 or 8: how far libjpeg may shrink what is reduced by ``scale``.

    Its halving lets some of what lies beyond the new grid through, so that a Lanczos has to follow well over twice the
    way: closer, fine hatching falls below an SSIM of 0.98 (docs/decisions/0013).

    libvips leaves out a last row that is not whole, and libjpeg decodes no row of blocks of which nothing is read. The
    last one has to be, since there a scan that is garbled or cut shows.
    """
    rows = 8 * max(layer[2] for layer in image.layer)
    beyond = 0 if jpeg_has_scans(image) else image.height % rows
    return next((shrink for shrink in (8, 4, 2) if scale / shrink >= 2.4 and not 0 < beyond < shrink), 1)


def frame(path: Path, image: Image.Image) -> pyvips.Image:
    """HEIC and AVIF: decoded whole, and handed to libvips as it lies; Pillow would copy the frame twice.

    So are the few TIFFs that libvips does not read.
    """
    if image.format == "TIFF":
        upright = image if image.mode != "LAB" else in_rgb(image)
        mode, profile, pixels = upright.mode, upright.info.get("icc_profile"), upright.tobytes()
        stride = image.width * len(upright.getbands()) * (2 if mode == "I;16" else 1)
    elif image.format == "HEIF":
        heic = pillow_heif.open_heif(path, convert_hdr_to_8bit=True)
        mode, profile, pixels, stride = heic.mode, heic.info.get("icc_profile"), heic.data, heic.stride
    else:
        mode, profile = image.mode, image.info.get("icc_profile")
        pixels = image._decoder.get_frame(0)[0]  # type: ignore[attr-defined]
        stride = image.width * len(mode)
    bands, deep = {"L": 1, "RGB": 3, "RGBA": 4, "I;16": 1}.get(mode, 0), mode == "I;16"
    if not bands or stride % (bands * (1 + deep)):
        raise Refused("unsupported_pixels", "Send the picture with 8 or 16 bits a channel.")
    width, format = stride // (bands * (1 + deep)), "ushort" if deep else "uchar"
    rows = pyvips.Image.new_from_memory(pixels, width, image.height, bands, format)
    interpretation = "srgb" if bands > 2 else "grey16" if deep else "b-w"
    return described(rows.crop(0, 0, *image.size), profile, interpretation)


def in_rgb(image: Image.Image) -> Image.Image:
    """Of a picture in Lab. Its profile, which says what Lab is, has done its work."""
    made = ImageCms.profileToProfile(
        image, ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB"), outputMode="RGB"
    )
    assert made is not None
    made.info.pop("icc_profile", None)
    return made


def profile_of(source: pyvips.Image) -> bytes | None:
    return bytes(source.get("icc-profile-data")) if source.get_typeof("icc-profile-data") else None


def described(frame: pyvips.Image, profile: bytes | None, interpretation: str) -> pyvips.Image:
    """With what libvips learns from its own loaders."""
    frame = frame.copy(interpretation=interpretation)
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
