"""Fields that are nobody's to send: whoever names them in a body changes nothing by it."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db.models import Model

from accounts.models import Artist, Token, User
from artworks.models import Artwork, ArtworkImage, Tag
from galleries.models import Gallery
from portfolio_site.testing import client_of, image_file, make_gallery, make_work

pytestmark = pytest.mark.django_db
OWNERS = {"artist": 2, "artist_id": 2, "user": 2, "user_id": 2, "owner": 2}
TIMES = dict.fromkeys(["created_at", "deleted_at", "date_joined", "last_login", "leaving_at"], "2001-01-01T00:00:00Z")
RIGHTS = {"is_staff": True, "is_superuser": True, "is_active": False, "groups": [1], "user_permissions": [1]}
RIGHTS |= {"password": "!", "role": "admin", "scopes": ["write"], "key": "x", "digest": "x"}
FILES = {"image": {"sha256": "0" * 64, "state": "broken", "uuid": "0" * 32}, "image_id": 2, "portrait_of": 1}
FILES |= {"sha256": "0" * 64, "state": "broken", "byte_size": 1, "original": "../../db", "master": "/etc/passwd"}
FILES |= {"source_filename": "x", "has_tiles": True, "attempts": 0, "renditions": {}, "captured": {"title": "x"}}
PLACES = {"id": 999, "pk": 999, "placements": [1], "is_featured": True, "view_count": 9}
ALL = OWNERS | TIMES | RIGHTS | FILES | PLACES
MODELS: list[type[Model]] = [Artist, Artwork, ArtworkImage, Gallery, Tag, Token, User]
CHANGED = {"updated_at", "last_used"}


def everything() -> list[Any]:
    return [
        [
            {name: value for name, value in row.items() if name not in CHANGED}
            for row in model.objects.order_by("pk").values()
        ]  # type: ignore[attr-defined]
        for model in MODELS
    ] + [sorted(User.objects.values_list("pk", "groups"))]


@pytest.mark.parametrize(
    ("verb", "path"),
    [
        ("patch", "/api/artworks/{work}"),
        ("patch", "/api/galleries/{gallery}"),
        ("patch", "/api/artists/{artist}"),
        ("patch", "/api/auth/me"),
        ("patch", "/api/tags/{tag}"),
    ],
)
def test_a_change_changes_what_is_ones_own_to_say(alice: Artist, bob: Artist, verb: str, path: str) -> None:
    Group.objects.get_or_create(name="Keepers")
    work, theirs = make_work(alice, title="Mine"), make_work(bob, title="Theirs")
    work.set_tags(["sea"])
    words = {"work": work.pk, "gallery": make_gallery(alice, work).pk, "artist": alice.pk, "tag": alice.tags.get().pk}
    client = client_of(alice)
    before = everything()
    bodies = [OWNERS, TIMES, RIGHTS, FILES, PLACES]
    while bodies:
        body = bodies.pop()
        answer = getattr(client, verb)(path.format(**words), body, format="json")
        assert everything() == before, body
        if answer.status_code != 200:  # one that is refused must not cover for the others
            assert answer.status_code == 400, answer.content
            bodies += [{name: value} for name, value in body.items() if len(body) > 1]
    assert theirs.artist == bob


def test_what_is_made_is_ones_own_and_made_now(alice: Artist, bob: Artist) -> None:
    client = client_of(alice)
    wishes = {name: value for name, value in ALL.items() if not isinstance(value, (dict, list)) and name != "image"}
    sent = client.post("/api/artworks/upload", wishes | {"title": "New", "image": image_file()}, format="multipart")
    work = Artwork.objects.get(pk=sent.json()["id"])
    assert (work.artist, work.deleted_at, work.created_at.year > 2001) == (alice, None, True)
    assert work.image.artist == alice and work.image.sha256 != FILES["sha256"] and work.image.portrait_of is None
    made = client.post("/api/galleries", ALL | {"title": "Room"}, format="json")
    gallery = Gallery.objects.get(pk=made.json()["id"])
    assert (gallery.artist, gallery.pk == 999, gallery.created_at.year > 2001) == (alice, False, True)
    token = client.post("/api/auth/tokens", OWNERS | {"name": "Mine", "key": "x", "digest": "x"}, format="json")
    assert token.status_code == 201 and Token.objects.get(name="Mine").user == alice.user
    assert User.objects.filter(is_superuser=True).count() == User.objects.filter(is_active=False).count() == 0
