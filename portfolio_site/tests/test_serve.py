"""The tree of processes: what dies is replaced, and nothing outlives its parent."""

import os
import signal
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path

import pytest

from portfolio_site.testing import make_image
from portfolio_site.tests.live import Site, descendants, multipart, proc, running, status_of, until

pytestmark = pytest.mark.server


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with running(tmp_path) as site:
        until(lambda: len(workers(site)) == 3)
        yield site


def alive(pids: list[int]) -> list[int]:
    return [pid for pid in pids if status_of(pid)[:1] not in ([], ["Z"])]


def workers(site: Site) -> list[int]:
    """Two web workers, and the task worker."""
    return [pid for pid in descendants(site.process.pid) if "spawn_main" in proc(pid, "cmdline")]


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
    first = workers(site)
    for pid in first:
        os.kill(pid, signal.SIGKILL)
    until(lambda: len(workers(site)) == 3 and not {*first} & {*workers(site)})
    until(lambda: site.ask("GET", "/readyz").status == 200)
    assert stop(site, signal.SIGTERM) < 5


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
