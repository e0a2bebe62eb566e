"""JPEG: the segments that a decoder reads, and the scans (ITU-T T.81, annex B; JFIF 1.02)."""

import os
import re

from artworks.stripping.pieces import UPRIGHT, Piece, Plan, Reader, cannot, exif

SOI, EOI, SOS, APP0, APP2, APP14 = 0xD8, 0xD9, 0xDA, 0xE0, 0xE2, 0xEE
# Frames and scans, their tables (huffman, arithmetic, quantization), restarts, number of lines, hierarchies.
READ_BY_DECODERS = {*range(0xC0, 0xC8), *range(0xC9, 0xE0)} - {SOI, EOI, *range(0xD0, 0xD8)}
MOST_SEGMENTS = 10_000
# No stuffed zero, fill byte, restart or TEM: the next segment, or the end. Also past bytes that belong to none.
MARKER = re.compile(rb"\xff[^\x00\x01\xd0-\xd7\xff]")
FIRST_LOOK, LONGEST_LOOK = 4096, 1024 * 1024
JFIF_HEAD, ADOBE_HEAD = 12, 12  # bytes before a thumbnail, and all that is


def planned(reader: Reader, turn: int) -> list[Piece]:
    """What follows the end, such as the further pictures of an MPO, is left out."""
    if reader.take(0, 2) != bytes([0xFF, SOI]):
        raise cannot()
    rest, jfif, at = Plan(), b"", 2
    for _ in range(MOST_SEGMENTS):
        start = next_marker(reader, at)
        kind = reader.take(start + 1, 1)[0]
        if kind == EOI:
            rest.keep(start, start + 2)
            turned = b"" if turn == UPRIGHT else segment(0xE1, b"Exif\0\0" + exif(turn))
            return [(bytes([0xFF, SOI]) + jfif + turned).hex(), *rest.pieces]
        at = start + 2 + int.from_bytes(reader.take(start + 2, 2), "big")
        head = reader.take(start + 4, min(16, reader.within(start + 4, at)[1] - start - 4))
        if kind == SOS:
            at = next_marker(reader, at)
        if kind in READ_BY_DECODERS or (kind == APP2 and head.startswith(b"ICC_PROFILE\0")):
            rest.keep(start, at)
        elif kind == APP0 and head.startswith(b"JFIF\0") and not jfif:
            jfif = segment(APP0, head[:JFIF_HEAD].ljust(JFIF_HEAD, b"\0") + b"\0\0")
        elif kind == APP14 and head.startswith(b"Adobe") and len(head) >= ADOBE_HEAD:
            rest.put(segment(APP14, head[:ADOBE_HEAD]))
    raise cannot()


def segment(kind: int, content: bytes) -> bytes:
    return bytes([0xFF, kind]) + (len(content) + 2).to_bytes(2, "big") + content


def next_marker(reader: Reader, at: int) -> int:
    """Where the next one begins, be it behind a scan of a gigabyte."""
    look = FIRST_LOOK
    while at < reader.size:
        block = os.pread(reader.file.fileno(), look, at)
        if found := MARKER.search(block):
            return at + found.start()
        at += max(1, len(block) - 1)  # the last byte may be the first of a marker
        look = min(2 * look, LONGEST_LOOK)
    raise cannot()
