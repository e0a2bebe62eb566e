"""Forged forms of the studio's less trodden ways: popups, and the script that uploads file by file."""

import re
from typing import Any

import pytest

from accounts.models import Artist, Token
from artworks.models import Artwork
from galleries.models import Gallery
from portfolio_site.testing import client_of, image_file, make_gallery, make_work

pytestmark = pytest.mark.django_db
NOBODYS = 987654321


def told(answer: Any) -> tuple[int, str]:
    """An answer without its tokens, and without the keys that were asked for."""
    text = answer.content.decode() + answer.headers.get("Location", "")
    return answer.status_code, re.sub(r'value="\w{64}"|\d+', "", text)


def test_a_popup_changes_and_tells_nothing_of_anothers(alice: Artist, bob: Artist) -> None:
    work = make_work(alice, title="Canary")
    work.set_tags(["Canary"])
    token, _secret = Token.objects.create(user=alice.user, name="Canary")
    things = {
        "artworks/artwork": work,
        "artworks/tag": alice.tags.get(),
        "galleries/gallery": make_gallery(alice, work, title="Canary"),
        "accounts/artist": alice,
        "accounts/token": token,
    }
    form = {"title": "Forged", "name": "Forged", "slug": "forged", "_popup": "1", "post": "yes", "_to_field": "id"}
    for model, thing in things.items():
        for name in ("change", "delete"):
            answers = []
            for pk in (thing.pk, NOBODYS):
                client, path = client_of(bob), f"/admin/{model}/{pk}/{name}/?_popup=1&_to_field=id"
                answers.append([told(client.get(path)), told(client.post(path, form, format="multipart"))])
            assert answers[0] == answers[1], (model, name)
            assert "Canary" not in str(answers)
        thing.refresh_from_db()
        assert "Forged" not in str(thing), model


def test_what_a_popup_makes_is_its_makers(alice: Artist, bob: Artist) -> None:
    form = {"title": "Mine", "artist": alice.pk, "_popup": "1"}
    client_of(bob).post("/admin/galleries/gallery/add/?_popup=1", form, format="multipart")
    assert Gallery.objects.get().artist == bob
    form = {"name": "Mine", "opens": "read", "user": alice.user_id, "_popup": "1"}
    client_of(bob).post("/admin/accounts/token/add/?_popup=1", form, format="multipart")
    assert Token.objects.get().user == bob.user


def test_no_file_comes_into_anothers_gallery(alice: Artist, bob: Artist) -> None:
    room, client = make_gallery(alice, title="Canary"), client_of(bob)
    answers = [
        client.post(
            "/admin/artworks/artwork/add/",
            {"pictures": [image_file()], "gallery": pk, "artist": alice.pk},
            format="multipart",
        )
        for pk in (room.pk, NOBODYS)
    ]
    assert told(answers[0]) == told(answers[1])
    assert answers[0].status_code == 200 and "Canary" not in answers[0].content.decode()
    assert not Artwork.objects.exists() and not room.placements.exists()


def test_an_address_that_names_anothers_gallery_tells_nothing_of_it(alice: Artist, bob: Artist) -> None:
    room = make_gallery(alice, title="Canary")
    page = client_of(bob).get(f"/admin/artworks/artwork/add/?gallery={room.pk}").content.decode()
    assert "Canary" not in page
