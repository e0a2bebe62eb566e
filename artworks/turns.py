"""Who goes first: within a process whoever came first, and everybody before what was left for later."""

import fcntl
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from accounts.locks import Taken
from artworks.storage import lock_file

LOOK_EVERY = 0.02  # s


class Turns:
    """So many at once, in the order of arrival: past a plain lock goes whoever comes just then."""

    def __init__(self, at_once: int) -> None:
        self.free, self.lock, self.queue = at_once, threading.Lock(), deque[threading.Event]()

    def wait(self, patience: float) -> None:
        called = threading.Event()
        with self.lock:
            if self.free:
                self.free -= 1
                return
            self.queue.append(called)
        if not called.wait(patience):
            with self.lock:
                if not called.is_set():  # else just now
                    self.queue.remove(called)
                    raise Taken

    def pass_on(self) -> None:
        with self.lock:
            if self.queue:
                self.queue.popleft().set()
            else:
                self.free += 1


@contextmanager
def going_first() -> Iterator[None]:
    """While an upload is taken in: `give_way` heeds it in every process."""
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
