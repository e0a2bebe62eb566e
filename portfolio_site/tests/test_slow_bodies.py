"""Who lets the site wait for a body is let go; who waits for the site is not."""

import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from statistics import median

import pytest

from portfolio_site.slow_bodies import LOOK_EVERY, WINDOW, Connection, Request, SlowBodies, connections
from portfolio_site.testing import make_image
from portfolio_site.tests.invariants import assert_consistent
from portfolio_site.tests.live import Site, multipart, running, until


class Line(Connection):
    """A connection that notes being closed."""

    closed = False

    def close(self) -> None:
        self.closed = True


def line(key: int = 1, peer: str = "a", sent: int = 0, received: int = 400) -> Line:
    return Line(key, peer, sent, received)


def layer(**waits: bool) -> SlowBodies:
    """With a request of each peer, which waits for its body or for us."""
    made = SlowBodies(lambda environ, start_response: [], 0)
    for peer, waiting in waits.items():
        request = Request(peer, None)
        request.waits = waiting
        made.requests.add(request)
    return made


def passed(made: SlowBodies, line: Line, grows: Callable[[float], int], seconds: float) -> bool:
    """Whether the line is closed within so many seconds, when so many bytes have come by each."""
    now = time.monotonic()
    for step in range(int(seconds // LOOK_EVERY) + 1):
        line.received = 400 + grows(step * LOOK_EVERY)
        made.look([line], now + step * LOOK_EVERY)
    return line.closed


def test_a_body_that_hardly_comes_is_let_go() -> None:
    assert passed(layer(a=True), line(), lambda second: 0, WINDOW)
    assert passed(layer(a=True), line(), lambda second: round(900 * second), WINDOW)
    assert not passed(layer(a=True), line(), lambda second: 0, WINDOW - LOOK_EVERY)


def test_a_slow_line_may_take_hours() -> None:
    assert not passed(layer(a=True), line(), lambda second: round(1100 * second), 3600)


def test_a_fast_beginning_buys_no_time() -> None:
    assert passed(layer(a=True), line(), lambda second: 10**8, WINDOW + LOOK_EVERY)


def test_who_waits_for_us_is_left_in_peace() -> None:
    assert not passed(layer(b=True), line(), lambda second: 0, 600)
    both = layer(a=True)
    busy = Request("a", None)  # behind a proxy all have one address
    both.requests.add(busy)
    assert not passed(both, line(), lambda second: 0, 600)
    both.requests.discard(busy)
    assert passed(both, line(), lambda second: 0, WINDOW)


def test_the_next_request_on_a_line_has_all_its_time() -> None:
    made, kept, now = layer(a=True), line(), time.monotonic()
    made.look([kept], now)
    kept.sent = 900  # answered
    made.look([kept], now + 10)
    kept.received = 800  # the next one begins
    made.look([kept], now + 38)
    made.look([kept], now + 38 + WINDOW - 1)
    assert not kept.closed
    made.look([kept], now + 38 + WINDOW)
    assert kept.closed


def test_connections_are_found_and_closed() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]
        with closing(socket.create_connection(("127.0.0.1", port))) as client:
            accepted, _ = server.accept()
            client.sendall(bytes(1000))
            accepted.recv(1000)
            (found,) = connections(port)
            assert (found.peer, found.received, found.sent) == ("127.0.0.1", 1000, 0)
            found.close()
            assert client.recv(1) == b"" and accepted.recv(1) == b""
            accepted.close()
        assert list(connections(port)) == []


# --- The real server ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running(tmp_path_factory.mktemp("site"), THROTTLE_UPLOAD="off", THROTTLE_WRITE="off") as site:
        site.join("alice")
        assert site.upload("alice", make_image(900, 600)).status == 201
        yield site
        assert_consistent(site)


def stalled(site: Site, length: int = 50) -> socket.socket:
    """A sign-in whose body begins, and goes on no more."""
    connection = socket.create_connection(("127.0.0.1", site.port), timeout=120)
    head = ("POST /api/auth/login HTTP/1.1", "Host: localhost", "Content-Type: application/json")
    connection.sendall("\r\n".join((*head, f"Content-Length: {length}", "", "{")).encode())
    return connection


def times(site: Site, path: str, number: int = 300) -> list[float]:
    """Sorted, in ms, one request after the other."""
    needed = []
    for _ in range(number):
        started = time.perf_counter()
        assert site.ask("GET", path).status == 200
        needed.append(1000 * (time.perf_counter() - started))
    return sorted(needed)


@pytest.mark.server
@pytest.mark.drill
def test_two_hundred_stalled_clients_keep_nobody_waiting(site: Site, figure: Callable[[str], None]) -> None:
    paths = ["/livez", "/artists/alice/"]
    for path in paths:
        times(site, path, 50)
    idle = {path: times(site, path) for path in paths}
    clients = [stalled(site) for _ in range(200)]
    try:
        while_stalled = {path: times(site, path) for path in paths}
    finally:
        for client in clients:
            client.close()
    for path in paths:
        (before, after), (worst_before, worst_after) = (
            [pick(all[path]) for all in (idle, while_stalled)] for pick in (median, lambda found: found[-4])
        )
        figure(
            f"{path} alone {before:.1f} ms, p99 {worst_before:.1f}; beside 200 stalled bodies {after:.1f} ms, "
            f"p99 {worst_after:.1f}: {after / before:.2f} x, p99 {worst_after / worst_before:.2f} x"
        )
        assert after <= 5 * before
        assert worst_after <= 5 * worst_before
    answer = site.upload("alice", make_image())
    if answer.status == 503:  # they have hung up this moment, and their places are being cleared
        time.sleep(int(answer.headers["retry-after"]))
        answer = site.upload("alice", make_image())
    assert answer.status == 201


@pytest.mark.server
@pytest.mark.drill
@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="Linux only")
def test_slow_bodies_are_let_go_and_patient_ones_arrive(site: Site, figure: Callable[[str], None]) -> None:
    """Twenty clients send a byte a second, one sends nothing, and one an upload at 2 kB/s, which is taken."""
    kind, body = multipart(make_image(1400, 1000, quality=98), "slow.jpg", {})
    started = time.monotonic()

    def drip() -> float:
        with closing(stalled(site, 5000)) as client:
            client.settimeout(1)
            while time.monotonic() - started < 90:
                try:
                    client.sendall(b" ")
                    if client.recv(100) == b"":
                        break
                except TimeoutError:
                    continue
                except OSError:
                    break
            return time.monotonic() - started

    def patient() -> int:
        head = (
            f"POST /api/artworks/upload HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {site.tokens['alice']}\r\n"
        )
        head += f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        with closing(socket.create_connection(("127.0.0.1", site.port), timeout=60)) as client:
            client.sendall(head.encode())
            for at in range(0, len(body), 2000):
                client.sendall(body[at : at + 2000])
                time.sleep(1)
            return int(client.recv(1000).split()[1])

    with ThreadPoolExecutor(22) as pool:
        steady = pool.submit(patient)
        gone = [drop.result() for drop in [pool.submit(drip) for _ in range(20)]]
        with closing(stalled(site, 5000)) as silent:
            began = time.monotonic()
            assert silent.recv(100) == b""
            gone.append(time.monotonic() - began)
        status = steady.result()
    figure(
        f"20 bodies at 1 byte/s and one that never came: let go after {min(gone):.0f} to {max(gone):.0f} s; "
        f"an upload at 2 kB/s: {len(body) // 2000} s, answered {status}"
    )
    assert max(gone) <= WINDOW + 3 * LOOK_EVERY
    assert min(gone) >= WINDOW - LOOK_EVERY
    assert status == 201
    until(lambda: not list((site.media / "incoming").iterdir()))
