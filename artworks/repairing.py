"""JPEGs with bytes between the segments of their header that belong to none, as some cameras and editors leave them.

libjpeg only warns of them, as it does of a damaged picture. Without them, every warning is one. Decoder process only.
"""

import mmap
from pathlib import Path

LONGEST = 16 * 2**20  # bytes of a header; one of that size is the picture's own business no more
ALONE = {0x01, *range(0xD0, 0xD8)}  # markers without a segment (ITU-T T.81, table B.1)
START_OF_SCAN = 0xDA


def without_junk(path: Path) -> tuple[bytes, int]:
    """The header without it, and where the rest of the file begins; nothing and 0 where there is none."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as head:
        return cleaned(head)


def cleaned(head: mmap.mmap) -> tuple[bytes, int]:
    segments, at, junk = [head[:2]], 2, False
    while at < min(len(head), LONGEST):
        marker = next_marker(head, at)
        junk = junk or marker > at
        kind = head[marker + 1] if marker + 1 < len(head) else -1
        if kind in ALONE:
            junk, at = True, marker + 2
            continue
        if kind == START_OF_SCAN:
            return (b"".join(segments), marker) if junk else (b"", 0)
        length = int.from_bytes(head[marker + 2 : marker + 4], "big")
        segments.append(head[marker : marker + 2 + length])
        at = marker + 2 + max(2, length)
    return b"", 0


def next_marker(head: mmap.mmap, at: int) -> int:
    """Where the next one begins: its last fill byte, and neither zero nor another behind it."""
    while (found := head.find(b"\xff", at)) >= 0:
        if head[found + 1 : found + 2] not in {b"\xff", b"\0"}:
            return found
        at = found + 1
    return len(head)
