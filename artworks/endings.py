"""Whether the last bytes of a rendition are there: no picture is decoded for it."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

END_OF_JPEG = b"\xff\xd9"  # ITU-T T.81, table B.1


def has_end(path: Path, ending: str) -> bool:
    """True as well for a file that is gone meanwhile."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            if ending == ".avif":
                return sum(boxes(file, size)) == size > 0
            file.seek(max(0, size - len(END_OF_JPEG)))
            return file.read() == END_OF_JPEG
    except FileNotFoundError:
        return True


def boxes(file: BinaryIO, end: int) -> Iterator[int]:
    """Sizes of the boxes that an AVIF file says it is made of (ISO/IEC 14496-12, 4.2)."""
    at = 0
    while at < end:
        file.seek(at)
        size = int.from_bytes(file.read(4), "big")
        yield size
        at += max(size, 8)
