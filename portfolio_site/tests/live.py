"""The real server on a loopback port, with data of its own: what the tests of the whole process tree talk to."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

from django.conf import settings

PASSWORD = "correct horse battery"
MANAGE = [sys.executable, str(settings.BASE_DIR / "manage.py")]


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Site:
    """One running site. ``process`` is the parent of its tree."""

    port: int
    environment: dict[str, str]
    command: list[str]
    log: IO[bytes]
    tokens: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] = field(init=False)

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.command, env=self.environment, stdout=self.log, stderr=self.log, start_new_session=True
        )

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)

    def kill(self) -> None:
        """SIGKILL to every process of the tree, as a machine that goes out ends them."""
        tree = self.tree()
        for pid in tree:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
        # One that waits for the disk keeps the port until it has been answered.
        until(lambda: all(status_of(pid)[:1] in ([], ["Z"]) for pid in tree))

    @property
    def data(self) -> Path:
        return Path(self.environment["DATA_ROOT"])

    @property
    def media(self) -> Path:
        return Path(self.environment["MEDIA_ROOT"])

    def ask(
        self, method: str, path: str, who: str = "", body: Any = None, headers: dict[str, str] | None = None
    ) -> Answer:
        """One request on a connection of its own; dictionaries are sent as JSON."""
        sent = dict(headers or {})
        if who:
            sent["Authorization"] = f"Bearer {self.tokens[who]}"
        if isinstance(body, dict):
            body, sent["Content-Type"] = json.dumps(body).encode(), "application/json"
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, sent)
            response = connection.getresponse()
            return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        finally:
            connection.close()

    def join(self, who: str) -> None:
        """Register an artist, and confirm the address where there is mail."""
        account = {"username": who, "email": f"{who}@example.org", "password": PASSWORD, "name": who.title()}
        answer = self.ask("POST", "/api/auth/register", body=account)
        if answer.status == 202:
            self.send_form(self.mailed("/accounts/email/confirm/"))
            answer = self.ask("POST", "/api/auth/login", body={"username": who, "password": PASSWORD})
        assert answer.status in {200, 201}, answer.body
        self.tokens[who] = answer.json()["token"]

    def mailed(self, path: str) -> str:
        """The newest address in the mail that begins like this. For sites with an ``EMAIL_URL`` of filemail."""
        folder = Path(urlsplit(self.environment["EMAIL_URL"]).path)
        letters = sorted(folder.iterdir(), key=lambda letter: letter.stat().st_mtime_ns)
        found = [re.search(rf"http\S+({path}\S+)", letter.read_text().replace("=\n", "")) for letter in letters]
        return [link[1] for link in found if link][-1]

    def upload(self, who: str, content: bytes, name: str = "work.jpg", **fields: Any) -> Answer:
        kind, body = multipart(content, name, fields)
        return self.ask("POST", "/api/artworks/upload", who, body, {"Content-Type": kind})

    def send_form(self, path: str, **form: str) -> Answer:
        """The form of a page, with the token and the cookie that came with it."""
        page = self.ask("GET", path)
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.body.decode())
        assert token, page.status
        headers = {
            "Cookie": page.headers["set-cookie"].partition(";")[0],
            "Content-Type": "application/x-www-form-urlencoded",
        }
        return self.ask("POST", path, body=urlencode(form | {"csrfmiddlewaretoken": token[1]}), headers=headers)

    def first_run_address(self) -> str:
        """As the banner prints it, once the task worker has loaded the site."""
        log = Path(self.log.name)
        return until(lambda: re.search(r"http://\S+/accounts/join/\S+", log.read_text()), 60)[0]

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*MANAGE, *arguments], env=self.environment, capture_output=True, text=True, check=False)

    def tree(self) -> list[int]:
        return descendants(self.process.pid)

    def workers(self) -> set[int]:
        """The web workers and the task worker."""
        return {pid for pid in self.tree() if "spawn_main" in proc(pid, "cmdline")}


def multipart(content: bytes, name: str, fields: dict[str, Any]) -> tuple[str, bytes]:
    boundary = uuid4().hex
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in fields.items()
    ]
    disposition = f'Content-Disposition: form-data; name="image"; filename="{name}"'
    head = f"--{boundary}\r\n{disposition}\r\nContent-Type: image/jpeg\r\n\r\n".encode()
    return f"multipart/form-data; boundary={boundary}", b"".join(
        [*parts, head, content, f"\r\n--{boundary}--\r\n".encode()]
    )


def descendants(pid: int) -> list[int]:
    """A process and all below it."""
    children = [
        int(entry.name)
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit() and parent_of(int(entry.name)) == pid
    ]
    return [pid, *(below for child in children for below in descendants(child))]


def parent_of(pid: int) -> int:
    return int((status_of(pid) or ["", "0"])[1])


def status_of(pid: int) -> list[str]:
    """State, parent and more (proc(5), /proc/pid/stat from the third field); empty once the process is gone."""
    return proc(pid, "stat").rpartition(")")[2].split()


def proc(pid: int, name: str) -> str:
    try:
        return Path(f"/proc/{pid}/{name}").read_text()
    except OSError:
        return ""


def memory(pid: int, name: str, field: str) -> int:
    """MB."""
    found = re.search(rf"^{field}:\s+(\d+)", proc(pid, name), re.MULTILINE)
    return int(found[1]) // 1024 if found else 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def folders(folder: Path) -> dict[str, str]:
    return {"DATA_ROOT": str(folder / "data"), "MEDIA_ROOT": str(folder / "media")}


def manage(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command of a site in ``folder`` that is not being served."""
    environment = os.environ | folders(folder)
    return subprocess.run(
        [*MANAGE, *arguments], env=environment, capture_output=True, text=True, check=False, timeout=120
    )


@contextmanager
def running(folder: Path, *wrapper: str, **given: str) -> Iterator[Site]:
    """A site set up in ``folder`` and serving; settings come as ``given``; ``wrapper`` goes before the command."""
    port = free_port()
    environment = os.environ | {
        **folders(folder),
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "SIGNUP": "open",
        "PYTHONPATH": str(settings.BASE_DIR),
        **given,
    }
    subprocess.run([*MANAGE, "prepare"], env=environment, check=True, capture_output=True)
    command = [*wrapper, sys.executable, "-m", "portfolio_site.server"]
    with (folder / "server.log").open("ab") as log:
        site = Site(port, environment, command, log)
        site.start()
        try:
            wait_until_open(site)
            yield site
        finally:
            site.stop()


def wait_until_open(site: Site, seconds: float = 60) -> None:
    def is_open() -> bool:
        assert site.process.poll() is None, "the server stopped"
        return site.ask("GET", "/livez").status == 200

    until(is_open, seconds)


def until(true: Callable[[], Any], seconds: float = 20) -> Any:
    """What is answered, as soon as it is true. With the port still closed it is not."""
    end = time.monotonic() + seconds
    while True:
        with suppress(OSError):
            if answer := true():
                return answer
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)
