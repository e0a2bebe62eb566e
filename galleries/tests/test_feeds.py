"""The feeds of new works against the musts of RFC 4287."""

from collections import Counter
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Artist
from portfolio_site.testing import client_of, make_artist, make_gallery
from portfolio_site.testing import work_row as work

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def once(element: ElementTree.Element, *names: str) -> None:
    counted = Counter(child.tag for child in element)
    assert [counted[ATOM + name] for name in names] == [1] * len(names)


def read(path: str, client: Client | None = None) -> list[ElementTree.Element]:
    """The entries of a feed, which keeps to the rules."""
    answer = (client or Client()).get(path)
    assert answer.status_code == 200 and answer["Content-Type"].startswith("application/atom+xml")
    feed = ElementTree.fromstring(answer.content)
    assert feed.tag == f"{ATOM}feed"
    once(feed, "id", "title", "updated")  # 4.1.1
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert str(links["self"]).endswith(path)  # 4.1.1: SHOULD have one
    entries = feed.findall(f"{ATOM}entry")
    for element in (feed, *entries):
        assert urlsplit(str(element.findtext(f"{ATOM}id"))).scheme  # 4.2.6: an IRI, never relative
        assert datetime.fromisoformat(str(element.findtext(f"{ATOM}updated"))).tzinfo is not None  # 3.3: RFC 3339
    for entry in entries:
        once(entry, "id", "title", "updated", "published", "author", "summary")  # 4.1.2
        assert entry.findtext(f"{ATOM}author/{ATOM}name")  # 3.2.1
        kinds = Counter(link.get("rel", "alternate") for link in entry.findall(f"{ATOM}link"))
        assert kinds == {"alternate": 1, "enclosure": 1}  # 4.1.2: an alternate where there is no content
        summary = entry.find(f"{ATOM}summary")
        assert summary is not None and summary.get("type") == "html"
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(set(ids)) == len(ids)
    return entries


def titles(entries: list[ElementTree.Element]) -> list[str | None]:
    return [entry.findtext(f"{ATOM}title") for entry in entries]


def test_new_works_come_with_picture_and_caption(alice: Artist) -> None:
    make_gallery(
        alice, work(alice, "First"), piece := work(alice, "Fish & <chips>", year=1999, medium="Oil", alt_text="A <b>")
    )
    assert titles(read("/feed.xml")) == ["Fish & <chips>", "First"]
    entry = read("/artists/alice/feed.xml")[0]
    links = {link.get("rel"): link for link in entry.findall(f"{ATOM}link")}
    assert links["alternate"].get("href") == f"http://testserver{piece.get_absolute_url()}"
    assert links["enclosure"].get("href") == f"http://testserver/images/{piece.image.uuid}/1200.jpg"
    assert links["enclosure"].get("type") == "image/jpeg"
    html = str(entry.findtext(f"{ATOM}summary"))
    assert 'alt="A &lt;b&gt;"' in html and "<p>Fish &amp; &lt;chips&gt;, 1999, Oil, © Alice</p>" in html


def test_an_entry_stays_the_same_under_another_title(alice: Artist) -> None:
    make_gallery(alice, piece := work(alice, "Before"))
    [before] = read("/feed.xml")
    piece.title = "After"
    piece.save()
    [after] = read("/feed.xml")
    assert before.findtext(f"{ATOM}id") == after.findtext(f"{ATOM}id")


def test_only_what_everyone_sees_is_in_it(alice: Artist) -> None:
    bob, trashed = make_artist("bob"), work(alice, "Trashed")
    make_gallery(alice, work(alice, "Hidden"), visibility="private")
    make_gallery(alice, trashed)
    trashed.trash()
    work(alice, "Loose")
    make_gallery(bob, work(bob, "Bob's"))
    for client in (Client(), client_of(alice)):
        assert titles(read("/feed.xml", client)) == ["Bob's"]
        assert read("/artists/alice/feed.xml", client) == []
    bob.user.leave()
    assert read("/feed.xml") == []
    for path in ("/artists/bob/feed.xml", "/artists/nobody/feed.xml"):
        assert Client().get(path).status_code == 404


def test_pages_lead_to_their_feed(alice: Artist) -> None:
    make_gallery(alice, piece := work(alice))
    page = Client().get(piece.get_absolute_url()).content.decode()
    assert (
        '<link rel="alternate" type="application/atom+xml" title="New works by Alice" href="/artists/alice/feed.xml">'
        in page
    )
    bob = make_artist("bob")
    make_gallery(bob, work(bob))
    assert 'title="New works" href="/feed.xml"' in Client().get("/").content.decode()


def test_its_addresses_are_the_sites_own(alice: Artist, settings: Any) -> None:
    settings.SITE_URL = "https://art.example"
    make_gallery(alice, work(alice))
    for path in ("/feed.xml", "/artists/alice/feed.xml"):
        assert b"testserver" not in Client().get(path).content


@pytest.mark.parametrize("path", ["/feed.xml", "/artists/alice/feed.xml"])
def test_thirty_works_cost_no_more_queries_than_three(alice: Artist, path: str) -> None:
    gallery = make_gallery(alice, *(work(alice) for _ in range(3)))
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            read(path)
        counts.append(len(captured))
        gallery.hang(work(alice) for _ in range(40))
    assert counts[0] == counts[1] <= 2
    assert len(read(path)) == 30


def test_characters_that_xml_does_not_have_are_left_out(alice: Artist) -> None:
    Artist.objects.update(name="Al\x01ice")
    make_gallery(alice, work(alice, "A\x0bB\x1f\ufffeC\uffff\tD"))
    for path in ("/feed.xml", "/artists/alice/feed.xml"):
        (entry,) = read(path)
        assert entry.findtext(f"{ATOM}title") == "ABC\tD"
        assert entry.findtext(f"{ATOM}author/{ATOM}name") == "Alice"
