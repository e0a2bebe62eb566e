"""Files inside a zip that stores them uncompressed: where their bytes lie, so that they can be sent as they are.

Knows no Django: `artworks.sending` uses it. (PKWARE APPNOTE 6.3.10, sections 4.3.7 and 4.3.12.)
"""

import os
import struct
import zipfile
from functools import lru_cache

LOCAL_HEADER = struct.Struct("<4s5H3L2H")


def window(descriptor: int, name: str) -> tuple[int, int] | None:
    """``(start, end)`` of a member's bytes in the open zip; None where it has no such member."""
    file = os.fstat(descriptor)
    found = index(file.st_dev, file.st_ino, file.st_mtime_ns, file.st_size, Descriptor(descriptor)).get(name)
    if found is None:
        return None
    header_offset, size = found
    header = LOCAL_HEADER.unpack(os.pread(descriptor, LOCAL_HEADER.size, header_offset))
    start = header_offset + LOCAL_HEADER.size + header[-2] + header[-1]
    return start, start + size


class Descriptor:
    """An open file that has no part in the cache's key: the same file is open under another number each time."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __hash__(self) -> int:
        return 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Descriptor)


@lru_cache(maxsize=32)
def index(device: int, inode: int, modified: int, size: int, opened: Descriptor) -> dict[str, tuple[int, int]]:
    """Name to offset and size of every stored member; one reading of the directory serves until the file changes."""
    with open(os.dup(opened.number), "rb") as file, zipfile.ZipFile(file) as archive:
        return {
            member.filename: (member.header_offset, member.file_size)
            for member in archive.infolist()
            if member.compress_type == zipfile.ZIP_STORED
        }
