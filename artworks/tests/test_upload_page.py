"""The upload page in a real browser: files and folders dropped from outside, reloads, duplicates, replacements."""

import io
import random
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from portfolio_site.testing import make_image
from portfolio_site.tests import conftest
from portfolio_site.tests.browsing import HARMLESS, WITH_BROWSER, barriers, needs_axe, sign_in, visit
from portfolio_site.tests.live import PASSWORD, Site, memory, running, wait_until_open

browser = conftest.browser
pytestmark = [*WITH_BROWSER, pytest.mark.xdist_group("upload page")]
PAGE, SENT = "/admin/artworks/artwork/add/", "**/api/artworks/upload"
ANSWERED = ".tray :is(.here, .refused, .duplicate)"
UNDER_WAY = ".tray :is(.waiting, .sending, .opening, .held)"
artists = (f"artist{number}" for number in count())


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running(tmp_path_factory.mktemp("upload"), THROTTLE_UPLOAD="off") as site:
        yield site


class Uploader:
    """An artist of their own on the upload page, with a folder of files on their machine."""

    def __init__(self, browser: Any, site: Site, files: Path, **options: Any) -> None:
        self.site, self.name, self.files = site, next(artists), files / "pictures"
        site.join(self.name)
        self.files.mkdir(exist_ok=True)
        self.page, self.wrong = visit(browser, site, **options)
        self.leaving: list[str] = []
        self.page.on("dialog", lambda dialog: (self.leaving.append(dialog.type), dialog.accept()))
        sign_in(self.page, self.name, PASSWORD)
        self.page.goto(PAGE)
        self.page.locator(".choose-folder").wait_for()

    def file(self, name: str, content: bytes) -> Path:
        path = self.files / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        return path

    def drop(self, *paths: Path) -> None:
        """From outside, as the system's own file manager does it: whole folders, too."""
        data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
        devtools = self.page.context.new_cdp_session(self.page)
        for kind in ("dragEnter", "dragOver", "drop"):
            devtools.send("Input.dispatchDragEvent", {"type": kind, "x": 200, "y": 300, "data": data})
        self.row(paths[-1]).first.wait_for()

    def row(self, path: Path) -> Any:
        name = path if path.is_file() else next(path.glob("*.jpg"))
        return self.page.locator(".tray li", has=self.page.get_by_text(name.name, exact=True))

    def press(self, name: str, within: Any = None) -> None:
        (within or self.page).get_by_role("button", name=name).first.click()

    def arrive(self, count: int, seconds: int = 30) -> None:
        """All is answered: there is nothing left to wait for."""
        self.counts(count, ".tray .here", seconds)
        self.counts(0, UNDER_WAY)

    def counts(self, count: int, rows: str, seconds: int = 10) -> None:
        from playwright.sync_api import expect

        expect(self.page.locator(rows)).to_have_count(count, timeout=seconds * 1000)

    def galleries(self) -> dict[str, list[str]]:
        """The titles on each wall of theirs, in order."""
        mine = self.site.ask("GET", "/api/auth/me", self.name).json()["artist"]["id"]
        whole = self.site.ask("GET", f"/api/artists/{mine}", self.name).json()["galleries"]
        return {wall["title"]: [work["title"] for work in wall["artworks"]] for wall in whole}

    def works(self) -> list[dict[str, Any]]:
        """From the first to the last that came."""
        found, address = [], "/api/artworks?page_size=100"
        while address:
            answer = self.site.ask("GET", address, self.name).json()
            found += [work for work in answer["results"] if work["artist"]["slug"] == self.name]
            address = (answer["next"] or "").partition(str(self.site.port))[2]
        return found[::-1]

    def nothing_wrong(self) -> bool:
        unexpected = [words for words in self.wrong if not HARMLESS.match(words)]
        assert unexpected == []
        return True


