"""The tree of processes that serves the site: granian's web workers and one task worker, under one parent.

`./run` and `manage.py serve` become this program. The parent stays small: it loads settings and granian, not the apps.
"""

import errno
import fcntl
import logging
import multiprocessing
import os
import socket
import threading
import time
from contextlib import suppress
from functools import partial
from ipaddress import ip_address
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings

from accounts.lines import Line
from portfolio_site.environment import in_address

STOP_SECONDS = 3  # for requests and the task under way
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30  # s before the task worker is started again; doubled each time …
LONG_LIFE = 60  # s … until one has lived as long as this
NICENESS = 10  # of the task worker: who asks now goes before what was left for later


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portfolio_site.settings")
    # Read by the children's libc, which would keep an arena of memory for every few threads.
    os.environ.setdefault("MALLOC_ARENA_MAX", "2")
    refuse_taken_port(settings.HOST, settings.PORT)
    _lock = take_site()

    # Here, since the task worker loads this module too and has no use for granian.
    from portfolio_site.web import WebServer

    # A forked child would inherit locks and threads; Ctrl-C then hung.
    multiprocessing.set_start_method("spawn")
    tasks = TaskWorker()
    loaded = multiprocessing.Semaphore(0)
    doors = Line(settings.UPLOADS_IN_TURN, settings.WEB_WORKERS).door, Line(1).door
    server = WebServer(
        settings.HOST,
        settings.PORT,
        settings.WEB_WORKERS,
        settings.WEB_THREADS,
        STOP_SECONDS,
        loaded,
        on_stop=tasks.stop,
        on_change=tasks.change,
    )
    server.on_startup(threading.Thread(target=open_site, args=(server, tasks), daemon=True).start)
    try:
        server.serve(target_loader=partial(load_application, loaded, doors), wrap_loader=False)
    finally:
        server.end_retiring()
        tasks.end()


def refuse_taken_port(host: str, port: int) -> None:
    """Ask before granian does: its workers would share the port with another site of the same user."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise SystemExit(
                    f"Port {port} is taken, perhaps by this site. Another: PORT={port + 1} ./run"
                ) from None
            raise SystemExit(f"HOST={host} PORT={port}: cannot listen there: {error.strerror}") from None


def take_site() -> BinaryIO:
    """The site is this process's as long as the file is open: a second task worker would take up tasks under way."""
    lock = (settings.DATA_ROOT / "serve.lock").open("ab")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise SystemExit(f"The site in {settings.DATA_ROOT} is being served already.") from None
    os.utime(lock.fileno())  # since when, for `artworks.tasks.site_began`
    return lock


# --- What runs in the children --------------------------------------------------------------------


def leave_with_parent() -> None:
    """End this process when its parent dies, however that dies. Ctrl-C is the parent's to hear."""
    os.setsid()
    parent = multiprocessing.parent_process()
    assert parent is not None

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def load_application(loaded: Any, doors: tuple[socket.socket, socket.socket]) -> Any:
    """What a web worker serves."""
    leave_with_parent()
    from artworks import turns
    from portfolio_site.wsgi import application

    turns.doors = turns.Doors(*doors)
    loaded.release()
    return application


def work_on_tasks() -> None:
    """The life of the task worker."""
    leave_with_parent()
    be_nice()
    import django
    from django.core.management import call_command

    django.setup()
    # Starts and ends of tasks are no news, nor is the worker's own; failures are, and warnings from anywhere else.
    logging.disable(logging.INFO)
    logging.getLogger("django_tasks_db").addFilter(lambda record: record.levelno > logging.WARNING)
    with suppress(OSError):
        greet_first_artist()
    call_command("work")


def be_nice() -> None:
    """Where sessions are scheduled as groups, a niceness counts within the session only, and the group has its own.

    sched(7), "The autogroup feature". The decoder of this process stays in its session, and so in its group.
    """
    os.nice(NICENESS)
    with suppress(OSError):
        Path("/proc/self/autogroup").write_text(str(NICENESS))


