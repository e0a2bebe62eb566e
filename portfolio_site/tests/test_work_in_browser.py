"""One work's page and the profile with their scripts, by keyboard alone: what is written is seen at once as visitors will see it."""

from collections.abc import Iterator
from typing import Any

import pytest

from portfolio_site.tests.browsing import HARMLESS, IN_BROWSER, barriers, needs_axe, sign_in, visit
from portfolio_site.tests.live import Site

pytestmark = [*IN_BROWSER, needs_axe]


@pytest.fixture
def page(demo: tuple[Site, dict[str, str]], browser: Any) -> Iterator[Any]:
    site, logins = demo
    page, wrong = visit(browser, site)
    sign_in(page, "ilse", logins["ilse"])
    yield page
    assert [line for line in wrong if not HARMLESS.search(line)] == []
    page.context.close()


def test_a_work_shows_its_label_and_its_crops_while_they_change(page: Any) -> None:
    page.goto("/admin/artworks/artwork/")
    page.locator(".field-picture a").first.click()
    page.fill("#id_size", "24 x 31 1/2 in")
    page.locator(".wall-label", has_text="60.96 × 80.01 cm").wait_for()
    page.fill("#id_size", "large")
    page.locator(".unread", has_text="60 x 80").wait_for()
    assert barriers(page) == []
    page.reload()
    page.get_by_role("button", name="Move the point").press("Enter")
    point = page.get_by_role("slider")
    before = point.get_attribute("aria-valuetext")
    page.keyboard.press("Shift+ArrowLeft")
    page.locator(".said", has_text="round this point").wait_for()
    moved = point.get_attribute("aria-valuetext")
    assert moved != before
    cut = page.locator(".crops img").first.evaluate("picture => getComputedStyle(picture).objectPosition")
    assert cut.split("%")[0] in moved
    page.reload()
    assert page.locator(".point").get_attribute("aria-valuetext") == moved, "it is kept"
    page.get_by_role("button", name="Move the point").press("Enter")
    page.keyboard.press("Shift+ArrowRight")
    page.locator(".said", has_text="round this point").wait_for()


def test_the_profile_reads_as_it_will(page: Any) -> None:
    page.goto("/admin/")
    page.get_by_role("link", name="Profile", exact=True).click()
    page.fill("#id_statement", "*Slow* water")
    page.locator(".reads em", has_text="Slow").wait_for()
    for name, address in (("Blog", "blog.example"), ("Shop", "shop.example")):
        page.get_by_role("button", name="Add a link").press("Enter")
        page.keyboard.type(name)
        page.keyboard.press("Tab")
        page.keyboard.type(address)
    rows = page.locator(".links li")
    rows.last.get_by_role("button", name="up").press("Enter")
    names = [row.locator("input").first.input_value() for row in rows.all()]
    assert names.index("Shop") < names.index("Blog")
    assert barriers(page) == []
