"""Hostile words in every field, and in files' own words: nothing of them runs on any page.

``NAUGHTY_STRINGS`` names a JSON file with a list of more of them, such as the big list of naughty strings.
"""

import io
import json
import os
import re
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from PIL import ExifTags, Image

from portfolio_site.testing import make_picture
from portfolio_site.tests.browsing import HARMLESS, WITH_BROWSER, sign_in, visit
from portfolio_site.tests.live import PASSWORD, Site, running
from portfolio_site.tests.test_every_page import pages_below

pytestmark = [*WITH_BROWSER, pytest.mark.drill]

RUN = "window.ran=(window.ran||0)+1,alert(1)"
OURS = [
    f"<script>{RUN}</script>",
    f"</script><script>{RUN}</script>",
    f"</title></style></textarea></noscript><script>{RUN}</script>",
    f"<img src=x onerror={RUN}>",
    f'"><img src=x onerror="{RUN}">',
    f"'><svg/onload='{RUN}'>",
    f'" autofocus onfocus="{RUN}" x="',
    f"' style=animation-name:x onanimationstart='{RUN}",
    f"<details open ontoggle={RUN}>",
    f"<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror={RUN}&gt;'>",
    f"<iframe srcdoc='<script>parent.{RUN}</script>'></iframe>",
    f"<object data='data:text/html,<script>{RUN}</script>'></object>",
    "<link rel=stylesheet href='data:text/css,*{background:url(//evil.example/x)}'>",
    "<style>@import '//evil.example/x';</style>",
    "<base href='//evil.example/'>",
    "<meta http-equiv=refresh content='0;url=//evil.example/'>",
    f"<form action='javascript:{RUN}'><button>x</button></form>",
    f"[x](javascript:{RUN})",
    f"[x](  jAvAsCrIpT&#58;{RUN})",
    f"[x](java\tscript:{RUN})",
    f'![x](x"onerror="{RUN})',
    f"<javascript:{RUN}>",
    f"[x]: javascript:{RUN}\n\n[x]",
    f"`</code><script>{RUN}</script>`",
    "{{ 7*7 }}{% debug %}${7*7}#{7*7}<%= 7*7 %>",
    f"--><script>{RUN}</script><!--",
    f"]]><script>{RUN}</script>",
    f"\\u003cscript\\u003e{RUN}\\u003c/script\\u003e",
    f"&lt;script&gt;{RUN}&lt;/script&gt;",
    f"&#60;script&#62;{RUN}&#60;/script&#62;",
    "\u202etxet desrever\u202c\u2066\u200b\ufeff",
    "’; DROP TABLE artworks_artwork; --",
    "../../../../etc/passwd\x00.jpg",
    "con\r\nSet-Cookie: a=b\r\n\r\n<script>alert(1)</script>",
    "a" * 5000,
    "ﷺ" * 300,
    "Z̮̞̠͙͔ͅḀ̗̞͈̻̗Ḷ͙͎̯̹̞͓G̻O̭̗̮" * 10,
]
# A script that ran says so itself.
TRAP = "window.ran=0;for(const name of ['alert','confirm','prompt'])window[name]=()=>{window.ran+=1}"
WORK = {
    "title": 200, "date_text": 60, "medium": 200, "edition": 60, "description": 9000, "alt_text": 500, "credit_line": 200,
    "private_notes": 9000,
}  # fmt: skip
GALLERY = {"title": 200, "description": 9000}
ARTIST = {"name": 120, "location": 120, "credit_line": 200, "statement": 9000, "biography": 9000}
SITE = {"name": 80, "keeper_name": 120, "keeper_contact": 200, "imprint": 9000, "privacy": 9000}
ON_ONE_WALL = 20
STEP = 4  # a work has eight fields of words


def words() -> list[str]:
    path = os.environ.get("NAUGHTY_STRINGS")
    return OURS + (json.loads(Path(path).read_text()) if path else [])


def filled(fields: dict[str, int], words: list[str], first: int) -> dict[str, str]:
    """Each of the fields with another one, cut to what it holds."""
    return {name: words[(first + i) % len(words)][:most] for i, (name, most) in enumerate(fields.items())}


