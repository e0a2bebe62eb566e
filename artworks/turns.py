"""Who goes first: of uploads the one that began first, and all of them before what was left for later."""

import fcntl
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import NamedTuple

from django.conf import settings

from accounts.lines import Line, Turn, standing
from artworks.storage import lock_file

LOOK_EVERY = 0.02  # s


class Doors(NamedTuple):
    """Of two lines: one for the files of uploads, and in front of the database one for their rows."""

    files: socket.socket
    rows: socket.socket


# Of the lines that the parent of all processes keeps for the site; a process that was handed none keeps its own.
doors: Doors | None = None


@cache
def own_doors() -> Doors:
    return Doors(Line(settings.UPLOADS_IN_TURN).door, Line(1).door)


@contextmanager
def in_turn(patience: float, since: float) -> Iterator[Turn]:
    """While an upload that began at ``since`` is taken in and answered. Raises `Taken` after ``patience`` seconds."""
    with going_first(), standing((doors or own_doors()).files, patience, since) as turn:
        yield turn


@contextmanager
def writing(patience: float, since: float) -> Iterator[None]:
    """While an upload that began at ``since`` makes its rows. Raises `Taken` after ``patience`` seconds.

    SQLite lets in who looks at the right moment, and those who wait look ever more rarely.
    """
    with standing((doors or own_doors()).rows, patience, since):
        yield


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
