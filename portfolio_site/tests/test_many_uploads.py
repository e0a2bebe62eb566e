"""Many uploads by many clients: none fails, and none waits out of proportion.

``UPLOADS`` says how many; 10,000 take four minutes on two processors. Of fewer than some thousand, the first twelve,
which come to a site that has not got under way, are more than one in a hundred.
"""

import io
import itertools
import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from statistics import median

import pytest
from PIL import Image

from portfolio_site.tests.invariants import assert_kept, rows
from portfolio_site.tests.live import Site, multipart, running

pytestmark = [pytest.mark.server, pytest.mark.drill]

UPLOADS = int(os.environ.get("UPLOADS", "3000"))
CLIENTS = 12
ALONE = max(20, UPLOADS // 100)
MOST_TIMES = 8  # as long as one client alone
SECONDS = 2400


class Client:
    """Sends one picture after the other on a kept connection, and notes what is answered and how long it took."""

    def __init__(self, site: Site, pictures: Iterator[bytes]) -> None:
        self.connection = HTTPConnection("127.0.0.1", site.port, timeout=120)
        self.headers = {"Authorization": f"Bearer {site.tokens['alice']}"}
        self.pictures, self.seconds, self.statuses = pictures, list[float](), Counter[int]()

    def send(self, content: bytes) -> None:
        kind, body = multipart(content, "work.jpg", {"title": "One of many"})
        started = time.perf_counter()
        self.connection.request("POST", "/api/artworks/upload", body, self.headers | {"Content-Type": kind})
        answer = self.connection.getresponse()
        answer.read()
        self.seconds.append(time.perf_counter() - started)
        self.statuses[answer.status] += 1

    def send_all(self) -> None:
        for content in self.pictures:
            self.send(content)
        self.connection.close()


class Pictures:
    """So many different files of 2 megapixels, for whoever asks next."""

    def __init__(self, number: int) -> None:
        self.bases = [picture(quality) for quality in range(80, 90)]
        self.numbers, self.lock = iter(range(number)), threading.Lock()
        self.end = time.monotonic() + SECONDS

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        with self.lock:
            if time.monotonic() > self.end:
                raise StopIteration
            number = next(self.numbers)
        base, comment = self.bases[number % len(self.bases)], f"{number:08d}".encode()
        return base[:2] + b"\xff\xfe\x00\x0a" + comment + base[2:]


def picture(quality: int) -> bytes:
    """2 megapixels, as rough as a photograph."""
    stream = io.BytesIO()
    rough = Image.effect_noise((544, 408), 50).resize((1632, 1224), Image.Resampling.BICUBIC)
    Image.merge("RGB", (rough, rough.rotate(180), rough.transpose(Image.Transpose.FLIP_TOP_BOTTOM))).save(
        stream, "JPEG", quality=quality
    )
    return stream.getvalue()


def sent(site: Site, number: int, clients: int) -> tuple[list[float], Counter[int]]:
    pictures = Pictures(number)
    sending = [Client(site, pictures) for _ in range(clients)]
    threads = [threading.Thread(target=client.send_all) for client in sending]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = sorted(itertools.chain.from_iterable(client.seconds for client in sending))
    return seconds, sum((client.statuses for client in sending), Counter())


def test_many_uploads_by_twelve_clients(tmp_path: Path, figure: Callable[[str], None]) -> None:
    with running(tmp_path, THROTTLE_UPLOAD="off", THROTTLE_WRITE="off") as site:
        site.join("alice")
        sent(site, 10, 2)  # until every worker has its decoder
        before, _ = sent(site, ALONE, 1)
        started = time.monotonic()
        together, statuses = sent(site, UPLOADS, CLIENTS)
        needed = time.monotonic() - started
        after, _ = sent(site, ALONE, 1)
        kept = rows(site, "SELECT COUNT(*) FROM artworks_artwork")[0][0]
        assert_kept(site)
    alone, p99 = median(before + after), together[len(together) * 99 // 100]
    failed = sum(count for status, count in statuses.items() if status >= 500)
    figure(
        f"{len(together)} uploads of 2 megapixels by {CLIENTS} clients in {needed:.0f} s: {dict(statuses)}, {failed} x 5xx; "
        f"one client alone {1000 * median(before):.0f} ms before and {1000 * median(after):.0f} ms after; "
        f"together median {1000 * median(together):.0f} ms, p99 {1000 * p99:.0f} ms, worst {1000 * together[-1]:.0f} ms: "
        f"{p99 / alone:.1f} x one alone"
    )
    assert statuses == {201: UPLOADS}
    assert kept == UPLOADS + 2 * ALONE + 10
    assert p99 <= MOST_TIMES * alone
