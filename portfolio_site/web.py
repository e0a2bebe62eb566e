"""The web workers: granian, with a loop of our own that looks after them."""

import signal
from collections.abc import Callable
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server import MPServer

LOOK_EVERY = 1.0  # s, where nobody wakes the loop


class WebServer(MPServer):
    """A dead worker is replaced. Before the site has ever opened it is the end: what cannot start will not start."""

    def __init__(
        self, host: str, port: int, workers: int, threads: int, stop_seconds: int, on_stop: Callable[[], None]
    ) -> None:
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
        self.on_stop = on_stop
        self.opened = False
        self.outlives_terminal = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN  # started by nohup

    def signal_handler_interrupt(self, *args: Any, **kwargs: Any) -> None:
        """SIGINT, SIGTERM. Once is enough, and a second call inside the first would wait for its locks."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        self.on_stop()
        super().signal_handler_interrupt()

    def signal_handler_reload(self, *args: Any, **kwargs: Any) -> None:
        """SIGHUP: the terminal is closed. granian would start its workers anew."""
        if not self.outlives_terminal:
            self.signal_handler_interrupt()

    def _serve_loop(self, spawn_target: Any, target_loader: Any) -> None:
        """granian's own overlooks the second of two workers that die together, and gives up when one dies twice."""
        while not self.interrupt_signal:
            self.main_loop_interrupt.wait(LOOK_EVERY)
            self.main_loop_interrupt.clear()
            dead = [worker.idx for worker in self.wrks if not worker.is_alive()]
            # What stands here when the loop ends makes the exit status.
            self.interrupt_children = [] if self.opened else dead
            if dead and not self.opened:
                return
            if not self.interrupt_signal:
                self._respawn_workers(dead, spawn_target, target_loader)