def greet_first_artist() -> None:
    """The banner's last lines on an empty site. The parent could not say them: it knows no database."""
    from accounts.models import first_run_path

    if path := first_run_path():
        lines = ["Nobody is here yet. Make the first account, which keeps the site, at", f"  {addresses()[0]}{path}"]
        print("\n".join([*lines, "It works once. Each start prints a new one as long as it is needed."]), flush=True)  # noqa: T201


# --- The parent's part ----------------------------------------------------------------------------


class TaskWorker(threading.Thread):
    """Keeps one task worker running until it is told to stop."""

    def __init__(self) -> None:
        super().__init__(name="task worker", daemon=True)
        self.stopping, self.changing = threading.Event(), threading.Event()
        self.process: BaseProcess | None = None

    def run(self) -> None:
        pause = FIRST_PAUSE
        while not self.stopping.is_set():
            started = time.monotonic()
            self.live_once()
            if self.stopping.is_set():
                break
            if self.changing.is_set():
                self.changing.clear()
                continue
            pause = FIRST_PAUSE if time.monotonic() - started > LONG_LIFE else min(2 * pause, LONGEST_PAUSE)
            logging.getLogger(__name__).error("The task worker ended; the next one starts in %s s.", pause)
            self.stopping.wait(pause)

    def live_once(self) -> None:
        """One life of the process, from start to end."""
        process = multiprocessing.Process(target=work_on_tasks, name="task-worker")
        process.start()
        self.process = process
        if self.stopping.is_set():
            process.terminate()
        process.join()

    def stop(self) -> None:
        """Let it finish its task; start no other."""
        self.stopping.set()
        if self.process is not None:
            self.process.terminate()

    def change(self) -> None:
        """Let it finish its task, and start another, with the programs as they are now."""
        if self.process is not None:
            self.changing.set()
            self.process.terminate()

    def end(self) -> None:
        """Wait for it no longer than for the web workers."""
        self.stop()
        if self.is_alive():
            self.join(0.5)
        if self.process is not None:
            self.process.kill()


def open_site(server: Any, tasks: TaskWorker) -> None:
    """Once a web worker answers: say so, and let the task worker have the processor."""
    if wait_until_open(tasks.stopping):
        server.opened = True
        with suppress(OSError):
            print(banner(), flush=True)  # noqa: T201
        tasks.start()


def wait_until_open(stopping: threading.Event) -> bool:
    """True once a web worker takes connections, which it does when it has loaded the site; False where none will."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.HOST, settings.HOST)  # noqa: S104
    while not stopping.wait(0.05):
        with suppress(OSError), socket.create_connection((host, settings.PORT), timeout=1):
            return True
    return False


def banner() -> str:
    """Where to look, and what an operator should know before others do."""
    first, *others = addresses()
    lines = [f"Portfolio Site is open at {first}/"]
    lines += [f"  on your network     {' '.join(f'{other}/' for other in others)}"] if others else []
    lines += [f"  the studio          {first}/admin/"]
    lines += [f"  sign-up             {settings.SIGNUP}; manage.py invite lets an artist in"]
    if not settings.SITE_URL:
        lines += ["  SITE_URL is unset   plain cookies without TLS, for this machine and network: docs/settings.md"]
    return "\n".join([*lines, "Ctrl-C stops it."])


def addresses() -> list[str]:
    """Under which visitors find the site, this machine's own first."""
    if settings.SITE_URL:
        return [settings.SITE_URL]
    if ip_address(settings.HOST).is_unspecified:
        names = ["localhost", *(name for name in settings.ALLOWED_HOSTS if name[0].isdigit() and name != "127.0.0.1")]
    else:
        names = [in_address(settings.HOST)]
    return [f"http://{name}:{settings.PORT}" for name in names]


if __name__ == "__main__":
    main()
