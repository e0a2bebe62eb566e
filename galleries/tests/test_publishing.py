"""A gallery looked at as a visitor will, before it is published: by its artist alone, and in the studio's frames alone."""

import re
from typing import Any

import pytest

from accounts.models import Artist
from galleries.models import Gallery
from portfolio_site.keeping import shelf
from portfolio_site.testing import client_of, make_artist, make_gallery, work_row

pytestmark = pytest.mark.django_db


@pytest.fixture
def hidden(alice: Artist) -> Gallery:
    return make_gallery(alice, work_row(alice, title="Dawn"), title="Winter", visibility="private")


def studio(gallery: Gallery, name: str = "preview") -> str:
    return f"/admin/galleries/gallery/{gallery.pk}/{name}/"


def plain(answer: Any) -> str:
    """A page without what is another each time."""
    return re.sub(r'value="\w{64}"|\?preview', "", answer.content.decode())


class TestPage:
    def test_is_the_one_that_a_stranger_gets_once_it_is_public(self, alice: Artist, hidden: Gallery) -> None:
        make_gallery(alice, work_row(alice), title="Private too", visibility="private")
        make_gallery(alice, title="Empty")
        address = hidden.get_absolute_url()
        preview = client_of(alice).get(f"{address}?preview")
        assert "Only you can see this" in client_of(alice).get(address).content.decode()
        hidden.publish()
        seen = client_of(None).get(address)
        assert plain(preview).replace('<base target="_blank">', "").split() == plain(seen).split()

    def test_may_be_framed_by_the_site_and_is_kept_nowhere(self, alice: Artist, hidden: Gallery) -> None:
        answer = client_of(alice).get(f"{hidden.get_absolute_url()}?preview")
        assert answer["X-Frame-Options"] == "SAMEORIGIN"
        assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
        assert "style-src 'self' 'sha256-" in answer["Content-Security-Policy"]
        assert answer["Cache-Control"] == "private, no-store" and not shelf.pages

    def test_is_nobody_elses(self, bob: Artist, hidden: Gallery) -> None:
        keeper = make_artist("root", is_superuser=True)
        for who in (None, bob, keeper):
            for visibility in ("private", "public"):
                Gallery.objects.update(visibility=visibility)
                usual, asked = (client_of(who).get(hidden.get_absolute_url() + end) for end in ("", "?preview"))
                assert (asked.status_code, plain(asked)) == (usual.status_code, plain(usual))
                assert asked["X-Frame-Options"] == "DENY"
                assert "frame-ancestors 'none'" in asked["Content-Security-Policy"]

    def test_does_not_make_it_public(self, alice: Artist, hidden: Gallery) -> None:
        client_of(alice).get(f"{hidden.get_absolute_url()}?preview")
        hidden.refresh_from_db()
        assert not hidden.is_public and client_of(None).get(hidden.get_absolute_url()).status_code == 404

    def test_leaves_messages_to_the_page_around_it(self, alice: Artist, hidden: Gallery) -> None:
        client = client_of(alice)
        client.post(studio(hidden), {"_publish": "1"}, format="multipart")
        client.get(f"{hidden.get_absolute_url()}?preview")
        assert "Everyone can see “Winter” now" in client.get(studio(hidden, "change")).content.decode()


class TestStudio:
    def test_shows_it_on_two_screens_and_says_who_sees_it(self, alice: Artist, hidden: Gallery) -> None:
        html = client_of(alice).get(studio(hidden)).content.decode()
        assert html.count(f'src="{hidden.get_absolute_url()}?preview"') == 2
        assert "Only you can see this gallery." in html and 'name="_publish"' in html
        assert studio(hidden) in client_of(alice).get(studio(hidden, "change")).content.decode()

    def test_publishes_and_takes_back(self, alice: Artist, hidden: Gallery) -> None:
        for button, status in (("_publish", 200), ("_hide", 404)):
            answer = client_of(alice).post(studio(hidden), {button: "1"}, format="multipart")
            assert answer["Location"] == studio(hidden, "change")
            assert client_of(None).get(hidden.get_absolute_url()).status_code == status

    def test_says_that_an_empty_one_is_found_by_nobody(self, alice: Artist) -> None:
        room = make_gallery(alice, title="Room")
        assert "until a work hangs there" in client_of(alice).get(studio(room)).content.decode()

    def test_another_artist_publishes_nothing(self, bob: Artist, hidden: Gallery) -> None:
        client = client_of(bob)
        answers = [client.post(studio(room), {"_publish": "1"}) for room in (hidden, Gallery(pk=987654321))]
        assert [answer.status_code for answer in answers] == [302, 302]
        assert answers[0]["Location"] == answers[1]["Location"]
        hidden.refresh_from_db()
        assert not hidden.is_public

    def test_a_keeper_is_led_to_the_gallery_whose_preview_is_its_artists(self, hidden: Gallery) -> None:
        client = client_of(make_artist("root", is_superuser=True))
        assert client.get(studio(hidden))["Location"] == studio(hidden, "change")
