"""The real server on an empty site: what its banner prints, and four who follow it at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from portfolio_site.tests.live import Site, running

pytestmark = [pytest.mark.server, pytest.mark.xdist_group("server")]


def come(site: Site, path: str, name: str) -> int:
    account = {"name": name, "username": name, "email": f"{name}@example.org", "password": "a long blue night"}
    return site.send_form(path, **account).status


def test_one_of_four_keeps_the_site(tmp_path: Path) -> None:
    with running(tmp_path, SIGNUP="closed") as site:
        path = urlsplit(site.first_run_address()).path
        with ThreadPoolExecutor(4) as threads:
            answers = list(threads.map(lambda name: come(site, path, name), ["nina", "bo", "cy", "di"]))
        assert sorted(answers) == [302, 404, 404, 404]
        assert site.ask("GET", path).status == 404
        assert site.manage("invite").stdout.startswith(f"http://127.0.0.1:{site.port}/accounts/join/")
