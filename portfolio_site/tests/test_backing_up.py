"""A backup of a house in which works are purged meanwhile: at each moment, and always the same way."""

import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from artworks.models import Artwork
from portfolio_site import backing_up, backups
from portfolio_site.backing_up import back_up
from portfolio_site.backups import Backup, files_of
from portfolio_site.testing import make_artist, make_image, make_work

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def works() -> list[Artwork]:
    alice = make_artist("alice")
    return [make_work(alice, make_image(90 + number, 60), title=f"Work {number}") for number in range(3)]


@pytest.fixture
def live(works: list[Artwork], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The tests' database lies in memory: a file that holds the same."""
    path = tmp_path / "live.sqlite3"
    connection.cursor().execute("VACUUM INTO %s", [str(path)])
    for module in (backups, backing_up):
        monkeypatch.setattr(module, "live_database", lambda: path)
    return path


def purge(live: Path, work: Artwork, *, row: bool = True) -> None:
    folder = Path(work.image.original.path).parent
    if row:
        with closing(sqlite3.connect(live, isolation_level=None)) as database:
            for table in ("artworks_artwork", "artworks_artworkimage"):
                for (name,) in database.execute(
                    f"SELECT name FROM sqlite_master WHERE type='trigger' AND tbl_name='{table}'"
                ).fetchall():
                    database.execute(f"DROP TRIGGER {name}")
            database.execute("DELETE FROM artworks_artwork WHERE id = ?", [work.pk])
            database.execute("DELETE FROM artworks_artworkimage WHERE id = ?", [work.image.pk])
    shutil.rmtree(folder)


def once(act: Callable[[], None], before: Callable[..., Any], *, after: bool) -> Callable[..., Any]:
    """``before``, with ``act`` behind it, or in front of it, the first time that it is called."""
    left = [act]

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        if left and not after:
            left.pop()()
        answer = before(*args, **kwargs)
        if left:
            left.pop()()
        return answer

    return wrapped


MOMENTS = {
    "once the database is copied": (Backup, "copy_database", True),
    "once it is known what to copy": (backing_up, "have_room", True),
    "as the first file is opened": (backing_up, "copy", False),
    "as the next file is opened": (backing_up, "copy", True),
}


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("number", [0, 2])
def test_what_is_purged_meanwhile_is_no_trouble(
    live: Path, works: list[Artwork], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str, number: int
) -> None:
    place, name, after = MOMENTS[moment]
    purged = once(lambda: purge(live, works[number]), getattr(place, name), after=after)
    monkeypatch.setattr(place, name, purged)
    outcome = back_up(Backup(tmp_path / "backup"), lambda words: None)
    copied_before = (number, moment) == (0, "as the next file is opened")
    assert (outcome.troubles, outcome.images) == ([], 3 if copied_before else 2)
    held = [tmp_path / "backup" / file.name for file in files_of(outcome.database)]
    assert len(held) == outcome.images and all(path.is_file() for path in held)


@pytest.mark.parametrize("moment", MOMENTS)
def test_what_is_lost_meanwhile_is_told(
    live: Path, works: list[Artwork], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    place, name, after = MOMENTS[moment]
    lost = once(lambda: purge(live, works[2], row=False), getattr(place, name), after=after)
    monkeypatch.setattr(place, name, lost)
    outcome = back_up(Backup(tmp_path / "backup"), lambda words: None)
    assert any("“Work 2”" in trouble for trouble in outcome.troubles) and outcome.images == 3


def test_what_an_earlier_run_has_of_a_purged_work_is_kept_with_its_row(
    live: Path, works: list[Artwork], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However often works are purged, a backup ends: it does not begin anew for what it holds."""
    backup, copies = Backup(tmp_path / "backup"), []
    back_up(backup, lambda words: None)
    copied = Backup.copy_database

    def copy_and_purge(self: Backup) -> Path:
        copies.append(copied(self))
        purge(live, works[len(copies) - 1])
        return copies[-1]

    monkeypatch.setattr(Backup, "copy_database", copy_and_purge)
    time.sleep(1)  # copies are named by the second
    outcome = back_up(backup, lambda words: None)
    assert (outcome.troubles, outcome.images, len(copies)) == ([], 3, 1)
    assert all((tmp_path / "backup" / file.name).is_file() for file in files_of(outcome.database))