def test_a_reload_in_the_middle_costs_nothing_and_doubles_nothing(browser: Any, site: Site, tmp_path: Path) -> None:
    artist = Uploader(browser, site, tmp_path)
    loose = [artist.file(f"{name}.jpg", make_image(90 + n, 60)) for n, name in enumerate(["quay", "dawn", "field"])]
    torn = artist.file("torn.jpg", make_image(900, 700)[:4000])
    again = artist.file("quay again.jpg", loose[0].read_bytes())
    for number in (10, 2, 1):
        artist.file(f"Winter/w{number}.jpg", make_image(60, 70 + number))
    artist.file("Winter/notes.txt", b"no picture")
    everything = [loose[0], torn, again, *loose[1:], artist.files / "Winter"]

    let_through = count()
    artist.page.route(SENT, lambda route: route.continue_() if next(let_through) < 4 else None)
    artist.drop(*everything)
    artist.press("Upload")
    artist.counts(4, ANSWERED)
    assert artist.page.locator(".sum").inner_text() == "2 of 8 are here, 2 need you"
    artist.page.reload()
    artist.page.unroute(SENT)
    assert artist.leaving == ["beforeunload"]

    owed = artist.page.locator(".owed summary")
    owed.wait_for()
    assert owed.inner_text() == "4 files of your last upload did not arrive: drop them again"
    artist.drop(*everything)
    artist.arrive(6)
    assert artist.page.locator(".sum").inner_text() == "6 of 8 are here, 2 need you"
    assert not owed.is_visible()
    assert "damaged or incomplete" in artist.row(torn).inner_text()
    assert "this very file before: it is “Quay”" in artist.row(again).inner_text()
    assert "left out" in artist.page.locator(".noted").inner_text()
    artist.press("Skip", artist.row(again))
    assert artist.page.locator(".sum").inner_text() == "6 of 7 are here, one needs you"
    assert [work["title"] for work in artist.works()] == ["Quay", "Dawn", "Field", "W1", "W2", "W10"]
    assert artist.galleries() == {"Winter": ["W1", "W2", "W10"]}
    artist.page.locator(".tray .ready").nth(5).wait_for()
    artist.page.get_by_role("link", name="Go on").click()
    artist.page.wait_for_url("**/admin/galleries/gallery/")
    assert artist.leaving == ["beforeunload"] and artist.nothing_wrong()


@needs_axe
def test_both_are_kept_a_picture_replaced_and_the_order_of_selection_holds(
    browser: Any, site: Site, tmp_path: Path
) -> None:
    artist = Uploader(browser, site, tmp_path, viewport={"width": 390, "height": 844})
    site.upload(artist.name, make_image(200, 90), "dawn.jpg", title="The Dawn", year=1998)
    assert site.ask("POST", "/api/galleries", artist.name, {"title": "winter"}).status == 201
    one = artist.file("Winter/a.jpg", make_image(99, 66))
    twin = artist.file("Winter/b.jpg", one.read_bytes())
    artist.file("Winter/c.jpg", make_image(99, 67))
    dawn = artist.file("dawn.jpg", make_image(210, 91))
    artist.drop(artist.files / "Winter", dawn)
    artist.row(dawn).get_by_label("Replace the picture of “The Dawn”, keep everything else").check()
    artist.press("Upload")
    artist.arrive(3)
    assert barriers(artist.page) == []
    artist.press("Keep both", artist.row(twin))
    artist.arrive(4)
    artist.page.get_by_role("link", name="Go on").wait_for()
    assert artist.galleries() == {"winter": ["A", "B", "C"]}
    [replaced] = [work for work in artist.works() if work["year"] == 1998]
    assert (replaced["title"], replaced["image"]["width"]) == ("The Dawn", 210)
    assert len(artist.works()) == 4
    assert artist.nothing_wrong()


def test_paused_it_sends_nothing_and_what_is_left_out_stays_out(browser: Any, site: Site, tmp_path: Path) -> None:
    artist = Uploader(browser, site, tmp_path)
    files = [artist.file(f"{name}.jpg", make_image(80 + n, 60)) for n, name in enumerate(["one", "two", "three"])]
    stopped: list[Any] = []
    artist.page.route(SENT, lambda route: stopped.append(route))
    artist.page.set_input_files("input[type=file]", files)
    artist.press("Upload")
    artist.press("Leave out", artist.row(files[1]))
    artist.press("Pause")
    artist.page.locator(".tray .waiting").nth(1).wait_for()
    artist.page.unroute(SENT)
    artist.press("Resume")
    artist.arrive(2)
    assert [work["title"] for work in artist.works()] == ["One", "Three"] and len(stopped) == 1
    artist.press("Try again", artist.row(files[1]))
    artist.arrive(3)
    assert artist.nothing_wrong()


