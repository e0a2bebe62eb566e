"""How a rendition's file comes to be: by exactly one maker, on one of a few places, whole or not at all.

With `NeverOnThePage` these are ImageKit's two seams made ours: nothing is made while a page renders, and no cache
has to remember what the disk knows.
"""

import fcntl
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from zlib import crc32

from artworks.renditions import Rendition
from artworks.storage import folder, sync

STRIPES = 64  # lock files; two renditions rarely share one, and none is ever unlinked
PLACES = os.cpu_count() or 1  # an encoder keeps a processor busy; more of them only take memory
PATIENCE = 20.0  # s that a page's picture waits: an <img> does not ask again
LOOK_EVERY = 0.01  # s


class Busy(Exception):
    """All places were taken for too long."""


class NeverOnThePage:
    """ImageKit's strategy: naming a rendition never makes it."""

    def should_verify_existence(self, file: Any) -> bool:
        return False


class SingleMaker:
    """ImageKit's backend: one maker for each file, whatever the processes and threads that want it."""

    def exists(self, file: Any) -> bool:
        return file.storage.exists(file.name)

    def generate(self, file: Any, force: bool = False) -> None:
        make(file.generator, force=force)


def make(rendition: Rendition, *, force: bool = False, patience: float = PATIENCE) -> Path:
    """The rendition's path, made first where it is missing.

    Raises OSError where there is no master to cut from, and `Busy` after ``patience`` seconds.
    """
    path, end = rendition.path, time.monotonic() + patience
    if force or not path.exists():
        stripe = crc32(f"{path.parent.name}{path.name}".encode()) % STRIPES
        with taken([f".lock-{stripe:02d}"], end):
            if force or not path.exists():
                with taken([f".lock-place-{place}" for place in range(PLACES)], end):
                    write_whole(rendition, path)
    return path


@contextmanager
def taken(names: list[str], end: float) -> Iterator[None]:
    """Hold the first of these locks that is free; the kernel frees it however its holder ends."""
    while (lock := first_free(names)) is None:
        if time.monotonic() > end:
            raise Busy
        time.sleep(LOOK_EVERY)
    with lock:
        yield


def first_free(names: list[str]) -> IO[bytes] | None:
    for name in names:
        lock = open(folder("renditions") / name, "ab")  # noqa: SIM115 - closed by its holder
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
        else:
            return lock
    return None


def write_whole(rendition: Rendition, path: Path) -> None:
    """No reader ever sees half a file: written beside its place, synced, renamed."""
    os.stat(rendition.source.path)  # a work purged a moment ago gets no new folder
    path.parent.mkdir(exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=".making-", dir=path.parent)
    os.close(descriptor)
    temporary = Path(name)
    try:
        rendition.write(temporary)
        temporary.chmod(0o644)
        sync(temporary)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
