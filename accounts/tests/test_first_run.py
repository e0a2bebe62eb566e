"""The real server on an empty site: what its banner prints, and four who follow it at the same moment."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

import pytest

from portfolio_site.tests.live import Site, running

pytestmark = [pytest.mark.server, pytest.mark.xdist_group("server")]


def printed(log: Path, seconds: float = 60) -> str:
    """The address in the banner's last lines, which come once the task worker has loaded the site."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := re.search(r"http://\S+?(/accounts/join/\S+)", log.read_text()):
            return found[1]
        time.sleep(0.1)
    raise TimeoutError(log.read_text())


def come(site: Site, path: str, name: str) -> int:
    page = site.ask("GET", path)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.body.decode())
    assert token
    form = {"csrfmiddlewaretoken": token[1], "name": name, "username": name, "email": f"{name}@example.org"}
    headers = {
        "Cookie": page.headers["set-cookie"].partition(";")[0],
        "Content-Type": "application/x-www-form-urlencoded",
    }
    return site.ask("POST", path, body=urlencode(form | {"password": "a long blue night"}), headers=headers).status


def test_one_of_four_keeps_the_site(tmp_path: Path) -> None:
    with running(tmp_path, SIGNUP="closed") as site:
        path = printed(tmp_path / "server.log")
        with ThreadPoolExecutor(4) as threads:
            answers = list(threads.map(lambda name: come(site, path, name), ["nina", "bo", "cy", "di"]))
        assert sorted(answers) == [302, 404, 404, 404]
        assert site.ask("GET", path).status == 404
        assert site.manage("invite").stdout.startswith(f"http://127.0.0.1:{site.port}/accounts/join/")
