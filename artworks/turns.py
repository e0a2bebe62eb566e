"""Who goes first: uploads in the order of arrival, and all of them before what was left for later."""

import fcntl
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from django.conf import settings

from accounts.lines import Line, standing
from artworks.storage import lock_file

LOOK_EVERY = 0.02  # s

# Of the line that the parent of all processes keeps for the site; a process that was handed none keeps its own.
door: socket.socket | None = None


@cache
def own_line() -> Line:
    return Line(settings.UPLOADS_IN_TURN)


@contextmanager
def in_turn(patience: float) -> Iterator[int]:
    """While an upload is taken in; yields how many wait behind it. Raises `Taken` after ``patience`` seconds."""
    with going_first(), standing(door or own_line().door, patience) as behind:
        yield behind


@contextmanager
def going_first() -> Iterator[None]:
    """While an upload is taken in or waits for it: `give_way` heeds it in every process."""
    with lock_file("uploads").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        yield


def give_way(patience: float) -> None:
    """Wait until no upload is taken in, but no longer than ``patience`` seconds."""
    end = time.monotonic() + patience
    with lock_file("uploads").open("ab") as lock:
        while time.monotonic() < end:
            try:
                return fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(LOOK_EVERY)
    return None
