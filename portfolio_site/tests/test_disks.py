"""Disks that are full, read-only, slow or failing, and a database that others hold: said in words, and over once it is mended."""

import hashlib
import shutil
import signal
import sqlite3
import statistics
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from portfolio_site.testing import make_image
from portfolio_site.tests.invariants import all_is_made, assert_consistent
from portfolio_site.tests.live import PASSWORD, Answer, Site, running
from portfolio_site.tests.mounts import Disk, small_disk

pytestmark = [pytest.mark.server, pytest.mark.drill]

PAGES = ["/", "/artists/alice/", "/search/?q=first", "/feed.xml", "/sitemap.xml", "/accounts/login", "/api/artworks"]
ROUNDS = 12
Said = Counter[tuple[str, int]]


@contextmanager
def site_on(disk: Disk, tmp_path: Path, what: str) -> Iterator[Site]:
    """A site with a picture on show whose ``what`` (DATA_ROOT, MEDIA_ROOT) lies on the disk."""
    with running(tmp_path, **{what: str(disk.root / "site")}, THROTTLE_UPLOAD="off") as site:
        site.join("alice")
        work = site.upload("alice", make_image(900, 600), title="First").json()["id"]
        gallery = site.ask("POST", "/api/galleries", "alice", {"title": "Room", "visibility": "public"}).json()["id"]
        assert site.ask("POST", f"/api/galleries/{gallery}/artworks", "alice", {"artwork": work}).status == 200
        all_is_made(site)
        yield site


def try_everything(site: Site, acknowledged: dict[int, str]) -> Said:
    """Uploads, changes, forms and pages while the disk takes nothing; what they were answered, by kind."""
    said: Said = Counter()

    def note(kind: str, answer: Answer) -> Answer:
        said[kind, answer.status] += 1
        assert answer.status != 500, (kind, answer.body)
        assert b"Traceback" not in answer.body
        if answer.status in {503, 507}:
            assert int(answer.headers["retry-after"]) > 0, (kind, answer.headers)
            if answer.headers["content-type"] == "application/problem+json":
                assert answer.json()["code"] in {"disk_full", "not_writable", "busy"}
        return answer

    for number in range(ROUNDS):
        content = make_image(1200, 700 + number, quality=95)
        answer = note("upload", site.upload("alice", content, title=f"Late {number}"))
        if answer.status == 201:
            acknowledged[answer.json()["id"]] = hashlib.sha256(content).hexdigest()
        note("change", site.ask("PATCH", f"/api/artworks/{first(site)}", "alice", {"medium": f"Oil {number}"}))
        note("new", site.ask("POST", "/api/galleries", "alice", {"title": f"Room {number}"}))
    note("sign-in", site.send_form("/accounts/login", login="alice", password=PASSWORD))
    note("token", site.ask("POST", "/api/auth/login", body={"username": "alice", "password": PASSWORD}))
    for page in PAGES:
        assert note("page", site.ask("GET", page)).status == 200, page
    for picture in pictures(site):
        assert note("picture", site.ask("GET", picture)).status == 200, picture
    return said


def first(site: Site) -> int:
    return site.ask("GET", "/api/artworks?ordering=created_at", "alice").json()["results"][0]["id"]


def pictures(site: Site) -> list[str]:
    shown = site.ask("GET", "/api/artworks").json()["results"][0]["renditions"]
    return ["/images/" + rendition["url"].split("/images/")[1] for rendition in shown.values()]


def told(said: Said) -> str:
    return ", ".join(f"{kind} {status} x{count}" for (kind, status), count in sorted(said.items()))


def test_full_media(tmp_path: Path, figure: Callable[[str], None]) -> None:
    acknowledged: dict[int, str] = {}
    with small_disk(tmp_path / "disk") as disk, site_on(disk, tmp_path, "MEDIA_ROOT") as site:
        total: Said = Counter()
        for left in (0, 4_096, 150_000, 400_000):  # bytes: at the body, the master, the thumbnail, later
            disk.fill(left=left)
            total += try_everything(site, acknowledged)
            disk.empty()
            assert site.upload("alice", make_image(800, 500)).status == 201  # the first after the mend
        assert total["upload", 507] > 2 * ROUNDS
        assert_consistent(site, acknowledged)
    figure(f"media full: {told(total)}; then 201, no orphan")


