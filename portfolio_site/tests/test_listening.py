"""Who gets a new connection when more than one process listens at a port."""

import socket
from collections.abc import Iterator
from contextlib import suppress

import pytest

from portfolio_site import listening

pytestmark = pytest.mark.skipif(not listening.ONE_EACH, reason="Linux deals connections out; others share one socket")


@pytest.fixture
def sockets() -> Iterator[list[socket.socket]]:
    """Four at one port. The first two listen."""
    first = listening.bind("127.0.0.1", 0)
    all_four = [first, *(listening.bind("127.0.0.1", first.getsockname()[1]) for _ in range(3))]
    for each in all_four:
        each.setblocking(False)
    for each in all_four[:2]:
        each.listen(256)
    yield all_four
    for each in all_four:
        each.close()


def dealt(port: int, sockets: list[socket.socket]) -> list[int]:
    """How many of 100 new connections each of the sockets gets."""
    for _ in range(100):
        socket.create_connection(("127.0.0.1", port)).close()
    return [accepted(each) for each in sockets]


def accepted(listens: socket.socket) -> int:
    count = 0
    with suppress(BlockingIOError):
        while True:
            listens.accept()[0].close()
            count += 1
    return count


def test_old_ones_get_nothing_and_when_they_are_gone_all_get_some(sockets: list[socket.socket]) -> None:
    first, second, third, fourth = sockets
    port = first.getsockname()[1]
    assert all(dealt(port, [first, second]))
    third.listen(256)
    fourth.listen(256)
    listening.send_all_to(2, fourth)
    assert dealt(port, sockets) == [0, 0, 100, 0]
    first.close()
    assert dealt(port, [second, third, fourth]) == [0, 100, 0]
    second.close()
    assert all(dealt(port, [third, fourth]))


@pytest.mark.parametrize("leaves", [0, 1])
def test_whoever_leaves_first(sockets: list[socket.socket], leaves: int) -> None:
    port = sockets[0].getsockname()[1]
    for each in sockets[2:]:
        each.listen(256)
    listening.send_all_to(2, sockets[2])
    sockets[leaves].close()
    assert dealt(port, [sockets[1 - leaves], *sockets[2:]]) == [0, 100, 0]


def test_a_worker_that_is_gone_leaves_no_hole(sockets: list[socket.socket]) -> None:
    listening.send_all_to(2, sockets[0])
    port = sockets[1].getsockname()[1]
    sockets[0].close()
    assert dealt(port, [sockets[1]]) == [100]
    sockets[2].listen(256)
    assert all(dealt(port, sockets[1:3]))


def test_one_that_does_not_listen_yet_is_not_spoiled(sockets: list[socket.socket]) -> None:
    with pytest.raises(OSError, match="does not listen yet"):
        listening.send_all_to(2, sockets[2])
    sockets[2].listen(256)
    assert all(dealt(sockets[2].getsockname()[1], sockets[:3]))
