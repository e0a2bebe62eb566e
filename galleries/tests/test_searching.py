"""What a visitor notices of the search page and the tag pages."""

import re
from itertools import chain
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Artist
from artworks.models import Artwork, Tag
from galleries.models import Gallery
from portfolio_site.testing import client_of, make_artist, make_gallery
from portfolio_site.testing import work_row as work

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> Artist:
    return make_artist("alice")


def titles(client: Any, address: str, **query: str) -> list[str]:
    answer = client.get(address, query)
    assert answer.status_code == 200, address
    return re.findall(r"<figcaption>\s*<cite>([^<]*)</cite>", answer.content.decode())


def text(client: Any, **query: str) -> str:
    answer = client.get("/search/", query)
    assert answer.status_code == 200
    return answer.content.decode()


def tag_works(tag: str, *works: Artwork) -> Tag:
    for each in works:
        each.set_tags([tag])
    return Tag.objects.get(name=tag, artist=works[0].artist)


# --- Search -------------------------------------------------------------------------------------------------------


def test_works_are_found_newest_first_with_their_artists_where_there_are_several(client: Client, alice: Artist) -> None:
    make_gallery(alice, work(alice, "Blue One"), work(alice, "Red"), work(alice, "Two Blues"))
    page = text(client, q="blu")
    assert titles(client, "/search/", q="blu") == ["Two Blues", "Blue One"]
    assert "2 works" in page
    assert '<span class="quiet">Alice</span>' not in page
    make_gallery(bob := make_artist("bob"), work(bob, "Blue"))
    assert '<span class="quiet">Bob</span>' in text(client, q="blu")
    assert '<meta name="robots" content="noindex">' in page
    assert "<script" not in page.partition("<main")[2]


def test_without_a_question_it_says_what_can_be_asked(client: Client, alice: Artist) -> None:
    make_gallery(alice, work(alice))
    for question in ({}, {"q": ""}, {"q": "  "}):
        page = text(client, **question)
        assert "First letters are enough" in page
        assert "<figure" not in page
        assert "Nothing here" not in page


def test_without_an_answer_it_says_what_to_do(client: Client, alice: Artist) -> None:
    page = text(client, q="<sea>")
    assert "Nothing here has “&lt;sea&gt;” in it" in page
    assert "one word less" in page
    assert 'value="&lt;sea&gt;"' in page


def test_artists_and_galleries_are_found_by_name(client: Client, alice: Artist) -> None:
    artist, piece = make_artist("zoë"), work(alice, "Other")
    make_gallery(artist, work(artist))
    make_gallery(alice, piece, title="Blaue Räume")
    make_gallery(alice, title="Blaue leere Räume")
    make_gallery(alice, piece, title="Blaue geheime Räume", visibility="private")
    assert f'<a href="{artist.get_absolute_url()}">Zoë</a>' in text(client, q="ZOE")
    assert re.findall(r">(Blaue[^<]*)<", text(client, q="raum bla")) == ["Blaue Räume"]
    assert "Nothing here" not in text(client, q="raum bla")
    own = text(client_of(alice), q="raum bla")
    assert set(re.findall(r">(Blaue[^<]*)<", own)) == {"Blaue Räume", "Blaue leere Räume", "Blaue geheime Räume"}


HOSTILE = ['"', "*", "NEAR(", "a NEAR b", "a AND", "OR", "NOT a", "words:x", "-x", "^x", "x + y", "{words}: x", "(x"]
HOSTILE += ["\0", "a\0b", "'; DROP TABLE artworks_artwork; --", "%", "_", "\\", "🎨", "\ud7ff", "\ufffd", "水" * 300]
HOSTILE += ["x)", "x" * 10_000, "x " * 5_000, "a*b*", '""""', "\u0308", "٣", "½", "&lt;", "<script>"]


def test_no_question_breaks_it(client: Client, alice: Artist) -> None:
    make_gallery(alice, work(alice, "Plain"))
    for question in HOSTILE:
        assert not titles(client, "/search/", q=question), question[:20]


