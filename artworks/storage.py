"""Where files lie below ``MEDIA_ROOT``, and how they get there so that a power cut loses nothing.

``incoming/``   uploads under way
``originals/``  one folder per image: the original
``masters/``    one file per image: what renditions are cut from; dropped after a while, and developed again
``renditions/`` one folder per image: what can be made again
``public/``     symlinks into ``renditions/``: what anyone may have
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.utils.deconstruct import deconstructible


def folder(name: str) -> Path:
    """One of the five folders, made where it is missing."""
    path = Path(settings.MEDIA_ROOT) / name
    path.mkdir(parents=True, exist_ok=True)
    return path


def original_folder(uuid: object) -> Path:
    return folder("originals") / str(uuid)


def rendition_folder(uuid: object) -> Path:
    return folder("renditions") / str(uuid)


def master_name(uuid: object) -> str:
    return f"masters/{uuid}.ppm"


def remove_files(uuid: object) -> None:
    """All of an image's, once it has no row. The order is what `unless_purged` and a maker's first look stand on."""
    (folder("masters") / f"{uuid}.ppm").unlink(missing_ok=True)
    for home in (original_folder(uuid), rendition_folder(uuid)):
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def unless_purged(uuid: object, path: Path) -> Iterator[None]:
    """Round the making of ``path``, one of an image's files: if the image is purged meanwhile, it does not stay.

    Look inside the block first whether there is anything to make it from. Raises FileNotFoundError behind the block. An
    original's folder that is still there then is one whose purge has yet to look through what was made. One that was
    not there before is lost, not purged: sizes can be cut from its master all the same.
    """
    home = original_folder(uuid)
    there = home.exists()
    try:
        yield
    finally:
        purged = there and not home.exists()
        if purged:
            path.unlink(missing_ok=True)
            if path.parent == rendition_folder(uuid):
                with suppress(OSError):
                    path.parent.rmdir()
    if purged:
        raise FileNotFoundError(f"{home} has been purged.")


def address(uuid: object, width: int, suffix: str) -> str:
    """Where a rendition is found, made yet or not."""
    return f"/images/{uuid}/{width}.{suffix}"


def lock_file(name: str) -> Path:
    """For `accounts.locks`: never unlinked."""
    return folder("renditions") / f".lock-{name}"


def arriving(uuid: object) -> Path:
    """Lies there until an upload's rows are committed: by it a crash tells what was never acknowledged."""
    return folder("incoming") / f"{uuid}.arriving"


def sync(path: Path) -> None:
    """Return once a file's bytes, or a folder's entries, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@deconstructible
class OriginalStorage(FileSystemStorage):
    """Originals and masters: they have paths, and no address."""

    def url(self, name: str | None) -> str:
        raise ValueError("Originals and masters have no address.")


@deconstructible
class RenditionStorage(FileSystemStorage):
    """Renditions: ``renditions/<uuid>/400.jpg`` has the address that `address` gives."""

    def url(self, name: str | None) -> str:
        return "/images/" + str(name).removeprefix("renditions/")
