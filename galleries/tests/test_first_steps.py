"""What an artist with empty walls finds on the public pages, and what visitors do not."""

import pytest
from django.test import Client

from accounts.models import Artist
from galleries.models import Gallery
from portfolio_site.testing import client_of, make_artist, make_gallery, make_work

pytestmark = pytest.mark.django_db
STEPS = "Three steps to your first wall"


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_three_steps_lead_to_the_first_wall(client: Client) -> None:
    alice = make_artist("alice")
    own = client_of(alice)
    for address in ("/", alice.get_absolute_url()):
        page = text(own, address)
        assert STEPS in page
        for step in ("/admin/artworks/artwork/add/", "/admin/galleries/gallery/add/", "/admin/galleries/gallery/"):
            assert f'href="{step}"' in page
            assert own.get(step).status_code == 200, step
        assert page.count('class="done"') == 0
        assert STEPS not in text(client, address)
    work = make_work(alice)
    assert text(own, "/").count('class="done"') == 1
    gallery = make_gallery(alice, work, visibility="private")
    assert text(own, "/").count('class="done"') == text(own, alice.get_absolute_url()).count('class="done"') == 2
    gallery.publish()
    assert STEPS not in text(own, "/") + text(own, alice.get_absolute_url())


def test_steps_are_for_the_artist_whose_walls_are_empty() -> None:
    alice, bob = make_artist("alice"), make_artist("bob")
    make_gallery(bob, make_work(bob))
    assert STEPS not in text(client_of(bob), alice.get_absolute_url())
    assert STEPS not in text(client_of(bob), bob.get_absolute_url())
    assert STEPS in text(client_of(alice), alice.get_absolute_url())


def test_an_empty_gallery_offers_its_artist_to_hang_works(client: Client) -> None:
    alice = make_artist("alice")
    gallery = make_gallery(alice)
    hang = f"/admin/galleries/gallery/{gallery.pk}/hang/"
    assert hang in text(client_of(alice), gallery.get_absolute_url())
    assert hang not in text(client, gallery.get_absolute_url())


@pytest.mark.parametrize("layout", Gallery.Layout.values)
def test_a_single_work_has_the_wall_to_itself(client: Client, layout: str) -> None:
    alice: Artist = make_artist("alice")
    gallery = make_gallery(alice, make_work(alice))
    Gallery.objects.filter(pk=gallery.pk).update(layout=layout)
    assert '<ol class="single">' in text(client, gallery.get_absolute_url())