def test_no_place_breaks_it(client: Client, alice: Artist) -> None:
    make_gallery(alice, work(alice, "Plain"))
    for place in ("0", "-1", "x", "9" * 18, "9" * 30, "1 OR 1=1", "%00", ""):
        for name in ("before", "after"):
            assert client.get("/search/", {"q": "plain", name: place}).status_code == 200


def test_long_answers_have_pages_that_miss_and_repeat_nothing(client: Client, alice: Artist, monkeypatch: Any) -> None:
    monkeypatch.setattr("artworks.searching.PAGE", 3)
    make_gallery(alice, *(work(alice, f"Blue {number}") for number in range(8)))
    newest, address, pages = [f"Blue {number}" for number in reversed(range(8))], "?q=blue", []
    assert "More than 3 works" in text(client, q="blue")
    while address:
        page = client.get(f"/search/{address}").content.decode()
        pages.append(re.findall(r"<cite>([^<]*)</cite>", page))
        further = re.search(r'rel="next" href="([^"]*)"', page)
        last, address = address, further[1].replace("&amp;", "&") if further else ""
    assert [len(each) for each in pages] == [3, 3, 2]
    assert list(chain(*pages)) == newest
    back = []
    while last:
        page = client.get(f"/search/{last}").content.decode()
        back.insert(0, re.findall(r"<cite>([^<]*)</cite>", page))
        nearer = re.search(r'rel="prev" href="([^"]*)"', page)
        last = nearer[1].replace("&amp;", "&") if nearer else ""
    assert list(chain(*back)) == newest


# --- The rule of sight --------------------------------------------------------------------------------------------


def test_everybody_finds_what_they_may_see(client: Client, alice: Artist) -> None:
    shown, hidden, loose, trashed = (work(alice, f"Canary {name}") for name in ("shown", "hidden", "loose", "trashed"))
    make_gallery(alice, shown, trashed)
    make_gallery(alice, hidden, visibility="private", title="Cellar")
    tag = tag_works("Bird", shown, hidden, loose, trashed)
    trashed.trash()
    bob, root = make_artist("bob"), make_artist("root", is_staff=True, is_superuser=True)
    for address in ("/search/?q=canary", f"/artists/alice/tags/{tag.slug}/"):
        for visitor in (client, client_of(bob), client_of(root)):
            assert titles(visitor, address) == ["Canary shown"]
            assert "1 work<" in re.sub(r"\s+<", "<", visitor.get(address).content.decode())
        assert titles(client_of(alice), address) == ["Canary loose", "Canary hidden", "Canary shown"]
        assert client_of(alice).get(address).content.decode().count("Only you can see this") == 2
    for visitor in (client, client_of(bob), client_of(root)):
        assert "Cellar" not in visitor.get("/search/?q=cellar").content.decode().partition("found")[2].partition("“")[0]


def test_a_search_for_hidden_words_is_answered_like_one_for_nothing(client: Client, alice: Artist) -> None:
    make_gallery(alice, work(alice, "Shown"))
    make_gallery(alice, work(alice, "Cellar"), title="Cellar", visibility="private")
    assert text(client, q="cellar").replace("cellar", "nobody") == text(client, q="nobody")


# --- Tags ---------------------------------------------------------------------------------------------------------


def test_a_tag_leads_from_a_work_to_its_artists_others(client: Client, alice: Artist) -> None:
    one, two, other = (work(alice, title) for title in ("One", "Two", "Other"))
    make_gallery(alice, one, two, other)
    tag_works("Blaue Stunde", one, two)
    bob = make_artist("bob")
    make_gallery(bob, his := work(bob, "His"))
    tag_works("Blaue Stunde", his)
    page = client.get(one.get_absolute_url()).content.decode()
    [address] = re.findall(r'<a rel="tag" href="([^"]*)">Blaue Stunde</a>', page)
    assert address == "/artists/alice/tags/blaue-stunde/"
    assert titles(client, address) == ["Two", "One"]
    assert 'rel="tag"' not in client.get(other.get_absolute_url()).content.decode()


