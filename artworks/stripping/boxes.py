"""HEIC and AVIF (ISO/IEC 14496-12 and 23008-12): nothing moves, and what belongs to no picture is zero.

How a picture is turned stands in its properties, which stay.
"""

from collections.abc import Iterator
from typing import NamedTuple

from artworks.stripping.pieces import Piece, Reader, Span, cannot, in_place

# Coded pictures, and those that are put together of others.
PICTURES = {b"hvc1", b"hev1", b"lhv1", b"avc1", b"vvc1", b"av01", b"grid", b"iovl", b"iden", b"tmap"}
PROPERTIES = {
    *(b"ispe", b"pixi", b"colr", b"pasp", b"clap", b"irot", b"imir", b"iscl", b"auxC", b"rloc", b"lsel", b"tols"),
    *(b"hvcC", b"lhvC", b"avcC", b"vvcC", b"av1C", b"a1op", b"a1lx", b"oinf", b"clli", b"mdcv", b"cclv", b"amve"),
}
OF_ITEMS = {b"pitm", b"iloc", b"iref", b"grpl", b"dinf"}
HANDLER = 24  # bytes of a hdlr's content before its name
MOST_BOXES, MOST_EXTENTS = 100_000, 100_000
# Where a TIFF header lies, the header, and a directory of nothing.
EMPTY_EXIF = b"\0\0\0\0MM\0*\0\0\0\x08" + bytes(6)


class Box(NamedTuple):
    kind: bytes
    start: int
    body: int
    end: int


class Item(NamedTuple):
    number: int
    from_idat: bool
    extents: list[Span]  # offset and length


class Numbers:
    """Big-endian numbers, one after another."""

    def __init__(self, block: bytes) -> None:
        self.block, self.at = block, 0

    def next(self, size: int) -> int:
        part = self.block[self.at : self.at + size]
        if len(part) < size:
            raise cannot()
        self.at += size
        return int.from_bytes(part, "big")


class Cleaning:
    """What is kept of a file, and what is written over."""

    def __init__(self, reader: Reader) -> None:
        self.reader, self.kept, self.written = reader, list[Span](), dict[int, bytes]()

    def keep(self, start: int, end: int) -> None:
        self.kept.append(self.reader.within(start, end))

    def hide(self, box: Box) -> None:
        """Its content is left out, and it says no longer what it was."""
        head = self.reader.take(box.start, box.body - box.start)
        self.written[box.start] = head[:4] + b"free" + head[8:]


def planned(reader: Reader, turn: int) -> list[Piece]:
    cleaning, meta = Cleaning(reader), None
    for box in boxes(reader, 0, reader.size):
        match box.kind:
            case b"ftyp":
                cleaning.keep(box.start, box.end)
            case b"mdat":
                cleaning.keep(box.start, box.body)
            case b"meta" if meta is None:
                meta = box
            case b"meta" | b"moov" | b"moof":  # a film, and what it says of itself
                raise cannot()
            case _:
                cleaning.hide(box)
    if meta is None:
        raise cannot()
    clean_meta(cleaning, meta)
    return in_place(reader.size, cleaning.kept, cleaning.written)


def boxes(reader: Reader, at: int, end: int) -> Iterator[Box]:
    for _ in range(MOST_BOXES):
        if at == end:
            return
        head = reader.take(at, 8)
        size, kind, body = int.from_bytes(head[:4], "big"), head[4:], at + 8
        if size == 1:
            size, body = int.from_bytes(reader.take(body, 8), "big"), body + 8
        elif size == 0:
            size = end - at
        if not body <= at + size <= end:
            raise cannot()
        yield Box(kind, at, body, at + size)
        at += size
    raise cannot()


