"""Retries against the real server: what was acknowledged is there once, whatever died in between."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings

from portfolio_site.testing import make_image
from portfolio_site.tests.invariants import assert_consistent, rows
from portfolio_site.tests.live import Answer, Site, multipart, running, wait_until_open

pytestmark = pytest.mark.server


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with running(tmp_path, THROTTLE_UPLOAD="off", THROTTLE_WRITE="off") as site:
        site.join("alice")
        yield site


def upload(site: Site, title: str, key: str) -> Answer:
    kind, body = multipart(make_image(), "work.jpg", {"title": title})
    headers = {"Content-Type": kind, "Idempotency-Key": key}
    return site.ask("POST", "/api/artworks/upload", "alice", body, headers)


def works(site: Site) -> list[Any]:
    found, address = [], "/api/artworks?page_size=100"
    while address:
        page = site.ask("GET", address, "alice").json()
        found += page["results"]
        address = (page["next"] or "").partition(str(site.port))[2]
    return found


def test_twenty_at_once_with_one_key_make_one_work(site: Site) -> None:
    key = str(uuid4())
    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(lambda _: upload(site, "One", key), range(20)))
    assert {answer.status for answer in answers} == {201}
    assert len({answer.body for answer in answers}) == 1
    assert [work["title"] for work in works(site)] == ["One"]


def test_the_script_uploads_a_folder_once_across_a_restart(site: Site, tmp_path: Path) -> None:
    """docs/upload_folder.py as it stands: the server dies while it sends, comes back, and the script goes on."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    for number in range(8):
        (folder / f"{number}.jpg").write_bytes(make_image(600 + number, 400))
    (folder / "notes.txt").write_text("no picture")
    (folder / "broken.jpg").write_bytes(make_image()[:100])
    script = [
        sys.executable,
        str(settings.BASE_DIR / "docs/upload_folder.py"),
        f"http://127.0.0.1:{site.port}",
        str(folder),
    ]
    environment = os.environ | {"PORTFOLIO_TOKEN": site.tokens["alice"]}
    running = subprocess.Popen(script, env=environment, stdout=subprocess.PIPE, text=True)
    while len(works(site)) < 2:
        time.sleep(0.05)
    os.killpg(site.process.pid, signal.SIGKILL)
    site.process.wait()
    time.sleep(1)
    site.start()
    wait_until_open(site)
    said, _ = running.communicate(timeout=60)
    assert running.returncode == 1 and "broken.jpg: 400 " in said and "8 of 9 are there." in said, said
    (folder / "broken.jpg").unlink()
    again = subprocess.run(script, env=environment, capture_output=True, text=True, check=True)
    assert again.stdout.count("there already") == 8
    (folder / ".uploaded.json").unlink()
    subprocess.run(script, env=environment, capture_output=True, check=True)
    assert sorted(work["title"] for work in works(site)) == sorted("01234567")


@pytest.mark.drill
def test_edits_at_once_end_in_a_sound_house(site: Site, figure: Callable[[str], None]) -> None:
    """Two of everything at the same moment: titles, orders, pictures, the trash and for ever, and who looks meanwhile."""
    said: Counter[int] = Counter()
    ids = [upload(site, f"Work {number}", str(uuid4())).json()["id"] for number in range(12)]
    gallery = site.ask("POST", "/api/galleries", "alice", {"title": "Room", "visibility": "public"}).json()["id"]
    wall = f"/api/galleries/{gallery}"
    site.ask("POST", f"{wall}/artworks", "alice", {"artworks": ids})
    end = time.monotonic() + 20

    def act(number: int) -> None:
        chance = random.Random(number)
        while time.monotonic() < end:
            answer = edit(site, chance, ids, wall)
            said[answer.status] += 1
            assert answer.status < 500 or answer.status == 503, answer.body

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(act, range(8)))
    site.ask("PATCH", wall, "alice", {"visibility": "public"})
    positions = rows(site, f"SELECT position FROM galleries_placement WHERE gallery_id = {gallery}")
    assert len(set(positions)) == len(positions)
    assert_consistent(site)
    figure(f"8 at once for 20 s, {sum(said.values())} changes and looks: {dict(said)}, no place taken twice")


def edit(site: Site, chance: random.Random, ids: list[int], wall: str) -> Answer:
    """Any change of one of the works, or of the wall they hang on."""
    work, to = chance.choice(ids), chance.choice(["public", "private"])
    kind, image = multipart(make_image(60 + chance.randrange(40), 40), "work.jpg", {})
    order = site.ask("GET", f"{wall}/order", "alice").json()["artworks"]
    chance.shuffle(order)
    doomed = chance.choice(ids[:4])
    changes = [
        lambda: site.ask("PATCH", f"/api/artworks/{work}", "alice", {"title": f"{chance.random()}"}),
        lambda: site.ask("PUT", f"/api/artworks/{work}/image", "alice", image, {"Content-Type": kind}),
        lambda: site.ask("PUT", f"{wall}/order", "alice", {"artworks": order}),
        lambda: site.ask("DELETE", f"/api/artworks/{work}", "alice"),
        lambda: site.ask("POST", f"/api/artworks/{work}/restore", "alice"),
        lambda: site.ask("POST", f"{wall}/artworks", "alice", {"artwork": work}),
        lambda: site.ask("DELETE", f"{wall}/artworks/{work}", "alice"),
        lambda: site.ask("PATCH", wall, "alice", {"visibility": to}),
        lambda: site.ask("DELETE", f"/api/artworks/{doomed}?forever=1", "alice"),
        lambda: look(site, work),
    ]
    return chance.choice(changes)()


def look(site: Site, work: int) -> Answer:
    """At a picture of a work, while it may be going."""
    found = site.ask("GET", f"/api/artworks/{work}", "alice")
    if found.status != 200:
        return found
    url = found.json()["renditions"]["display"]["url"]
    return site.ask("GET", "/images/" + url.split("/images/")[1], "alice")