@pytest.mark.parametrize(("name", "slug"), [("Ölfarbe & Öl", "ölfarbe-öl"), ("山水画", "山水画"), ("Sea", "sea")])
def test_tags_have_addresses_in_their_own_script(client: Client, alice: Artist, name: str, slug: str) -> None:
    make_gallery(alice, piece := work(alice, "One"))
    tag_works(name, piece)
    address = f"/artists/alice/tags/{quote(slug)}/"
    assert f'href="{address}"' in client.get(piece.get_absolute_url()).content.decode()
    assert titles(client, address) == ["One"]
    for crooked in (address.rstrip("/"), f"/artists/alice/tags/{quote(slug.upper())}/"):
        if crooked != address:
            answer = client.get(f"{crooked}?before=9")
            assert (answer.status_code, answer.headers["Location"]) == (301, f"{address}?before=9")


def test_a_tag_is_found_at_its_artists_former_address(client: Client, alice: Artist) -> None:
    make_gallery(alice, piece := work(alice, "One"))
    tag_works("Sea", piece)
    alice.slug = "alicia"
    alice.save()
    answer = client.get("/artists/alice/tags/sea/")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/artists/alicia/tags/sea/")


def test_a_tag_that_leads_to_nothing_is_none(client: Client, alice: Artist) -> None:
    make_gallery(alice, work(alice), shown := work(alice))
    make_gallery(alice, hidden := work(alice), visibility="private")
    tag_works("Hidden", hidden)
    tag_works("Sea", shown)
    Tag.objects.create(artist=alice, name="Unused", slug="unused")
    nothing = client.get("/artists/alice/tags/nothing/")
    for address in ("alice/tags/hidden/", "alice/tags/hidden", "alice/tags/unused/", "bob/tags/sea/", "alice/tags/!/"):
        answer = client.get(f"/artists/{address}")
        assert (answer.status_code, answer.content, answer.headers) == (404, nothing.content, nothing.headers)
    assert client.get("/artists/alice/tags/sea/").status_code == 200
    alice.user.leave()
    assert client.get("/artists/alice/tags/sea/").status_code == 404


# --- Cost ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("address", "few"), [("/search/?q=blue", 4), ("/artists/alice/tags/blue/", 4)])
def test_a_page_asks_as_much_for_thirty_as_for_three(client: Client, alice: Artist, address: str, few: int) -> None:
    gallery = make_gallery(alice, *(pieces := [work(alice, "Blue") for _ in range(3)]))
    tag_works("Blue", *pieces)
    before = [count(visitor, address) for visitor in (client, client_of(alice))]
    gallery.hang(more := [work(alice, "Blue") for _ in range(27)])
    tag_works("Blue", *more)
    assert [count(visitor, address) for visitor in (client, client_of(alice))] == before
    assert before[0] <= few


def count(client: Any, address: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


@pytest.mark.parametrize("who", ["stranger", "artist"])
@pytest.mark.parametrize("address", ["/search/?q=blue", "/search/?q=blu&before=9", "/artists/alice/tags/blue/?after=1"])
def test_works_are_read_by_the_index_in_its_own_order(alice: Artist, who: str, address: str) -> None:
    make_gallery(alice, *(pieces := [work(alice, "Blue") for _ in range(3)]))
    tag_works("Blue", *pieces)
    with CaptureQueriesContext(connection) as seen:
        assert client_of(alice if who == "artist" else None).get(address).status_code == 200
    [found] = [query["sql"] for query in seen if "MATCH" in query["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {found}")
        plan = [row[3] for row in cursor.fetchall()]
    assert plan[0].startswith("SCAN artworks_search VIRTUAL TABLE"), plan
    assert "SEARCH artworks_artwork USING INTEGER PRIMARY KEY (rowid=?)" in plan, plan
    assert not re.search(r"SCAN artworks_artwork\b|TEMP B-TREE", "\n".join(plan)), plan
    assert not [query["sql"] for query in seen if "COUNT(" in query["sql"]]


def test_galleries_are_looked_through_by_name_alone(client: Client, alice: Artist) -> None:
    """Their number costs a little, so it must not be their rows."""
    for number in range(20):
        make_gallery(alice, work(alice), title=f"Room {number}")
    assert text(client, q="room").count("/artists/alice/room-") == 12
    assert Gallery.objects.count() == 20