def clean_meta(cleaning: Cleaning, meta: Box) -> None:
    reader, found = cleaning.reader, dict[bytes, Box]()
    cleaning.keep(meta.start, meta.body + 4)
    for box in boxes(reader, meta.body + 4, meta.end):
        if box.kind in found:
            raise cannot()
        if box.kind in OF_ITEMS:
            cleaning.keep(box.start, box.end)
        elif box.kind == b"hdlr":
            cleaning.keep(box.start, min(box.body + HANDLER, box.end))
        elif box.kind == b"idat":
            cleaning.keep(box.start, box.body)
        elif box.kind == b"iprp":
            clean_properties(cleaning, box)
        elif box.kind != b"iinf":
            cleaning.hide(box)
            continue
        found[box.kind] = box
    if not {b"iinf", b"iloc", b"pitm"} <= found.keys():
        raise cannot()
    kinds = clean_items(cleaning, found[b"iinf"])
    if kinds.get(primary(reader, found[b"pitm"])) not in PICTURES:
        raise cannot()
    clean_data(cleaning, kinds, found[b"iloc"], found.get(b"idat"))


def clean_properties(cleaning: Cleaning, iprp: Box) -> None:
    """Hidden ones keep their place: properties are known by their number."""
    cleaning.keep(iprp.start, iprp.body)
    for box in boxes(cleaning.reader, iprp.body, iprp.end):
        if box.kind == b"ipma":
            cleaning.keep(box.start, box.end)
        elif box.kind == b"ipco":
            cleaning.keep(box.start, box.body)
            for one in boxes(cleaning.reader, box.body, box.end):
                if one.kind in PROPERTIES:
                    cleaning.keep(one.start, one.end)
                else:
                    cleaning.hide(one)
        else:
            cleaning.hide(box)


def clean_items(cleaning: Cleaning, iinf: Box) -> dict[int, bytes]:
    """Items by number: what each is. Names go, and media types: so no reader asks for content that is blank."""
    kinds, reader = dict[int, bytes](), cleaning.reader
    start = iinf.body + (8 if reader.take(iinf.body, 1)[0] else 6)
    cleaning.keep(iinf.start, start)
    for box in boxes(reader, start, iinf.end):
        version = reader.take(box.body, 1)[0]
        if box.kind != b"infe" or version not in {2, 3}:
            raise cannot()
        width = 2 if version == 2 else 4
        number = int.from_bytes(reader.take(box.body + 4, width), "big")
        ends = box.body + 4 + width + 2 + 4
        if ends > box.end or number in kinds:
            raise cannot()
        kinds[number] = reader.take(ends - 4, 4)
        cleaning.keep(box.start, ends)
    return kinds


def primary(reader: Reader, pitm: Box) -> int:
    content = Numbers(reader.take(pitm.body, pitm.end - pitm.body))
    return content.next(2 if content.next(4) >> 24 == 0 else 4)


def clean_data(cleaning: Cleaning, kinds: dict[int, bytes], iloc: Box, idat: Box | None) -> None:
    for item in located(cleaning.reader, iloc):
        if item.from_idat and idat is None:
            raise cannot()
        base = idat.body if item.from_idat and idat else 0
        kind = kinds.get(item.number)
        if kind in PICTURES:
            for offset, length in item.extents:
                cleaning.keep(base + offset, base + offset + length)
        elif kind == b"Exif" and item.extents and item.extents[0][1] >= len(EMPTY_EXIF):
            cleaning.written[base + item.extents[0][0]] = EMPTY_EXIF


def located(reader: Reader, iloc: Box) -> Iterator[Item]:
    """ISO/IEC 14496-12, 8.11.3."""
    content = Numbers(reader.take(iloc.body, iloc.end - iloc.body))
    version, sizes, extents = content.next(4) >> 24, content.next(2), 0
    offset_size, length_size, base_size, index_size = (sizes >> shift & 15 for shift in (12, 8, 4, 0))
    if version > 2:
        raise cannot()
    wide = 4 if version == 2 else 2
    for _ in range(content.next(wide)):
        number, method = content.next(wide), content.next(2) & 15 if version else 0
        elsewhere, base, count = content.next(2), content.next(base_size), content.next(2)
        extents += count
        if method > 1 or elsewhere or extents > MOST_EXTENTS:
            raise cannot()
        found = []
        for _ in range(count):
            content.next(index_size if version else 0)
            found.append((base + content.next(offset_size), content.next(length_size)))
        if any(not length for _, length in found):  # as far as the file goes
            raise cannot()
        yield Item(number, method == 1, found)
