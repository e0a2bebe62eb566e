"""Who has waited longest goes first, of the least busy process, and nobody keeps a place by dying."""

import multiprocessing
import socket
import struct
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any

import pytest

from accounts import lines
from accounts.lines import Line
from accounts.locks import Taken

standing = partial(lines.standing, since=0)


@pytest.fixture
def line() -> Line:
    return Line(1)


def until_waiting(line: Line, number: int) -> None:
    end = time.monotonic() + 30
    while len(line.waiting) != number:
        assert time.monotonic() < end
        time.sleep(0.001)


def until_left(line: Line) -> None:
    end = time.monotonic() + 30
    while line.waiting or line.ahead:
        assert time.monotonic() < end
        time.sleep(0.001)


def stand(door: socket.socket, told: Any, name: str, since: float) -> None:
    """Of a process of its own: go ahead, say so, and stay for ever."""
    with standing(door, 60, since=since):
        told.put(name)
        threading.Event().wait()


@contextmanager
def another(line: Line, since: float = 0) -> Iterator[Any]:
    """Another process that stands in the line, and the queue it tells when its turn has come."""
    processes = multiprocessing.get_context("spawn")
    told = processes.Queue()
    process = processes.Process(target=stand, args=(line.door, told, "another", since), daemon=True)
    process.start()
    try:
        yield process, told
    finally:
        process.kill()
        process.join()


@pytest.mark.parametrize(
    ("waiting_since", "order"),
    [([5] * 8, [0, 1, 2, 3, 4, 5, 6, 7]), ([5, 4, 9, 1, 4, 7, 2, 9], [3, 6, 1, 4, 0, 5, 2, 7])],
    ids=["arrival", "their own word"],
)
def test_turns_are_taken_in_order(line: Line, waiting_since: list[float], order: list[int]) -> None:
    went, behind, waiting = list[int](), list[int](), []

    def go(number: int) -> None:
        with standing(line.door, 30, since=waiting_since[number]) as turn:
            went.append(number)
            behind.append(turn.behind)

    with standing(line.door, 30) as turn:
        assert turn.behind == 0
        for number in range(8):
            waiting.append(threading.Thread(target=go, args=(number,)))
            waiting[-1].start()
            until_waiting(line, number + 1)
    for thread in waiting:
        thread.join(30)
    assert went == order
    assert behind == [7, 6, 5, 4, 3, 2, 1, 0]


def crowded(line: Line, number: int) -> list[bool]:
    """What so many of this process are told that stand in the line together."""
    with ExitStack() as places:
        return [places.enter_context(standing(line.door, 30)).crowded for _ in range(number)]


def test_who_is_of_a_crowded_process_is_told_so() -> None:
    line = Line(6, processes=2)
    assert crowded(line, 4) == [False, False, True, True]
    until_left(line)
    with another(line) as (_, told):
        assert told.get(timeout=30) == "another"
        assert crowded(line, 4) == [False, False, False, True]
    assert crowded(Line(6), 4) == [False] * 4, "the only process"


def test_a_process_with_less_at_work_goes_first() -> None:
    line = Line(2)
    with ExitStack() as turns, another(line, since=9) as (_, told), ThreadPoolExecutor() as threads:
        first, second = (turns.enter_context(ExitStack()) for _ in range(2))
        first.enter_context(standing(line.door, 30))
        second.enter_context(standing(line.door, 30))
        until_waiting(line, 1)
        waits = threads.submit(crowded, line, 1)
        until_waiting(line, 2)
        first.close()
        assert told.get(timeout=30) == "another"
        assert not waits.done()
        second.close()
        assert waits.result(30)


def test_so_many_go_ahead_at_once() -> None:
    door = Line(2).door
    with standing(door, 30), standing(door, 30), pytest.raises(Taken), standing(door, 0.05):
        pass


def test_who_gave_up_is_passed_over(line: Line) -> None:
    with standing(line.door, 30):
        with pytest.raises(Taken), standing(line.door, 0.05):
            pass
        until_waiting(line, 0)
    with standing(line.door, 30):
        pass


def test_where_the_keeper_has_ended_nobody_waits() -> None:
    door, arrivals = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    arrivals.close()
    with pytest.raises(Taken), standing(door, 30):
        pass


def test_two_processes_stand_in_one_line_and_a_killed_one_holds_no_place(line: Line) -> None:
    with another(line) as (process, told):
        with standing(line.door, 30):
            until_waiting(line, 1)
        assert told.get(timeout=30) == "another"
        with pytest.raises(Taken), standing(line.door, 0.05):
            pass
        process.kill()
        with standing(line.door, 30):
            pass
    until_left(line)


def test_keeper_and_process_may_be_of_different_releases(line: Line) -> None:
    """After an update by reload. Once, what was asked was the time alone, and what was told how many wait."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        socket.send_fds(line.door, [struct.pack("d", 5)], [theirs.fileno()])
        assert ours.recv(1) == b"\0"
    until_left(line)
    door, arrivals = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)

    def keep() -> None:
        _asking, (number,), *_ = socket.recv_fds(arrivals, 8, 1)
        with socket.socket(fileno=number) as place:
            place.send(b"\7")

    with ThreadPoolExecutor() as threads:
        threads.submit(keep)
        with standing(door, 30) as turn:
            assert turn == (7, False)
