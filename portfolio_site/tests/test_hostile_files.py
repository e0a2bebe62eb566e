"""Hostile and odd files against the real server: what can be shown within the limits is taken, all else is refused with
a code, and nobody dies of it.

``HOSTILE_FILES`` names a folder of them to send beside the bombs made here: any folder, its files need no labels.
"""

import io
import os
import re
import shutil
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from artworks.renditions import steps
from portfolio_site.tests.bombs import bombs
from portfolio_site.tests.invariants import assert_consistent
from portfolio_site.tests.live import Answer, Site, memory, running, until
from portfolio_site.tests.oracle import oracle

pytestmark = [pytest.mark.server, pytest.mark.drill]

# The limits as the documentation states them.
ENDINGS = {
    "JPEG": {"jpg", "jpeg", "jpe", "jfif"},
    "MPO": {"jpg", "jpeg", "mpo"},
    "PNG": {"png"},
    "WEBP": {"webp"},
    "TIFF": {"tif", "tiff"},
    "AVIF": {"avif"},
    "HEIF": {"heic", "heif", "hif"},
}
SHORTEST, STEEPEST, MOST_PIXELS, MOST_BYTES = 16, 40, 500_000_000, 1024 * 2**20
STILL = {"PNG", "WEBP", "AVIF"}
SURELY_AFFORDED = 320 * 2**20 // 8  # pixels that fit the memory of a decode, whatever the format
BOMB = "bomb: "
MOST_MEMORY = 400  # MB, of any process of the site


@contextmanager
def watched(site: Site) -> Iterator[dict[int, int]]:
    """The peak memory of every process the site has had meanwhile, in MB."""
    peaks: dict[int, int] = {}
    done = threading.Event()

    def look() -> None:
        while not done.is_set():
            tree = site.tree()
            for _ in range(20):  # a process that is ended has no peak any more
                for pid in tree:
                    peaks[pid] = max(peaks.get(pid, 0), memory(pid, "status", "VmHWM"))
                done.wait(0.05)

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield peaks
    finally:
        done.set()
        watcher.join()


def must_be_taken(told: dict[str, Any], name: str, size: int) -> bool:
    if not told["renders"] or size > MOST_BYTES:
        return False
    (width, height), kind = told["size"], told["format"]
    short, long = sorted((width, height))
    shown = short >= SHORTEST and long <= STEEPEST * short and width * height <= MOST_PIXELS
    still = told["frames"] == 1 or kind not in STILL
    return shown and still and told["taken"] and named_right(told, name)


def named_right(told: dict[str, Any], name: str) -> bool:
    ending = Path(name).suffix[1:].lower()
    return not ending or ending in ENDINGS[told["format"]]


def misjudged(name: str, size: int, told: dict[str, Any], answer: Answer) -> str:
    """What is wrong with an answer, in words; empty where nothing is."""
    refused = 400 <= answer.status < 500
    code = answer.json().get("code", "") if refused else ""
    said = f"{name}: {answer.status} {code} where the oracle says {told}"
    if answer.status != 201 and not (refused and code):
        return said
    if answer.status == 201:
        return ""  # whether it renders is seen of its renditions
    if code in {"needs_too_much_memory", "needs_too_much_time"} and told["renders"]:
        return "" if told["size"][0] * told["size"][1] > SURELY_AFFORDED else said
    return said if must_be_taken(told, name, size) and not name.startswith(BOMB) else ""


def files() -> Iterator[tuple[str, bytes]]:
    """Of a corpus the oracle says what must be taken; bombs may be refused."""
    folder = os.environ.get("HOSTILE_FILES", "")
    paths = sorted(path for path in Path(folder).rglob("*") if path.is_file()) if folder else []
    for path in paths:
        yield str(path.relative_to(folder)), path.read_bytes()
    for name, content in bombs():
        yield f"{BOMB}{name}", content


def sent(site: Site, scratch: Path, ask: Callable[[Path], dict[str, Any]], name: str, content: bytes) -> list[Any]:
    """One file, and once more under a right name where only its name was wrong: name, size, verdict, answer, seconds."""
    path = scratch / f"file{threading.get_ident()}"
    path.write_bytes(content)
    told = ask(path)
    found = []
    names = [Path(name).name]
    if "format" in told and not named_right(told, name):
        names.append(f"renamed.{sorted(ENDINGS[told['format']])[0]}")
    for each in names:
        started = time.monotonic()
        answer = site.upload("alice", content, each.replace('"', ""), title=name[-200:])
        found.append([f"{name} as {each}", len(content), told, answer, time.monotonic() - started])
    path.unlink()
    return found


