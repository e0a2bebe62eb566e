"""Pages are valid HTML, as html-validate reads the standard: all of them in one go, for starting node takes a second."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from accounts.tests.browser import signed_in
from portfolio_site.models import SiteDetails
from portfolio_site.testing import make_artist
from portfolio_site.testing import work_row as work
from portfolio_site.tests.test_looks import dressed

VALIDATOR = Path(settings.BASE_DIR) / "node_modules" / "html-validate" / "bin" / "html-validate.mjs"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not (VALIDATOR.exists() and shutil.which("node")), reason="html-validate is not installed"),
]

# What the standard asks, and what a screen reader needs.
RULES = {
    "root": True,
    "extends": ["html-validate:standard", "html-validate:a11y"],
    "rules": {
        "no-implicit-button-type": "off",  # style: a button without a type sends its form, as ours shall
        "aria-label-misuse": ["error", {"allowAnyNamable": True}],  # style beyond that: a list may have a name
    },
}
BROKEN = '<!doctype html><html lang="en"><head><title>x</title></head><body><p><div></div></p></body></html>'
OF_STRANGERS = [
    *("/", "/artists/alice/", "/artists/alice/justified/", "/artists/alice/masonry/", "/artists/alice/single/"),
    *("/search/", "/search/?q=dawn", "/search/?q=nowhere", "/artists/alice/tags/sea/"),
    *("/nowhere", "/imprint", "/privacy", "/accounts/login", "/accounts/signup", "/accounts/password/reset"),
    *("/accounts/left", "/accounts/inactive", "/accounts/join/no-such-secret", "/api/docs"),
]
OF_ARTISTS = [
    *("/", "/artists/alice/", "/artists/alice/justified/", "/artists/alice/hidden/", "/accounts/", "/accounts/email"),
    *("/accounts/password", "/accounts/second-factor", "/accounts/leave", "/accounts/logout", "/admin/rights/"),
]


def complaints(folder: Path) -> dict[str, list[str]]:
    """What is wrong in the files of a folder, by their names."""
    (folder / "rules.json").write_text(json.dumps(RULES))
    command = ["node", str(VALIDATOR), "--config", "rules.json", "--formatter", "json=found.json", "*.html"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)
    assert (folder / "found.json").exists(), done.stderr
    return {
        Path(file["filePath"]).name: [f"{m['line']}: {m['message']} ({m['ruleId']})" for m in file["messages"]]
        for file in json.loads((folder / "found.json").read_text())
    }


def test_every_page_is_valid(client: Client, settings: Any, tmp_path: Path) -> None:
    settings.SIGNUP = "open"
    SiteDetails(name="Quay House", keeper_name="Anna", imprint="# Who\n\nAnna <b>&", privacy="- Not\n- a thing").save()
    alice = dressed("alice", "book")
    dressed("bob", "")
    hostile = work(alice, '"Dawn" & <i>dusk\'s', 1000, 700, alt_text='Sea & "sky" <x>', description="<b> & *so*")
    for each in (hostile, *alice.artworks.all()[:3]):
        each.set_tags(["sea"])
    alice.galleries.first().hang([hostile])
    works = [hostile, *alice.artworks.all()[:2]]
    visitors = [("stranger", client, [*OF_STRANGERS, *(each.get_absolute_url() for each in works)])]
    visitors.append(("alice", signed_in(alice), OF_ARTISTS))
    visitors.append(("empty", signed_in(make_artist("carol")), ["/", "/artists/carol/"]))
    for who, browser, paths in visitors:
        for path in paths:
            page = browser.get(path).content.decode()
            assert "</html>" in page, path
            (tmp_path / f"{who} {path.replace('/', ' ').replace('?', ' ')}.html").write_text(page)
    (tmp_path / "broken.html").write_text(BROKEN)
    wrong = complaints(tmp_path)
    assert wrong.pop("broken.html")
    assert not wrong, json.dumps(wrong, indent=1)
