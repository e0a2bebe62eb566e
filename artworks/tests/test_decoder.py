"""The decoder's child may be stopped, killed or overrun: that job is refused, and the next one works."""

import json
import os
import signal
import threading
import time
from errno import ENOSPC, EROFS
from pathlib import Path

import pytest

from artworks.answers import Refused
from artworks.decoder import Decoder
from artworks.masters import as_fault
from portfolio_site.testing import make_image

MEMORY = 320 * 2**20


@pytest.fixture
def decoder():
    decoder = Decoder()
    yield decoder
    decoder.stop()


def job(folder: Path, width: int = 60) -> dict[str, object]:
    source = folder / f"{width}.jpg"
    if not source.exists():
        source.write_bytes(make_image(width, width, quality=95))
    return {
        "path": str(source),
        "do": "master",
        "target": str(folder / "master"),
        "ending": ".jpg",
        "pixels": 10**9,
        "memory": MEMORY,
    }


def ask(decoder: Decoder, folder: Path, seconds: float = 60, memory: int = MEMORY, width: int = 60) -> str:
    """ "ok", or the code of the refusal."""
    try:
        decoder.ask(job(folder, width), seconds=seconds, memory=memory)
    except Refused as refusal:
        return refusal.code
    return "ok"


def test_one_child_does_many_jobs(decoder: Decoder, tmp_path: Path) -> None:
    assert ask(decoder, tmp_path) == "ok"
    first = decoder.child
    assert ask(decoder, tmp_path) == "ok"
    assert decoder.child is first


def test_a_child_that_nobody_asks_gives_its_memory_back(
    decoder: Decoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("artworks.decoder.RESTS_AFTER", 0.3)
    assert ask(decoder, tmp_path) == "ok"
    assert decoder.child is not None
    end = time.monotonic() + 10
    while decoder.child is not None and time.monotonic() < end:
        time.sleep(0.05)
    assert decoder.child is None
    assert ask(decoder, tmp_path) == "ok"


@pytest.mark.parametrize(
    ("target", "code", "fault"),
    [("/dev/full", "disk_full", ENOSPC), ("/proc/self/mem", "not_writable", EROFS)],  # the second answers EIO
)
def test_a_disk_that_takes_nothing_is_not_the_pictures_fault(
    decoder: Decoder, tmp_path: Path, target: str, code: str, fault: int
) -> None:
    with pytest.raises(Refused) as refused:
        decoder.ask(job(tmp_path) | {"target": target}, seconds=60, memory=MEMORY)
    assert refused.value.code == code
    told = as_fault(refused.value)
    assert isinstance(told, OSError) and told.errno == fault
    assert ask(decoder, tmp_path) == "ok"


def test_a_stopped_child_is_replaced(decoder: Decoder, tmp_path: Path) -> None:
    ask(decoder, tmp_path)
    assert decoder.child is not None
    os.kill(decoder.child.pid, signal.SIGSTOP)
    assert ask(decoder, tmp_path, seconds=0.5) == "needs_too_much_time"
    assert ask(decoder, tmp_path) == "ok"


def test_a_child_killed_in_the_middle_of_a_job_is_replaced(decoder: Decoder, tmp_path: Path) -> None:
    ask(decoder, tmp_path)
    child = decoder.child
    assert child is not None
    os.kill(child.pid, signal.SIGSTOP)
    killer = threading.Timer(0.3, child.kill)
    killer.start()
    assert ask(decoder, tmp_path) == "decoder_died"
    killer.join()
    assert ask(decoder, tmp_path) == "ok"


def test_a_child_that_died_between_jobs_is_not_noticed(decoder: Decoder, tmp_path: Path) -> None:
    ask(decoder, tmp_path)
    assert decoder.child is not None
    decoder.child.kill()
    decoder.child.wait()
    assert ask(decoder, tmp_path) == "ok"


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc")
def test_the_child_is_told_no_secret(decoder: Decoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SECRET_KEY", "EMAIL_URL", "DATABASE_URL"):
        monkeypatch.setenv(name, "canary")
    assert ask(decoder, tmp_path) == "ok"
    assert decoder.child is not None
    told = Path(f"/proc/{decoder.child.pid}/environ").read_bytes()
    assert b"PATH=" in told and b"canary" not in told


def test_a_job_that_grows_too_large_is_ended(decoder: Decoder, tmp_path: Path) -> None:
    assert ask(decoder, tmp_path, memory=-(2**30), width=3000) == "needs_too_much_memory"
    assert ask(decoder, tmp_path) == "ok"


@pytest.mark.parametrize("width", [0, 12000])
def test_the_child_ends_with_its_parent_even_in_the_middle_of_a_job(tmp_path: Path, width: int) -> None:
    decoder = Decoder()
    ask(decoder, tmp_path)
    child = decoder.child
    assert child is not None and child.stdin is not None
    (tmp_path / "master").unlink()
    if width:
        long = job(tmp_path, width)
        child.stdin.write(json.dumps(long | {"seconds": 60}).encode() + b"\n")
    child.stdin.close()
    started = time.monotonic()
    assert child.wait(5) == 0
    assert time.monotonic() - started < 1
    assert not (tmp_path / "master").exists()
