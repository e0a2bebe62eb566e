"""Strangers get a kept page, and never an old one, nor one that is somebody's own."""

import gzip
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from artworks.models import Artwork
from galleries.models import Gallery
from portfolio_site.details import Details, publish
from portfolio_site.keeping import Kept, Shelf
from portfolio_site.testing import client_of, make_artist, make_gallery, make_work

pytestmark = pytest.mark.django_db


@pytest.fixture
def gallery() -> Gallery:
    artist = make_artist()
    return make_gallery(artist, make_work(artist, title="Lantern"))


def queries(client: Any, path: str, **more: Any) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(path, **more).status_code in {200, 304}
    return len(seen)


def pages(gallery: Gallery) -> list[str]:
    work = gallery.works()[0].get_absolute_url()
    artist = gallery.artist.get_absolute_url()
    return ["/", artist, gallery.get_absolute_url(), work, f"{work}?in={gallery.slug}"]


def test_the_second_stranger_costs_one_query(gallery: Gallery) -> None:
    for path in pages(gallery):
        first = Client().get(path)
        assert queries(Client(), path) == 1
        second = Client().get(path)
        assert second.content == first.content
        assert {name: second[name] for name in first.headers} == dict(first.headers)


@pytest.mark.parametrize("change", ["title", "tag", "hide", "trash", "artist", "leave", "bulk"])
def test_a_change_shows_at_once(gallery: Gallery, change: str) -> None:
    work = gallery.works()[0]
    path = work.get_absolute_url()
    before = Client().get(path)
    assert before.status_code == 200
    if change == "title":
        Artwork.objects.filter(pk=work.pk).update(medium="Enamel on tin")
    elif change == "tag":
        work.set_tags(["lamps"])
    elif change == "hide":
        gallery.visibility = "private"
        gallery.save()
    elif change == "trash":
        work.trash()
    elif change == "artist":
        gallery.artist.credit_line = "Gift of a friend"
        gallery.artist.save()
    elif change == "leave":
        gallery.artist.user.leave()
    else:
        gallery.placements.all().delete()
    after = Client().get(path)
    assert after.status_code == (404 if change in {"hide", "trash", "leave", "bulk"} else 200)
    assert after.content != before.content


def test_a_new_name_of_the_site_shows_at_once(gallery: Gallery, settings: Any, tmp_path: Path) -> None:
    settings.DATA_ROOT = tmp_path

    assert b"House of Lamps" not in Client().get("/").content
    publish(Details(name="House of Lamps"))
    assert b"House of Lamps" in Client().get("/").content


def test_wall_and_language_and_host_have_pages_of_their_own(gallery: Gallery, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    path = gallery.get_absolute_url()
    grey = Client()
    grey.cookies["wall"] = "grey"
    seen = {
        Client().get(path).content,
        grey.get(path).content,
        Client().get(path, headers={"Accept-Language": "de"}).content,
        Client().get(path, headers={"Host": "other.example"}).content,
    }
    assert len(seen) == 4
    assert b'data-wall="grey"' not in Client().get(path).content


def test_who_is_signed_in_gets_a_page_of_their_own_and_leaves_none_behind(gallery: Gallery) -> None:
    path = gallery.get_absolute_url()
    own = client_of(gallery.artist)
    assert own.get(path)["Cache-Control"] == "private, no-store"
    assert b"/admin/" in own.get(path).content
    stranger = Client().get(path)
    assert stranger["Cache-Control"] == "no-cache" and b"Studio" not in stranger.content
    assert "ETag" not in own.get(path).headers


def test_what_a_browser_has_is_not_sent_again(gallery: Gallery) -> None:
    path = gallery.get_absolute_url()
    first = Client().get(path)
    etag = first["ETag"]
    again = Client().get(path, headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    policies = [sorted(answer["Content-Security-Policy"].split("; ")) for answer in (first, again)]
    assert policies[0] == policies[1], "a browser puts what a 304 says in the place of what it has"
    assert "'sha256-" in again["Content-Security-Policy"]
    gallery.title = "Another"
    gallery.save()
    assert Client().get(path, headers={"If-None-Match": etag}).status_code == 200


def test_it_comes_packed_to_who_can_unpack_it(gallery: Gallery) -> None:
    path = gallery.get_absolute_url()
    plain = Client().get(path)
    packed = Client().get(path, headers={"Accept-Encoding": "gzip, deflate, br"})
    assert packed["Content-Encoding"] == "gzip" and gzip.decompress(packed.content) == plain.content
    assert "Content-Encoding" not in plain.headers and "Accept-Encoding" in plain["Vary"]
    refused = Client().get(path, headers={"Accept-Encoding": "gzip;q=0, identity"})
    assert refused.content == plain.content
    again = Client().get(path, headers={"Accept-Encoding": "gzip", "If-None-Match": plain["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_page_with_a_question_is_not_kept(gallery: Gallery) -> None:
    path = gallery.get_absolute_url() + "?x=1"
    assert queries(Client(), path) == queries(Client(), path) > 1


def test_the_shelf_is_bounded_and_the_oldest_go_first() -> None:
    shelf = Shelf(most=250)
    for number in range(4):
        shelf.put((number,), Kept(b"x" * 90, b"x" * 10, {}, None, None))
    assert [shelf.at((number,)) is not None for number in range(4)] == [False, False, True, True]
