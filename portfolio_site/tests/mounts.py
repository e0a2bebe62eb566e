"""Small disks of a test's own, where this machine lets it mount: full, read-only, and mended again."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass
class Disk:
    root: Path

    def fill(self, *, left: int = 0) -> None:
        """Leave only so many bytes."""
        free = os.statvfs(self.root).f_bavail * os.statvfs(self.root).f_frsize
        with (self.root / "filler").open("ab") as filler:
            os.posix_fallocate(filler.fileno(), filler.tell(), max(free - left, 1))

    def empty(self) -> None:
        (self.root / "filler").unlink()

    def mount(self, how: str) -> None:
        subprocess.run(["mount", "-o", f"remount,{how}", str(self.root)], check=True)


@contextmanager
def small_disk(root: Path, megabytes: int = 24) -> Iterator[Disk]:
    root.mkdir()
    mounted = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "none", str(root)]
    try:
        done = subprocess.run(mounted, check=False, capture_output=True)
    except FileNotFoundError:
        pytest.skip("no mount here")
    if done.returncode:
        pytest.skip("cannot mount here: it takes root")
    try:
        yield Disk(root)
    finally:
        subprocess.run(["umount", "--lazy", str(root)], check=True)
