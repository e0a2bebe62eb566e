"""Sixteen visitors ask at once for a size that nobody has made yet, of four processes: it is made once, and all get it whole.

``FIRST_VIEWS`` says of how many pictures.
"""

import ctypes
import io
import os
import struct
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image

from portfolio_site.tests.invariants import assert_consistent
from portfolio_site.tests.live import Site, running

PICTURES = int(os.environ.get("FIRST_VIEWS", "200"))
VISITORS = 16
SIZES = ("600.jpg", "400.avif")
CREATED, EVENT = 0x100, struct.Struct("iIII")  # inotify(7)
MAKE = f"""
from accounts.models import Artist
from artworks.models import ArtworkImage
from portfolio_site.testing import make_gallery, make_image, make_work
alice, content = Artist.objects.get(user__username="alice"), make_image(900, 600)
make_gallery(alice, *[make_work(alice, content) for _ in range({PICTURES})])
ArtworkImage.objects.update(state="ready")  # so that nobody makes the sizes ahead
print(*ArtworkImage.objects.values_list("uuid", flat=True))
"""

pytestmark = [
    pytest.mark.server,
    pytest.mark.drill,
    pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="Linux only"),
]


@contextmanager
def noted(folders: list[Path]) -> Iterator[Counter[tuple[Path, str]]]:
    """What is created in the folders meanwhile: each with how often."""
    libc = ctypes.CDLL(None, use_errno=True)
    descriptor = libc.inotify_init1(os.O_NONBLOCK)
    watched = {libc.inotify_add_watch(descriptor, os.fsencode(folder), CREATED): folder for folder in folders}
    assert descriptor >= 0 and min(watched) >= 0
    found = Counter[tuple[Path, str]]()
    done = threading.Event()

    def read() -> None:
        while not done.wait(0.02):
            while True:
                try:
                    events = os.read(descriptor, 65536)
                except BlockingIOError:
                    break
                at = 0
                while at < len(events):
                    watch, _, _, length = EVENT.unpack_from(events, at)
                    name = events[at + EVENT.size : at + EVENT.size + length].rstrip(b"\0").decode()
                    found[watched[watch], name] += 1
                    at += EVENT.size + length

    reader = threading.Thread(target=read)
    reader.start()
    try:
        yield found
    finally:
        done.wait(0.5)
        done.set()
        reader.join()
        os.close(descriptor)


def seen(site: Site, paths: list[str]) -> list[list[tuple[int, bytes]]]:
    """What each of the visitors gets of each path, all asking for it at the same moment."""
    together = threading.Barrier(VISITORS)
    got: list[list[tuple[int, bytes]]] = [[] for _ in paths]

    def visit() -> None:
        for answers, path in zip(got, paths, strict=True):
            together.wait(60)
            answer = site.ask("GET", path)
            answers.append((answer.status, answer.body))

    visitors = [threading.Thread(target=visit) for _ in range(VISITORS)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    return got


def test_each_size_is_made_once_and_read_whole(tmp_path: Path, figure: Callable[[str], None]) -> None:
    with running(tmp_path, WEB_WORKERS="4") as site:
        site.join("alice")
        made = site.manage("shell", "-v", "0", "-c", MAKE)
        assert made.returncode == 0, made.stderr
        uuids = made.stdout.split()
        folders = [site.media / "renditions" / uuid for uuid in uuids]
        paths = [f"/images/{uuid}/{size}" for uuid in uuids for size in SIZES]
        with noted(folders) as created:
            got = seen(site, paths)
        assert_consistent(site)
        files = [(site.media / "renditions" / path.removeprefix("/images/")).read_bytes() for path in paths]
    encodes = sum(count for (_, name), count in created.items() if name.startswith(".making-"))
    wrong = [
        path
        for path, file, answers in zip(paths, files, got, strict=True)
        if answers != [(200, file)] * VISITORS or not is_whole(file)
    ]
    figure(
        f"{len(uuids)} new images, {len(SIZES)} sizes, {VISITORS} first views at once, 4 processes: {encodes} encodes "
        f"of {len(paths)} renditions, {sum(map(len, got))} answers, {len(wrong)} renditions not whole for everybody"
    )
    assert len(uuids) == PICTURES
    assert not wrong
    assert encodes == len(paths)


def is_whole(content: bytes) -> bool:
    with Image.open(io.BytesIO(content)) as image:
        image.load()
        return image.width in {400, 600}
