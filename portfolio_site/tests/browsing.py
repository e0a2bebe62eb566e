"""Chromium for tests: contexts that notice what goes wrong in them, and axe for what a person would stumble over."""

import os
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from portfolio_site.tests.live import Site

CHROMIUM = os.environ.get("CHROMIUM")
QUIET = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
ABORTED = "net::ERR_ABORTED"  # a visitor who goes on before all is there
WITH_BROWSER = [
    pytest.mark.browser,
    pytest.mark.server,
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium: set CHROMIUM to the path of one"),
]
# For one and the same worker, so that the demonstration site is made once.
IN_BROWSER = [*WITH_BROWSER, pytest.mark.xdist_group("browser")]

AXE = Path(settings.BASE_DIR) / "node_modules" / "axe-core" / "axe.min.js"
needs_axe = pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed")
# Chromium also notes pages that answer 4xx, and gives advice on forms.
HARMLESS = re.compile(
    r"Failed to load resource: the server responded with a status of 4\d\d|^\[DOM\]|^Autofocus processing was blocked"
)
# Without preload axe adds no styles of its own, and so can look under the page's own policy. What only changes colour
# with the scheme is at its new colour before it is looked at. Long answers of the API are left out: each of their words is an element.
LOOK = """async (rules) => {
  getComputedStyle(document.body).color
  document.getAnimations().filter(moving => moving instanceof CSSTransition).forEach(moving => moving.finish())
  const options = {resultTypes: ["violations"], preload: false, ...(rules ? {runOnly: {type: "rule", values: rules}} : {})}
  const found = await axe.run({include: document, exclude: [".response-info"]}, options)
  return found.violations.flatMap(v => v.nodes.slice(0, 3).map(n => `${v.id} (${v.impact}): ` + n.html.slice(0, 160) +
    " " + (n.any[0] || n.all[0] || n.none[0] || {message: ""}).message.slice(0, 160)))
}"""
COLOURS = ["color-contrast", "link-in-text-block"]
PHONE = {"width": 360, "height": 740}
# What sticks out, and is not in a box of its own that scrolls.
WIDE = """() => {
  const most = document.documentElement.clientWidth
  if (document.documentElement.scrollWidth <= most) return []
  const clipped = (e) => e && (getComputedStyle(e).overflowX !== "visible" || clipped(e.parentElement))
  const out = [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > most + 1 && !clipped(e.parentElement))
  return [`wider than a phone: ${document.documentElement.scrollWidth} px: ` + out.slice(-2).map((e) => e.outerHTML.slice(0, 120)).join(" | ")]
}"""


def visit(browser: Any, site: Site, **options: Any) -> tuple[Any, list[str]]:
    """A page in a context of its own, and a list that fills with whatever goes wrong in it."""
    page, wrong = browser.new_context(base_url=f"http://127.0.0.1:{site.port}", **options).new_page(), []
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(f"script: {error}"))
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


def barriers(page: Any) -> list[str]:
    """What axe finds on the page that is open, in light and in dark."""
    page.evaluate(AXE.read_text())
    light = page.evaluate(LOOK)
    page.emulate_media(color_scheme="dark")
    dark = page.evaluate(LOOK, COLOURS)
    page.emulate_media(color_scheme="light")
    return [*light, *(f"in the dark: {line}" for line in dark)]


def too_wide(page: Any) -> list[str]:
    """What a phone's page would have to be pushed sideways for."""
    size = page.viewport_size
    page.set_viewport_size(PHONE)
    found = page.evaluate(WIDE)
    page.set_viewport_size(size)
    return found
