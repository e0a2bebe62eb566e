"""Small files that promise or unfold to much, each made anew: what no corpus keeps, since it is known by then."""

import io
import struct
import zlib
from collections.abc import Callable, Iterator

from PIL import Image

from portfolio_site.testing import make_image, make_picture

ZEROES = 2**20


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")


def png(
    width: int, height: int, data: bytes, *between: bytes, colour: int = 2, depth: int = 8, laced: int = 0
) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, laced)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        [png_chunk(b"IHDR", head), *between, png_chunk(b"IDAT", data), png_chunk(b"IEND", b"")]
    )


def unfolding(size: int) -> bytes:
    """So many zeroes, packed a thousandfold (RFC 1950; blocks that end at a full flush can be repeated)."""
    packer = zlib.compressobj(9, wbits=-15)
    block = packer.compress(bytes(ZEROES)) + packer.flush(zlib.Z_FULL_FLUSH)
    rest = packer.compress(bytes(size % ZEROES)) + packer.flush()
    checksum = size % 65521 << 16 | 1  # Adler-32 of zeroes
    return b"\x78\xda" + block * (size // ZEROES) + rest + checksum.to_bytes(4, "big")


def rows(width: int, height: int, channels: int) -> bytes:
    return unfolding((width * channels + 1) * height)


def in_png(kind: bytes, data: bytes) -> bytes:
    """A good small picture with one more chunk."""
    return png(60, 40, zlib.compress(bytes((60 * 3 + 1) * 40)), png_chunk(kind, data))


def jpeg_with(marker: int, data: bytes, times: int = 1) -> bytes:
    good = make_image()
    segment = bytes([0xFF, marker]) + (len(data) + 2).to_bytes(2, "big") + data
    return good[:2] + segment * times + good[2:]


def jpeg_of_size(width: int, height: int, **options: object) -> bytes:
    """A JPEG that says it is as large as that, and holds 60 × 40."""
    good = make_image(**options)  # type: ignore[arg-type]
    at = next(i for i in range(len(good)) if good[i : i + 2] in {b"\xff\xc0", b"\xff\xc2"})
    return good[: at + 5] + struct.pack(">HH", height, width) + good[at + 9 :]


def jpeg_of_scans(times: int) -> bytes:
    """The last scan of a progressive picture over and over: each costs a pass over all coefficients."""
    stream = io.BytesIO()
    Image.new("RGB", (2000, 2000), "grey").save(stream, "JPEG", progressive=True)
    good = stream.getvalue()
    last = good.rindex(b"\xff\xda")
    return good[:-2] + good[last:-2] * times + good[-2:]


def tiff(tags: list[tuple[int, int, int, int]], after: bytes = b"", following: int = 0) -> bytes:
    body = b"".join(struct.pack("<HHII", *tag) for tag in sorted(tags))
    return b"II*\0" + struct.pack("<IH", 8, len(tags)) + body + struct.pack("<I", following) + after


def tiff_of(width: int, height: int, packed: bytes, **more: int) -> bytes:
    """One strip, deflated."""
    tags = {256: width, 257: height, 258: 8, 259: 8, 262: 1, 277: 1, 278: height, 279: len(packed)}
    tags |= {int(number.strip("_")): value for number, value in more.items()}
    start = 8 + 2 + 12 * (len(tags) + 1) + 4
    return tiff([(number, 4, 1, value) for number, value in [*tags.items(), (273, start)]], packed)


def box(kind: bytes, *parts: bytes) -> bytes:
    data = b"".join(parts)
    return (len(data) + 8).to_bytes(4, "big") + kind + data


def resized_box(content: bytes, width: int, height: int) -> bytes:
    """An AVIF or HEIC that says it is as large as that (ISO/IEC 23008-12, ``ispe``)."""
    at = content.index(b"ispe") + 8
    return content[:at] + struct.pack(">II", width, height) + content[at + 8 :]


def webp_of_size(width: int, height: int) -> bytes:
    """34 bytes: a lossless header and nothing behind it."""
    bits = (width - 1) | (height - 1) << 14
    data = b"VP8L" + struct.pack("<I", 14) + b"\x2f" + struct.pack("<I", bits) + bytes(9)
    return b"RIFF" + struct.pack("<I", len(data) + 4) + b"WEBP" + data


def animation(format: str, frames: int, side: int) -> bytes:
    stream = io.BytesIO()
    pictures = [Image.new("RGB", (side, side), (i % 256, 0, 0)) for i in range(frames)]
    pictures[0].save(stream, format, save_all=True, append_images=pictures[1:], duration=10)
    return stream.getvalue()


def exif_of_circles() -> bytes:
    """Directories that lead to each other for ever, and a tag that claims four gigabytes."""
    one = struct.pack("<HHHIIHHIII", 2, 0x8769, 4, 1, 8, 0x010E, 2, 0xFFFFFFF0, 8, 8)
    return b"Exif\0\0II*\0\x08\0\0\0" + one


def laughs() -> bytes:
    entities = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 12))
    return f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{entities}]><x>&l11;</x>'.encode()


