"""How a rendition's file comes to be: by exactly one maker, on one of a few places, whole or not at all.

With `NeverOnThePage` these are ImageKit's two seams made ours: nothing is made while a page renders, and no cache
has to remember what the disk knows.
"""

import os
import tempfile
import time
from errno import ENOSPC
from pathlib import Path
from typing import Any
from zlib import crc32

from accounts.locks import taken
from artworks.endings import has_end
from artworks.masters import develop
from artworks.renditions import Rendition
from artworks.storage import lock_file, sync, unless_purged

STRIPES = 64  # lock files; two renditions rarely share one, and none is ever unlinked
PLACES = os.cpu_count() or 1  # an encoder keeps a processor busy; more of them only take memory
PATIENCE = 20.0  # s that a page's picture waits: an <img> does not ask again


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

    Raises OSError where there is no master to cut from, and `Taken` after ``patience`` seconds.
    """
    path, end = rendition.path, time.monotonic() + patience
    if force or not is_there(path):
        stripe = crc32(f"{path.parent.name}{path.name}".encode()) % STRIPES
        with taken([lock_file(f"{stripe:02d}")], patience):
            if force or not is_there(path):
                develop(rendition.source.instance, end - time.monotonic())
                encode(rendition, end - time.monotonic())
    return path


def is_there(path: Path) -> bool:
    """An empty file is not: a power cut may leave one on some file systems."""
    try:
        return path.stat().st_size > 0
    except FileNotFoundError:
        return False


def encode(rendition: Rendition, patience: float = PATIENCE, kind: str = "place") -> None:
    """Write the rendition on the first free place, from whichever master is there. Raises OSError, `Taken`.

    There are as many of each ``kind``: an upload's answer does not queue behind an AVIF.
    """
    with taken([lock_file(f"{kind}-{place}") for place in range(PLACES)], patience):
        write_whole(rendition, rendition.path)


def write_whole(rendition: Rendition, path: Path) -> None:
    """No reader ever sees half a file: written beside its place, synced, renamed."""
    with unless_purged(rendition.source.instance.uuid, path):
        os.stat(rendition.source.path)  # a work purged a moment ago gets no new folder
        path.parent.mkdir(exist_ok=True)
        write_beside(rendition, path)


def write_beside(rendition: Rendition, path: Path) -> None:
    """In the same folder, and then renamed to ``path``."""
    descriptor, name = tempfile.mkstemp(prefix=".making-", dir=path.parent)
    os.close(descriptor)
    temporary = Path(name)
    try:
        rendition.write(temporary)
        if not has_end(temporary, path.suffix):
            # Pillow overlooks that a disk took only some of the last bytes.
            raise OSError(ENOSPC, "No room for the whole picture")
        temporary.chmod(0o644)
        sync(temporary)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
