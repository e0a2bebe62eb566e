"""Mixed use for minutes or hours: memory, descriptors and the database's log stay where they were.

``SOAK`` says for how many minutes; the first third is for warming up.
"""

import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from portfolio_site.testing import make_image
from portfolio_site.tests.invariants import assert_consistent
from portfolio_site.tests.live import Site, memory, proc, running

pytestmark = [pytest.mark.server, pytest.mark.drill]

MINUTES = float(os.environ.get("SOAK", "3"))
CLIENTS = 4
KEPT = 60  # works; older ones are removed for ever, so that the site does not grow
PAGES = [
    "/",
    "/artists/alice/",
    "/search/?q=work",
    "/feed.xml",
    "/sitemap.xml",
    "/api/artworks",
    "/api/galleries",
    "/accounts/login",
]
MOST_GROWTH, MOST_LOG = 1.10, 64 * 2**20


class Users:
    """Who look, upload, change and remove, all at once, until they are told that it is over."""

    def __init__(self, site: Site) -> None:
        self.site, self.done, self.said = site, threading.Event(), Counter[int]()
        self.works, self.lock = list[int](), threading.Lock()
        room = site.ask("POST", "/api/galleries", "alice", {"title": "Room", "visibility": "public"})
        self.gallery = room.json()["id"]

    def use(self, number: int) -> None:
        chance = random.Random(number)
        while not self.done.is_set():
            chance.choice([self.look, self.look, self.look, self.look, self.upload, self.change])(chance)

    def note(self, status: int) -> None:
        with self.lock:
            self.said[status] += 1

    def look(self, chance: random.Random) -> None:
        answer = self.site.ask("GET", chance.choice(PAGES))
        self.note(answer.status)
        for picture in answer.body.decode().split('src="/images/')[1:4]:
            self.note(self.site.ask("GET", "/images/" + picture.partition('"')[0]).status)

    def upload(self, chance: random.Random) -> None:
        answer = self.site.upload("alice", make_image(chance.randint(500, 1600), 900), title="A work")
        self.note(answer.status)
        with self.lock:
            self.works.append(answer.json()["id"])
            gone = self.works.pop(0) if len(self.works) > KEPT else None
        self.site.ask("POST", f"/api/galleries/{self.gallery}/artworks", "alice", {"artwork": answer.json()["id"]})
        if gone:
            self.note(self.site.ask("DELETE", f"/api/artworks/{gone}?forever=1", "alice").status)

    def change(self, chance: random.Random) -> None:
        with self.lock:
            work = chance.choice(self.works) if self.works else None
        if work:
            medium = {"medium": f"Oil {chance.random()}"}
            self.note(self.site.ask("PATCH", f"/api/artworks/{work}", "alice", medium).status)


def held(site: Site) -> tuple[int, int]:
    """MB and descriptors of the parent, the web workers and the task worker; decoders come and go."""
    pids = [pid for pid in site.tree() if "artworks.decoder" not in proc(pid, "cmdline")]
    files = sum(len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in pids)
    return sum(memory(pid, "status", "VmRSS") for pid in pids), files


def most_held(site: Site, seconds: float) -> tuple[int, int]:
    seen, end = [held(site)], time.monotonic() + seconds
    while time.monotonic() < end:
        time.sleep(1)
        seen.append(held(site))
    return max(mb for mb, _ in seen), max(files for _, files in seen)


def test_nothing_grows(tmp_path: Path, figure: Callable[[str], None]) -> None:
    third = MINUTES * 20
    with running(tmp_path, THROTTLE_UPLOAD="off", THROTTLE_WRITE="off", THROTTLE_READ="off") as site:
        site.join("alice")
        users = Users(site)
        with ThreadPoolExecutor(CLIENTS) as threads:
            clients = [threads.submit(users.use, number) for number in range(CLIENTS)]
            time.sleep(third)
            before, files_before = most_held(site, third)
            after, files_after = most_held(site, third)
            users.done.set()
            for client in clients:
                client.result()
        log = (site.data / "db.sqlite3-wal").stat().st_size
        figure(
            f"{MINUTES:g} min, {sum(users.said.values())} requests {dict(sorted(users.said.items()))}: {before} MB in the second third and "
            f"{after} in the last, {files_before} and {files_after} descriptors, the database's log {log / 2**20:.1f} MB"
        )
        assert not [status for status in users.said if status >= 500]
        assert after <= MOST_GROWTH * before and files_after <= files_before + 2 * CLIENTS and log <= MOST_LOG
        assert_consistent(site)