def saved(format: str, **options: object) -> bytes:
    stream = io.BytesIO()
    make_picture().save(stream, format, **options)
    return stream.getvalue()


def noise(width: int, height: int, format: str, mode: str = "RGB", **options: object) -> bytes:
    stream = io.BytesIO()
    Image.effect_noise((width, height), 80).convert(mode).save(stream, format, **options)
    return stream.getvalue()


MAKERS: dict[str, Callable[[], bytes]] = {
    "177-megapixels.png": lambda: png(13300, 13300, rows(13300, 13300, 3)),
    "88-megapixels-alpha.png": lambda: png(9400, 9400, rows(9400, 9400, 4), colour=6),
    "499-megapixels-grey.png": lambda: png(22300, 22300, rows(22300, 22300, 1), colour=0),
    "499-megapixels-deep.png": lambda: png(22300, 22300, rows(22300, 22300, 8), colour=6, depth=16),
    "laced.png": lambda: png(12000, 12000, rows(12000, 12000, 3), laced=1),
    "one-column.png": lambda: png(1, 65000, rows(1, 65000, 3)),
    "one-row.png": lambda: png(65000, 1, rows(65000, 1, 3)),
    "largest-side.png": lambda: png(2**31 - 1, 16, zlib.compress(b"")),
    "beyond-32-bits.png": lambda: png(65536, 65537, zlib.compress(bytes(1000))),
    "nothing-wide.png": lambda: png(0, 0, zlib.compress(b"")),
    "more-than-said.png": lambda: png(100, 100, rows(20000, 20000, 3)),
    "less-than-said.png": lambda: png(20000, 20000, rows(100, 100, 3)),
    "profile-of-a-gigabyte.png": lambda: in_png(b"iCCP", b"x\0\0" + unfolding(2**30)),
    "text-of-a-gigabyte.png": lambda: in_png(b"zTXt", b"Comment\0\0" + unfolding(2**30)),
    "words-of-a-gigabyte.png": lambda: in_png(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + unfolding(2**30)),
    "exif-of-circles.png": lambda: in_png(b"eXIf", exif_of_circles()[6:]),
    "hundred-thousand-chunks.png": lambda: in_png(b"tEXt", b"a\0b").replace(
        png_chunk(b"tEXt", b"a\0b"), png_chunk(b"tEXt", b"a\0b") * 100_000
    ),
    "ten-thousand-palettes.png": lambda: png(
        60, 40, zlib.compress(bytes(61 * 40)), *[png_chunk(b"PLTE", bytes(768))] * 10_000, colour=3
    ),
    "animated.png": lambda: animation("PNG", 40, 600),
    "largest-side.jpg": lambda: jpeg_of_size(65535, 65535),
    "wide-and-empty.jpg": lambda: jpeg_of_size(20000, 20000),
    "wide-empty-and-progressive.jpg": lambda: jpeg_of_size(11000, 9000, progressive=True),
    "no-height.jpg": lambda: jpeg_of_size(300, 0),
    "five-thousand-scans.jpg": lambda: jpeg_of_scans(5000),
    "exif-of-circles.jpg": lambda: jpeg_with(0xE1, exif_of_circles()),
    "laughs.jpg": lambda: jpeg_with(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + laughs()),
    "thousand-profiles.jpg": lambda: jpeg_with(0xE2, b"ICC_PROFILE\0\1\1" + bytes(60_000), 1000),
    "tall-comments.jpg": lambda: jpeg_with(0xFE, b"x" * 65_000, 500),
    "resolution-by-zero.jpg": lambda: jpeg_with(0xE0, b"JFIF\0\1\1\1\0\0\0\0\0\0"),
    "four-gigapixels.webp": lambda: webp_of_size(16384, 16384),
    "animated.webp": lambda: animation("WEBP", 60, 800),
    "sixteen-thousand.webp": lambda: saved_large("WEBP", 16383, 10922),
    "two-gigapixels.avif": lambda: resized_box(saved("AVIF"), 60000, 40000),
    "within-the-limit-by-its-word.avif": lambda: resized_box(saved("AVIF"), 9000, 6000),
    "two-gigapixels.heic": lambda: resized_box(heic(), 60000, 40000),
    "within-the-limit-by-its-word.heic": lambda: resized_box(heic(), 6000, 4000),
    "boxes-in-boxes.avif": lambda: nested(),
    "strip-of-400-megabytes.tif": lambda: tiff_of(20000, 20000, unfolding(400_000_000)),
    "strip-of-nothing.tif": lambda: tiff_of(20000, 20000, b""),
    "sixteen-bits-of-words.tif": lambda: tiff_of(20000, 20000, unfolding(800_000_000), _258=16),
    "tile-as-large-as-a-house.tif": lambda: tiff_of(1000, 1000, unfolding(2**20), _322=100_000, _323=100_000),
    "rows-of-four-billion.tif": lambda: tiff_of(1000, 1000, unfolding(10**6), _278=0xFFFFFFFF),
    "samples-of-sixty-thousand.tif": lambda: tiff_of(1000, 1000, unfolding(10**6), _277=60_000),
    "directory-in-a-circle.tif": lambda: tiff([(256, 4, 1, 60), (257, 4, 1, 40)], following=8),
    "tag-of-four-gigabytes.tif": lambda: tiff([(256, 4, 1, 60), (257, 4, 1, 40), (273, 4, 0xFFFFFFF0, 8)]),
    "grain.png": lambda: noise(3000, 2000, "PNG", compress_level=0),
    "grain-and-cut.tif": lambda: noise(3000, 2000, "TIFF")[:-100_000],
    "zip-behind.jpg": lambda: make_image() + b"PK\x03\x04" + unfolding(2**26),
    "page-behind.jpg": lambda: make_image() + b"<script>alert(1)</script><?php system('id'); ?>",
    "page-before.jpg": lambda: b"<html><script>alert(1)</script>" + make_image(),
    "script-in-the-comment.jpg": lambda: jpeg_with(0xFE, b"*/=alert(1);/*<svg onload=alert(1)>"),
    "postscript.jpg": lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 90 90\n(x) run\n%%EOF",
    "magick.jpg": lambda: (
        b"push graphic-context\nviewbox 0 0 640 480\nfill 'url(https://x/\"|id\")'\npop graphic-context"
    ),
    "drawing.png": lambda: (
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><image href="file:///etc/passwd"/></svg>'
    ),
    "document.jpg": lambda: b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 1 0 R/Kids[1 0 R]>>endobj\n",
    "film.gif": lambda: animation("GIF", 30, 300),
    "empty.jpg": lambda: b"",
    "zeroes.png": lambda: bytes(5_000_000),
}


def saved_large(format: str, width: int, height: int) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (width, height)).save(stream, format, lossless=True, quality=0, method=0)
    return stream.getvalue()


def heic() -> bytes:
    import pillow_heif

    pillow_heif.register_heif_opener()
    return saved("HEIF")


def nested() -> bytes:
    inner = b""
    for _ in range(5000):
        inner = box(b"meta", bytes(4), inner)
    return box(b"ftyp", b"avif", bytes(4), b"avifmif1miaf") + inner


def bombs() -> Iterator[tuple[str, bytes]]:
    """Name and content, one after the other: some are large while they are made."""
    for name, make in MAKERS.items():
        yield name, make()
