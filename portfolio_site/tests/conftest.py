"""What the browser tests share: a demonstration site on the real server, and a Chromium."""

import os
from collections.abc import Iterator
from typing import Any

import pytest

from portfolio_site.tests.browsing import CHROMIUM, QUIET
from portfolio_site.tests.live import Site, running

SCALE = "0.05"


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, dict[str, str]]]:
    """The site, and its logins by name."""
    with running(tmp_path_factory.mktemp("demo")) as site:
        first, second = (site.manage("demo", "--scale", SCALE) for _ in range(2))
        assert first.returncode == second.returncode == 0, first.stderr + second.stderr
        assert "painting" in first.stdout and "painting" not in second.stdout
        logins = dict(line.split() for line in second.stdout.splitlines() if line.startswith("  "))
        yield site, logins


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop running, and Django takes that for an asynchronous test.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()
