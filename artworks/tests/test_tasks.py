"""Work after the answer is done once, tried again when it fails, and never forgotten."""

import os
from datetime import timedelta
from errno import ENOSPC, EROFS
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from accounts.locks import Taken
from artworks.models import Artwork, ArtworkImage
from artworks.tasks import ATTEMPTS, empty_trash, give_up_running, reap, warm
from portfolio_site.testing import make_artist, make_image, make_work

pytestmark = pytest.mark.django_db
QUEUE = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}


@pytest.fixture
def work() -> Artwork:
    return make_work(make_artist(), make_image(1500, 900))


def state(work: Artwork) -> tuple[str, int]:
    image = ArtworkImage.objects.get(pk=work.image.pk)
    return image.state, image.attempts


def test_warming_makes_every_named_rendition_and_twice_is_once(work: Artwork) -> None:
    assert state(work) == ("processing", 0)
    warm.call(work.image.pk)
    paths = [Path(rendition.path) for rendition in work.image.renditions.values()]
    times = [path.stat().st_mtime_ns for path in paths]
    warm.call(work.image.pk)
    assert [path.stat().st_mtime_ns for path in paths] == times
    assert state(work) == ("ready", 1)


def test_a_work_that_is_gone_is_no_error(work: Artwork) -> None:
    pk = work.image.pk
    work.purge()
    warm.call(pk)


def test_after_the_last_attempt_an_image_counts_as_broken(work: Artwork) -> None:
    Path(work.image.master.path).unlink()
    Path(work.image.original.path).unlink()
    for attempt in range(1, ATTEMPTS + 1):
        with pytest.raises(OSError):
            warm.call(work.image.pk)
        assert state(work) == ("processing" if attempt < ATTEMPTS else "broken", attempt)


def test_a_failed_attempt_is_followed_by_another_ever_later(work: Artwork, settings: Any) -> None:
    settings.TASKS = QUEUE
    Path(work.image.master.path).unlink()
    Path(work.image.original.path).unlink()
    for _ in range(ATTEMPTS):
        with pytest.raises(OSError):
            warm.call(work.image.pk)
    due = list(DBTaskResult.objects.order_by("enqueued_at").values_list("run_after", "enqueued_at"))
    waits = [round((run_after - enqueued_at).total_seconds()) for run_after, enqueued_at in due]
    assert waits == [2, 8, 32, 128]


def test_the_reaper_enqueues_what_was_left_unfinished(work: Artwork, settings: Any) -> None:
    settings.TASKS = QUEUE
    assert reap() == 0  # young: its own task may still be waiting
    assert reap(overdue=0) == 1
    assert DBTaskResult.objects.ready().count() == 1


def test_a_worker_killed_in_the_last_attempt_leaves_no_image_waiting_for_ever(work: Artwork, settings: Any) -> None:
    settings.TASKS = QUEUE
    ArtworkImage.objects.update(attempts=ATTEMPTS)
    assert reap(overdue=0) == 0
    assert state(work) == ("broken", ATTEMPTS)


def test_a_task_whose_worker_was_killed_does_not_run_for_ever(work: Artwork, settings: Any) -> None:
    settings.TASKS = QUEUE
    warm.enqueue(work.image.pk)
    DBTaskResult.objects.update(status=TaskResultStatus.RUNNING, started_at=timezone.now())
    assert give_up_running() == 1
    assert not DBTaskResult.objects.running().exists()


def test_an_attempt_that_ended_with_the_whole_site_does_not_count(work: Artwork, settings: Any, tmp_path: Path) -> None:
    settings.TASKS, settings.DATA_ROOT = QUEUE, tmp_path
    lock = tmp_path / "serve.lock"
    lock.touch()
    for began, left in ((timedelta(hours=1), ATTEMPTS - 1), (timedelta(hours=-1), ATTEMPTS)):
        warm.enqueue(work.image.pk)
        ArtworkImage.objects.update(attempts=ATTEMPTS)
        now = timezone.now()
        DBTaskResult.objects.ready().update(status=TaskResultStatus.RUNNING, started_at=now)
        os.utime(lock, ((now + began).timestamp(),) * 2)
        assert give_up_running() == 1
        assert state(work) == ("processing", left)


@pytest.mark.parametrize("fault", [OSError(ENOSPC, "full"), OSError(EROFS, "read-only"), Taken()])
def test_a_disk_that_takes_nothing_is_no_fault_of_the_pictures(
    work: Artwork, settings: Any, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    def fail(*args: Any) -> None:
        raise fault

    with monkeypatch.context() as patched:
        patched.setattr("artworks.tasks.make", fail)
        for _ in range(ATTEMPTS + 1):
            with pytest.raises(type(fault)):
                warm.call(work.image.pk)
            assert state(work) == ("processing", 0)
    assert reap(overdue=0) == 1  # and the disk is mended
    assert state(work) == ("ready", 1)
    settings.TASKS = QUEUE
    ArtworkImage.objects.update(state="processing")
    with monkeypatch.context() as patched:
        patched.setattr("artworks.tasks.make", fail)
        with pytest.raises(type(fault)):
            warm.call(work.image.pk)
    again = DBTaskResult.objects.get()
    assert (again.run_after - again.enqueued_at).total_seconds() == pytest.approx(60, abs=1)


def test_the_trash_is_emptied_after_thirty_days(work: Artwork) -> None:
    work.trash()
    Artwork.objects.update(deleted_at=timezone.now() - timedelta(days=29))
    assert empty_trash() == 0
    Artwork.objects.update(deleted_at=timezone.now() - timedelta(days=30))
    assert empty_trash() == 1
    assert not Artwork.objects.exists() and not ArtworkImage.objects.exists()
