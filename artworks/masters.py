"""The master: a first one while the upload waits, and the whole one developed from the original soon after.

A first master shows the thumbnail and nothing else. Whatever else is asked for has the whole one developed before,
by exactly one process; the files themselves say which one is there. A master can always be developed again: it is not
backed up, and dropped some time after its renditions were made.
"""

import os
import tempfile
import time
from contextlib import suppress
from datetime import timedelta
from errno import ENOSPC, EROFS
from pathlib import Path
from typing import Any

from django.conf import settings

from accounts.locks import Taken, taken
from artworks.answers import Refused, Report
from artworks.decoder import decoder
from artworks.renditions import Master
from artworks.storage import folder, lock_file, sync, unless_purged

KEPT = timedelta(days=30)


def cut_first(original: Path, master: Path, ending: str, *, hurried: bool = False) -> Report:
    """Have the decoder prove a file whole and write what an answer waits for. Raises `Refused`."""
    return cut("proof" if hurried else "first", original, master, ending)


def cut(do: str, original: Path, master: Path, ending: str = "") -> Report:
    job = {
        "do": do,
        "path": str(original),
        "target": str(master),
        "ending": ending,
        "pixels": settings.UPLOAD_MAX_PIXELS,
        "memory": settings.DECODE_MEMORY,
    }
    return Report(**decoder.ask(job, seconds=settings.DECODE_SECONDS, memory=settings.DECODE_MEMORY))


def develop(image: Any, patience: float) -> None:
    """Put the whole master of an `ArtworkImage` in its place, unless it is there.

    Raises `Taken` after ``patience`` seconds, and OSError where there is nothing to cut it from.
    """
    if is_whole(image):
        return
    with taken([lock_file(f"master-{str(image.uuid)[0]}")], patience):
        if not is_whole(image):
            try:
                remake(image)
            except Refused as refusal:
                raise as_fault(refusal) from refusal


def as_fault(refusal: Refused) -> Taken | OSError:
    """What a refusal means where nobody sent a file."""
    if refusal.code == "busy":
        return Taken()
    number = {"disk_full": ENOSPC, "not_writable": EROFS}.get(refusal.code)
    return OSError(refusal.detail) if number is None else OSError(number, refusal.detail)


def is_whole(image: Any) -> bool:
    """Whether its master is there, and has the size that its row says."""
    try:
        return Master(image.master.path).size == (image.master_width, image.master_height)
    except OSError:
        return False


def remake(image: Any) -> Report:
    """Cut the master anew from the original. Raises `Refused`, OSError; then the one before is still there."""
    original, master = Path(image.original.path), Path(image.master.path)
    with unless_purged(image.uuid, master):
        os.stat(original)
        folder("masters")
        descriptor, name = tempfile.mkstemp(dir=folder("incoming"), suffix=".master")
        os.close(descriptor)
        fresh = Path(name)
        try:
            report = cut("master", original, fresh)
            sync(fresh)  # what has its length is whole, a power cut or not
            fresh.replace(master)
        finally:
            fresh.unlink(missing_ok=True)
    return report


def drop_old(older_than: timedelta = KEPT) -> int:
    """Give back the space of masters that were developed so long ago; returns how many."""
    before, dropped = time.time() - older_than.total_seconds(), 0
    for path in folder("masters").glob("*.ppm"):
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < before:
                path.unlink()
                dropped += 1
    return dropped