def test_full_while_pictures_are_prepared(tmp_path: Path, figure: Callable[[str], None]) -> None:
    """The sizes that an upload does not wait for find no room, for longer than any attempt would wait."""
    with small_disk(tmp_path / "disk") as disk, site_on(disk, tmp_path, "MEDIA_ROOT") as site:
        disk.fill(left=700_000)
        works = []
        while (answer := site.upload("alice", make_image(2600, 1700, quality=60))).status == 201:
            works.append(answer.json()["id"])
        disk.fill()
        states = set()
        end = time.monotonic() + 15
        while time.monotonic() < end:
            states |= {site.ask("GET", f"/api/artworks/{work}", "alice").json()["state"] for work in works}
            time.sleep(1)
        disk.empty()
        assert works and "broken" not in states
        all_is_made(site)
        assert {site.ask("GET", f"/api/artworks/{work}", "alice").json()["state"] for work in works} == {"ready"}
        assert_consistent(site)
    figure(f"full while {len(works)} pictures were prepared: none counted as broken; then all ready")


def test_read_only_media(tmp_path: Path, figure: Callable[[str], None]) -> None:
    acknowledged: dict[int, str] = {}
    with small_disk(tmp_path / "disk") as disk, site_on(disk, tmp_path, "MEDIA_ROOT") as site:
        disk.mount("ro")
        said = try_everything(site, acknowledged)
        assert said["upload", 503] == ROUNDS
        # What cannot be hidden from the disk is not called hidden.
        gallery = site.ask("GET", "/api/galleries", "alice").json()["results"][0]["id"]
        hidden = site.ask("PATCH", f"/api/galleries/{gallery}", "alice", {"visibility": "private"})
        assert (hidden.status, hidden.json()["code"]) == (503, "not_writable")
        assert site.ask("GET", pictures(site)[0]).status == 200
        assert site.ask("GET", "/readyz").json()["failing"] == ["media"]
        disk.mount("rw")
        assert site.upload("alice", make_image(800, 500)).status == 201
        assert_consistent(site, acknowledged)
    figure(f"media read-only: {told(said)}; then 201, no orphan")


def test_full_database(tmp_path: Path, figure: Callable[[str], None]) -> None:
    acknowledged: dict[int, str] = {}
    with small_disk(tmp_path / "disk") as disk, site_on(disk, tmp_path, "DATA_ROOT") as site:
        disk.fill()
        said = try_everything(site, acknowledged)
        assert said["upload", 507] > 0
        disk.empty()
        assert site.upload("alice", make_image(800, 500)).status == 201
        assert_consistent(site, acknowledged)
    figure(f"database full: {told(said)}; then 201, no orphan")


@contextmanager
def held(site: Site) -> Iterator[None]:
    """The write lock of the database in other hands."""
    other = sqlite3.connect(site.data / "db.sqlite3", isolation_level=None, timeout=20)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


@pytest.mark.parametrize("seconds", [5, 30])
def test_a_long_writer(tmp_path: Path, seconds: int, figure: Callable[[str], None]) -> None:
    """Who writes waits for twenty seconds, then is told when to come back; readers notice nothing."""
    answers: list[Any] = []
    with running(tmp_path) as site:
        site.join("alice")
        work = site.upload("alice", make_image(900, 600)).json()["id"]
        gallery = site.ask("POST", "/api/galleries", "alice", {"title": "Room", "visibility": "public"}).json()["id"]
        site.ask("POST", f"/api/galleries/{gallery}/artworks", "alice", {"artwork": work})
        all_is_made(site)
        times = []
        with held(site):
            writers = [
                threading.Thread(target=lambda: answers.append(site.upload("alice", make_image()))) for _ in range(4)
            ]
            for writer in writers:
                writer.start()
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                for page in PAGES:
                    started = time.monotonic()
                    assert site.ask("GET", page).status == 200, page
                    times.append(time.monotonic() - started)
        for writer in writers:
            writer.join(60)
        if seconds < 20:
            assert [answer.status for answer in answers] == [201] * 4
        else:
            # One at a time stands at the database: the first one's twenty seconds are up, the next one's have begun.
            refused = [answer for answer in answers if answer.status != 201]
            assert len(refused) >= 1
            assert {(answer.status, answer.json()["code"]) for answer in refused} == {(503, "busy")}
            assert all(int(answer.headers["retry-after"]) > 0 for answer in refused)
        assert_consistent(site)
    p99 = sorted(times)[int(len(times) * 0.99)]
    figure(
        f"locked for {seconds} s: writers {sorted(answer.status for answer in answers)}, {len(times)} reads with p99 {1000 * p99:.0f} ms"
    )
    assert p99 <= 0.2


@pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace")
def test_a_slow_disk(tmp_path: Path, figure: Callable[[str], None]) -> None:
    """Each sync takes 200 ms longer than it would."""
    slowly = ("strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync,fdatasync")
    slowly += ("-e", "inject=fsync,fdatasync:delay_enter=200000")
    acknowledged, times = dict[int, str](), list[float]()
    with running(tmp_path, *slowly, THROTTLE_UPLOAD="off") as site:
        site.join("alice")

        def client(number: int) -> None:
            for each in range(5):
                content, started = make_image(100 + number, 60 + each), time.monotonic()
                answer = site.upload("alice", content)
                times.append(time.monotonic() - started)
                assert answer.status == 201, answer.body
                acknowledged[answer.json()["id"]] = hashlib.sha256(content).hexdigest()

        with ThreadPoolExecutor(4) as threads:
            list(threads.map(client, range(4)))
        assert_consistent(site, acknowledged)
    figure(
        f"each sync 200 ms slower: {len(times)} uploads by 4 clients, all 201, median {statistics.median(times):.1f} s, longest {max(times):.1f} s"
    )


@contextmanager
def failing(site: Site, calls: str, path: Path) -> Iterator[None]:
    """Meanwhile these system calls on that path answer EIO, whichever process of the site makes them."""
    attached = [word for pid in site.tree() for word in ("-p", str(pid))]
    command = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"inject={calls}:error=EIO", "-P", str(path), *attached]
    tracer = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    time.sleep(1)
    assert tracer.poll() is None, "strace may not attach here"
    try:
        yield
    finally:
        tracer.send_signal(signal.SIGINT)
        tracer.wait(20)


@pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace")
def test_a_disk_that_cannot_write(tmp_path: Path, figure: Callable[[str], None]) -> None:
    """Every sync of the folder of originals, and then every sync of the database, fails."""
    acknowledged: dict[int, str] = {}
    total: Said = Counter()
    with site_on(Disk(tmp_path), tmp_path, "MEDIA_ROOT") as site:
        for what in (site.media / "originals", site.data / "db.sqlite3-wal"):
            with failing(site, "fsync,fdatasync", what):
                said = try_everything(site, acknowledged)
            assert said["upload", 503] == ROUNDS, said
            total += said
        content = make_image(640, 480)
        answer = site.upload("alice", content)
        assert answer.status == 201, answer.body
        acknowledged[answer.json()["id"]] = hashlib.sha256(content).hexdigest()
        assert_consistent(site, acknowledged)
    figure(f"syncs answer EIO: {told(total)}; then 201, no orphan")


@pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace")
def test_a_disk_that_cannot_read(tmp_path: Path, figure: Callable[[str], None]) -> None:
    """An original that cannot be read: its page stays, a size that needs it waits for the mend."""
    with site_on(Disk(tmp_path), tmp_path, "MEDIA_ROOT") as site:
        original = next((site.media / "originals").glob("*/original.jpg"))
        uuid = original.parent.name
        (site.media / "masters" / f"{uuid}.ppm").unlink()
        for size in (site.media / "renditions" / uuid).glob("600.*"):
            size.unlink()
        statuses = Counter[str]()
        with failing(site, "read,pread64", original):
            for _ in range(3):
                page, size = site.ask("GET", "/artists/alice/"), site.ask("GET", f"/images/{uuid}/600.jpg")
                kind = size.headers["content-type"]
                statuses[f"page {page.status}"] += 1
                statuses[f"size {size.status} {kind}"] += 1
                assert (page.status, size.status, kind) == (200, 200, "image/webp"), size  # the placeholder
                assert "no-store" in size.headers["cache-control"]
        assert site.ask("GET", f"/images/{uuid}/600.jpg").headers["content-type"] == "image/jpeg"
        assert_consistent(site)
    figure(f"an original answers EIO: {dict(statuses)}; then the size itself")
