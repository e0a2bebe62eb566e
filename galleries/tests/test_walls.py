"""What works hang on: the visitor's choice, the artist's and the site's, and words that can be read on each."""

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.test import Client

from accounts.looks import Theme, Wall
from accounts.models import Artist
from portfolio_site.testing import client_of, make_artist, make_gallery, make_work

CSS = (settings.BASE_DIR / "static" / "site.css").read_text()


@pytest.fixture
def alice() -> Artist:
    artist = make_artist("alice")
    make_gallery(artist, make_work(artist, title="Dawn"))
    return artist


def page(client: Client, path: str = "/") -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def painted(html: str) -> str:
    """The wall on the first paint."""
    found = re.search(r'<html[^>]* data-wall="(\w*)"', html)
    assert found
    return found[1]


def pressed(html: str) -> list[str]:
    return re.findall(r'class="(\w+)" aria-pressed="true"', html)


def choose(client: Client, wall: str, path: str = "/") -> Any:
    """As a form is sent."""
    sent = urlencode({"wall": wall, "next": path})
    return client.post("/wall/", sent, content_type="application/x-www-form-urlencoded")


def press(client: Client, html: str, name: str) -> Any:
    """Press a chip of the form as a browser without JavaScript does."""
    form = re.search(r'<form class="walls" method="post" action="/wall/".*?</form>', html, re.DOTALL)
    assert form
    fields = re.search(r'name="next" value="([^"]*)"', form[0]), re.search(rf'value="(\w*)" class="{name}"', form[0])
    assert all(fields)
    return choose(client, fields[1][1], fields[0][1])  # type: ignore[index]


# --- The switch -----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_visitor_paints_the_wall_and_it_stays(alice: Artist) -> None:
    client = Client(enforce_csrf_checks=True)
    work = alice.artworks.get().get_absolute_url()
    before = page(client, work)
    assert (painted(before), pressed(before), dict(client.cookies)) == ("", [], {})
    answer = press(client, before, "grey")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{work}?in=room")
    cookie = client.cookies["wall"]
    assert (cookie["samesite"], cookie["httponly"], cookie["max-age"]) == ("Lax", True, 365 * 24 * 3600)
    for path in ("/", alice.get_absolute_url(), "/artists/alice/room/", work, "/accounts/login"):
        after = page(client, path)
        assert (painted(after), pressed(after)) == ("grey", ["grey"]), path
    press(client, page(client), "grey")  # what is pressed lets go again
    assert painted(page(client)) == ""
    assert pressed(page(client)) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "hostile",
    [
        *("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "evil", "", "/wall/"),
        *("\\\\evil.example", "/\t/evil.example", "///evil.example"),
    ],
)
def test_the_way_back_stays_on_this_site(client: Client, hostile: str) -> None:
    answer = choose(client, "dark", hostile)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


@pytest.mark.django_db
def test_a_break_in_the_way_back_adds_no_header(client: Client) -> None:
    answer = choose(client, "dark", "/a\r\nSet-Cookie: x=1")
    assert answer.status_code == 302
    assert "\n" not in answer.headers["Location"]
    assert list(answer.cookies) == ["wall"]


@pytest.mark.django_db
@pytest.mark.parametrize("value", ["pink", "grey dark", '"><script>', "GREY"])
def test_a_wall_that_there_is_not_changes_nothing(client: Client, alice: Artist, value: str) -> None:
    choose(client, "dark")
    assert not choose(client, value).cookies
    assert painted(page(client)) == "dark"
    client.cookies["wall"] = value
    assert painted(page(client)) == ""


@pytest.mark.django_db
def test_with_tls_the_choice_travels_over_tls_only(client: Client, settings: Any) -> None:
    settings.SESSION_COOKIE_SECURE = True
    assert choose(client, "dark").cookies["wall"]["secure"]


# --- The artist's and the site's choice -----------------------------------------------------------


@pytest.mark.django_db
def test_an_artist_chooses_theme_and_wall_and_a_visitor_another_wall(client: Client, alice: Artist) -> None:
    bob = make_artist("bob")
    make_gallery(bob, make_work(bob))
    form = f"/admin/accounts/artist/{alice.pk}/change/"
    studio = client_of(alice)
    sent = {"name": "Alice", "currency": "EUR", "slug": "alice", "theme": "book", "wall_colour": "dark", "links": ""}
    assert studio.post(form, sent).status_code == 302
    theirs, others, home = (page(client, path) for path in (alice.get_absolute_url(), bob.get_absolute_url(), "/"))
    assert 'data-theme="book" data-wall="dark"' in theirs
    assert 'data-theme="museum" data-wall=""' in others
    assert 'data-theme="museum" data-wall=""' in home
    client.cookies["wall"] = "paper"
    assert painted(page(client, alice.get_absolute_url())) == "paper"
    refused = studio.post(form, sent | {"theme": "baroque"})
    assert refused.status_code == 200
    alice.refresh_from_db()
    assert alice.theme == "book"


# --- Words on walls -------------------------------------------------------------------------------


def declared(selector: str) -> dict[str, str]:
    """Custom properties of every rule for a selector."""
    rules = re.findall(rf"(?:^|\n|, ) *{re.escape(selector)} \{{(.*?)\n\s*\}}", CSS, re.DOTALL)
    assert rules, selector
    return dict(re.findall(r"--([\w-]+): ([^;]+);", "".join(rules)))


def colours_of(wall: str) -> dict[str, str]:
    """The colours of a wall: paper and dark are two sides of one rule."""
    if wall == Wall.GREY:
        return declared('[data-wall="grey"]')
    assert re.search(rf'\n\[data-wall="{wall}"\] {{ color-scheme: {"dark" if wall == Wall.DARK else "light"}; }}', CSS)
    both = {name: re.fullmatch(r"light-dark\((#\w+), (#\w+)\)", value) for name, value in declared(":root").items()}
    return {name: pair[2 if wall == Wall.DARK else 1] for name, pair in both.items() if pair}


def light(colour: str) -> float:
    """Relative luminance (WCAG 2)."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((light(one), light(other)))
    return (lighter + 0.05) / (darker + 0.05)


# A theme that changed a colour would have to be looked at on each wall.
WALLS = [(theme, wall) for theme in Theme.values for wall in Wall.values]


@pytest.mark.parametrize(("theme", "wall"), WALLS)
def test_words_edges_and_states_can_be_seen_on_every_wall(theme: str, wall: str) -> None:
    themes = {} if theme == Theme.MUSEUM else declared(f'[data-theme="{theme}"]')
    colours = colours_of(wall) | themes
    for name, least in {
        "ink": 4.5,
        "quiet": 4.5,
        "wrong": 4.5,
        "edge": 3,
        "available": 3,
        "reserved": 3,
        "sold": 3,
    }.items():
        assert contrast(colours[name], colours["paper"]) >= least, f"--{name} on {wall}"
