"""Files brought from one disk to another: whole or not at all, read back, and told in words where that fails."""

import hashlib
import os
import shutil
import sqlite3
import stat
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.template.defaultfilters import filesizeformat

from artworks.storage import sync

Say = Callable[[str], object]

CHUNK = 1024 * 1024
SPARE = 16 * CHUNK  # bytes of room that are left to others
TEMPORARY = ".copying-"


class Stopped(Exception):
    """Nothing more can be done; the words are for the operator."""


class Damaged(Exception):
    """A file cannot be read, or is not what its row says."""


def status_of(path: Path) -> os.stat_result | None:
    """None for what is no file, or was one a moment ago: works are purged while they are copied."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status if stat.S_ISREG(status.st_mode) else None


def bytes_in(paths: Iterable[Path]) -> int:
    return sum(status.st_size for path in paths if (status := status_of(path)))


def digest(path: Path) -> str:
    """SHA-256 of what is on the disk, not of what memory still holds of it."""
    with path.open("rb") as file:
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        return hashlib.file_digest(file, "sha256").hexdigest()


def copy(source: Path, target: Path, sha256: str | None = None) -> int:
    """Under a temporary name, synced, read back, then renamed. Bytes copied; raises `Damaged` for a source that is."""
    status = status_of(source)
    if status is None:
        raise Damaged(f"{source} is missing")
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(TEMPORARY + target.name)
    try:
        read = hashlib.sha256()
        with temporary.open("wb") as out:
            for chunk in chunks(source):
                read.update(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        if sha256 not in (None, read.hexdigest()):
            raise Damaged(f"{source} is not what was uploaded")
        if digest(temporary) != read.hexdigest():
            raise Stopped(f"{target.parent}: what was written there reads differently. Is the disk failing?")
        os.utime(temporary, ns=(status.st_atime_ns, status.st_mtime_ns))
        temporary.replace(target)
        sync(target.parent)
    finally:
        temporary.unlink(missing_ok=True)
    return status.st_size


def chunks(source: Path) -> Iterator[bytes]:
    try:
        with source.open("rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk
    except OSError as error:
        raise Damaged(f"{source} cannot be read: {error.strerror}") from None


def write(path: Path, text: str) -> None:
    """A small file, whole or not at all, for its owner's eyes."""
    temporary = path.with_name(TEMPORARY + path.name)
    temporary.unlink(missing_ok=True)
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    sync(path.parent)


def have_room(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if needed + SPARE > free:
        raise Stopped(f"No room: {size(needed)} to copy, and {size(free)} free in {folder}. Nothing was changed.")


def counted(files: int) -> str:
    return "1 file" if files == 1 else f"{files} files"


def size(count: int) -> str:
    return filesizeformat(count).replace("\xa0", " ")


@contextmanager
def in_words(folder: Path) -> Iterator[None]:
    """What the disk or SQLite refuse, said in one line."""
    try:
        yield
    except OSError as error:
        raise Stopped(f"{error.filename or folder}: {error.strerror}.") from None
    except sqlite3.Error as error:
        raise Stopped(f"The database cannot be copied to {folder}: {error}.") from None


class Progress:
    """A line every few seconds, and none where it is quickly done."""

    EVERY = 5  # s

    def __init__(self, say: Say, doing: str, total: int) -> None:
        self.say, self.doing, self.total = say, doing, total
        self.done, self.said = 0, time.monotonic()

    def step(self, amount: int) -> None:
        self.done += amount
        if time.monotonic() - self.said >= self.EVERY:
            self.said = time.monotonic()
            self.say(f"  {self.doing}: {size(self.done)} of {size(self.total)}")