def for_works(ours: list[str], others: list[str]) -> list[dict[str, Any]]:
    """What to write of each: of ours every one in every field, of the others every one in some."""
    found = [filled(WORK, ours, first) | {"tags": [ours[first][:50]]} for first in range(len(ours))]
    of_others = [filled(WORK, others, first) | {"tags": [others[first][:50]]} for first in range(0, len(others), STEP)]
    return found + of_others


class Writer:
    """Sends words over the API, one field after the other where they are refused together; nothing may fail."""

    def __init__(self, site: Site) -> None:
        self.site, self.taken, self.refused = site, 0, 0

    def change(self, path: str, fields: dict[str, Any]) -> None:
        together = self.site.ask("PATCH", path, "alice", fields).status == 200
        self.taken += len(fields) if together else 0
        for name, value in fields.items() if not together else ():
            answer = self.site.ask("PATCH", path, "alice", {name: value})
            assert answer.status in {200, 400}, (path, name, value, answer.status, answer.body[:300])
            self.taken += answer.status == 200
            self.refused += answer.status == 400


def talking_file(word: str, number: int) -> bytes:
    """A picture whose every block of metadata says it."""
    exif = Image.Exif()
    for tag in ("ImageDescription", "Artist", "Copyright", "Make", "Model", "Software", "XPTitle", "XPKeywords"):
        exif[ExifTags.Base[tag]] = word
    quoted = word.replace("&", "&amp;").replace("<", "&lt;").replace("\x00", "")
    xmp = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        + "".join(
            f"<dc:{name}><rdf:Alt><rdf:li>{quoted}</rdf:li></rdf:Alt></dc:{name}>"
            for name in ("title", "description", "subject", "creator", "rights")
        )
        + "</rdf:Description></rdf:RDF></x:xmpmeta>"
    )
    stream = io.BytesIO()
    make_picture(300 + number, 200).save(
        stream, "JPEG", exif=exif, xmp=xmp.encode("utf-8", "replace"), comment=word[:9000]
    )
    return stream.getvalue()


def fill(site: Site, all: list[str]) -> tuple[Writer, list[int], list[int]]:
    """Works and galleries with hostile words in every field."""
    writer, works, galleries = Writer(site), [], []
    uploaded = [
        site.upload(
            "alice",
            talking_file(word, number),
            f"{number}{word[:60]}.jpg".replace('"', "%22").replace("\r", "").replace("\n", ""),
        )
        for number, word in enumerate(islice(OURS, 34))
    ]
    assert {answer.status for answer in uploaded} == {201}, [answer.body for answer in uploaded if answer.status != 201]
    works = [answer.json()["id"] for answer in uploaded]
    written = for_works(OURS, all[len(OURS) :])
    rows = f"{ROWS}\nprint(*[work_row(alice).pk for _ in range({len(written) - len(works)})])"
    more = site.manage("shell", "-v", "0", "-c", rows)
    assert more.returncode == 0, more.stderr
    works += [int(pk) for pk in more.stdout.split()]
    for work, fields in zip(works, written, strict=True):
        writer.change(f"/api/artworks/{work}", fields)
    for first in range(0, len(works), ON_ONE_WALL):
        made = site.ask("POST", "/api/galleries", "alice", {"title": f"Wall {first}", "visibility": "public"})
        galleries.append(made.json()["id"])
        hung = site.ask(
            "POST",
            f"/api/galleries/{galleries[-1]}/artworks",
            "alice",
            {"artworks": works[first : first + ON_ONE_WALL]},
        )
        assert hung.status == 200, hung.body
        writer.change(f"/api/galleries/{galleries[-1]}", filled(GALLERY, all, first))
    return writer, works, galleries


ROWS = """
from accounts.models import Artist
from portfolio_site.testing import work_row
alice = Artist.objects.get(user__username="alice")
"""


