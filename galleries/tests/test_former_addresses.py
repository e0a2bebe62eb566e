"""Old addresses of artists and galleries lead to where they are now, for ever, and tell nothing of what is hidden."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Artist
from galleries.models import Gallery
from portfolio_site.testing import client_of, make_artist, make_gallery

pytestmark = pytest.mark.django_db


def rename(thing: Any, slug: str) -> None:
    thing.slug = slug
    thing.save()


def leads_to(path: str, client: Client | None = None) -> str | int:
    """Where an address leads in one step; the status where it leads nowhere on."""
    answer = (client or Client()).get(path)
    return str(answer.headers["Location"]) if answer.status_code == 301 else int(answer.status_code)


@pytest.fixture
def room(alice: Artist) -> Gallery:
    return make_gallery(alice, title="Room")


def test_every_former_address_leads_on(alice: Artist, room: Gallery) -> None:
    for slug in ("berta", "carla"):
        rename(alice, slug)
    rename(room, "hall")
    for former in ("alice", "berta"):
        assert leads_to(f"/artists/{former}/") == leads_to(f"/artists/{former}") == "/artists/carla/"
        assert leads_to(f"/artists/{former}/feed.xml") == "/artists/carla/feed.xml"
    for artist in ("alice", "berta", "carla"):
        assert leads_to(f"/artists/{artist}/room/?x=1") == "/artists/carla/hall/?x=1"
    assert leads_to("/artists/alice/hall/") == "/artists/carla/hall/"
    assert leads_to("/artists/carla/hall/") == 200


def test_the_api_renames_alike(alice: Artist, room: Gallery) -> None:
    client = client_of(alice)
    assert client.patch(f"/api/artists/{alice.pk}", {"slug": "berta"}, format="json").status_code == 200
    assert client.patch(f"/api/galleries/{room.pk}", {"slug": "hall"}, format="json").status_code == 200
    assert leads_to("/artists/alice/room/") == "/artists/berta/hall/"


def test_who_takes_an_address_anew_has_it(alice: Artist, room: Gallery) -> None:
    rename(alice, "berta")
    other = make_artist("alice2")
    rename(other, "alice")
    assert leads_to("/artists/alice/") == 200
    assert "Alice2" in Client().get("/artists/alice/").content.decode()
    rename(other, "somebody")
    assert leads_to("/artists/alice/") == "/artists/somebody/"  # the last that had it
    rename(room, "hall")
    second = make_gallery(alice, title="Room")
    assert leads_to(second.get_absolute_url()) == 200
    rename(alice, "alice")
    assert leads_to("/artists/alice/") == 200 and leads_to("/artists/berta/") == "/artists/alice/"


def test_a_hidden_things_old_address_answers_like_nothing(alice: Artist, bob: Artist, room: Gallery) -> None:
    rename(room, "hall")
    room.hide()
    nothing = Client().get("/artists/alice/nowhere/")
    for client in (Client(), client_of(bob)):
        for path in ("/artists/alice/room/", "/artists/alice/room"):
            assert leads_to(path, client) == 404
    hidden = Client().get("/artists/alice/room/")
    assert (hidden.content, hidden.headers) == (nothing.content, nothing.headers)
    assert leads_to("/artists/alice/room/", client_of(alice)) == "/artists/alice/hall/"
    rename(alice, "berta")
    alice.user.leave()
    assert leads_to("/artists/alice/") == leads_to("/artists/berta/") == 404


def test_an_old_address_goes_with_its_thing(alice: Artist, room: Gallery) -> None:
    rename(room, "hall")
    room.delete()
    assert leads_to("/artists/alice/room/") == 404
    rename(alice, "berta")
    alice.user.delete()
    assert leads_to("/artists/alice/") == 404
