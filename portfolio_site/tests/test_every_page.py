"""Every page in a browser, as a stranger, an artist and a superuser: no breach of the CSP, no barrier axe can see, and
in the studio nothing that a phone would have to be pushed sideways for.

Pages are found, not listed: the public ones by following links, the rest from the URL map. Those that only something
done before leads to are in test_behind_doors.py.
"""

import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib import admin
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve

from portfolio_site.tests.browsing import HARMLESS, IN_BROWSER, barriers, needs_axe, sign_in, too_wide, visit
from portfolio_site.tests.live import Site

pytestmark = [*IN_BROWSER, needs_axe]

ROLES = {"stranger": "", "artist": "ilse", "artist at the desk": "ilse", "superuser": "admin"}
# Leave it and it is gone; only forms lead there; DRF's switch of formats; one file, not a page; the admin's addresses of another age; the
# API's document, and the page that Swagger UI makes of it (test_openapi.py).
NOT_OPENED = re.compile(
    r"logout|as-visitor|jsi18n|autocomplete|/r/|catch_all|recovery/download|<format>|/admin/.*\(\?P<url>|/admin/\w+/\w+/<[^/]*>/$|^/api/(schema|docs)$"
)
# Where an artist is every day; the drills open all pages.
DESK = re.compile(
    r"^/admin/((artworks/artwork|galleries/gallery|accounts/artist)/(\d+/(change|preview)/|add/|alt-texts/|\?view=grid)?)?$"
)
OF_ONE_KIND = 2  # pages that axe looks at; they differ by what artists write and hang
WORDS = {
    "name": "Quay House",
    "keeper_name": "Anna Muster",
    "keeper_contact": "anna@example.org",
    "imprint": "# Who\n\nAnna Muster, [elsewhere](https://elsewhere.example)",
    "privacy": "Nothing is kept.\n\n- Not a thing",
}


@pytest.fixture(scope="module")
def site(demo: tuple[Site, dict[str, str]]) -> Iterator[tuple[Site, dict[str, str]]]:
    """The demonstration site with its own words, a token, something in the trash, and a work without alt text."""
    bare = "; shown.update(private_notes=F('alt_text'), alt_text='')"
    change(
        demo[0], f"SiteDetails(**{WORDS!r}).save(); work.trash(); Token.objects.create(user=user, name='Script'){bare}"
    )
    yield demo
    whole = "; shown.update(alt_text=F('private_notes'), private_notes='')"
    change(demo[0], f"SiteDetails().save(); work.restore(); user.auth_token_set.all().delete(){whole}")


def change(site: Site, code: str) -> None:
    names = "from artworks.models import Artwork; from portfolio_site.models import SiteDetails"
    names += "; from accounts.models import Token; from django.db.models import F"
    work = "work = Artwork.objects.filter(artist__user__username='ilse').latest('pk'); user = work.artist.user"
    work += "; shown = Artwork.objects.filter(pk=work.artist.artworks.earliest('pk').pk)"
    done = site.manage("shell", "-c", f"{names}; {work}; {code}")
    assert done.returncode == 0, done.stderr


# --- Which pages there are ------------------------------------------------------------------------


def keys(site: Site, role: str) -> dict[str, int]:
    """The first row of every table that has one; an artist's own where rows have an artist."""
    found: dict[str, int] = {}
    with sqlite3.connect(Path(site.environment["DATA_ROOT"]) / "db.sqlite3") as database:
        artist = database.execute(
            "SELECT a.id FROM accounts_artist a JOIN accounts_user u ON u.id = a.user_id WHERE u.username = 'ilse'"
        ).fetchone()[0]
        for model in admin.site._registry:
            meta = model._meta
            where = (
                " WHERE artist_id = ?"
                if role.startswith("artist") and "artist" in {f.name for f in meta.fields}
                else ""
            )
            query = f'SELECT "{meta.pk.column}" FROM "{meta.db_table}"{where} ORDER BY 1 LIMIT 1'
            if row := database.execute(query, [artist] if where else []).fetchone():
                found[f"{meta.app_label}/{meta.model_name}"] = row[0]
        found["accounts/artist"] = artist if role.startswith("artist") else found["accounts/artist"]
    return found


def routes(patterns: list[Any], prefix: str = "") -> Iterator[str]:
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, path)
        elif isinstance(pattern, URLPattern):
            yield path


def pages_below(prefix: str, known: dict[str, int]) -> list[str]:
    """Addresses of all routes below a prefix, their gaps filled with what there is."""
    found = []
    for route in routes(get_resolver().url_patterns):
        path = "/" + re.sub(r"\^|\$|/\?", "", route).replace("\\Z", "").replace("\\.", ".")
        if not path.startswith(prefix) or NOT_OPENED.search(path):
            continue
        key = next((pk for name, pk in known.items() if f"/{name}/" in path), 1)
        if path.startswith("/api/"):
            named = {"artists": "accounts/artist", "artworks": "artworks/artwork"}
            key = known[named.get(path.split("/")[2], "galleries/gallery")]
        path = re.sub(r"<(\w+:)?\w+>|\(\?P<\w+>[^)]*\)", str(key), path)
        if not re.search(r"[()<>?*\[\]]", path):
            found.append(path)
    return sorted(set(found))


