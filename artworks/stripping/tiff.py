"""TIFF 6.0 and BigTIFF: nothing moves, and what no needed tag points to is zero.

So sub-directories of EXIF, positions and makers, private tags and forgotten bytes go without being understood.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from artworks.answers import Refused
from artworks.stripping.pieces import UPRIGHT, Piece, Reader, Span, cannot, in_place

SUBFILE, WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC, ORIENTATION, SAMPLES = 254, 256, 257, 258, 259, 262, 274, 277
SUB_DIRECTORIES = 330
# TIFF 6.0, sections 8 to 23; of its supplements sub-file type and JPEG tables; ICC.1, annex B.4.
NEEDED = {
    *(SUBFILE, 255, WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC, 263, 264, 265, 266, 273, ORIENTATION, SAMPLES),
    *(278, 279, 280, 281, 282, 283, 284, 290, 291, 292, 293, 296, 301, 317, 318, 319, 320, 321, 322, 323, 324, 325),
    *(332, 334, 336, 338, 339, 340, 341, 342, 347, 512, 513, 514, 515, 517, 518, 519, 520, 521, 529, 530, 531, 532),
    34675,
}
STRIPS, TILES, JPEG_STREAM = (273, 279), (324, 325), (513, 514)
OLD_JPEG, UNPACKED, YCBCR = 6, 1, 6
QUANTIZATION, HUFFMAN = 519, (520, 521)  # where the tables of an old JPEG lie
# Bytes of a value by its type. Texts (2) are missing: no decoder needs one.
SIZES = {1: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
WHOLE_NUMBERS = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}
MOST_ENTRIES, MOST_PAGES, MOST_VALUES = 4096, 1000, 1_000_000


class Form(NamedTuple):
    """How a directory is written: struct's letters for the number of entries, an entry, and an offset."""

    order: str
    number: str
    entry: str
    offset: str

    def size(self, letters: str) -> int:
        return struct.calcsize(self.order + letters)


class Entry(NamedTuple):
    tag: int
    kind: int
    values: int
    value: bytes

    @property
    def length(self) -> int:
        return SIZES[self.kind] * self.values


@dataclass
class Page:
    at: int
    entries: list[Entry]
    next: int


def planned(reader: Reader, turn: int) -> list[Piece]:
    form, header, first = opened(reader)
    pages = list(chain(reader, form, first))
    kept = [spans_of(reader, form, pages[0])]
    if turn != UPRIGHT and value(reader, form, pages[0], ORIENTATION) is None:
        raise cannot()  # only an XMP block says so, and nothing may move
    if reduced(reader, form, pages[0]) and any(entry.tag == SUB_DIRECTORIES for entry in pages[0].entries):
        raise cannot()  # the picture lies in there, as in a camera's raw file
    staying = pages[:1]
    for page in pages[1:]:
        try:
            if not reduced(reader, form, page):  # a preview may show what was cropped
                kept.append(spans_of(reader, form, page))
                staying.append(page)
        except Refused:
            continue
    following = [*(page.at for page in staying[1:]), 0]
    written = {page.at: packed(form, page, then) for page, then in zip(staying, following, strict=True)}
    return in_place(reader.size, [(0, header), *(span for spans in kept for span in spans)], written)


def opened(reader: Reader) -> tuple[Form, int, int]:
    """The form, the header's length, and where the first directory lies."""
    head = reader.take(0, 8)
    order = {b"II": "<", b"MM": ">"}.get(head[:2])
    if order is None:
        raise cannot()
    match struct.unpack(order + "H", head[2:4])[0]:
        case 42:
            return Form(order, "H", "HHI4s", "I"), 8, struct.unpack(order + "I", head[4:])[0]
        case 43:
            return Form(order, "Q", "HHQ8s", "Q"), 16, struct.unpack(order + "Q", reader.take(8, 8))[0]
    raise cannot()


def chain(reader: Reader, form: Form, at: int) -> Iterator[Page]:
    """The directories, as far as they can be followed."""
    seen: set[int] = set()
    while at not in seen and len(seen) < MOST_PAGES:
        try:
            page = directory(reader, form, at)
        except Refused:
            if not seen:
                raise
            return
        seen.add(at)
        yield page
        at = page.next
        if not at:
            return


