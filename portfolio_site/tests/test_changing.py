"""A site that is updated while it serves: new workers in place of the old, a database brought up to date, nobody turned away."""

import hashlib
import os
import signal
import socket
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest

from portfolio_site.testing import make_image
from portfolio_site.tests.invariants import assert_consistent, rows
from portfolio_site.tests.live import MANAGE, Site, proc, running, until

pytestmark = [pytest.mark.server, pytest.mark.drill]

CHANGES = 10


class Visitors:
    """Four who read, four who read late, two who upload; each on a connection of its own, and none asks twice."""

    def __init__(self, site: Site) -> None:
        self.site, self.done = site, threading.Event()
        self.said: Counter[str] = Counter()
        self.acknowledged: dict[int, str] = {}

    def read(self, number: int) -> None:
        paths = ["/", "/artists/alice/", "/api/artworks", "/livez"]
        while not self.done.is_set():
            self.note("read", lambda: self.site.ask("GET", paths[number % 4]).status)

    def read_late(self) -> None:
        while not self.done.is_set():
            self.note("late read", self.hesitate)

    def hesitate(self) -> int:
        """The request follows its connection after a while, as from a slow client."""
        with closing(HTTPConnection("127.0.0.1", self.site.port, timeout=60)) as connection:
            connection.connect()
            time.sleep(0.2)
            connection.request("GET", "/livez")
            return connection.getresponse().status

    def write(self, number: int) -> None:
        while not self.done.is_set():
            self.note("upload", lambda: self.upload(f"{number} {time.monotonic()}"))

    def upload(self, title: str) -> int:
        content = make_image(quality=90, comment=title.encode())
        answer = self.site.upload("alice", content, title=title)
        if answer.status == 201:
            self.acknowledged[answer.json()["id"]] = hashlib.sha256(content).hexdigest()
        return answer.status

    def note(self, kind: str, ask: Callable[[], int]) -> None:
        try:
            self.said[f"{kind} {ask()}"] += 1
        except (OSError, HTTPException) as error:
            self.said[f"{kind} {type(error).__name__}"] += 1

    def during(self, act: Callable[[], None]) -> None:
        with ThreadPoolExecutor(10) as threads:
            visits = [threads.submit(self.read, number) for number in range(4)]
            visits += [threads.submit(self.read_late) for _ in range(4)]
            visits += [threads.submit(self.write, number) for number in range(2)]
            try:
                time.sleep(1)
                act()
                time.sleep(1)
            finally:
                self.done.set()
        for visit in visits:
            visit.result()


def test_changed_workers_turn_nobody_away(tmp_path: Path, figure: Callable[[str], None]) -> None:
    with running(tmp_path, THROTTLE_UPLOAD="off") as site:
        site.join("alice")
        until(lambda: len(site.workers()) == 3, 60)
        visitors = Visitors(site)

        def change() -> None:
            for _ in range(CHANGES):
                old = site.workers()
                os.kill(site.process.pid, signal.SIGHUP)
                until(lambda: len(now := site.workers()) == 3 and not now & old, 120)  # noqa: B023

        visitors.during(change)
        assert_consistent(site, visitors.acknowledged)
    figure(f"{CHANGES} changes of all workers under load: {dict(visitors.said)}")
    assert set(visitors.said) == {"read 200", "late read 200", "upload 201"}


def test_a_change_in_the_middle_of_another(tmp_path: Path, figure: Callable[[str], None]) -> None:
    with running(tmp_path, THROTTLE_UPLOAD="off") as site:
        site.join("alice")
        until(lambda: len(site.workers()) == 3, 60)
        visitors, old = Visitors(site), site.workers()
        seen = set(old)

        def both_are_done() -> bool:
            seen.update(now := site.workers())
            return len(seen) == 9 and len(now) == 3 and not now & old

        def change() -> None:
            os.kill(site.process.pid, signal.SIGHUP)
            time.sleep(1)
            os.kill(site.process.pid, signal.SIGHUP)
            until(both_are_done, 120)

        visitors.during(change)
    figure(f"two changes at once under load: {dict(visitors.said)}")
    assert set(visitors.said) == {"read 200", "late read 200", "upload 201"}


