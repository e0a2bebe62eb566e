"""A line between threads and processes of one machine: who has waited longest goes first, of the least busy process.

Past a lock goes whoever comes just then, and of two processes with a line each the fuller one's clients wait longer.
A place in this line is a connection: whoever ends, however that was, holds no place any more.
"""

import os
import selectors
import socket
import struct
import threading
from bisect import insort
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from operator import attrgetter
from typing import NamedTuple

from accounts.locks import Taken

MOST_TOLD = 255
# Since when, in s of `time.monotonic`, which all processes share, and whose process. After an update by reload the
# keeper may be older than who asks, or newer than who asked: add at the end, and do without what is missing.
ASKING = struct.Struct("di")


class Turn(NamedTuple):
    """What one is told with it."""

    behind: int  # how many wait
    crowded: bool  # whether one's process holds more than its share of all places, by more than one


class Place(NamedTuple):
    """As the keeper knows it."""

    since: float
    process: int
    end: socket.socket


class Line:
    """Its keeper: a thread that lets ``at_once`` go ahead. Whoever is to stand in it is handed its ``door``.

    ``processes``: among how many the places should be spread. Of one alone none is ever crowded.
    """

    def __init__(self, at_once: int, processes: int = 1) -> None:
        self.free, self.processes = at_once, processes
        self.waiting, self.ahead = list[Place](), Counter[int]()  # in order; and how many of each process
        self.door, self.arrivals = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.events = selectors.DefaultSelector()
        self.events.register(self.arrivals, selectors.EVENT_READ)
        threading.Thread(target=self.keep, name="line", daemon=True).start()

    def keep(self) -> None:
        while True:
            for key, _events in self.events.select():
                if key.fileobj is self.arrivals:
                    self.admit()
                else:  # says nothing, so this is its end
                    self.leave(key.data)
            while self.free and self.waiting:
                # Of the processes that are least at work: beside another of its own it would only compute by turns.
                self.let_go_ahead(min(self.waiting, key=lambda place: self.ahead[place.process]))

    def admit(self) -> None:
        asking, numbers, _flags, _address = socket.recv_fds(self.arrivals, ASKING.size, 1)
        since, process = ASKING.unpack(asking.ljust(ASKING.size, b"\0"))
        for number in numbers:  # none where this process may open no more; then whoever came is told by the hang-up
            place = Place(since, process, socket.socket(fileno=number))
            self.events.register(place.end, selectors.EVENT_READ, place)
            insort(self.waiting, place, key=attrgetter("since"))

    def let_go_ahead(self, place: Place) -> None:
        crowded = self.is_crowded(place.process)
        self.waiting.remove(place)
        self.free -= 1
        self.ahead[place.process] += 1
        with suppress(OSError):  # gone: `leave` comes next
            place.end.send(bytes([min(len(self.waiting), MOST_TOLD), crowded]))

    def is_crowded(self, process: int) -> bool:
        held = self.ahead + Counter(place.process for place in self.waiting)
        return held[process] > held.total() / self.processes + 1

    def leave(self, place: Place) -> None:
        self.events.unregister(place.end)
        if place in self.waiting:
            self.waiting.remove(place)
        else:  # its turn had come
            self.free += 1
            self.ahead -= Counter([place.process])  # and forgets who has none
        place.end.close()


@contextmanager
def standing(door: socket.socket, patience: float, since: float) -> Iterator[Turn]:
    """Hold a place from one's turn to the end of the block.

    ``since``: from when on one has waited, be it elsewhere, by `time.monotonic`. Raises `Taken` after ``patience``
    seconds, and at once where the keeper has ended or takes no more.
    """
    ours, theirs = socket.socketpair()
    with ours:
        try:
            with theirs:
                socket.send_fds(door, [ASKING.pack(since, os.getpid())], [theirs.fileno()])
            ours.settimeout(patience)
            told = ours.recv(2)
        except OSError:  # too late, or nobody to be let in by
            raise Taken from None
        if not told:
            raise Taken
        yield Turn(told[0], crowded=told[1:] == b"\1")
