"""Take the pictures of every kind of page that the documentation shows, from the demonstration site.

    ./run --demo            # in one terminal; it says ilse's password; in another, after ./test has set up its tools:
    .venv/bin/python docs/screenshots.py http://localhost:5005 ilse PASSWORD

They are put into docs/screenshots/, over those there. CHROMIUM=/path/to/chromium names the browser.
"""

import os
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

FOLDER = Path(__file__).parent / "screenshots"
DESK: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
ARTIST = "/artists/noemie-castelbou/"
PHOTOGRAPHS = f"{ARTIST}the-offing/"
PAINTINGS = "/artists/ilse-varhaug/standing-colour/"
# name: the wall it hangs on, the page, the work that is followed from there, the screen
SHOTS: dict[str, tuple[str, str, int | None, dict[str, Any]]] = {
    "home": ("paper", "/", None, DESK),
    "artist": ("paper", ARTIST, None, DESK),
    "gallery": ("paper", PAINTINGS, None, DESK),
    "gallery-dark": ("dark", PHOTOGRAPHS, None, DESK),
    "artwork-grey": ("grey", PAINTINGS, 0, DESK),
    "search": ("paper", "/search/?q=sea", None, DESK),
    "phone-gallery": ("paper", PHOTOGRAPHS, None, PHONE),
    "phone-artwork": ("grey", PAINTINGS, 0, PHONE),
}
# name: the page of the studio, and how far down it is looked at
STUDIO: dict[str, tuple[str, int]] = {
    "studio": ("/admin/", 0),
    "studio-works": ("/admin/artworks/artwork/", 0),
    "studio-wall": ("/admin/galleries/gallery/?", 150),
    "studio-work": ("/admin/artworks/artwork/?", 0),
}
FIRST = "#result_list tbody th a, #result_list tbody .field-picture a"
# A picture is fetched once it comes near; what is in view is decoded before it is shot.
LOADED = """async () => {
  for (let y = 0; y < document.body.scrollHeight; y += innerHeight / 2) {
    scrollTo({top: y, behavior: "instant"})
    await new Promise(done => setTimeout(done, 60))
  }
  await Promise.all([...document.images].filter(each => each.checkVisibility()).map(each => each.decode()))
  scrollTo({top: 0, behavior: "instant"})
  await document.fonts.ready
}"""
SHOWN = ".viewer[open] .slide:not([inert]) img"


def main() -> None:
    if len(sys.argv) != 4:
        sys.exit("Say which site, and who you are: docs/screenshots.py http://localhost:5005 ilse PASSWORD")
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ.get("CHROMIUM"), args=["--no-sandbox"])

        def opened(wall: str, path: str, work: int | None, screen: dict[str, Any]) -> Page:
            context = browser.new_context(base_url=sys.argv[1], reduced_motion="reduce", locale="en", **screen)
            context.add_cookies([{"name": "wall", "value": wall, "url": sys.argv[1]}])
            page = context.new_page()
            go(page, path)
            if work is not None:
                go(page, page.locator("figcaption a").nth(work).get_attribute("href") or "")
            return page

        for name, shot in SHOTS.items():
            page = opened(*shot)
            page.evaluate(LOADED)
            save(page, name)
            page.context.close()
        page = opened("paper", PHOTOGRAPHS, None, DESK)
        page.locator("[data-work] a").first.click()
        page.wait_for_function(f"() => document.querySelector('{SHOWN}')?.complete")
        page.wait_for_load_state("networkidle")
        save(page, "viewer")
        page = opened("paper", "/accounts/login", None, DESK)
        take_studio(page, *sys.argv[2:])
        browser.close()


def take_studio(page: Page, name: str, password: str) -> None:
    page.fill("[name=login]", name)
    page.fill("[name=password]", password)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/admin/")
    for shot, (path, down) in STUDIO.items():
        go(page, path.rstrip("?"))
        if path.endswith("?"):  # the first that is listed there
            go(page, page.locator(FIRST).first.get_attribute("href") or "")
        page.wait_for_load_state("networkidle")
        page.evaluate("y => scrollTo({top: y, behavior: 'instant'})", down)
        page.wait_for_timeout(300)
        save(page, shot)


def go(page: Page, path: str) -> None:
    answer = page.goto(path, wait_until="load")
    if answer is None or not answer.ok:
        sys.exit(f"{path} is not there: is {sys.argv[1]} the demonstration site (./run --demo)?")


def save(page: Page, name: str) -> None:
    path = FOLDER / f"{name}.jpg"
    page.screenshot(path=path, type="jpeg", quality=80)
    print(f"{path.name:20} {path.stat().st_size // 1024:4} kB")


if __name__ == "__main__":
    main()