def broken_renditions(site: Site, work: dict[str, Any]) -> list[str]:
    """Of all sizes in both formats, those that are not a whole picture of that size."""
    named = work["renditions"]
    folder = "/images/" + named["display"]["url"].split("/")[-2]
    sizes = {(rendition["width"], rendition["height"], "jpg") for rendition in named.values()}
    for width, height in steps(named["display"]["width"], named["display"]["height"]):
        sizes |= {(width, height, "jpg"), (width, height, "avif")}
    wrong = []
    for width, height, kind in sorted(sizes):
        answer = site.ask("GET", f"{folder}/{width}.{kind}", "alice")
        try:
            with Image.open(io.BytesIO(answer.body)) as image:
                image.load()
                fits = image.size == (width, height)
        except Exception:
            fits = False
        if answer.status != 200 or not fits:
            wrong.append(f"{work['title']}: {folder}/{width}.{kind} {answer.status}")
    return wrong


def test_every_file_is_shown_or_refused(tmp_path: Path, figure: Callable[[str], None]) -> None:
    wrong, statuses, codes, seconds = list[str](), Counter[int](), Counter[str](), list[tuple[float, str]]()
    taken: list[dict[str, Any]] = []
    with (
        running(tmp_path, THROTTLE_UPLOAD="off", THROTTLE_READ="off", THROTTLE_WRITE="off") as site,
        oracle() as ask,
        watched(site) as peaks,
    ):
        site.join("alice")
        until(lambda: len(site.workers()) == 3)
        workers = site.workers()
        asking = threading.Lock()

        def locked(path: Path) -> dict[str, Any]:
            with asking:
                return ask(path)

        with ThreadPoolExecutor(2) as pool:
            for found in pool.map(lambda each: sent(site, tmp_path, locked, *each), files()):
                for name, size, told, answer, needed in found:
                    statuses[answer.status] += 1
                    seconds.append((needed, name))
                    if words := misjudged(name, size, told, answer):
                        wrong.append(words)
                    if answer.status == 201:
                        taken.append(answer.json())
                    elif 400 <= answer.status < 500:
                        codes[answer.json().get("code", "none")] += 1
        until(lambda: not site.ask("GET", "/api/artworks?state=processing", "alice").json()["results"], 600)
        broken = site.ask("GET", "/api/artworks?state=broken", "alice").json()["results"]
        wrong += [f"{work['title']}: its sizes could not be made" for work in broken]
        with ThreadPoolExecutor(2) as pool:
            for lines in pool.map(lambda work: broken_renditions(site, work), taken):
                wrong += lines
        dead = workers - site.workers()
        assert_consistent(site)
    failed = sum(count for status, count in statuses.items() if status >= 500)
    figure(
        f"{sum(statuses.values())} files sent: {statuses[201]} taken, {sum(codes.values())} refused {dict(codes)}; "
        f"{failed} x 5xx, {len(dead)} deaths of web workers, {len(wrong)} misjudged or not renderable, "
        f"largest process {max(peaks.values())} MB, slowest answer {max(seconds)[0]:.1f} s ({max(seconds)[1]})"
    )
    assert not wrong, "\n".join(wrong)
    assert not failed and not dead
    assert max(peaks.values()) <= MOST_MEMORY


@pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace")
def test_no_file_starts_a_program(tmp_path: Path, figure: Callable[[str], None]) -> None:
    """Scripts, documents and drawings under a picture's name: no program is started but the site's own Python."""
    trace = tmp_path / "trace"
    wrapper = ("strace", "-f", "-qq", "-s", "300", "-e", "trace=execve,execveat", "-o", str(trace))
    with running(tmp_path, *wrapper, THROTTLE_UPLOAD="off") as site:
        site.join("alice")
        statuses = Counter[int]()
        for name, content in bombs():
            if len(content) < 2_000_000:
                statuses[site.upload("alice", content, name).status] += 1
        assert_consistent(site)
    started = set(re.findall(r'execve(?:at)?\("([^"]+)".* = 0$', trace.read_text(), re.MULTILINE))
    figure(f"{sum(statuses.values())} files, {dict(statuses)}: started {[Path(name).name for name in started]}")
    assert sum(statuses.values()) > 40 and max(statuses) < 500
    assert {os.path.realpath(name) for name in started} == {os.path.realpath(sys.executable)}
