"""Who gets image bytes: the rule of sight, the links that stand for it, and the layer that sends what they lead to."""

import os
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from artworks import sight
from artworks.models import Artwork, ArtworkImage
from artworks.sending import Kept, PublicImages
from artworks.tests.test_rendition import urls
from galleries.models import Gallery
from portfolio_site.testing import (
    PASSWORD,
    arrived,
    client_of,
    make_artist,
    make_gallery,
    make_image,
    make_work,
    through_layer,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def work() -> Artwork:
    return make_work(make_artist(), make_image(1500, 1000))


def link(work: Artwork) -> Path:
    return sight.folder("public") / str(work.image.uuid)


def test_a_private_work_answers_strangers_like_nothing(work: Artwork) -> None:
    make_gallery(work.artist, work, visibility="private")
    other = make_artist("bob")
    for url in urls(work):
        nothing = url.replace(str(work.image.uuid), str(uuid4()))
        for client in (Client(), client_of(other)):
            for headers in ({}, {"range": "bytes=0-9"}, {"if-none-match": "*"}):
                hidden, absent = client.get(url, headers=headers), client.get(nothing, headers=headers)
                assert hidden.status_code == absent.status_code == 404
                assert hidden.content == absent.content
                assert hidden.headers.get("Cache-Control") == absent.headers.get("Cache-Control")
        mine = client_of(work.artist).get(url)
        assert (mine.status_code, mine["Content-Type"]) == (200, "image/jpeg")
        assert mine["Cache-Control"] == "private, no-store"


def test_a_token_shows_its_artists_own_pictures(work: Artwork) -> None:
    login = {"username": "alice", "password": PASSWORD}
    token = Client().post("/api/auth/login", login, content_type="application/json").json()["token"]
    for value, status in ((f"Bearer {token}", 200), ("Bearer ps_wrong", 404), ("Basic x", 404)):
        assert Client().get(urls(work)[0], headers={"authorization": value}).status_code == status


def test_publishing_shows_and_hiding_hides_at_once(work: Artwork) -> None:
    gallery = make_gallery(work.artist, work, visibility="private")
    url = urls(work)[0]
    gallery.publish()
    shown = Client().get(url)
    assert (shown.status_code, shown["Cache-Control"]) == (200, "public, max-age=86400")
    assert link(work).is_symlink()
    gallery.hide()
    assert not link(work).is_symlink()
    assert Client().get(url, headers={"if-none-match": shown["ETag"]}).status_code == 404


@pytest.mark.parametrize(
    "act", ["take_down", "trash", "purge", "delete_gallery", "delete_all", "replace", "delete_user"]
)
def test_whatever_hides_a_work_takes_its_public_link_along(work: Artwork, act: str) -> None:
    gallery = make_gallery(work.artist, work)
    assert link(work).is_symlink()
    url, public = urls(work)[0], link(work)
    etag = Client().get(url)["ETag"]
    if act == "take_down":
        gallery.take_down(work)
    elif act == "delete_gallery":
        gallery.delete()
    elif act == "delete_all":
        type(gallery).objects.all().delete()
    elif act == "delete_user":
        work.artist.user.delete()
    elif act == "replace":
        with arrived(work.artist, make_image(80, 80)) as image:
            work.replace_image(image)
        assert Client().get(image.thumbnail.url).status_code == 200
    else:
        getattr(work, act)()
    assert not public.is_symlink()
    for known in ({}, {"range": "bytes=0-9"}, {"if-none-match": etag}, {"range": "bytes=0-9", "if-range": etag}):
        for ask in (Client().get, Client().head):
            answer = ask(url, headers=known)
            assert (answer.status_code, "ETag" in answer.headers) == (404, False), known
        asked = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in known.items()}
        assert through_layer(url, **asked)[0] == "299 Django"


def test_a_work_hung_while_its_gallery_is_being_hidden_keeps_no_link(work: Artwork, monkeypatch: Any) -> None:
    gallery, later = make_gallery(work.artist, work), make_work(work.artist)
    hidden, hanging_ids = Gallery.objects.get(pk=gallery.pk), Gallery.hanging_ids

    def hung_meanwhile(self: Gallery) -> list[int]:
        ids = hanging_ids(self)
        if self is hidden and not connection.in_atomic_block:  # without the write lock another may come between
            gallery.hang([later])
        return ids

    monkeypatch.setattr(Gallery, "hanging_ids", hung_meanwhile)
    hidden.hide()
    assert not link(work).is_symlink()
    assert not link(later).is_symlink()


