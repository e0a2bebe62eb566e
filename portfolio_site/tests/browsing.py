"""Chromium for tests: contexts that notice what goes wrong in them."""

import os
from typing import Any

import pytest

from portfolio_site.tests.live import Site

CHROMIUM = os.environ.get("CHROMIUM")
QUIET = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
ABORTED = "net::ERR_ABORTED"  # a visitor who goes on before all is there
# For one and the same worker, so that the demonstration site is made once.
IN_BROWSER = [
    pytest.mark.browser,
    pytest.mark.server,
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium: set CHROMIUM to the path of one"),
    pytest.mark.xdist_group("browser"),
]


def visit(browser: Any, site: Site, **options: Any) -> tuple[Any, list[str]]:
    """A page in a context of its own, and a list that fills with whatever goes wrong in it."""
    page, wrong = browser.new_context(base_url=f"http://127.0.0.1:{site.port}", **options).new_page(), []
    page.on("console", lambda message: wrong.append(message.text))
    page.on("requestfailed", lambda r: wrong.append(f"failed: {r.url}") if r.failure != ABORTED else None)
    page.on("request", lambda r: wrong.append(f"another host: {r.url}") if f":{site.port}/" not in r.url else None)
    return page, wrong


def sign_in(page: Any, name: str, password: str) -> None:
    """By the form, as a person does."""
    page.goto("/accounts/login")
    page.fill("input[name=login]", name)
    page.fill("input[name=password]", password)
    page.click("main button[type=submit]")
    page.wait_for_url(lambda url: "/accounts/login" not in url)
