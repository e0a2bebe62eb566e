"""Taking turns within a process, in the order of arrival: past a plain lock goes whoever comes just then."""

import threading
from collections import deque

from accounts.locks import Taken


class Turns:
    """So many at once."""

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
