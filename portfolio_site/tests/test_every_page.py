"""Every page in a browser, as a stranger, an artist and a superuser: no breach of the CSP, no barrier axe can see.

Pages are found, not listed: the public ones by following links, the rest from the URL map.
"""

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, get_resolver

from portfolio_site.tests.browsing import IN_BROWSER, sign_in, visit
from portfolio_site.tests.live import PASSWORD, Site, running

pytestmark = [*IN_BROWSER, pytest.mark.drill]

AXE = Path(settings.BASE_DIR) / "node_modules" / "axe-core" / "axe.min.js"
needs_axe = pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed")
ROLES = {"stranger": "", "artist": "ilse", "superuser": "admin"}
# Leave it and it is gone; DRF's switch of formats; one file, not a page.
NOT_OPENED = re.compile(r"logout|jsi18n|autocomplete|/r/|catch_all|recovery/download|<format>|/admin/.*\(\?P<url>")
WORDS = {
    "name": "Quay House",
    "keeper_name": "Anna Muster",
    "keeper_contact": "anna@example.org",
    "imprint": "# Who\n\nAnna Muster, [elsewhere](https://elsewhere.example)",
    "privacy": "Nothing is kept.\n\n- Not a thing",
}
# Chromium also notes pages that answer 401, 403, 404 or 405, and gives advice on forms.
HARMLESS = re.compile(
    r"Failed to load resource: the server responded with a status of 40[1345]|^\[DOM\]|^Autofocus processing was blocked"
)
LOOK = """async () => {
  const found = await axe.run(document, {resultTypes: ["violations"]})
  return found.violations.map(v => [v.id, v.impact, v.nodes.slice(0, 3).map(n => n.html.slice(0, 160) + " " +
    (n.any[0] || n.all[0] || n.none[0] || {message: ""}).message.slice(0, 160))])
}"""


@pytest.fixture(scope="module")
def site(demo: tuple[Site, dict[str, str]]) -> Iterator[tuple[Site, dict[str, str]]]:
    """The demonstration site with its own words, and with something in the trash."""
    change(demo[0], f"SiteDetails(**{WORDS!r}).save(); work.trash()")
    yield demo
    change(demo[0], "SiteDetails().save(); work.restore()")


def change(site: Site, code: str) -> None:
    names = "from artworks.models import Artwork; from portfolio_site.models import SiteDetails"
    work = "work = Artwork.objects.filter(artist__user__username='ilse').latest('pk')"
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
            where = " WHERE artist_id = ?" if role == "artist" and "artist" in {f.name for f in meta.fields} else ""
            query = f'SELECT "{meta.pk.column}" FROM "{meta.db_table}"{where} ORDER BY 1 LIMIT 1'
            if row := database.execute(query, [artist] if where else []).fetchone():
                found[f"{meta.app_label}/{meta.model_name}"] = row[0]
        found["artist"] = artist
        found["accounts/artist"] = artist if role == "artist" else found["accounts/artist"]
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
        key = next((pk for name, pk in known.items() if f"/{name}/" in path), known.get("default", 1))
        if path.startswith("/api/"):
            key = known[
                {"artists": "accounts/artist", "artworks": "artworks/artwork"}.get(
                    path.split("/")[2], "galleries/gallery"
                )
            ]
        path = re.sub(r"<(\w+:)?\w+>|\(\?P<\w+>[^)]*\)", str(key), path)
        if not re.search(r"[()<>?*\[\]]", path):
            found.append(path)
    return sorted(set(found))


def linked_pages(page: Any, site: Site) -> list[str]:
    """All public pages that links lead to."""
    waiting, seen = ["/"], []
    while waiting:
        path = waiting.pop()
        if path in seen or path.startswith(("/accounts", "/admin", "/api")):
            continue
        seen.append(path)
        page.goto(path)
        links = page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
        waiting += [urlsplit(link).path for link in links if f":{site.port}/" in link]
    return seen