def test_a_stopped_site_does_not_wait_for_uploads_to_workers_that_were_changed(tmp_path: Path) -> None:
    with running(tmp_path) as site:
        site.join("alice")
        until(lambda: len(old := site.workers()) == 3 and old, 60)
        old = site.workers()
        with socket.create_connection(("127.0.0.1", site.port)) as slow:
            head = f"Authorization: Bearer {site.tokens['alice']}\r\nContent-Type: multipart/form-data; boundary=x\r\n"
            slow.sendall(
                f"POST /api/artworks/upload HTTP/1.1\r\nHost: x\r\nContent-Length: 90000\r\n{head}\r\n--x".encode()
            )
            time.sleep(1)
            os.kill(site.process.pid, signal.SIGHUP)
            until(lambda: len(site.workers() - old) == 3, 120)
            time.sleep(2)
            assert site.workers() & old, "nobody waited for the upload"
            began = time.monotonic()
            site.process.terminate()
            site.process.wait(30)
            assert time.monotonic() - began < 15
    assert not any(proc(pid, "cmdline") for pid in old)


LATER = """
import time
from django.db import migrations

class Migration(migrations.Migration):
    initial = True
    dependencies = [("artworks", "0001_initial")]
    operations = [
        migrations.RunSQL("ALTER TABLE artworks_artwork ADD COLUMN later text NOT NULL DEFAULT ''"),
        migrations.RunSQL("CREATE INDEX later_sha256 ON artworks_artworkimage (sha256, byte_size)"),
        migrations.RunSQL("UPDATE artworks_artwork SET later = title"),
        migrations.RunPython(lambda apps, schema: time.sleep(4)),
    ]
"""


def later_release(folder: Path) -> dict[str, str]:
    """The environment of a release with one migration more, which holds the write lock for four seconds."""
    (folder / "later" / "migrations").mkdir(parents=True)
    for package in ("later", "later/migrations"):
        (folder / package / "__init__.py").touch()
    (folder / "later" / "migrations" / "0001_initial.py").write_text(LATER)
    settings = "from portfolio_site.settings import *\nINSTALLED_APPS = [*INSTALLED_APPS, 'later']\n"
    (folder / "later_settings.py").write_text(settings)
    return {"DJANGO_SETTINGS_MODULE": "later_settings"}


def test_a_migration_while_the_site_serves(tmp_path: Path, figure: Callable[[str], None]) -> None:
    release = later_release(tmp_path / "release")
    with running(tmp_path, THROTTLE_UPLOAD="off") as site:
        site.join("alice")
        until(lambda: len(site.workers()) == 3, 60)
        visitors = Visitors(site)

        def update() -> None:
            paths = os.pathsep.join([str(tmp_path / "release"), site.environment["PYTHONPATH"]])
            environment = site.environment | release | {"PYTHONPATH": paths}
            done = subprocess.run([*MANAGE, "prepare"], env=environment, capture_output=True, text=True, check=False)
            assert done.returncode == 0 and "Migrating the database" in done.stdout, done.stderr
            old = site.workers()
            os.kill(site.process.pid, signal.SIGHUP)
            until(lambda: len(now := site.workers()) == 3 and not now & old, 120)

        visitors.during(update)
        assert rows(site, "SELECT COUNT(*) > 0 FROM artworks_artwork WHERE later != ''") == [(1,)]
        assert len(list((site.data / "copies").iterdir())) == 1
        assert_consistent(site, visitors.acknowledged)
    figure(f"a migration of 4 s and new workers under load: {dict(visitors.said)}")
    assert set(visitors.said) == {"read 200", "late read 200", "upload 201"}
