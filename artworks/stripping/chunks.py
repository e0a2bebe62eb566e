"""PNG (third edition, section 5) and WebP (RFC 9649): lists of chunks, of which a decoder reads a few."""

import struct
import zlib

from artworks.stripping.pieces import UPRIGHT, Piece, Plan, Reader, cannot, exif

SIGNATURE = b"\x89PNG\r\n\x1a\n"
CRITICAL = {b"IHDR", b"PLTE", b"IDAT"}
OF_COLOURS = {b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"mDCV", b"cLLI", b"sBIT", b"tRNS", b"bKGD", b"pHYs"}
END_CHUNK = struct.pack(">I4sI", 0, b"IEND", zlib.crc32(b"IEND"))
MOST_CHUNKS = 500_000  # of a gigabyte, 2 kB each

ICC, ALPHA, EXIF = 0x20, 0x10, 0x08  # of a VP8X's flags
BITSTREAMS = {b"VP8 ", b"VP8L"}


def png(reader: Reader, turn: int) -> list[Piece]:
    if reader.take(0, 8) != SIGNATURE:
        raise cannot()
    plan, at = Plan(), 8
    plan.keep(0, at)
    for _ in range(MOST_CHUNKS):
        length, kind = struct.unpack(">I4s", reader.take(at, 8))
        start, at = reader.within(at, at + 12 + length)
        if (start == 8) != (kind == b"IHDR"):
            raise cannot()
        if kind == b"IEND":
            plan.put(END_CHUNK)
            return plan.pieces
        if kind in CRITICAL or kind in OF_COLOURS:
            plan.keep(start, at)
        elif not kind[0] & 0x20:  # a decoder may not skip it, nor may we
            raise cannot()
        if kind == b"IHDR" and turn != UPRIGHT:
            plan.put(png_chunk(b"eXIf", exif(turn)))
    raise cannot()


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def webp(reader: Reader, turn: int) -> list[Piece]:
    riff, size, name = struct.unpack("<4sI4s", reader.take(0, 12))
    if (riff, name) != (b"RIFF", b"WEBP"):
        raise cannot()
    plan, at, total, seen = Plan(), 12, 4, list[bytes]()
    end = reader.within(at, 8 + size)[1]
    while at + 8 <= end and len(seen) < MOST_CHUNKS:
        kind, length = struct.unpack("<4sI", reader.take(at, 8))
        start, at = reader.within(at, at + 8 + length)
        seen.append(kind)
        if kind == b"VP8X":
            plan.put(extended(reader.take(start, at - start), turn))
        elif kind in BITSTREAMS | {b"ICCP", b"ALPH"}:
            plan.keep(start, at)
            if length % 2:
                plan.put(b"\0")
        else:
            length = -8
        total += 8 + length + length % 2
        at += (at - start) % 2
    # An animation has its bitstreams further in; what is turned says so in a file with a VP8X.
    if sum(kind in BITSTREAMS for kind in seen) != 1 or (turn != UPRIGHT and seen[0] != b"VP8X"):
        raise cannot()
    if turn != UPRIGHT:
        block = exif(turn)
        plan.put(struct.pack("<4sI", b"EXIF", len(block)) + block)
        total += 8 + len(block)
    return [struct.pack("<4sI4s", b"RIFF", total, b"WEBP").hex(), *plan.pieces]


def extended(chunk: bytes, turn: int) -> bytes:
    """A VP8X that promises nothing but what is left."""
    if len(chunk) != 18:
        raise cannot()
    flags = (chunk[8] & (ICC | ALPHA)) | (EXIF if turn != UPRIGHT else 0)
    return chunk[:8] + bytes([flags, 0, 0, 0]) + chunk[12:]
