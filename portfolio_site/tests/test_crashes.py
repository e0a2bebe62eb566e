"""Servers that are killed, and machines that go out: what was acknowledged is there, once, as it was sent."""

import hashlib
import os
import random
import re
import shutil
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import IncompleteRead
from pathlib import Path
from uuid import uuid4

import pytest

from portfolio_site.testing import make_image
from portfolio_site.tests.invariants import all_is_made, assert_consistent, rows
from portfolio_site.tests.live import Answer, Site, descendants, multipart, proc, running, wait_until_open

pytestmark = [pytest.mark.server, pytest.mark.drill]

CLIENTS = 4
UPLOADS_A_CYCLE = 25
LONGEST = 60  # s of a cycle: what a busy machine may need until it serves again
BOUND = 1500  # s of all cycles


@dataclass
class Uploader:
    """An artist's script: it sends a file under one key until it is answered."""

    site: Site
    done: threading.Event = field(default_factory=threading.Event)
    acknowledged: dict[int, str] = field(default_factory=dict)  # id: SHA-256
    titles: Counter[str] = field(default_factory=Counter)
    repeated: int = 0
    refused: Counter[int] = field(default_factory=Counter)

    def work(self, number: int) -> None:
        for each in range(1_000_000):
            if self.done.is_set():
                return
            self.send(f"{number}-{each}")

    def send(self, title: str) -> None:
        key, content = str(uuid4()), make_image(quality=90, comment=title.encode())
        end = time.monotonic() + 3 * LONGEST
        while time.monotonic() < end:
            try:
                answer = self.upload(content, title, key)
            except (OSError, IncompleteRead):  # nobody there, or gone before the answer or in the middle of it
                self.repeated += 1
                time.sleep(0.2)
                continue
            if answer.status == 201:
                self.acknowledged[answer.json()["id"]] = hashlib.sha256(content).hexdigest()
                self.titles[title] += 1
                return
            if answer.status == 400:
                assert answer.json()["code"] == "decoder_died", answer.body  # it may be the file's doing
            else:
                assert answer.status in {409, 503} and answer.headers["retry-after"], answer.body
            self.refused[answer.status] += 1
            time.sleep(0.1)
        raise AssertionError(f"{title} was never answered")

    def upload(self, content: bytes, title: str, key: str) -> Answer:
        kind, body = multipart(content, "work.jpg", {"title": title})
        headers = {"Content-Type": kind, "Idempotency-Key": key}
        return self.site.ask("POST", "/api/artworks/upload", "alice", body, headers)


def test_killed_servers_lose_and_double_nothing(
    tmp_path: Path, pytestconfig: pytest.Config, figure: Callable[[str], None]
) -> None:
    cycles = pytestconfig.getoption("cycles")
    chance, started, kills = random.Random(8), time.monotonic(), 0
    with running(tmp_path, THROTTLE_UPLOAD="off") as site:
        site.join("alice")
        uploader = Uploader(site)
        with ThreadPoolExecutor(CLIENTS) as threads:
            clients = [threads.submit(uploader.work, number) for number in range(CLIENTS)]
            try:
                for cycle in range(1, cycles + 1):
                    end = time.monotonic() + LONGEST
                    while len(uploader.acknowledged) < cycle * UPLOADS_A_CYCLE and time.monotonic() < end:
                        time.sleep(0.02)
                        for client in clients:
                            assert not client.done(), client.result()
                    time.sleep(chance.uniform(0, 0.3))
                    if time.monotonic() - started > BOUND:
                        break
                    kills += 1
                    site.kill()
                    site.start()
                    wait_until_open(site)
            finally:
                uploader.done.set()
            for client in clients:
                client.result()
        time.sleep(61)  # what an uploader left half done is swept once it is a minute old …
        site.stop()
        site.start()  # … by every start
        wait_until_open(site)
        doubled = rows(site, "SELECT title, COUNT(*) FROM artworks_artwork GROUP BY title HAVING COUNT(*) > 1")
        kept = rows(site, "SELECT COUNT(*) FROM artworks_artwork")[0][0]
        assert_consistent(site, uploader.acknowledged)
    count = len(uploader.acknowledged)
    figure(
        f"{kills} kills of the whole tree, {count} uploads acknowledged ({uploader.repeated} requests repeated, refused "
        f"{dict(uploader.refused)}), {kept} works, {len(doubled)} doubled, 0 lost, 0 wrong, 0 orphans; "
        f"{time.monotonic() - started:.0f} s"
    )
    assert doubled == [] and kept == count
    assert count >= kills * UPLOADS_A_CYCLE


