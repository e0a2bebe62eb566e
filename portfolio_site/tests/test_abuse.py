"""Requests that no client sends who means well: each is answered soon, or not at all, and is one request."""

import os
import re
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from portfolio_site.testing import make_image
from portfolio_site.tests.invariants import assert_consistent
from portfolio_site.tests.live import Site, multipart, running, status_of, until

pytestmark = [pytest.mark.server, pytest.mark.drill]
HIDDEN = b"GET /api/artists HTTP/1.1\r\nHost: localhost\r\n\r\n"
HEAD = b"POST /api/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
CHUNKS = b"0\r\n\r\n" + HIDDEN
LENGTH = b"Content-Length: %d\r\n"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running(tmp_path_factory.mktemp("site"), THROTTLE_UPLOAD="off", THROTTLE_WRITE="off") as site:
        site.join("alice")
        yield site


def said(site: Site, *parts: bytes, wait: float = 3) -> bytes:
    """All that is answered until the connection ends, or nothing more comes."""
    with socket.create_connection(("127.0.0.1", site.port), timeout=wait) as connection:
        answer = b""
        try:
            for part in parts:
                connection.sendall(part)
            while more := connection.recv(65536):
                answer += more
        except (TimeoutError, ConnectionError):
            pass
        return answer


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(HEAD + LENGTH % len(CHUNKS) + b"Transfer-Encoding: chunked\r\n\r\n" + CHUNKS, id="length and chunks"),
        pytest.param(HEAD + b"Transfer-Encoding: chunked\r\n" + LENGTH % 5 + b"\r\n" + CHUNKS, id="chunks and length"),
        pytest.param(HEAD + b"Transfer-Encoding: chunked, identity\r\n" + LENGTH % len(CHUNKS) + b"\r\n" + CHUNKS, id="two codings"),
        pytest.param(HEAD + b"Transfer-Encoding: chunKed\r\n" + LENGTH % len(CHUNKS) + b"\r\n" + CHUNKS, id="odd case"),
        pytest.param(HEAD + b"Transfer-Encoding : chunked\r\n" + LENGTH % 5 + b"\r\n" + CHUNKS, id="space before the colon"),
        pytest.param(HEAD + b"Transfer-Encoding:\x0bchunked\r\n" + LENGTH % 5 + b"\r\n" + CHUNKS, id="vertical tab"),
        pytest.param(HEAD + LENGTH % 0 + LENGTH % len(HIDDEN) + b"\r\n" + HIDDEN, id="two lengths"),
        pytest.param(HEAD + b"Content-Length: +5\r\n\r\n" + CHUNKS, id="length with a sign"),
        pytest.param(HEAD + b"Content-Length: 0x5\r\n\r\n" + CHUNKS, id="length in hex"),
        pytest.param(HEAD + b"X: a\n" + LENGTH % len(HIDDEN) + b"\r\n" + HIDDEN, id="bare line feed"),
        pytest.param(HEAD + b"X: a\r" + LENGTH % len(HIDDEN) + b"\r\n" + HIDDEN, id="bare return"),
    ],
)  # fmt: skip
def test_what_may_be_read_in_two_ways_is_not_two_requests(site: Site, request_: bytes) -> None:
    answer = said(site, request_)
    statuses = re.findall(rb"^HTTP/1\.1 (\d+)", answer, re.MULTILINE)
    assert len(statuses) <= 1, answer[:2000]
    assert all(status.startswith(b"4") for status in statuses), answer[:300]
    assert b'"results"' not in answer


def parts(number: int) -> bytes:
    return b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n' * number + b"--x--\r\n"


def processor_time(site: Site) -> float:
    """Seconds that all its processes have used."""
    times = [status_of(pid)[11:13] for pid in site.tree()]
    return sum(int(ticks) for used in times for ticks in used) / os.sysconf("SC_CLK_TCK")


@pytest.mark.parametrize(
    ("body", "seconds"),
    [
        pytest.param(parts(100_000), 2, id="100,000 parts"),
        pytest.param(
            b'--x\r\nContent-Disposition: form-data; name="image"; filename="a.jpg"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
            + b" " * 10_000_000
            + b"\r\n--x--\r\n",
            2,
            id="10 MB of white space in base64",
        ),
        pytest.param(
            b"--x\r\nContent-Disposition: form-data; name=" + b'"' * 1_000_000 + b"\r\n\r\nb\r\n--x--\r\n",
            2,
            id="a header of a part that never ends",
        ),
        pytest.param(b"--x" * 1_000_000, 2, id="nothing but boundaries"),
    ],
)
def test_bodies_made_to_cost_time_cost_little(site: Site, body: bytes, seconds: float) -> None:
    before = processor_time(site)
    answer = site.ask(
        "POST", "/api/artworks/upload", "alice", body, {"Content-Type": "multipart/form-data; boundary=x"}
    )
    needed = processor_time(site) - before
    assert 400 <= answer.status < 500 and answer.json()["code"], answer.body[:300]
    assert needed <= seconds
    assert not list((site.media / "incoming").glob("*"))


def test_heads_without_end_are_refused(site: Site) -> None:
    many = b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"".join(b"X-%d: y\r\n" % i for i in range(10_000)) + b"\r\n"
    assert re.match(rb"HTTP/1\.1 (400|431) ", said(site, many))
    long = b"GET /" + b"a" * 2_000_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n"
    assert re.match(rb"HTTP/1\.1 (400|414|431) |$", said(site, long))
    assert site.ask("GET", "/livez").status == 200


def test_more_than_was_said_and_less_than_was_said(site: Site) -> None:
    assert said(site, HEAD + LENGTH % (2**40) + b"\r\n{").startswith(b"HTTP/1.1 413")
    assert said(site, HEAD + b"Content-Length: 99999999999999999999999\r\n\r\n{")[9:10] in (b"4", b"")
    assert said(site, HEAD + b"Content-Length: -1\r\n\r\n{")[9:10] in (b"4", b"")
    assert site.ask("GET", "/livez").status == 200


def test_a_thousand_uploads_that_are_broken_off(site: Site, figure: Callable[[str], None]) -> None:
    """From nothing of the body to nine tenths of it is sent: nothing half stays, nobody dies."""
    kind, body = multipart(make_image(1200, 900), "work.jpg", {"title": "Broken off"})
    head = f"POST /api/artworks/upload HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {site.tokens['alice']}\r\n"
    head += f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    workers = site.workers()
    before = sum(descriptors(pid) for pid in workers)

    def break_off(number: int) -> None:
        with socket.create_connection(("127.0.0.1", site.port), timeout=20) as connection:
            connection.sendall(head.encode() + body[: len(body) * (number % 10) // 10])

    with ThreadPoolExecutor(16) as threads:
        list(threads.map(break_off, range(1000)))
    incoming = site.media / "incoming"
    until(lambda: not [path for path in incoming.iterdir() if path.suffix == ".upload"], 60)
    until(lambda: sum(descriptors(pid) for pid in workers) <= before + 4, 60)
    works = site.ask("GET", "/api/artworks?search=Broken", "alice").json()["results"]
    assert not works and site.workers() == workers
    assert_consistent(site)
    figure("1000 uploads broken off: 0 rows, 0 orphans, nothing in incoming/, no descriptor kept, the same workers")


def descriptors(pid: int) -> int:
    """Without those of the database: each of a worker's threads has its own, and keeps it."""
    links = [os.readlink(entry) for entry in Path(f"/proc/{pid}/fd").iterdir() if entry.is_symlink()]
    return len([link for link in links if ".sqlite3" not in link])
