"""``/sitemap.xml`` against sitemaps.org's protocol and Google's image extension."""

import re
from datetime import datetime
from typing import Any
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Artist
from portfolio_site.testing import client_of, make_artist, make_gallery
from portfolio_site.testing import work_row as work

pytestmark = pytest.mark.django_db
MAP, IMAGE = "{http://www.sitemaps.org/schemas/sitemap/0.9}", "{http://www.google.com/schemas/sitemap-image/1.1}"


def read(path: str = "/sitemap.xml", client: Client | None = None) -> ElementTree.Element:
    answer = (client or Client()).get(path)
    assert answer.status_code == 200 and answer["Content-Type"] == "application/xml"
    assert answer.content.startswith(b'<?xml version="1.0" encoding="UTF-8"?>')
    return ElementTree.fromstring(answer.content)


def entries(root: ElementTree.Element) -> dict[str, list[str]]:
    """Pages with their pictures, each held against the rules."""
    assert root.tag == f"{MAP}urlset"
    assert len(root) <= 50_000
    found = {}
    for url in root:
        assert url.tag == f"{MAP}url"
        # A sequence in the schema: loc first, then lastmod, then elements of other name spaces.
        assert re.fullmatch(
            "L(M)?(I)*", "".join({"loc": "L", "lastmod": "M", "image": "I"}[e.tag.split("}")[1]] for e in url)
        )
        loc = str(url.findtext(f"{MAP}loc"))
        assert loc.startswith("http://testserver/") and len(loc) < 2048
        if lastmod := url.findtext(f"{MAP}lastmod"):
            assert datetime.fromisoformat(lastmod).tzinfo is not None  # W3C Datetime
        images = url.findall(f"{IMAGE}image")
        assert len(images) <= 1000
        found[loc.removeprefix("http://testserver")] = [str(image.findtext(f"{IMAGE}loc")) for image in images]
    assert len(found) == len(root)
    return found


def test_every_public_page_is_there_once_with_the_picture_of_its_work(alice: Artist) -> None:
    piece = work(alice, "Fish & <chips>")
    gallery = make_gallery(alice, piece)
    image = f"http://testserver/images/{piece.image.uuid}/2400.jpg"
    expected = {alice.get_absolute_url(): [], gallery.get_absolute_url(): [], piece.get_absolute_url(): [image]}
    assert entries(read()) == expected
    bob = make_artist("bob")
    other = make_gallery(bob, theirs := work(bob))
    found = entries(read())
    assert set(found) == {"/", bob.get_absolute_url(), other.get_absolute_url(), theirs.get_absolute_url(), *expected}
    for address in found:
        answer = Client().get(address)
        assert answer.status_code == 200
        assert f'rel="canonical" href="http://testserver{address}"' in answer.content.decode()


def test_nothing_hidden_is_there_even_for_its_owner(alice: Artist) -> None:
    assert entries(read()) == {"/": []}
    trashed, hidden, loose = work(alice, "Trashed"), work(alice, "Hidden"), work(alice, "Loose")
    make_gallery(alice, hidden, title="Private", visibility="private")
    make_gallery(alice, trashed, title="Public")
    make_gallery(alice, title="Empty")
    trashed.trash()
    bob = make_artist("bob")
    make_gallery(bob, work(bob, "Gone"))
    bob.user.leave()
    for client in (Client(), client_of(alice)):
        assert entries(read(client=client)) == {"/": []}
        assert not read("/sitemap-artworks-1.xml", client)
    assert loose.pk


def test_beyond_the_most_it_is_a_list_of_parts(alice: Artist, monkeypatch: pytest.MonkeyPatch) -> None:
    make_gallery(alice, *(work(alice, f"Work {index}") for index in range(5)))
    whole = entries(read())
    monkeypatch.setattr("galleries.sitemaps.MOST", 2)
    with CaptureQueriesContext(connection) as captured:
        index = read()
    assert len(captured) <= 6  # for each kind how many and the latest date, however many parts
    assert index.tag == f"{MAP}sitemapindex"
    parts = [str(part.findtext(f"{MAP}loc")) for part in index]
    assert all(datetime.fromisoformat(str(part.findtext(f"{MAP}lastmod"))) for part in index)
    assert len(parts) == 5  # of artists one, of galleries one, of works three
    together: dict[str, list[str]] = {}
    for part in parts:
        found = entries(read(part.removeprefix("http://testserver")))
        assert len(found) <= 2 and not found.keys() & together.keys()
        together |= found
    assert together == whole
    for path in ("/sitemap-artworks-4.xml", "/sitemap-artworks-0.xml", "/sitemap-users-1.xml"):
        assert Client().get(path).status_code == 404


def test_its_addresses_are_the_sites_own(alice: Artist, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.SITE_URL = "https://art.example"
    make_gallery(alice, work(alice))
    for most in (50_000, 1):
        monkeypatch.setattr("galleries.sitemaps.MOST", most)
        assert all(str(each.findtext(f"{MAP}loc")).startswith("https://art.example/") for each in read())


@pytest.mark.parametrize("path", ["/sitemap.xml", "/sitemap-artworks-1.xml"])
def test_thirty_works_cost_no_more_queries_than_three(alice: Artist, path: str) -> None:
    gallery = make_gallery(alice, *(work(alice) for _ in range(3)))
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            read(path)
        counts.append(len(captured))
        gallery.hang(work(alice) for _ in range(27))
    assert counts[0] == counts[1] <= 6
