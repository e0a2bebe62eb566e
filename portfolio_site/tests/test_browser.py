"""The demonstration site in a real browser: every page, without JavaScript, small and large, light and dark."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from portfolio_site.tests.browsing import IN_BROWSER, visit
from portfolio_site.tests.live import Site

pytestmark = IN_BROWSER

# Scripts of the page are off; the test's own still run.
PICTURES = """async () => {
  const pictures = [...document.images]
  for (const picture of pictures) picture.loading = "eager"
  await Promise.all(pictures.map(picture => picture.decode().catch(() => {})))
  return pictures.map(picture => [picture.currentSrc, picture.naturalWidth, picture.alt])
}"""


def test_the_demo_fills_an_empty_site_once(demo: tuple[Site, dict[str, str]]) -> None:
    site, logins = demo
    artists = site.ask("GET", "/api/artists").json()["results"]
    walls = [site.ask("GET", f"/api/artists/{artist['id']}").json()["galleries"] for artist in artists]
    works = [work for galleries in walls for gallery in galleries for work in gallery["artworks"]]
    assert (len(artists), sum(map(len, walls))) == (3, 6)
    assert len(works) >= 24
    for work in works:
        for field in ("year", "medium", "dimensions", "description", "alt_text", "tags"):
            assert work[field], (work["title"], field)
    assert len(logins) == 4


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), pytest.param(1440, "light", marks=pytest.mark.drill)])
def test_every_page_shows_every_picture(demo: Any, browser: Any, width: int, scheme: str) -> None:
    site, _ = demo
    size = {"width": width, "height": 800}
    page, wrong = visit(browser, site, viewport=size, color_scheme=scheme, java_script_enabled=False)
    waiting, seen, pictures = ["/"], set(), 0
    while waiting:
        path = waiting.pop()
        if path in seen or path.startswith(("/accounts", "/admin", "/api")):
            continue
        seen.add(path)
        assert page.goto(path).status == 200, path
        for source, natural_width, alt in page.evaluate(PICTURES):
            assert natural_width > 0, f"{path}: {source} did not load"
            assert alt or "artworks" not in path, f"{path}: {source} has no alt text"
            pictures += 1
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{path} scrolls sideways"
        assert page.locator("h1").count() == 1, path
        links = page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
        local = [urlsplit(link) for link in links if f":{site.port}/" in link]
        waiting += [link.path for link in local]
    assert wrong == []
    assert len([path for path in seen if path.startswith("/artworks/")]) >= 24
    assert len(seen) >= 34 and pictures >= 60


def test_signing_in_leads_to_the_studio_and_out_again(demo: Any, browser: Any) -> None:
    site, logins = demo
    page, wrong = visit(browser, site, java_script_enabled=False)
    page.goto("/accounts/login")
    page.fill("input[name=login]", "admin")
    page.fill("input[name=password]", logins["admin"])
    page.click("main button[type=submit]")
    page.wait_for_load_state("networkidle")
    assert urlsplit(page.url).path == "/admin/"
    page.goto("/accounts/logout")
    page.click("main button[type=submit]")
    page.goto("/admin/")
    assert urlsplit(page.url).path.startswith(("/admin/login", "/accounts/login"))
    assert wrong == []


def test_what_is_not_there_says_so_kindly(demo: Any, browser: Any) -> None:
    site, _ = demo
    page, wrong = visit(browser, site, java_script_enabled=False)
    answer = page.goto("/artworks/987654321-nowhere/")
    assert answer.status == 404
    assert page.locator("h1").count() == 1
    assert [line for line in wrong if "404" not in line] == []


def test_a_picture_is_uploaded_in_the_browsable_api(demo: Any, browser: Any, tmp_path: Path) -> None:
    from portfolio_site.testing import make_image

    site, logins = demo
    file = tmp_path / "by-form.jpg"
    file.write_bytes(make_image(300, 200))
    page, wrong = visit(browser, site)
    page.goto("/accounts/login?next=/api/artworks/upload")
    page.fill("input[name=login]", "ilse")
    page.fill("input[name=password]", logins["ilse"])
    page.click("main button[type=submit]")
    assert urlsplit(page.url).path == "/api/artworks/upload"
    page.set_input_files("input[name=image]", file)
    page.fill("input[name=title]", "Sent by form")
    page.click("form[enctype='multipart/form-data'] button.btn-primary:has-text('POST')")
    page.wait_for_load_state()
    assert "Sent by form" in page.content() and "HTTP 201" in page.content()
    assert [line for line in wrong if "405" not in line] == []
