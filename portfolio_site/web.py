"""The web workers: granian, with a loop of our own that looks after them."""

import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.net import SocketHolder, SocketSpec
from granian.server import MPServer

from portfolio_site import listening

LOOK_EVERY = 1.0  # s, where nobody wakes the loop
LOADED_IN = 120.0  # s that new workers have until the old ones go all the same
LISTENING_IN = 0.5  # s from there to their first connection
READ_IN = 2.0  # s that the old ones have to read the requests of their last connections
FINISHED_IN = 600.0  # s that the old ones have for the uploads they are in the middle of


class WebServer(MPServer):
    """A dead worker is replaced. Before the site has ever opened it is the end: what cannot start will not start."""

    # How granian calls the newest worker's socket, its number, and what a worker makes its own from.
    _sso: Any
    _shd: Any
    _ssp: Any

    def __init__(
        self,
        host: str,
        port: int,
        workers: int,
        threads: int,
        stop_seconds: int,
        loaded: Any,
        on_stop: Callable[[], None],
        on_change: Callable[[], None],
    ) -> None:
        """``loaded`` is a semaphore that each worker releases once it has loaded the site."""
        super().__init__(
            "portfolio_site.wsgi:application",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            http=HTTPModes.http1,
            workers=workers,
            blocking_threads=threads,
            log_level=LogLevels.error,
            workers_kill_timeout=stop_seconds,
        )
        self.loaded, self.on_stop, self.on_change = loaded, on_stop, on_change
        self.opened = False
        self.retiring: list[Any] = []
        self.settled = threading.Event()  # no two changes at once
        self.settled.set()
        self.outlives_terminal = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN  # started by nohup
        self.has_terminal = has_terminal()

    def signal_handler_interrupt(self, *args: Any, **kwargs: Any) -> None:
        """SIGINT, SIGTERM. Once is enough, and a second call inside the first would wait for its locks."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        self.on_stop()
        super().signal_handler_interrupt()

    def signal_handler_reload(self, *args: Any, **kwargs: Any) -> None:
        """SIGHUP: the terminal is closed. Where there never was one, a service is to change its workers."""
        if not self.has_terminal:
            super().signal_handler_reload()
        elif not self.outlives_terminal:
            self.signal_handler_interrupt()

    def _serve_loop(self, spawn_target: Any, target_loader: Any) -> None:
        """granian's own overlooks the second of two workers that die together, and gives up when one dies twice."""
        while not self.interrupt_signal:
            self.main_loop_interrupt.wait(LOOK_EVERY)
            self.main_loop_interrupt.clear()
            dead = [worker.idx for worker in self.wrks if not worker.is_alive()]
            # What stands here when the loop ends makes the exit status.
            self.interrupt_children = [] if self.opened else dead
            if self.interrupt_signal or (dead and not self.opened):
                return
            if self.reload_signal and self.settled.is_set():
                self._change_workers(spawn_target, target_loader)
            else:
                self._respawn_workers(dead, spawn_target, target_loader)

    def _change_workers(self, spawn_target: Any, target_loader: Any) -> None:
        """New ones, with the programs as they are now; the old ones finish what they have begun."""
        self.reload_signal = False
        self.settled.clear()
        self.on_change()
        while self.loaded.acquire(block=False):
            pass
        old, self.wrks = list(self.wrks), []
        self.retiring += old
        self._spawn_workers(spawn_target, target_loader)
        threading.Thread(target=self._retire, args=(old, self._sso), daemon=True).start()

    def _retire(self, old: list[Any], newest: socket.socket | None) -> None:
        end = time.monotonic() + LOADED_IN
        for _ in old:
            self.loaded.acquire(timeout=max(0.0, end - time.monotonic()))
        time.sleep(LISTENING_IN)
        if newest:
            self._send_all_to_new_ones(newest)
        for worker in old:
            worker.terminate()
        self.settled.set()
        end = time.monotonic() + FINISHED_IN
        for worker in old:
            worker.join(max(0.0, end - time.monotonic()))
            worker.kill()
            self.retiring.remove(worker)

    def _send_all_to_new_ones(self, newest: socket.socket) -> None:
        """A worker that stops closes the connections on which it has read nothing yet: let there be none.

        All go to the first of the new ones. As the old leave, the last of the new take their places. When all have,
        there are no more sockets than workers, and connections are dealt out again.
        """
        with suppress(OSError):
            listening.send_all_to(self.workers, newest)
            time.sleep(READ_IN)

    def _spawn_worker(self, *args: Any, **kwargs: Any) -> Any:
        """With a socket of its own, of which this process keeps only the newest."""
        if listening.ONE_EACH:
            self._drop_shared_socket()
            with suppress(OSError):
                self._sso = listening.bind(self.bind_addr, self.bind_port)
            self._shd = self._sso and SocketHolder(self._sso.fileno(), False, self.backlog)  # type: ignore[call-arg]
            # Where there is none, the worker tries for itself, and is replaced until one can.
            self._ssp = None if self._sso else SocketSpec(self.bind_addr, self.bind_port, self.backlog)
        return super()._spawn_worker(*args, **kwargs)

    def end_retiring(self) -> None:
        """Call when the site has ended: it waits for nobody's upload."""
        for worker in list(self.retiring):
            worker.kill()


def has_terminal() -> bool:
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True
