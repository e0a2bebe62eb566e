"""Bodies that hardly come, with less than 1 kB/s for 30 s: their connections are closed, which frees place and thread.

The server reads a body for as long as it takes, and tells nobody which connection it comes on. So the kernel is asked
how much came on each, and of a client that lets us wait those are closed that a request came on and little since.
Linux only: elsewhere nothing is closed.
"""

import errno
import logging
import os
import socket
import stat
import struct
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WINDOW = 30.0  # s …
LEAST = 30_000  # bytes that have to come in it
LOOK_EVERY = 5.0  # s
SENT_AND_RECEIVED = struct.Struct("120xQQ")  # of tcp_info, tcp(7): tcpi_bytes_acked, tcpi_bytes_received

logger = logging.getLogger(__name__)


class SlowBodies:
    """A WSGI layer that knows this process's requests, and a thread that looks after their connections."""

    def __init__(self, application: Callable[..., Iterable[bytes]], port: int) -> None:
        self.application, self.port = application, port
        self.requests, self.paces = set[Request](), dict[int, Pace]()
        self.unwatched = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        request = Request(environ.get("REMOTE_ADDR", ""), environ["wsgi.input"])
        if environ.get("CONTENT_LENGTH"):
            environ["wsgi.input"] = request
            if self.unwatched.acquire(blocking=False):
                threading.Thread(target=self.watch, name="slow bodies", daemon=True).start()
        self.requests.add(request)
        try:
            return self.application(environ, start_response)
        finally:
            self.requests.discard(request)

    def watch(self) -> None:
        while True:
            time.sleep(LOOK_EVERY)
            if any(request.waits for request in list(self.requests)):
                with suppress(OSError):  # without a free descriptor nothing can be seen: the next look may
                    self.look(list(connections(self.port)), time.monotonic())
            else:
                self.paces.clear()

    def look(self, found: "list[Connection]", now: float) -> None:
        """Note how much came on each connection, and close the slow ones."""
        requests, before, self.paces = list(self.requests), self.paces, {}
        for each in found:
            pace = self.paces[each.key] = before.get(each.key) or Pace(each.sent, each.received, now, each.received)
            pace.note(each.sent, each.received, now)
        keep_us_waiting = {request.peer for request in requests if request.waits}
        # A client that waits for us is as silent: as long as there is one, its address is left in peace.
        wait_for_us = {request.peer for request in requests if not request.waits and now - request.since > LOOK_EVERY}
        slow = [each for each in found if each.received and now - self.paces[each.key].since >= WINDOW]
        slow = [each for each in slow if each.peer in keep_us_waiting - wait_for_us]
        for each in slow:
            each.close()
        if slow:
            logger.warning("Closed %d connections: less than 1 kB/s came on them for 30 s.", len(slow))


class Request:
    """One under way, and its body as the application reads it."""

    def __init__(self, peer: str, body: Any) -> None:
        self.peer, self.body = peer, body
        self.waits, self.since = False, time.monotonic()  # for the client, or it for us since then

    def read(self, *size: int) -> Any:
        return self.wait(self.body.read, *size)

    def readline(self, *size: int) -> Any:
        return self.wait(self.body.readline, *size)

    def readlines(self, *hint: int) -> Any:
        return self.wait(self.body.readlines, *hint)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.readline, b"")

    def wait(self, read: Callable[..., Any], *size: int) -> Any:
        self.waits = True
        try:
            return read(*size)
        finally:
            self.waits, self.since = False, time.monotonic()


@dataclass
class Pace:
    """How much has gone over a connection, and ``since`` when too little came: since the request began, or since the
    last `LEAST` bytes of it were complete."""

    sent: int
    received: int
    since: float
    complete: int
    answered: bool = False

    def note(self, sent: int, received: int, now: float) -> None:
        answers, begins = sent != self.sent, self.answered and received > self.received
        if answers or begins or received - self.complete >= LEAST:
            self.since, self.complete = now, received
        self.answered = answers or (self.answered and not begins)
        self.sent, self.received = sent, received


@dataclass
class Connection:
    key: int
    peer: str
    sent: int
    received: int
    descriptor: int = -1

    def close(self) -> None:
        """For both sides; the server, whose socket it is, sees its end. Another may have its number by now."""
        with suppress(OSError), duplicate(self.descriptor) as same:
            if os.fstat(same.fileno()).st_ino == self.key:
                same.shutdown(socket.SHUT_RDWR)


def connections(port: int) -> Iterator[Connection]:
    """Those that this process has accepted on ``port``."""
    for name in os.listdir("/proc/self/fd") if Path("/proc/self/fd").exists() else []:
        with suppress(OSError), duplicate(int(name)) as same:
            if same.family in {socket.AF_INET, socket.AF_INET6} and same.getsockname()[1] == port:
                peer = same.getpeername()[0]
                info = same.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, SENT_AND_RECEIVED.size)
                sent, received = SENT_AND_RECEIVED.unpack(info)
                yield Connection(os.fstat(same.fileno()).st_ino, peer, sent, received, int(name))


def duplicate(descriptor: int) -> socket.socket:
    """Raises OSError where it is no socket."""
    if not stat.S_ISSOCK(os.fstat(descriptor).st_mode):
        raise OSError(errno.ENOTSOCK, "not a socket")
    return socket.socket(fileno=os.dup(descriptor))
