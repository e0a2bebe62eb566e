"""A line between threads and processes of one machine: who came first goes first, in whichever process.

Past a lock goes whoever comes just then, and of two processes with a line each the fuller one's clients wait longer.
A place in this line is a connection: whoever ends, however that was, holds no place any more.
"""

import selectors
import socket
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from accounts.locks import Taken

MOST_TOLD = 255


class Line:
    """Its keeper: a thread that lets ``at_once`` go ahead. Whoever is to stand in it is handed its ``door``."""

    def __init__(self, at_once: int) -> None:
        self.free, self.waiting = at_once, deque[socket.socket]()
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
                self.let_go_ahead(self.waiting.popleft())

    def admit(self) -> None:
        _message, numbers, _flags, _address = socket.recv_fds(self.arrivals, 1, 1)
        for number in numbers:  # none where this process may open no more; then whoever came is told by the hang-up
            place = socket.socket(fileno=number)
            self.places.register(place, selectors.EVENT_READ)
            self.waiting.append(place)

    def let_go_ahead(self, place: socket.socket) -> None:
        self.free -= 1
        with suppress(OSError):  # gone: `leave` comes next
            place.send(bytes([min(len(self.waiting), MOST_TOLD)]))

    def leave(self, place: socket.socket) -> None:
        self.places.unregister(place)
        place.close()
        try:
            self.waiting.remove(place)
        except ValueError:
            self.free += 1


@contextmanager
def standing(door: socket.socket, patience: float) -> Iterator[int]:
    """Hold a place from one's turn to the end of the block; yields how many wait behind it.

    Raises `Taken` after ``patience`` seconds, and at once where the keeper has ended or takes no more.
    """
    ours, theirs = socket.socketpair()
    with ours:
        try:
            with theirs:
                socket.send_fds(door, [b"."], [theirs.fileno()])
            ours.settimeout(patience)
            behind = ours.recv(1)
        except OSError:  # too late, or nobody to be let in by
            raise Taken from None
        if not behind:
            raise Taken
        yield behind[0]