COPY = """async () => {
  const picture = new OffscreenCanvas(90, 60)
  picture.getContext("2d").fillRect(0, 0, 50, 60)
  await navigator.clipboard.write([new ClipboardItem({"image/png": await picture.convertToBlob({type: "image/png"})})])
}"""


@pytest.mark.drill
def test_a_picture_is_pasted_and_a_folder_chosen_by_its_button(browser: Any, site: Site, tmp_path: Path) -> None:
    artist = Uploader(browser, site, tmp_path, permissions=["clipboard-read", "clipboard-write"])
    for number in (10, 2):
        artist.file(f"Autumn/a{number}.jpg", make_image(60, 40 + number))
    artist.page.evaluate(COPY)
    artist.page.keyboard.press("Control+v")
    artist.counts(1, ".tray li")
    with artist.page.expect_file_chooser() as chooser:
        artist.press("Choose a folder")
    chooser.value.set_files(artist.files / "Autumn")
    artist.counts(3, ".tray li")
    artist.press("Upload")
    artist.arrive(3)
    assert artist.galleries() == {"Autumn": ["A2", "A10"]}
    assert [work["title"] for work in artist.works()] == ["Untitled", "A2", "A10"]  # named as every pasted picture is
    assert artist.nothing_wrong()


def noise(seed: int) -> bytes:
    """A small picture like no other."""
    stream = io.BytesIO()
    Image.frombytes("L", (20, 20), random.Random(seed).randbytes(400)).resize((120, 80)).save(stream, "JPEG")
    return stream.getvalue()


@pytest.mark.drill
def test_two_hundred_files_across_a_restart_and_a_reload(browser: Any, tmp_path: Path) -> None:
    """Three are broken, two are there twice, one has a hundred megapixels: 195 are ready, and five are explained."""
    start = time.monotonic()
    with running(tmp_path, THROTTLE_UPLOAD="off") as site:
        artist = Uploader(browser, site, tmp_path)
        files = [artist.file(f"work {number:03}.jpg", noise(number)) for number in range(200)]
        for number in (20, 90, 160):
            files[number].write_bytes(noise(number)[:900])
        for number, other in ((50, 10), (170, 30)):
            files[number].write_bytes(noise(other))
        files[110].write_bytes(make_image(11_560, 8_660))
        artist.page.goto(f"{PAGE}?gallery={new_gallery(site, artist)}")
        artist.drop(*files)
        artist.press("Upload")

        here = artist.page.locator(".tray .here")
        here.nth(59).wait_for(timeout=120_000)
        site.stop()
        artist.page.locator(".tray .held").wait_for(timeout=20_000)
        site.start()
        wait_until_open(site)
        here.nth(99).wait_for(timeout=120_000)
        artist.page.reload()
        artist.page.locator(".owed").wait_for()
        artist.drop(*files)
        artist.arrive(195, 200)
        artist.counts(195, ".tray .ready", 200)

        assert artist.page.locator(".sum").inner_text() == "195 of 200 are here, 5 need you"
        explained = artist.page.locator(".tray li:not(.here)").all()
        assert [row.locator(".name").text_content() for row in explained] == [
            f"work {number:03}.jpg" for number in (20, 50, 90, 160, 170)
        ]
        assert all(len(row.locator(".state").text_content()) > 30 for row in explained)
        good = [number for number in range(200) if number not in {20, 50, 90, 160, 170}]
        assert artist.galleries() == {"All": [f"Work {number:03}" for number in good]}
        assert len(artist.works()) == 195 and {work["state"] for work in artist.works()} == {"ready"}
        peaks = [memory(pid, "status", "VmHWM") for pid in site.tree()]
        assert max(peaks) <= 400, peaks  # the picture of a hundred megapixels came after the restart
        reasons = [words for words in artist.wrong if not HARMLESS.match(words) and "ERR_" not in words]
        assert [words for words in reasons if not words.startswith("failed: ")] == []
    print(f"200 files in {time.monotonic() - start:.0f} s, at most {max(peaks)} MB in a process")


def new_gallery(site: Site, artist: Uploader) -> int:
    return int(site.ask("POST", "/api/galleries", artist.name, {"title": "All"}).json()["id"])
