"""What a cleaned file is made of: spans of the original, zeros, and a few bytes of our own."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from artworks.answers import Refused

# As they pass between processes: [start, end] of the original, so many zeros, or bytes in hexadecimal digits.
Piece = list[int] | int | str
Span = tuple[int, int]

MOST_PIECES = 50_000
LARGEST_BLOCK = 16 * 2**20  # bytes of a header that are held at once
CHUNK = 256 * 1024
UPRIGHT, TURNED = 1, range(2, 9)


def cannot() -> Refused:
    return Refused(
        "cannot_strip",
        "The metadata of this file cannot be taken out safely. Export the picture again without metadata.",
    )


class Reader:
    """Of bounded parts of a file; what lies outside of it is a fault of the file's. Raises `Refused`."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.size = os.fstat(file.fileno()).st_size

    def take(self, start: int, length: int) -> bytes:
        self.within(start, start + length)
        if length > LARGEST_BLOCK:
            raise cannot()
        return os.pread(self.file.fileno(), length, start)

    def within(self, start: int, end: int) -> Span:
        if not 0 <= start <= end <= self.size:
            raise cannot()
        return start, end


class Plan:
    """Pieces in the order of the new file."""

    def __init__(self) -> None:
        self.pieces: list[Piece] = []

    def keep(self, start: int, end: int) -> None:
        last = self.pieces[-1] if self.pieces else None
        if isinstance(last, list) and last[1] == start:
            last[1] = end
        elif end > start:
            self.add([start, end])

    def put(self, data: bytes) -> None:
        self.add(data.hex())

    def add(self, piece: Piece) -> None:
        self.pieces.append(piece)
        if len(self.pieces) > MOST_PIECES:
            raise cannot()


def in_place(size: int, kept: Iterable[Span], written: dict[int, bytes]) -> list[Piece]:
    """A file in which nothing moves: what is neither kept nor ``written`` over, by offset, is zero.

    Raises `Refused` where something would be written over what is kept.
    """
    plan, at = Plan(), 0
    parts: list[tuple[int, int, bytes]] = [(start, end, b"") for start, end in merged(kept)]
    parts += [(start, start + len(data), data) for start, data in written.items()]
    for start, end, data in sorted(parts):
        if start < at:
            raise cannot()
        if start > at:
            plan.add(start - at)
        if data:
            plan.put(data)
        else:
            plan.keep(start, end)
        at = end
    if at < size:
        plan.add(size - at)
    return plan.pieces


def merged(spans: Iterable[Span]) -> Iterator[Span]:
    """Those that touch or overlap as one."""
    first, last = 0, 0
    for start, end in sorted(span for span in spans if span[1] > span[0]):
        if start > last:
            if last > first:
                yield first, last
            first, last = start, end
        else:
            last = max(last, end)
    if last > first:
        yield first, last


class Parts:
    """The bytes of a plan, to be sent once. `close` is called by the server, also when the client goes away."""

    def __init__(self, path: Path, pieces: list[Piece]) -> None:
        self.file = path.open("rb", buffering=0)
        self.pieces = pieces
        self.length = sum(length_of(piece) for piece in pieces)

    def __iter__(self) -> Iterator[bytes]:
        for piece in self.pieces:
            if isinstance(piece, str):
                yield bytes.fromhex(piece)
            elif isinstance(piece, int):
                yield from (bytes(min(CHUNK, piece - at)) for at in range(0, piece, CHUNK))
            else:
                yield from self.span(*piece)

    def span(self, start: int, end: int) -> Iterator[bytes]:
        while start < end and (part := os.pread(self.file.fileno(), min(CHUNK, end - start), start)):
            start += len(part)
            yield part

    def close(self) -> None:
        self.file.close()


def length_of(piece: Piece) -> int:
    match piece:
        case str():
            return len(piece) // 2
        case int():
            return piece
    return piece[1] - piece[0]


def exif(turn: int) -> bytes:
    """A TIFF header and the one tag that says how the picture is turned (EXIF 2.32, tag 0x0112)."""
    return b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0" + bytes([turn]) + bytes(6)
