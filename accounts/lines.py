"""A line between threads and processes of one machine: who has waited longest goes first, in whichever process.

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
from operator import itemgetter
from typing import NamedTuple

from accounts.locks import Taken

MOST_TOLD = 255
ASKING = struct.Struct("di")  # since when, in s of `time.monotonic`, which all processes share; and which of them


class Turn(NamedTuple):
    """What one is told with it."""

    behind: int  # how many wait
    crowded: bool  # whether one's own process stands for more of them than its share, by more than one


class Line:
    """Its keeper: a thread that lets ``at_once`` go ahead. Whoever is to stand in it is handed its ``door``.

    ``processes``: among how many they are to be spread.
    """

    def __init__(self, at_once: int, processes: int = 1) -> None:
        self.free, self.waiting = at_once, list[tuple[float, socket.socket]]()
        self.processes, self.held = processes, Counter[int]()  # places, by process
        self.door, self.arrivals = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.places = selectors.DefaultSelector()
        self.places.register(self.arrivals, selectors.EVENT_READ)
        threading.Thread(target=self.keep, name="line", daemon=True).start()

    def keep(self) -> None:
        while True:
            for key, _events in self.places.select():
                if key.fileobj is self.arrivals:
                    self.admit()
                else:  # says nothing, so this is its end
                    self.leave(key.fileobj)  # type: ignore[arg-type]
            while self.free and self.waiting:
                self.let_go_ahead(self.waiting.pop(0)[1])

    def admit(self) -> None:
        asking, numbers, _flags, _address = socket.recv_fds(self.arrivals, ASKING.size, 1)
        since, process = ASKING.unpack(asking)
        for number in numbers:  # none where this process may open no more; then whoever came is told by the hang-up
            place = socket.socket(fileno=number)
            self.places.register(place, selectors.EVENT_READ, process)
            self.held[process] += 1
            insort(self.waiting, (since, place), key=itemgetter(0))

    def let_go_ahead(self, place: socket.socket) -> None:
        self.free -= 1
        held = self.held[self.places.get_key(place).data]
        crowded = held > self.held.total() / self.processes + 1
        with suppress(OSError):  # gone: `leave` comes next
            place.send(bytes([min(len(self.waiting), MOST_TOLD), crowded]))

    def leave(self, place: socket.socket) -> None:
        process = self.places.unregister(place).data
        self.held -= Counter([process])  # and forgets who holds none
        place.close()
        others = [each for each in self.waiting if each[1] is not place]
        if len(others) == len(self.waiting):  # its turn had come
            self.free += 1
        self.waiting = others


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
        yield Turn(told[0], bool(told[1]))
