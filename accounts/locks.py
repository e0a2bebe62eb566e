"""Locks between threads and processes of one machine, freed by the kernel however their holder ends."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

LOOK_EVERY = 0.01  # s


class Taken(Exception):
    """Nobody let go in time."""


@contextmanager
def taken(files: list[Path], patience: float) -> Iterator[None]:
    """Hold the first of these lock files that is free. Raises `Taken` after ``patience`` seconds."""
    end = time.monotonic() + patience
    while (lock := first_free(files)) is None:
        if time.monotonic() > end:
            raise Taken
        time.sleep(LOOK_EVERY)
    with lock:
        yield


def first_free(files: list[Path]) -> IO[bytes] | None:
    for file in files:
        lock = file.open("ab")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
        else:
            return lock
    return None