def every_page(page: Any, site: Site, role: str) -> list[str]:
    known = keys(site, role)
    public = [*linked_pages(page, site), "/artworks/987654321"]
    invitation = urlsplit(site.manage("invite").stdout.strip()).path
    found = [
        *public,
        invitation,
        *pages_below("/accounts/", known),
        "/accounts/logout",
        "/api",
        *pages_below("/api/", known),
    ]
    if role != "stranger":
        found += pages_below("/admin/", known)
        found += [f"/admin/{app}/" for app in sorted({model._meta.app_label for model in admin.site._registry})]
    return list(dict.fromkeys(found))


def signed_in(browser: Any, demo: tuple[Site, dict[str, str]], role: str, **options: Any) -> tuple[Any, list[str]]:
    site, logins = demo
    page, wrong = visit(browser, site, **options)
    page.on("pageerror", lambda error: wrong.append(f"script: {error}"))
    page.on("dialog", lambda dialog: dialog.dismiss())
    if ROLES[role]:
        sign_in(page, ROLES[role], logins[ROLES[role]])
    return page, wrong


def opened(page: Any, path: str) -> bool:
    """True for a page of HTML that is there; downloads and answers to machines are none."""
    try:
        answer = page.goto(path)
    except Exception as error:
        if "Download is starting" in str(error) or "ERR_ABORTED" in str(error):
            return False
        raise
    return "text/html" in answer.headers.get("content-type", "")


def faults(page: Any, wrong: list[str], paths: list[str]) -> list[str]:
    """What the browser complains of: a breach of the policy, a script that breaks, a 500."""
    problems, count = [], 0
    for path in paths:
        wrong.clear()
        if opened(page, path):
            count += 1
            page.wait_for_timeout(100)  # for what scripts do next
        else:
            wrong.clear()  # a download: the browser speaks of a page that failed
        problems += [f"{path}: {line}" for line in wrong if not HARMLESS.search(line)]
    assert count > len(paths) / 2, f"{count} of {len(paths)} are pages"
    return problems


def barriers(page: Any, paths: list[str]) -> list[str]:
    """What axe finds, each thing once with the first page it is on."""
    found: dict[str, list[str]] = {}
    page.context.add_init_script(path=AXE)
    for path in paths:
        if not opened(page, path):
            continue
        for rule, impact, nodes in page.evaluate(LOOK):
            for node in nodes:
                found.setdefault(f"{rule} ({impact}): {node}", []).append(path)
    return [f"{problem}\n    {len(on)} pages, as {on[0]}" for problem, on in found.items()]


# --- What must hold -------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ROLES)
def test_no_page_breaks_its_own_policy(site: Any, browser: Any, role: str) -> None:
    page, wrong = signed_in(browser, site, role)
    paths = every_page(page, site[0], role)
    assert len(paths) > {"stranger": 60, "artist": 100, "superuser": 120}[role]
    problems = faults(page, wrong, paths)
    assert not problems, "\n".join(problems)


@needs_axe
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("role", ROLES)
def test_axe_finds_nothing(site: Any, browser: Any, role: str, scheme: str) -> None:
    # axe adds styles of its own: only here the policy is off.
    page, _ = signed_in(browser, site, role, color_scheme=scheme, bypass_csp=True)
    paths = [path for path in every_page(page, site[0], role) if not path.startswith("/api")]
    if role != "stranger":  # the public pages are the stranger's, but for the marks of what only its owner sees
        paths = [path for path in paths if path.startswith(("/accounts", "/admin"))]
        paths += ["/", "/artists/ilse/", "/imprint"]
    problems = barriers(page, paths)
    assert not problems, "\n".join(problems)


@needs_axe
def test_the_doors_of_a_site_that_sends_mail(browser: Any, tmp_path: Path) -> None:
    """Resetting a password and changing an address look otherwise where there is a mail server."""
    with running(tmp_path, EMAIL_URL=f"filemail://{tmp_path}/mail") as site:
        site.join("alice")
        for role in ("", "alice"):
            for options in ({}, {"color_scheme": "dark", "bypass_csp": True}):
                page, wrong = visit(browser, site, **options)
                if role:
                    sign_in(page, role, PASSWORD)
                paths = [*pages_below("/accounts/", {}), "/accounts/logout"]
                problems = barriers(page, paths) if options else faults(page, wrong, paths)
                assert not problems, "\n".join(problems)
