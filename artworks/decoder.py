"""The decoder: a long-lived child process that opens hostile files, so that no web worker ever does.

As a program (``python -m artworks.decoder``) it is the child: a JSON line in, a JSON line out, until its input
closes. Imported, it is how the child is asked: `decoder` serves one job at a time, kills the child on a time or
memory limit, and starts a fresh one for the next job.
"""

import errno
import json
import os
import resource
import select
import subprocess
import sys
import threading
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from artworks.answers import Refused

JOBS_PER_CHILD = 20_000  # none was seen to grow, and who waits for the next one waits half a second longer
BASE_MEMORY = 80 * 2**20  # a child that has imported its libraries and not yet decoded
PATIENCE = 30.0  # s that an upload waits for its turn
# Of the environment, which holds the site's secrets, what programs and their libraries are found by.
KEPT = {"PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "TMPDIR", "MALLOC_ARENA_MAX", "PYTHONDONTWRITEBYTECODE"}
LOOK_EVERY = 0.05  # s between two looks at the child's memory
FULL = Refused("disk_full", "The disk of this site is full. Tell its keeper.")
UNWRITABLE = Refused("not_writable", "Nothing can be written here at the moment. Tell the site's keeper.")
# No picture's fault. A disk that fails is often made read-only by the system.
FAULTS = {errno.ENOSPC: FULL, errno.EDQUOT: FULL, errno.EROFS: UNWRITABLE, errno.EIO: UNWRITABLE}
RESTS_AFTER = 60.0  # s without a job; a child holds some 80 MB, and the next takes half a second to start


class Decoder:
    """One child and the lock round it. Threads of a process share it; processes do not."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.child: subprocess.Popen[bytes] | None = None
        self.jobs = 0
        self.rest = threading.Timer(RESTS_AFTER, self._rest)

    def ask(self, job: dict[str, Any], *, seconds: float, memory: int) -> dict[str, Any]:
        """The child's answer. Raises `Refused` where the file is at fault, or where the child did not survive it."""
        if not self.lock.acquire(timeout=PATIENCE):
            raise Refused("busy", "Too many pictures are being opened at once. Try again in a few seconds.")
        self.rest.cancel()
        try:
            child = self._running_child()
            try:
                answer = self._talk(child, job | {"seconds": seconds}, time.monotonic() + seconds, memory)
            except BaseException:
                self.stop()
                raise
            self.jobs += 1
            if self.jobs >= JOBS_PER_CHILD:
                self.stop()
        finally:
            self.rest = threading.Timer(RESTS_AFTER, self._rest)
            self.rest.daemon = True
            self.rest.start()
            self.lock.release()
        if "refused" in answer:
            raise Refused(**answer["refused"])
        return answer

    def stop(self) -> None:
        """Kill the child; the next job gets a new one."""
        if self.child is not None:
            self.child.kill()
            for pipe in (self.child.stdin, self.child.stdout):
                if pipe is not None:
                    pipe.close()
            self.child.wait()
        self.child, self.jobs = None, 0

    def _rest(self) -> None:
        """Nobody has asked for a while; whoever does just now is served first."""
        if self.lock.acquire(blocking=False):
            self.stop()
            self.lock.release()

    def _running_child(self) -> subprocess.Popen[bytes]:
        if self.child is None or self.child.poll() is not None:
            self.stop()
            self.child = subprocess.Popen(
                [sys.executable, "-m", "artworks.decoder"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                cwd=Path(__file__).resolve().parent.parent,
                env={name: value for name, value in os.environ.items() if name in KEPT},
                process_group=0,  # no ^C reaches it; the session stays, see `server.be_nice`
                bufsize=0,
            )
        return self.child

    def _talk(self, child: subprocess.Popen[bytes], job: dict[str, Any], end: float, memory: int) -> dict[str, Any]:
        assert child.stdin is not None and child.stdout is not None
        try:
            child.stdin.write(json.dumps(job).encode() + b"\n")
        except BrokenPipeError:
            raise died() from None
        line = b""
        while not line.endswith(b"\n"):
            if time.monotonic() > end:
                raise Refused(
                    "needs_too_much_time", "Opening this picture takes too long here. Send it as a baseline JPEG."
                )
            if resident(child.pid) > memory + BASE_MEMORY:
                raise Refused(
                    "needs_too_much_memory", "Opening this picture takes more memory than is allowed. Send it smaller."
                )
            if select.select([child.stdout], [], [], LOOK_EVERY)[0]:
                part = os.read(child.stdout.fileno(), 65536)
                if not part:
                    raise died()
                line += part
        return json.loads(line)


def died() -> Refused:
    return Refused(
        "decoder_died", "The file broke the program that opens pictures. Export it again, and send it again."
    )


def resident(pid: int) -> int:
    """Bytes of memory a process holds; 0 where the system does not say."""
    try:
        with open(f"/proc/{pid}/statm") as statm:
            return int(statm.read().split()[1]) * resource.getpagesize()
    except (OSError, IndexError):
        return 0


decoder = Decoder()


def do(job: dict[str, Any]) -> dict[str, Any]:
    """One job: ``master``, ``first`` or ``proof``, which answer with a report, ``tiles``, or ``strip``, with a plan."""
    from artworks import pixels, stripping

    path, limits = Path(job["path"]), pixels.Limits(job["pixels"], job["memory"])
    if job["do"] == "strip":
        return {"pieces": stripping.planned(path, pixels.turn_of(path))}
    if job["do"] == "tiles":
        pixels.cut_tiles(path, Path(job["target"]), limits)
        return {}
    return asdict(pixels.cut_master(path, Path(job["target"]), job["ending"], limits, job["do"]))


def told(refusal: Refused) -> dict[str, Any]:
    return {"refused": {"code": refusal.code, "words": refusal.words, **refusal.values}}


def leave_with_parent() -> None:
    """End in the middle of a job, too, once nobody can read its answer."""
    gone = select.poll()
    gone.register(sys.stdin.fileno(), 0)  # asks for nothing but the hang-up that poll() always tells
    gone.poll()
    os._exit(0)


def main() -> None:
    """The child's life."""
    from artworks import pixels  # noqa: F401 - once, before the first job

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    threading.Thread(target=leave_with_parent, daemon=True).start()
    for line in sys.stdin:
        job = json.loads(line)
        used = resource.getrusage(resource.RUSAGE_SELF)
        spent = int(used.ru_utime + used.ru_stime)
        # The limit is on the child's whole life, so it moves with each job.
        resource.setrlimit(resource.RLIMIT_CPU, (spent + int(job["seconds"]) + 5, resource.RLIM_INFINITY))
        try:
            answer = do(job)
        except Refused as refusal:
            answer = told(refusal)
        except OSError as error:
            if error.errno not in FAULTS:
                raise
            answer = told(FAULTS[error.errno])
        except MemoryError:
            answer = told(Refused("needs_too_much_memory", "This picture takes too much memory."))
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