def directory(reader: Reader, form: Form, at: int) -> Page:
    start = at + form.size(form.number)
    count = struct.unpack(form.order + form.number, reader.take(at, start - at))[0]
    if not 0 < count <= MOST_ENTRIES:
        raise cannot()
    block = reader.take(start, count * form.size(form.entry))
    entries = [Entry(*found) for found in struct.iter_unpack(form.order + form.entry, block)]
    then = reader.take(start + len(block), form.size(form.offset))
    return Page(at, entries, struct.unpack(form.order + form.offset, then)[0])


def needed(page: Page) -> Iterator[Entry]:
    return (entry for entry in page.entries if entry.tag in NEEDED and entry.kind in SIZES)


def packed(form: Form, page: Page, then: int) -> bytes:
    """The directory anew, with what is needed only; it is no longer than it was."""
    entries = []
    for entry in needed(page):
        room = len(entry.value)
        inside = entry.value[: entry.length].ljust(room, b"\0") if entry.length <= room else entry.value
        entries.append(struct.pack(form.order + form.entry, *entry[:3], inside))
    head, tail = struct.pack(form.order + form.number, len(entries)), struct.pack(form.order + form.offset, then)
    return head + b"".join(entries) + tail


def spans_of(reader: Reader, form: Form, page: Page) -> list[Span]:
    """What a decoder reads of a page, its directory apart."""
    apart = [entry for entry in needed(page) if entry.length > len(entry.value)]
    spans = [reader.within(start := pointer(form, entry), start + entry.length) for entry in apart]
    data = [span for tags in (STRIPS, TILES) for span in extents(reader, form, page, *tags)]
    old = value(reader, form, page, COMPRESSION) == OLD_JPEG
    if old:
        data += [*extents(reader, form, page, *JPEG_STREAM), *tables(reader, form, page)]
    if not data or (not old and sum(end - start for start, end in data) < least(reader, form, page)):
        raise cannot()
    return spans + data


def extents(reader: Reader, form: Form, page: Page, offsets: int, lengths: int) -> list[Span]:
    starts, sizes = numbers(reader, form, page, offsets), numbers(reader, form, page, lengths)
    if len(starts) != len(sizes) or not all(sizes):  # libtiff would guess
        raise cannot()
    return [reader.within(start, start + size) for start, size in zip(starts, sizes, strict=True)]


def tables(reader: Reader, form: Form, page: Page) -> Iterator[Span]:
    for start in numbers(reader, form, page, QUANTIZATION):
        yield reader.within(start, start + 64)
    for tag in HUFFMAN:
        for start in numbers(reader, form, page, tag):
            yield reader.within(start, start + 16 + sum(reader.take(start, 16)))


def least(reader: Reader, form: Form, page: Page) -> int:
    """Bytes that the pixels take where they are not packed; with fewer libtiff would read on, into what is blanked."""
    packing, colours = value(reader, form, page, COMPRESSION), value(reader, form, page, PHOTOMETRIC)
    if packing not in {None, UNPACKED} or colours == YCBCR:
        return 0
    width, height = value(reader, form, page, WIDTH) or 0, value(reader, form, page, HEIGHT) or 0
    bits, samples = value(reader, form, page, BITS) or 1, value(reader, form, page, SAMPLES) or 1
    return (width * bits * samples + 7) // 8 * height


def reduced(reader: Reader, form: Form, page: Page) -> bool:
    return bool((value(reader, form, page, SUBFILE) or 0) & 1)


def value(reader: Reader, form: Form, page: Page, tag: int) -> int | None:
    return next(iter(numbers(reader, form, page, tag)), None)


def numbers(reader: Reader, form: Form, page: Page, tag: int) -> tuple[int, ...]:
    entry = next((entry for entry in needed(page) if entry.tag == tag and entry.kind in WHOLE_NUMBERS), None)
    if entry is None:
        return ()
    if entry.values > MOST_VALUES:
        raise cannot()
    if entry.length <= len(entry.value):
        block = entry.value[: entry.length]
    else:
        block = reader.take(pointer(form, entry), entry.length)
    return struct.unpack(f"{form.order}{entry.values}{WHOLE_NUMBERS[entry.kind]}", block)


def pointer(form: Form, entry: Entry) -> int:
    return struct.unpack(form.order + form.offset, entry.value)[0]
