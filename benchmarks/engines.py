"""Warm workers, interleaved rounds, ratios of the same round, and a thumbor to talk to."""

import json
import os
import random
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
IMAGES = HERE / ".work" / "images"
WORK = HERE / ".work" / "scratch"  # of one run
ERRORS = HERE / ".work" / "errors.log"
PROJECT = str(ROOT / ".venv" / "bin" / "python")
PEERS = sys.executable
THUMBOR = str(HERE / ".venv" / "thumbor" / "bin" / "python")


class Worker:
    """One process with one module's functions: ``worker("name", …)`` gives wall and cpu (s), peak (bytes), value."""

    def __init__(self, python: str, module: str, **more: str) -> None:
        own = more | {"TMPDIR": str(WORK), "DATA_ROOT": str(WORK / "data"), "MEDIA_ROOT": str(WORK / "media")}
        command = [python, str(HERE / "worker.py"), module]
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=ERRORS.open("ab"),
            text=True,
            env=os.environ | own,
        )

    def __call__(self, *job: Any) -> dict[str, Any]:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(json.dumps([job[0], job[1:]]) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline() or '{"error": "the worker died"}')
        if "error" in answer:
            raise RuntimeError(f"{job[0]}: {answer['error']}")
        return answer

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()


def fresh(python: str, module: str, *job: Any) -> dict[str, Any]:
    """One job in a process of its own."""
    worker = Worker(python, module)
    try:
        return worker(*job)
    finally:
        worker.close()


@dataclass
class Times:
    """Seconds of each round, the same round at the same place."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)


def interleaved(cases: dict[str, Callable[[], dict[str, Any]]], rounds: int) -> dict[str, Times]:
    """Every case once a round, in random order; the first round only warms."""
    order, times = random.Random(1), {name: Times() for name in cases}
    for number in range(rounds + 1):
        for name in order.sample(list(cases), len(cases)):
            answer = cases[name]()
            if number:
                times[name].wall.append(answer["wall"])
                times[name].cpu.append(answer["cpu"])
    return times


def ratio(above: list[float], below: list[float]) -> float:
    return statistics.median(a / b for a, b in zip(above, below, strict=True))


def table(title: str, head: list[str], rows: list[list[Any]]) -> str:
    cells = [head, *[[cell if isinstance(cell, str) else f"{cell:.3g}" for cell in row] for row in rows]]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    lines = [
        "  ".join(
            cell.rjust(width) if column else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in cells
    ]
    return "\n".join([title, "-" * len(title), *lines, ""])


def timings(title: str, times: dict[str, Times], limit: str, peer: str) -> str:
    """Milliseconds, and ratios to the limit and to one peer."""
    rows = [
        [
            name,
            f"{statistics.median(each.wall) * 1e3:.0f}",
            f"{min(each.wall) * 1e3:.0f}",
            f"{statistics.median(each.cpu) * 1e3:.0f}",
            f"{ratio(each.wall, times[limit].wall):.2f}",
            f"{ratio(each.cpu, times[limit].cpu):.2f}",
            f"{ratio(times[peer].wall, each.wall):.2f}",
            f"{ratio(times[peer].cpu, each.cpu):.2f}",
        ]
        for name, each in times.items()
    ]
    rounds = len(times[limit].wall)
    head = ["", "wall ms", "best", "cpu ms", "x limit", "(cpu)", f"{peer} / it", "(cpu)"]
    return table(f"{title}: {rounds} rounds", head, rows)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, process: subprocess.Popen[Any], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"nothing opened port {port}")


def cpu_of(pid: int) -> float:
    """Seconds on a processor, of all the process's threads that live."""
    total = 0
    for thread in Path(f"/proc/{pid}/task").iterdir():
        total += int((thread / "schedstat").read_text().split()[0])
    return total / 1e9


@contextmanager
def thumbor(images: Path, processes: int = 1) -> Iterator[subprocess.Popen[Any]]:
    """A thumbor that keeps nothing, at the address in ``os.environ["THUMBOR"]``."""
    port, conf = free_port(), WORK / "thumbor.conf"
    conf.write_text(
        f"LOADER = 'thumbor.loaders.file_loader'\nFILE_LOADER_ROOT_PATH = '{images}'\n"
        "STORAGE = 'thumbor.storages.no_storage'\nMAX_PIXELS = 400e6\nALLOW_UNSAFE_URL = True\n"
    )
    options = ["-c", str(conf), "-p", str(port), "-i", "127.0.0.1", "--processes", str(processes)]
    with ERRORS.open("ab") as log:
        process = subprocess.Popen([THUMBOR, "-m", "thumbor.server", *options], stdout=log, stderr=log)
    os.environ["THUMBOR"] = f"http://127.0.0.1:{port}"
    try:
        wait_for(port, process)
        yield process
    finally:
        process.terminate()
        process.wait(10)
