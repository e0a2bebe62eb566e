"""Renditions: ImageKit specs cut from the master, and ImageKit's three seams made ours.

The name is arithmetic on the row, nothing is made while a page renders, and every file has exactly one maker.
"""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zlib import crc32

from imagekit import ImageSpec
from PIL import Image

from artworks.storage import RenditionStorage, folder, sync

STRIPES = 64  # lock files; two images rarely share one, and none is ever unlinked
JPEG = {"quality": 82, "subsampling": 0, "optimize": True}


class FitWidth:
    """Reduce to a width; never enlarge. The JPEG decoder halves on load as long as twice the width is left."""

    def __init__(self, width: int) -> None:
        self.width = width

    def process(self, image: Image.Image) -> Image.Image:
        width, height = self.width, round(image.height * self.width / image.width)
        if width >= image.width:
            return image
        image.draft("RGB", (width * 2, height * 2))
        return image.resize((width, max(1, height)), Image.Resampling.LANCZOS, reducing_gap=3.0)


class Rendition(ImageSpec):
    """A smaller JPEG of one image. ``source`` is the master's field file, which knows its row."""

    format = "JPEG"
    autoconvert = False
    widest = 400
    cachefile_storage = RenditionStorage()

    @property
    def width(self) -> int:
        return min(self.widest, self.source.instance.master_width)

    @property
    def height(self) -> int:
        image = self.source.instance
        return max(1, round(image.master_height * self.width / image.master_width))

    @property
    def cachefile_name(self) -> str:
        return f"renditions/{self.source.instance.uuid}/{self.width}.jpg"

    @property
    def url(self) -> str:
        return self.cachefile_storage.url(self.cachefile_name)

    @property
    def path(self) -> Path:
        return Path(self.cachefile_storage.path(self.cachefile_name))

    @property
    def processors(self) -> list[FitWidth]:
        return [FitWidth(self.width)]

    def write(self, target: Path) -> None:
        """Encode into a real file: into memory, Pillow's JPEG encoder would hold the GIL."""
        with Image.open(self.source.path, formats=["JPEG"]) as master:
            profile = master.info.get("icc_profile")
            picture = self.processors[0].process(master)
            picture.save(target, self.format, icc_profile=profile, **JPEG)


class Thumbnail(Rendition):
    widest = 400


class Preview(Rendition):
    widest = 1200


class Display(Rendition):
    widest = 2400


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


def make(rendition: Rendition, *, force: bool = False) -> Path:
    """The rendition's path, made first where it is missing. Raises OSError where there is no master to cut from."""
    path = rendition.path
    if force or not path.exists():
        with only_maker(path.parent.name + path.name):
            if force or not path.exists():
                write_whole(rendition, path)
    return path


@contextmanager
def only_maker(name: str) -> Iterator[None]:
    """Hold the lock of one file: released by the kernel however its holder ends."""
    stripe = folder("renditions") / f".lock-{crc32(name.encode()) % STRIPES:02d}"
    with open(stripe, "a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


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
