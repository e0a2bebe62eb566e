"""Work after the answer: the renditions that the upload did not wait for."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db.models import F
from django.utils import timezone
from django_tasks import task
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from accounts.locks import Taken
from accounts.problems import MENDED_IN, is_full, is_unwritable
from artworks import tiles
from artworks.answers import Refused
from artworks.making import make
from artworks.models import TRASH_LASTS, Artwork, ArtworkImage
from artworks.turns import give_way

ATTEMPTS = 5
# s at most to uploads under way, before each size; a page that wants one makes it itself. With 20 s, twelve clients at
# once all lost a quarter of a second every 20 s or so.
GIVEN_WAY = 120.0
FIRST_WAIT = 2.0  # s before a second attempt; four times as long before each further one
OVERDUE = 300.0  # s


@task()
def warm(image_id: int) -> None:
    """Make an image's named renditions. Run twice, or cut short and run again, it does no harm."""
    image = ArtworkImage.objects.filter(pk=image_id).select_related("artist").first()
    if image is None or image.state == ArtworkImage.State.READY:
        return
    this = ArtworkImage.objects.filter(pk=image_id)
    this.update(attempts=F("attempts") + 1)
    try:
        for rendition in image.every_rendition():
            if warm.get_backend().supports_defer:  # else the upload itself is waiting
                give_way(GIVEN_WAY)
            make(rendition)
    except Exception as error:
        if is_no_fault_of_the_picture(error):
            this.update(attempts=F("attempts") - 1)
            try_again(image.pk, MENDED_IN)
        elif not this.filter(attempts__gte=ATTEMPTS).update(state=ArtworkImage.State.BROKEN):
            try_again(image.pk, FIRST_WAIT * 4**image.attempts)  # soon, then ever later
        raise
    this.update(state=ArtworkImage.State.READY)
    if tiles.wanted(image):
        cut_tiles.enqueue(image_id)


def is_no_fault_of_the_picture(error: Exception) -> bool:
    """Nor of its file: it is prepared once the machine can."""
    return isinstance(error, Taken) or is_full(error) or is_unwritable(error)


def try_again(image_id: int, wait: float) -> None:
    """In ``wait`` seconds. What a killed worker could not ask for is the reaper's to enqueue."""
    if warm.get_backend().supports_defer:
        warm.using(run_after=timezone.now() + timedelta(seconds=wait)).enqueue(image_id)


@task()
def cut_tiles(image_id: int) -> None:
    """Tiles for a work that has more to show than its largest rendition. Without them there is no deep zoom."""
    image = ArtworkImage.objects.filter(pk=image_id, has_tiles=False).first()
    if image is not None:
        try:
            tiles.make(image)
        except Refused as refusal:
            if not refusal.code.startswith("needs_too_much"):  # than this machine may spend on it
                raise
        else:
            ArtworkImage.objects.filter(pk=image_id).update(has_tiles=True)


def reap(overdue: float = OVERDUE) -> int:
    """Enqueue again what has been unfinished for ``overdue`` seconds; returns how many images."""
    since = timezone.now() - timedelta(seconds=overdue)
    waiting = ArtworkImage.objects.filter(state=ArtworkImage.State.PROCESSING, created_at__lte=since)
    # A worker killed in its last attempt could not say so.
    waiting.filter(attempts__gte=ATTEMPTS).update(state=ArtworkImage.State.BROKEN)
    due = {left.args_kwargs["args"][0] for left in DBTaskResult.objects.ready().filter(task_path=warm.module_path)}
    ids = [pk for pk in waiting.values_list("pk", flat=True)[:1000] if pk not in due]
    for pk in ids:
        warm.enqueue(pk)
    return len(ids)


def empty_trash() -> int:
    """Purge what has lain in the trash for its thirty days; returns how many works."""
    old = Artwork.objects.filter(deleted_at__lte=timezone.now() - TRASH_LASTS)
    works = list(old[:1000])
    for work in works:
        work.purge()
    return len(works)


def site_began() -> datetime:
    """When the whole tree of processes was started."""
    lock = settings.DATA_ROOT / "serve.lock"
    return datetime.fromtimestamp(lock.stat().st_mtime if lock.exists() else 0, UTC)


def give_up_running() -> int:
    """Tasks that a killed worker left running, for ever otherwise. Call where no other worker runs.

    One that ended with the whole site was not ended by its picture, and does not count as an attempt.
    """
    for left in DBTaskResult.objects.running().filter(started_at__lt=site_began(), task_path=warm.module_path):
        cut_off = ArtworkImage.objects.filter(pk=left.args_kwargs["args"][0], attempts__gt=0)
        cut_off.update(attempts=F("attempts") - 1)
    return DBTaskResult.objects.running().update(status=TaskResultStatus.FAILED, finished_at=timezone.now())