class Looker:
    """Opens pages, and keeps what ran or what the policy had to stop."""

    def __init__(self, browser: Any, site: Site, name: str = "") -> None:
        self.page, self.wrong = visit(browser, site)
        self.page.add_init_script(TRAP)
        self.page.on("dialog", lambda dialog: (self.wrong.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        if name:
            sign_in(self.page, name, PASSWORD)
        self.found: list[str] = []
        self.pages = 0

    def look(self, path: str) -> None:
        self.wrong.clear()
        try:
            answer = self.page.goto(path)
        except Exception as error:
            assert "Download is starting" in str(error) or "ERR_ABORTED" in str(error), error
            return
        self.pages += 1
        if answer.status >= 500:
            self.found.append(f"{path}: {answer.status}")
        if "html" in answer.headers.get("content-type", "") and self.page.evaluate("window.ran"):
            self.found.append(f"{path}: a script ran")
        self.found += [f"{path}: {line}" for line in self.wrong if not HARMLESS.search(line)]


def addresses(site: Site) -> Iterator[str]:
    """Of the map of the site: every public page."""
    yield from ("/", "/search/?q=script")
    for part in re.findall(r"<loc>[^<]*?(/sitemap[^<]*)</loc>", site.ask("GET", "/sitemap.xml").body.decode()):
        content = site.ask("GET", part).body
        ElementTree.fromstring(content)
        yield from re.findall(r"<loc>https?://[^/<]*([^<]*)</loc>", content.decode())


def test_no_word_runs_anywhere(tmp_path: Path, browser: Any, figure: Callable[[str], None]) -> None:
    all = words()
    with running(tmp_path, THROTTLE_UPLOAD="off", THROTTLE_WRITE="off") as site:
        site.join("alice")
        keeper = site.manage(
            "shell",
            "-v",
            "0",
            "-c",
            f"{ROWS}\nfrom accounts.models import User\nUser.objects.create_superuser('root', 'root@example.org', {PASSWORD!r})",
        )
        assert keeper.returncode == 0, keeper.stderr
        writer, works, galleries = fill(site, all)
        stranger, artist, root = Looker(browser, site), Looker(browser, site, "alice"), Looker(browser, site, "root")
        for path in ("/feed.xml", "/artists/alice/feed.xml", "/sitemap.xml"):
            ElementTree.fromstring(site.ask("GET", path).body)  # in a browser they are Chromium's own page
        for path in list(addresses(site)):
            stranger.look(path)
        known = {"artworks/artwork": works[0], "galleries/gallery": galleries[0], "accounts/artist": 1}
        for first in range(0, len(OURS), 3):
            fields = filled(ARTIST, all, first) | {
                "links": [
                    {"title": all[first][:120], "url": "https://art.example/?" + all[first].replace(" ", "+")[:100]}
                ]
            }
            writer.change("/api/artists/1", fields)
            details = {name: value.replace("\x00", "") for name, value in filled(SITE, all, first).items()}
            told = site.manage(
                "shell",
                "-v",
                "0",
                "-c",
                f"from portfolio_site.models import SiteDetails; SiteDetails(**{details!r}).save()",
            )
            assert told.returncode == 0, told.stderr
            for path in (
                "/",
                site.ask("GET", "/api/artists/1").json()["page"].partition(str(site.port))[2],
                "/imprint",
                "/privacy",
            ):
                stranger.look(path)
            artist.look("/admin/accounts/artist/1/change/")
            root.look("/admin/portfolio_site/sitedetails/1/change/")
        for looker in (artist, root):
            for path in pages_below("/admin/", known):
                looker.look(path)
            for number in range(1, len(works) // 100 + 2):
                looker.look(f"/admin/artworks/artwork/?p={number}")
                looker.look(f"/admin/artworks/artwork/?view=grid&p={number}")
        for work in works[: len(OURS)]:
            artist.look(f"/admin/artworks/artwork/{work}/change/")
            artist.look(f"/admin/artworks/artwork/{work}/history/")
            artist.look(f"/api/artworks/{work}")
        for gallery in galleries:
            artist.look(f"/admin/galleries/gallery/{gallery}/change/")
            artist.look(f"/api/galleries/{gallery}")
        for looker in (stranger, artist):
            for path in [*pages_below("/api/", known), *(f"/api/artworks?page={number}" for number in range(2, 5))]:
                looker.look(path)
    found = [line for looker in (stranger, artist, root) for line in looker.found]
    opened = sum(looker.pages for looker in (stranger, artist, root))
    figure(
        f"{len(all)} strings, {writer.taken} fields taken and {writer.refused} refused with 400; {opened} pages opened: "
        f"{sum('script ran' in line or 'dialog' in line for line in found)} script runs, "
        f"{sum('Content Security Policy' in line for line in found)} CSP reports, {len(found)} things amiss"
    )
    assert not found, "\n".join(found[:40])
