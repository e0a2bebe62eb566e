"""A line between threads and processes of one machine: who has waited longest goes first, in whichever process.

Past a lock goes whoever comes just then, and of two processes with a line each the fuller one's clients wait longer.
A place in this line is a connection: whoever ends, however that was, holds no place any more.
"""

import selectors
import socket
import struct
import threading
from bisect import insort
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from operator import itemgetter

from accounts.locks import Taken

MOST_TOLD = 255
SINCE = struct.Struct("d")  # s, of `time.monotonic`, which all processes of a machine share


class Line:
    """Its keeper: a thread that lets ``at_once`` go ahead. Whoever is to stand in it is handed its ``door``."""

    def __init__(self, at_once: int) -> None:
        self.free, self.waiting = at_once, list[tuple[float, socket.socket]]()
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
        since, numbers, _flags, _address = socket.recv_fds(self.arrivals, SINCE.size, 1)
        for number in numbers:  # none where this process may open no more; then whoever came is told by the hang-up
            place = socket.socket(fileno=number)
            self.places.register(place, selectors.EVENT_READ)
            insort(self.waiting, (*SINCE.unpack(since), place), key=itemgetter(0))

    def let_go_ahead(self, place: socket.socket) -> None:
        self.free -= 1
        with suppress(OSError):  # gone: `leave` comes next
            place.send(bytes([min(len(self.waiting), MOST_TOLD)]))

    def leave(self, place: socket.socket) -> None:
        self.places.unregister(place)
        place.close()
        others = [each for each in self.waiting if each[1] is not place]
        if len(others) == len(self.waiting):  # its turn had come
            self.free += 1
        self.waiting = others


@contextmanager
def standing(door: socket.socket, patience: float, since: float) -> Iterator[int]:
    """Hold a place from one's turn to the end of the block; yields how many wait behind it.

    ``since``: from when on one has waited, be it elsewhere, by `time.monotonic`. Raises `Taken` after ``patience``
    seconds, and at once where the keeper has ended or takes no more.
    """
    ours, theirs = socket.socketpair()
    with ours:
        try:
            with theirs:
                socket.send_fds(door, [SINCE.pack(since)], [theirs.fileno()])
            ours.settimeout(patience)
            behind = ours.recv(1)
        except OSError:  # too late, or nobody to be let in by
            raise Taken from None
        if not behind:
            raise Taken
        yield behind[0]