def test_whatever_dies_alone_is_replaced_and_costs_nothing(tmp_path: Path, figure: Callable[[str], None]) -> None:
    """Web workers, the task worker, decoders: one of them is killed twice a second, under load, for a while."""
    chance, kills = random.Random(8), Counter[str]()
    with running(tmp_path, THROTTLE_UPLOAD="off") as site:
        site.join("alice")
        uploader = Uploader(site)
        with ThreadPoolExecutor(CLIENTS) as threads:
            clients = [threads.submit(uploader.work, number) for number in range(CLIENTS)]
            for _ in range(60):
                time.sleep(0.5)
                kinds = {"worker": "spawn_main", "decoder": "artworks.decoder"}
                kind = chance.choice([*kinds])
                found = [pid for pid in site.tree() if kinds[kind] in proc(pid, "cmdline")]
                if found:
                    with suppress(ProcessLookupError):
                        os.kill(chance.choice(found), signal.SIGKILL)
                        kills[kind] += 1
            uploader.done.set()
            for client in clients:
                client.result()
        all_is_made(site)
        broken = rows(site, "SELECT COUNT(*) FROM artworks_artworkimage WHERE state = 'broken'")[0][0]
        time.sleep(61)
        site.stop()
        site.start()
        wait_until_open(site)
        assert_consistent(site, uploader.acknowledged)
    figure(
        f"{dict(kills)} killed, {len(uploader.acknowledged)} uploads acknowledged ({uploader.repeated} repeated, refused "
        f"{dict(uploader.refused)}), {broken} pictures counted as broken"
    )
    assert max(uploader.titles.values()) == 1 and len(uploader.acknowledged) > 20 and not broken


CALLS = "trace=fsync,fdatasync,rename,renameat,renameat2,write,writev,sendto,sendmsg"
UPLOADS = 100


@pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace")
def test_everything_is_on_the_disk_before_the_201_leaves(tmp_path: Path, figure: Callable[[str], None]) -> None:
    """What a power cut would show, and a killed process does not: the page cache outlives it."""
    trace = tmp_path / "trace"
    wrapper = ("strace", "-f", "-y", "-qq", "-s", "80", "-e", CALLS, "-o", str(trace))
    with running(tmp_path, *wrapper, THROTTLE_UPLOAD="off") as site:
        site.join("alice")
        assert len(descendants(site.process.pid)) > 3
        uuids = []
        for number in range(UPLOADS):
            work = site.upload("alice", make_image(60 + number, 40)).json()
            uuids.append(work["renditions"]["thumbnail"]["url"].split("/")[-2])
        assert_consistent(site)
    lines = trace.read_text().splitlines()
    # The first was the registration's, the last is the checker's own.
    answers = [i for i, line in enumerate(lines) if "HTTP/1.1 201" in line][1:-1]
    assert len(answers) == UPLOADS
    in_order, since = 0, 0
    for uuid, sent in zip(uuids, answers, strict=True):
        in_order += is_safe(lines[since:sent], uuid)
        since = sent
    figure(
        f"{in_order} of {UPLOADS} uploads: file, its folder, the folder above, the master and the database synced, then 201"
    )
    assert in_order == UPLOADS


def is_safe(before: list[str], uuid: str) -> bool:
    """Whether all that an upload needs was synced, in the safe order, in the calls before its answer.

    The calls of the thread that took it: others sync as well. A call of a thread is over when its next one begins.
    """
    threads = {line.split()[0] for line in before if re.search(rf"rename.*{uuid}/original\.", line)}
    if len(threads) != 1:
        return False
    own = [line for line in before if line.split()[0] in threads]

    def last(pattern: str) -> int:
        return max((i for i, line in enumerate(own) if re.search(pattern, line)), default=-1)

    moved = [last(rf"rename.*{name}") for name in (rf"{uuid}/original\.", rf"masters/{uuid}\.ppm")]
    file, master = last(rf"fsync\(\d+<[^>]*{uuid}/original\."), last(rf"fsync\(\d+<[^>]*masters/{uuid}\.ppm>")
    folders = [last(rf"fsync\(\d+<[^>]*originals/{uuid}>"), last(r"fsync\(\d+<[^>]*originals>")]
    committed = last(r"f(data)?sync\(\d+<[^>]*db\.sqlite3-wal>")
    return min(moved) >= 0 and max(moved) < file < min(folders) and max(master, *folders) < committed and master >= 0
