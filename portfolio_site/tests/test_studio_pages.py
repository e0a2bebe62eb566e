"""The studio without any script: from a file to a published gallery and back into the trash, through plain forms."""

from pathlib import Path
from typing import Any

from portfolio_site.testing import make_image
from portfolio_site.tests.browsing import IN_BROWSER, PHONE, sign_in, visit
from portfolio_site.tests.live import Site

pytestmark = IN_BROWSER


class Plain:
    """Somebody in the studio whose browser runs no scripts."""

    def __init__(self, browser: Any, site: Site, name: str, password: str) -> None:
        self.page, self.wrong = visit(browser, site, java_script_enabled=False, viewport=PHONE)
        sign_in(self.page, name, password)

    def press(self, *names: str, role: str = "button") -> None:
        for name in names:
            self.go(self.page.get_by_role(role, name=name).first)

    def go(self, way: Any) -> None:
        """Click what leads on, until the next page is here: without scripts nothing else changes one."""
        with self.page.expect_navigation():
            way.click()

    def follow(self, *names: str) -> None:
        self.press(*names, role="link")

    def said(self) -> str:
        return str(self.page.locator(".messagelist").inner_text())

    def titles(self) -> list[str]:
        return [row.get_attribute("data-title") for row in self.page.locator(".hanging > li").all()]


def test_without_scripts_all_is_done_through_plain_forms(
    demo: tuple[Site, dict[str, str]], browser: Any, tmp_path: Path
) -> None:
    site, logins = demo
    paths = [tmp_path / "Plain dawn.jpg", tmp_path / "Plain dusk.jpg", tmp_path / "Torn.jpg"]
    for number, path in enumerate(paths):
        path.write_bytes(make_image(300 + 10 * number, 200))
    paths[2].write_bytes(paths[2].read_bytes()[:900])
    ilse = Plain(browser, site, "ilse", logins["ilse"])
    page = ilse.page

    ilse.follow("Upload works")
    page.locator("input[type=file]").set_input_files(paths)
    ilse.press("Upload")
    assert "2 works are here" in ilse.said() and "“Torn.jpg”" in ilse.said()

    page.goto("/admin/artworks/artwork/?q=Plain+dawn")
    page.locator("input[name=form-0-title]").fill("Plain morning")
    page.locator("input[name=form-0-year]").fill("2024")
    ilse.go(page.locator("input[name=_save]").first)
    page.goto("/admin/artworks/artwork/?q=Plain+dusk")
    ilse.go(page.locator(".field-picture a").first)
    page.locator("textarea[name=alt_text]").fill("A boat at dusk.")
    page.locator("input[name=medium]").fill("Oil on board")
    ilse.press("Save")

    ilse.follow("Galleries", "New gallery")
    page.locator("input[name=title]").fill("Plain")
    ilse.press("Make it")
    ilse.follow("Hang works")
    for title in ("Plain morning, 2024", "Plain dusk"):
        page.get_by_label(title, exact=True).check()
    ilse.press("Hang")
    first, second = ilse.titles()
    ilse.press(f"Move “{second}” up")
    assert ilse.titles() == [second, first]
    address = page.get_by_role("link", name="View on site").get_attribute("href")
    assert site.ask("GET", address).status == 404
    ilse.press("Save and publish")
    shown = site.ask("GET", address).body.decode()
    assert shown.index(second) < shown.index(first) and 'alt="A boat at dusk."' in shown

    ilse.press("View as a visitor")
    assert "You see your site as visitors do." in page.locator("form.as-visitor").inner_text()
    ilse.press("Stop")
    assert page.locator("form.as-visitor").count() == 0

    page.goto("/admin/galleries/gallery/?q=Plain")
    ilse.press("Make private: Plain")
    assert site.ask("GET", address).status == 404
    ilse.follow("Plain")
    ilse.follow("Delete")
    ilse.go(page.locator("form input[type=submit]").last)
    for step, shelf in (("into_the_trash", ""), ("purge", "&shelf=trash")):
        page.goto(f"/admin/artworks/artwork/?q=Plain{shelf}")
        for box in page.locator("input[name=_selected_action]").all():
            box.check()
        page.locator("select[name=action]").select_option(step)
        ilse.press("Go")
    ilse.go(page.locator("form:has([name=confirmed]) :is(button, input[type=submit])").first)
    assert "2 works are gone for ever" in ilse.said() and ilse.wrong == []