def starts(site: Site, role: str) -> list[str]:
    """Addresses to begin with; links of public pages lead to the others."""
    known = keys(site, role)
    invitation = urlsplit(site.manage("invite").stdout.strip()).path
    found = ["/", "/artworks/987654321", invitation, *pages_below("/accounts/", known), "/accounts/logout"]
    found += ["/api", *(f"{path}?page_size=1" for path in pages_below("/api/", known))]
    studio = pages_below("/admin/", known)
    models = [model._meta for model in admin.site._registry]
    studio += [
        f"/admin/{model.app_label}/{model.model_name}/{page}?_popup=1" for model in models for page in ("", "add/")
    ]
    studio += [f"/admin/{label}/" for label in sorted({model.app_label for model in models})]
    studio += [
        f"/admin/artworks/artwork/?{query}"
        for query in ("view=grid", "shelf=trash", "q=nowhere", "_facets=True", "lacks=alt")
    ]
    of = {"stranger": [*found, "/admin/"], "artist": found + studio, "superuser": ["/", *studio]}
    lists = [f"/admin/artworks/artwork/?{query}" for query in ("view=grid", "shelf=trash")]
    at_desk = [path for path in pages_below("/admin/", known) + lists if DESK.search(path)]
    return {**of, "artist at the desk": at_desk}[role]


# --- Opening them ---------------------------------------------------------------------------------


def kind(path: str) -> str:
    """What pages are alike."""
    try:
        return f"{resolve(urlsplit(path).path).route}?{urlsplit(path).query}"
    except Resolver404:
        return "nowhere"


def opened(page: Any, path: str) -> Any:
    """The answer that brought a page of HTML; None for downloads and answers to machines."""
    try:
        answer = page.goto(path)
    except Exception as error:
        if "Download is starting" in str(error) or "ERR_ABORTED" in str(error):
            return None
        raise
    return answer if "text/html" in answer.headers.get("content-type", "") else None


class Walk:
    """Through all pages; of those of one kind only so many, where ``most`` is given."""

    def __init__(self, page: Any, wrong: list[str], most: int | None = None) -> None:
        self.page, self.wrong, self.most = page, wrong, most
        self.kinds: Counter[str] = Counter()
        self.looked_at: Counter[str] = Counter()
        self.seen: set[str] = set()
        self.problems: dict[str, list[str]] = {}

    def through(self, starts: list[str]) -> None:
        waiting = list(starts)
        while waiting:
            path = waiting.pop(0)
            if path not in self.seen and (self.most is None or self.kinds[kind(path)] < self.most):
                self.seen.add(path)
                waiting += self.look(path)

    def look(self, path: str) -> list[str]:
        """What is amiss there is kept; where public pages lead on to is the answer."""
        self.wrong.clear()
        answer = opened(self.page, path)
        if answer is None:
            return []  # the browser speaks of a page that failed
        here = urlsplit(self.page.url)
        self.kinds[kind(path)] += 1
        alike = kind(here._replace(scheme="", netloc="").geturl()) if answer.ok else f"refused: {answer.status}"
        self.looked_at[alike] += 1
        found = barriers(self.page) if self.looked_at[alike] <= OF_ONE_KIND else []
        found += too_wide(self.page) if here.path.startswith("/admin") and self.looked_at[alike] <= OF_ONE_KIND else []
        found += [line for line in self.wrong if not HARMLESS.search(line)]
        for problem in found:
            self.problems.setdefault(problem, []).append(path)
        if here.path.startswith(("/accounts", "/admin", "/api")):
            return []
        links = self.page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
        local = [urlsplit(link) for link in links]
        return [link.path for link in local if link.netloc == here.netloc and not link.path.startswith("/admin")]

    def told(self) -> str:
        return "\n".join(f"{problem}\n    {len(on)} pages, as {on[0]}" for problem, on in self.problems.items())


@pytest.mark.parametrize(
    ("role", "pages"),
    [
        ("artist at the desk", 11),
        pytest.param("artist", 110, marks=pytest.mark.drill),
        pytest.param("stranger", 80, marks=pytest.mark.drill),
        pytest.param("superuser", 80, marks=pytest.mark.drill),
    ],
)
def test_no_page_breaks_its_own_policy_or_is_closed_to_anybody(site: Any, browser: Any, role: str, pages: int) -> None:
    page, wrong = visit(browser, site[0])
    page.on("dialog", lambda dialog: dialog.dismiss())
    if ROLES[role]:
        sign_in(page, ROLES[role], site[1][ROLES[role]])
    walk = Walk(page, wrong, None if role == "stranger" else 1)
    walk.through(starts(site[0], role))
    assert not walk.problems, walk.told()
    assert len(walk.seen) >= pages
