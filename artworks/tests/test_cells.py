"""The list of works in a real browser: cells by keyboard and touch, two tabs, several at once, the queue of alt texts."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from portfolio_site.testing import make_image
from portfolio_site.tests import conftest
from portfolio_site.tests.browsing import HARMLESS, WITH_BROWSER, barriers, needs_axe, sign_in, visit
from portfolio_site.tests.live import PASSWORD, Site, running

browser = conftest.browser
pytestmark = [*WITH_BROWSER, pytest.mark.xdist_group("cells")]

LIST, QUEUE = "/admin/artworks/artwork/", "/admin/artworks/artwork/alt-texts/"
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running(tmp_path_factory.mktemp("cells")) as site:
        site.join("mara")
        for title in ("Third", "Second", "First"):
            content = make_image(90, 60, comment=title.encode())
            site.upload("mara", content, title=title, medium="Oil on linen", year=2019, tags="blue")
        yield site


@pytest.fixture(scope="module")
def signed(browser: Any, site: Site) -> Any:
    """The cookies of somebody who has signed in."""
    page, _ = visit(browser, site)
    sign_in(page, "mara", PASSWORD)
    return page.context.storage_state()


@pytest.fixture
def page(browser: Any, site: Site, signed: Any) -> Iterator[Any]:
    """The list of three works; nothing goes wrong on it."""
    page, wrong = visit(browser, site, storage_state=signed)
    page.goto(LIST)
    yield page
    page.context.close()
    assert [line for line in wrong if not HARMLESS.search(line)] == []


def cell(page: Any, title: str, name: str) -> Any:
    return page.get_by_label(f"{name}: {title}", exact=True)


def work(site: Site, title: str) -> dict[str, Any]:
    return next(each for each in site.ask("GET", "/api/artworks", "mara").json()["results"] if each["title"] == title)


def line(page: Any, title: str) -> Any:
    return page.locator("#result_list tbody tr", has=page.get_by_label(f"Title: {title}", exact=True))


def heard(page: Any) -> Any:
    return page.locator("[data-cells-said]")


class TestCells:
    def test_enter_saves_and_goes_down_tab_goes_right_escape_takes_back(self, page: Any, site: Site) -> None:
        cell(page, "First", "Dimensions").fill("24 x 31 1/2 in")
        page.keyboard.press("Enter")
        expect(cell(page, "Second", "Dimensions")).to_be_focused()
        expect(heard(page)).to_have_text("Saved: Dimensions: First")
        expect(line(page, "First").locator(".mark")).to_have_text("Saved")
        expect(cell(page, "First", "Dimensions")).to_have_value("60.96 × 80.01 cm")
        expect(line(page, "First").locator(".as-read")).to_have_text("60.96 × 80.01 cm (24 × 31 1/2 in.)")
        page.keyboard.type("variable")
        page.keyboard.press("Tab")
        expect(cell(page, "Second", "Edition")).to_be_focused()
        expect(cell(page, "Second", "Dimensions")).to_have_value("Dimensions variable")
        page.keyboard.type("3/25")
        page.keyboard.press("Escape")
        expect(cell(page, "Second", "Edition")).to_have_value("")
        assert (work(site, "First")["height_cm"], work(site, "Second")["edition"]) == ("60.96", "")

    def test_a_refusal_is_said_at_the_cell(self, page: Any, site: Site) -> None:
        box = cell(page, "Third", "Dimensions")
        box.fill("huge")
        box.press("Enter")
        expect(line(page, "Third").get_by_role("alert")).to_contain_text("60 x 80 x 3 cm")
        expect(box).to_have_attribute("aria-invalid", "true")
        box.press("Escape")
        expect(line(page, "Third").get_by_role("alert")).to_have_count(0)
        expect(box).to_have_value("")

    def test_two_tabs_lose_nothing(self, page: Any, site: Site) -> None:
        other = page.context.new_page()
        other.goto(LIST)
        for tab, medium in ((page, "Ink"), (other, "Wax")):
            cell(tab, "Third", "Medium").focus()
            cell(tab, "Third", "Medium").fill(medium)
        cell(page, "Third", "Medium").press("Enter")
        expect(heard(page)).to_have_text("Saved: Medium: Third")
        cell(other, "Third", "Medium").press("Enter")
        expect(line(other, "Third").get_by_role("alert")).to_contain_text("changed elsewhere meanwhile, to “Ink”")
        assert work(site, "Third")["medium"] == "Ink"
        cell(other, "Third", "Year").fill("1999")
        cell(other, "Third", "Year").press("Enter")
        expect(heard(other)).to_have_text("Saved: Year: Third")
        cell(other, "Third", "Medium").press("Enter")
        expect(heard(other)).to_have_text("Saved: Medium: Third")
        cell(page, "Third", "Edition").fill("1/1")
        cell(page, "Third", "Edition").press("Enter")
        expect(heard(page)).to_have_text("Saved: Edition: Third")
        expect(cell(page, "Third", "Medium")).to_have_value("Wax")
        found = work(site, "Third")
        assert (found["medium"], found["year"], found["edition"]) == ("Wax", 1999, "1/1")

    def test_on_a_phone_it_fits_and_is_written_by_touch(self, browser: Any, site: Site, signed: Any) -> None:
        page, _ = visit(browser, site, storage_state=signed, **PHONE)
        for query in ("", "?view=grid"):
            page.goto(LIST + query)
            assert page.evaluate("document.documentElement.scrollWidth") <= 360
        page.goto(LIST)
        cell(page, "Second", "Price").tap()
        page.keyboard.type("1200")
        cell(page, "Second", "Alt text").tap()
        expect(heard(page)).to_have_text("Saved: Price: Second")
        assert work(site, "Second")["price"] == "1200.00"
        page.context.close()


class TestSeveral:
    def test_it_is_counted_done_and_taken_back(self, page: Any, site: Site) -> None:
        before = [work(site, title)["medium"] for title in ("First", "Second")]
        for title in ("First", "Second"):
            line(page, title).locator(".action-select").check()
        page.get_by_role("button", name="Change chosen works…").click()
        panel = page.get_by_role("dialog")
        expect(panel.get_by_role("button", name="Change 2 works")).to_be_disabled()
        panel.get_by_label("Year:", exact=True).fill("2024")
        panel.get_by_label("Tags to add:").fill("winter")
        expect(panel.get_by_text("2 works will change: Year, Tags to add")).to_be_visible()
        panel.get_by_role("button", name="Change 2 works").click()
        expect(page.get_by_text("2 works are changed.")).to_be_visible()
        expect(cell(page, "Second", "Year")).to_have_value("2024")
        for title in ("First", "Second"):
            found = work(site, title)
            assert (found["year"], found["tags"]) == (2024, ["blue", "winter"])
        page.get_by_role("button", name="Undo").click()
        expect(page.get_by_text("All is as it was.")).to_be_visible()
        expect(cell(page, "First", "Year")).to_have_value("2019")
        for title, medium in zip(("First", "Second"), before, strict=True):
            found = work(site, title)
            assert (found["year"], found["tags"], found["medium"]) == (2019, ["blue"], medium)

    def test_a_size_of_which_one_side_is_known_comes_back_as_that_side(self, page: Any, site: Site) -> None:
        wide = {"height_cm": None, "width_cm": "80.00", "depth_cm": None}
        assert site.ask("PATCH", f"/api/artworks/{work(site, 'Third')['id']}", "mara", wide).status == 200
        page.reload()
        line(page, "Third").locator(".action-select").check()
        page.get_by_role("button", name="Change chosen works…").click()
        panel = page.get_by_role("dialog")
        panel.get_by_label("Dimensions:").fill("20 x 30")
        panel.get_by_role("button", name="Change 1 work").click()
        expect(cell(page, "Third", "Dimensions")).to_have_value("20 × 30 cm")
        page.get_by_role("button", name="Undo").click()
        expect(page.get_by_text("All is as it was.")).to_be_visible()
        expect(cell(page, "Third", "Dimensions")).to_have_value("80 cm")
        found = work(site, "Third")
        assert {name: found[name] for name in wide} == wide


class TestAltTexts:
    def test_enter_saves_and_shows_the_next(self, page: Any, site: Site) -> None:
        page.goto(QUEUE)
        expect(page.get_by_role("heading", name="First")).to_be_visible()
        page.keyboard.type("Image of a lamp")
        expect(page.get_by_text("No need for “image of”")).to_be_visible()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Second")).to_be_visible()
        assert work(site, "First")["alt_text"] == "Image of a lamp"


@needs_axe
@pytest.mark.parametrize("path", [LIST, f"{LIST}?view=grid", QUEUE])
def test_nobody_stumbles(page: Any, path: str) -> None:
    page.goto(path)
    if path == LIST:
        page.get_by_role("checkbox").nth(1).check()
        assert barriers(page) == []
        page.get_by_role("button", name=re.compile("Change chosen")).click()
    assert barriers(page) == []
