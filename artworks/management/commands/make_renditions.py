"""Renditions and tiles ahead of their first visitor: after a restore, or when their making has changed."""

from argparse import ArgumentParser
from collections import Counter, deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.core.management.base import OutputWrapper

from accounts.locks import Taken
from artworks import tiles
from artworks.answers import Refused
from artworks.making import PLACES, make
from artworks.models import ArtworkImage
from artworks.renditions import Rendition
from artworks.storage import folder, rendition_folder

STAMP = ".remaking"  # in renditions/ while an --all is unfinished: what is younger than this file is done
AHEAD = 2  # images whose renditions are waiting already, so that no place idles at the end of one
BATCH = 50  # rows read at once: a query left open for hours would keep the write-ahead log from shrinking
INTERRUPTED = 130

MADE, THERE, FAILED = "made", "there", "failed"


class Command(BaseCommand):
    help = "Make every rendition and tile that is missing. Interrupted and run again, it goes on where it stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--missing", action="store_true", help="only what is missing (this is the default)")
        which.add_argument("--all", action="store_true", help="everything anew; visitors have the old until then")
        parser.add_argument(
            "--afresh", action="store_true", help="with --all: from the start, even where an earlier run stopped"
        )

    def handle(self, **options: Any) -> None:
        since = self.begin(options["afresh"]) if options["all"] else None
        outcome: Counter[str] = Counter()
        try:
            self.make_them(since, outcome)
        except KeyboardInterrupt:
            raise CommandError(
                f"Stopped after {outcome[MADE]}. Run it again, and it goes on from here.", returncode=INTERRUPTED
            ) from None
        if options["all"]:
            (folder("renditions") / STAMP).unlink(missing_ok=True)
        self.stdout.write(f"{outcome[MADE]} made, {outcome[THERE]} were there.")
        if outcome[FAILED]:
            raise CommandError(f"{outcome[FAILED]} could not be made: manage.py check_media says why.")

    def begin(self, afresh: bool) -> int:
        """When this --all began, in ns; the stamp stays until it has ended."""
        stamp = folder("renditions") / STAMP
        if afresh:
            stamp.unlink(missing_ok=True)
        if stamp.exists():
            began = datetime.fromtimestamp(stamp.stat().st_mtime)
            self.stdout.write(f"Going on with what began on {began:%Y-%m-%d at %H:%M} (--afresh begins again).")
        else:
            stamp.touch()
        return stamp.stat().st_mtime_ns

    def make_them(self, since: int | None, outcome: Counter[str]) -> None:
        bar = Bar(self.stdout, ArtworkImage.objects.count())
        under_way: deque[tuple[ArtworkImage, list[Future[str]]]] = deque()
        makers = ThreadPoolExecutor(PLACES)
        try:
            for image in images():
                under_way.append((image, [makers.submit(made, each, since) for each in image.every_rendition()]))
                if len(under_way) > AHEAD:
                    settle(*under_way.popleft(), since, outcome)
                    bar.step()
            while under_way:
                settle(*under_way.popleft(), since, outcome)
                bar.step()
        finally:
            makers.shutdown(cancel_futures=True)
            bar.end()


class Bar:
    """A bar that fills on a terminal; elsewhere, a line for every tenth of the way."""

    WIDTH = 30

    def __init__(self, out: OutputWrapper, total: int) -> None:
        self.out, self.total, self.done = out, total, 0

    def step(self) -> None:
        before, self.done = self.done, self.done + 1
        total = max(self.total, self.done)  # more may have been uploaded meanwhile
        words = f"{self.done} of {total} images"
        if self.out.isatty():
            filled = self.WIDTH * self.done // total
            self.out.write(f"\r[{'=' * filled}{' ' * (self.WIDTH - filled)}] {words}", ending="")
            self.out.flush()
        elif before * 10 // total != self.done * 10 // total:
            self.out.write(words)
            self.out.flush()

    def end(self) -> None:
        if self.done and self.out.isatty():
            self.out.write("")


def images() -> Iterator[ArtworkImage]:
    rows, last = ArtworkImage.objects.select_related("artist").order_by("pk"), 0
    while batch := list(rows.filter(pk__gt=last)[:BATCH]):
        yield from batch
        last = batch[-1].pk


def is_due(path: Path, since: int | None) -> bool:
    """Whether a file is missing, or older than ``since``."""
    try:
        written = path.stat().st_mtime_ns
    except FileNotFoundError:
        return True
    return since is not None and written <= since


def made(rendition: Rendition, since: int | None) -> str:
    if not is_due(rendition.path, since):
        return THERE
    try:
        make(rendition, force=since is not None, patience=float("inf"))
    except (OSError, ValueError):
        return FAILED
    return MADE


def settle(image: ArtworkImage, renditions: list[Future[str]], since: int | None, outcome: Counter[str]) -> None:
    """Cut an image's tiles while its renditions are made, and then say of it that it is ready."""
    found = Counter([tiled(image, since), *(rendition.result() for rendition in renditions)])
    if not found[FAILED] and image.state != ArtworkImage.State.READY:
        ArtworkImage.objects.filter(pk=image.pk).update(state=ArtworkImage.State.READY)
    outcome.update(found)


def tiled(image: ArtworkImage, since: int | None) -> str:
    if not tiles.wanted(image):
        return ""
    if not is_due(rendition_folder(image.uuid) / tiles.NAME, since):
        return THERE
    try:
        tiles.make(image)
    except Refused:  # more than this machine may spend on it
        return ""
    except (OSError, Taken):
        return FAILED
    ArtworkImage.objects.filter(pk=image.pk).update(has_tiles=True)
    return MADE