def test_a_place_given_to_another_work_hides_the_first(work: Artwork) -> None:
    gallery, other = make_gallery(work.artist, work), make_work(work.artist)
    placement = gallery.placements.get()
    placement.artwork = other
    placement.save()
    assert link(other).is_symlink()
    assert not link(work).is_symlink()


def test_hiding_waits_for_the_write_lock_once(work: Artwork) -> None:
    gallery = make_gallery(work.artist, work, make_work(work.artist), make_work(work.artist))
    with CaptureQueriesContext(connection) as asked:
        gallery.delete()
    assert sum(query["sql"].startswith("BEGIN") for query in asked) == 1


def test_trash_and_restore_keep_the_places(work: Artwork) -> None:
    gallery = make_gallery(work.artist, work)
    work.trash()
    assert list(gallery.wall()) == []
    work.restore()
    assert [placement.artwork for placement in gallery.wall()] == [work]
    assert link(work).is_symlink()


def test_portraits_are_public_and_former_images_are_their_owners(work: Artwork) -> None:
    make_gallery(work.artist, work)
    former = make_work(work.artist, make_image(90, 90)).image
    assert Client().get(former.thumbnail.url).status_code == 404
    assert client_of(work.artist).get(former.thumbnail.url).status_code == 200
    ArtworkImage.objects.filter(pk=former.pk).update(portrait_of=work.artist)
    assert Client().get(former.thumbnail.url).status_code == 200


def test_the_first_layer_sends_public_files_and_hands_on_the_rest(work: Artwork) -> None:
    url = urls(work)[0]
    assert through_layer(url)[0] == "299 Django"
    make_gallery(work.artist, work)
    status, headers, body = through_layer(url)
    assert (status, body) == ("200 OK", Path(work.image.thumbnail.path).read_bytes())
    assert headers["Cache-Control"] == "public, max-age=86400"
    assert through_layer(url, REQUEST_METHOD="POST")[0] == "299 Django"
    assert through_layer(url, HTTP_RANGE="bytes=0-3")[2] == body[:4]
    for odd in (url + "/", url + "%00", url + "\n", url.replace("400", ".."), f"/images/{work.image.uuid}/777.jpg"):
        assert through_layer(odd)[0] == "299 Django", odd
    Path(work.image.thumbnail.path).with_name("888.jpg").symlink_to("/etc/passwd")
    assert through_layer(f"/images/{work.image.uuid}/888.jpg")[0] == "299 Django"


def test_what_the_first_layer_keeps_in_memory_ends_with_its_link_and_its_file(work: Artwork) -> None:
    make_gallery(work.artist, work)
    path = f"/images/{work.image.uuid}/400.jpg"
    client_of(work.artist).get(path)
    seen: list[str] = []
    layer = PublicImages(lambda e, s: (s("299 Django", []), [b"of Django"])[1], sight.folder("public"))

    def ask() -> bytes:
        return b"".join(
            layer({"REQUEST_METHOD": "GET", "PATH_INFO": path}, lambda status, headers: seen.append(status))
        )

    first, file = ask(), link(work) / "400.jpg"
    assert ask() == first == file.read_bytes()
    anew = file.with_name(".anew")
    anew.write_bytes(first[:-2] + b"!\xff\xd9")
    anew.replace(file)
    assert ask() == file.read_bytes() != first
    Gallery.objects.get().hide()
    assert ask() == b"of Django"
    assert seen == ["200 OK", "200 OK", "200 OK", "299 Django"]


def test_the_first_layer_keeps_no_more_than_its_share(work: Artwork, monkeypatch: Any) -> None:
    client_of(work.artist).get(f"/images/{work.image.uuid}/400.jpg")
    size = os.stat(work.image.renditions["thumbnail"].path).st_size
    monkeypatch.setattr(Kept, "MOST", size * 2)
    kept, file = Kept(), os.stat(work.image.renditions["thumbnail"].path)
    for number in range(5):
        kept.keep(f"{number}", "", file, [], b"x" * size)
        assert sum(len(body[0]) for _, _, body in kept.answers.values()) <= size * 2
    kept.keep("large", "", file, [], b"x" * (Kept.LARGEST + 1))
    assert ("large", "") not in kept.answers
