"""The tree of processes: what dies is replaced, and nothing outlives its parent."""

import os
import signal
import socket
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path

import pytest

from portfolio_site.testing import make_image
from portfolio_site.tests.invariants import all_is_made
from portfolio_site.tests.live import Site, multipart, proc, running, status_of, until

pytestmark = pytest.mark.server


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with running(tmp_path) as site:
        until(lambda: len(site.workers()) == 3)
        yield site


def alive(pids: list[int]) -> list[int]:
    return [pid for pid in pids if status_of(pid)[:1] not in ([], ["Z"])]


def stalled_request(site: Site) -> socket.socket:
    """A body that never comes, to a view that waits for it."""
    connection = socket.create_connection(("127.0.0.1", site.port))
    head = ("POST /api/auth/login HTTP/1.1", "Host: localhost", "Content-Type: application/json", "Content-Length: 9")
    connection.sendall("\r\n".join((*head, "", "")).encode())
    return connection


def stop(site: Site, how: signal.Signals) -> float:
    """Seconds until the parent has left; its whole tree has to be gone with it."""
    tree, started = site.tree(), time.monotonic()
    site.process.send_signal(how)
    assert site.process.wait(10) == 0
    needed = time.monotonic() - started
    until(lambda: not alive(tree), 1)
    return needed


def test_what_dies_is_replaced(site: Site) -> None:
    first = site.workers()
    for pid in first:
        os.kill(pid, signal.SIGKILL)
    until(lambda: len(now := site.workers()) == 3 and not now & first)
    until(lambda: site.ask("GET", "/readyz").status == 200)
    assert stop(site, signal.SIGTERM) < 5


@pytest.mark.skipif(not Path("/proc/self/autogroup").exists(), reason="sessions are not scheduled as groups here")
def test_what_was_left_for_later_is_nice_to_who_asks_now(site: Site) -> None:
    """Sessions weigh alike, whatever their processes' niceness, unless the group is nice as well."""
    site.join("alice")
    site.upload("alice", make_image(900, 600))
    all_is_made(site)  # so the task worker has a decoder

    def niceness(pid: int) -> tuple[int, int]:
        return int(status_of(pid)[16]), int(proc(pid, "autogroup").split()[-1])

    by_niceness = Counter(niceness(pid) for pid in site.tree())
    assert set(by_niceness) == {(0, 0), (10, 10)} and by_niceness[10, 10] == 2, by_niceness


def test_an_upload_under_way_is_finished_before_the_end(site: Site) -> None:
    site.join("alice")
    kind, body = multipart(make_image(), "work.jpg", {"title": "Late"})
    connection = HTTPConnection("127.0.0.1", site.port, timeout=10)
    connection.putrequest("POST", "/api/artworks/upload")
    for name, value in (("Content-Type", kind), ("Content-Length", str(len(body)))):
        connection.putheader(name, value)
    connection.putheader("Authorization", f"Bearer {site.tokens['alice']}")
    connection.endheaders(body[:100])
    time.sleep(0.5)
    with ThreadPoolExecutor() as threads:
        stopping = threads.submit(stop, site, signal.SIGTERM)
        time.sleep(0.5)
        connection.send(body[100:])
        assert connection.getresponse().status == 201
        assert stopping.result() < 5


def test_stalled_requests_hold_nothing_up(site: Site) -> None:
    stalled = [stalled_request(site) for _ in range(10)]
    time.sleep(0.5)
    assert stop(site, signal.SIGINT) < 5
    for connection in stalled:
        connection.close()


def test_everything_goes_with_a_killed_parent(site: Site) -> None:
    taken = site.manage("serve")
    assert (taken.returncode, taken.stdout) == (1, "")
    assert taken.stderr == f"Port {site.port} is taken, perhaps by this site. Another: PORT={site.port + 1} ./run\n"

    tree = site.tree()
    site.process.kill()
    until(lambda: not alive(tree), 3)
