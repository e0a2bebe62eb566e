"""Galleries in the studio: the wall, hanging, order, publishing; and what another artist's forged forms do: nothing."""

import re
from typing import Any

import pytest
from django.contrib.messages import get_messages

from accounts.models import Artist
from artworks.models import Artwork
from galleries.models import Gallery, Placement
from portfolio_site.testing import client_of, make_artist, make_gallery, make_work

pytestmark = pytest.mark.django_db
LIST = "/admin/galleries/gallery/"


@pytest.fixture
def alice() -> Artist:
    return make_artist("alice")


@pytest.fixture
def bob() -> Artist:
    return make_artist("bob")


@pytest.fixture
def works(alice: Artist) -> list[Artwork]:
    return [make_work(alice, title=title) for title in ("One", "Two", "Three", "Four")]


@pytest.fixture
def winter(alice: Artist, works: list[Artwork]) -> Gallery:
    return make_gallery(alice, *works, title="Winter", visibility="private")


def page(gallery: Gallery, name: str = "change") -> str:
    return f"{LIST}{gallery.pk}/{name}/"


def send(client: Any, path: str, /, **data: Any) -> Any:
    return client.post(path, data, format="multipart")


def said(answer: Any) -> str:
    return " ".join(str(message) for message in get_messages(answer.wsgi_request))


def form(gallery: Gallery, places: dict[str, Any] | None = None, **changed: Any) -> dict[str, Any]:
    """What the page of a gallery sends; ``places`` by title: another place, or "down" to take down."""
    wall = list(gallery.wall())
    data = {"title": gallery.title, "layout": gallery.layout, "slug": gallery.slug, "description": ""}
    data |= {"placements-TOTAL_FORMS": len(wall), "placements-INITIAL_FORMS": len(wall)}
    for index, placement in enumerate(wall):
        place = (places or {}).get(placement.artwork.title, index + 1)
        data |= {f"placements-{index}-id": placement.pk, f"placements-{index}-gallery": gallery.pk}
        data[f"placements-{index}-{'DELETE' if place == 'down' else 'place'}"] = "on" if place == "down" else place
    return data | {"front": gallery.cover_id or ""} | changed


def titles(gallery: Gallery) -> list[str]:
    return [placement.artwork.title for placement in gallery.wall()]


class TestMaking:
    def test_a_title_is_enough(self, alice: Artist) -> None:
        answer = send(client_of(alice), f"{LIST}add/", title="Blue Hour")
        gallery = Gallery.objects.get()
        assert (gallery.artist, gallery.slug, gallery.is_public) == (alice, "blue-hour", False)
        assert answer["Location"] == page(gallery) and "Only you can see it" in said(answer)

    def test_it_is_the_makers_whatever_the_form_says(self, alice: Artist, bob: Artist) -> None:
        send(client_of(bob), f"{LIST}add/", title="Forged", artist=alice.pk, visibility="public", front=1)
        assert Gallery.objects.get().artist == bob and not Gallery.objects.get().is_public

    def test_two_cannot_have_one_address(self, alice: Artist, winter: Gallery) -> None:
        other = make_gallery(alice, title="Spring")
        answer = send(client_of(alice), page(other), **form(other, slug="winter"))
        assert "already have a gallery at this address" in answer.content.decode()

    def test_deleting_it_leaves_the_works(self, alice: Artist, winter: Gallery) -> None:
        client = client_of(alice)
        assert "stay" in client.get(page(winter, "delete")).content.decode()
        send(client, page(winter, "delete"), post="yes")
        assert not Gallery.objects.exists() and Artwork.objects.alive().count() == 4


class TestWall:
    @pytest.mark.parametrize(
        ("places", "expected"),
        [
            ({"Four": 1}, ["Four", "One", "Two", "Three"]),
            ({"One": 3}, ["Two", "Three", "One", "Four"]),
            ({"One": 4, "Four": 1}, ["Four", "Two", "Three", "One"]),
            ({"One": 2, "Two": 3, "Three": 4, "Four": 1}, ["Four", "One", "Two", "Three"]),
            ({"Two": 99}, ["One", "Three", "Four", "Two"]),
            ({"Two": ""}, ["One", "Two", "Three", "Four"]),
            ({"Two": "down", "Four": 1}, ["Four", "One", "Three"]),
        ],
    )
    def test_works_hang_at_the_places_written(
        self, alice: Artist, winter: Gallery, places: dict[str, Any], expected: list[str]
    ) -> None:
        assert send(client_of(alice), page(winter), **form(winter, places)).status_code == 302
        assert titles(winter) == expected
        assert Artwork.objects.alive().count() == 4

    def test_a_button_moves_one_without_a_script(self, alice: Artist, winter: Gallery, works: list[Artwork]) -> None:
        client = client_of(alice)
        answer = send(client, page(winter), **form(winter, _up=works[2].pk, title="Winter light"))
        assert titles(winter) == ["One", "Three", "Two", "Four"]
        assert answer["Location"] == f"{page(winter)}#work-{works[2].pk}"
        winter.refresh_from_db()
        assert winter.title == "Winter light"
        send(client, page(winter), **form(winter, _down=works[3].pk))
        send(client, page(winter), **form(winter, _up=works[0].pk))
        assert titles(winter) == ["One", "Three", "Two", "Four"]

    def test_the_cover_is_one_of_the_wall(self, alice: Artist, winter: Gallery, works: list[Artwork]) -> None:
        client, loose = client_of(alice), make_work(alice)
        send(client, page(winter), **form(winter, front=works[2].pk))
        winter.refresh_from_db()
        assert winter.cover == works[2]
        assert send(client, page(winter), **form(winter, front=loose.pk)).status_code == 200
        winter.refresh_from_db()
        assert winter.cover == works[2]

    def test_a_work_in_the_trash_keeps_its_place(self, alice: Artist, winter: Gallery, works: list[Artwork]) -> None:
        works[1].trash()
        assert send(client_of(alice), page(winter), **form(winter)).status_code == 302
        works[1].restore()
        assert titles(winter) == ["One", "Two", "Three", "Four"]

    def test_many_works_are_hung_at_once(self, alice: Artist, winter: Gallery) -> None:
        room, client = make_gallery(alice, title="Room"), client_of(alice)
        chosen = list(Artwork.objects.order_by("pk").values_list("pk", flat=True)[1:3])
        assert client.get(page(room, "hang")).content.decode().count('name="works"') == 4
        assert client.get(page(room, "hang") + "?q=Thr").content.decode().count('name="works"') == 1
        assert client.get(page(room, "hang") + "?loose=on").content.decode().count('name="works"') == 0
        answer = send(client, page(room, "hang"), works=[*chosen, "x", "9" * 30])
        assert titles(room) == ["Two", "Three"] and "2 works hang" in said(answer)
        assert client.get(page(room, "hang")).content.decode().count('name="works"') == 2
        assert "Tick the works" in said(send(client, page(room, "hang")))


class TestPublishing:
    def test_by_the_galleries_own_page_and_it_is_said_who_sees_it(self, alice: Artist, winter: Gallery) -> None:
        client, address = client_of(alice), winter.get_absolute_url()
        answer = send(client, page(winter), **form(winter, _publish="1"))
        assert "Everyone can see “Winter” now" in said(answer) and address in said(answer)
        assert client_of(None).get(address).status_code == 200
        answer = send(client, page(winter), **form(winter, _hide="1"))
        assert "Only you can see “Winter” now." in said(answer)
        assert client_of(None).get(address).status_code == 404

    @pytest.mark.parametrize("way", ["button", "action"])
    def test_from_the_list(self, alice: Artist, winter: Gallery, way: str) -> None:
        for verb, status in (("publish", 200), ("hide", 404)):
            data: dict[str, Any] = {"action": verb, "_selected_action": winter.pk, "index": 0}
            answer = send(client_of(alice), LIST, **({f"_{verb}": winter.pk} if way == "button" else data))
            assert "Winter" in said(answer)
            assert client_of(None).get(winter.get_absolute_url()).status_code == status

    def test_an_empty_one_is_public_and_found_by_nobody(self, alice: Artist) -> None:
        room = make_gallery(alice, title="Room", visibility="private")
        assert "until a work hangs there" in said(send(client_of(alice), LIST, _publish=room.pk))


def test_galleries_are_ordered_by_buttons(alice: Artist, bob: Artist) -> None:
    rooms = [make_gallery(alice, title=title) for title in "ABC"]
    make_gallery(bob, title="Z")
    client = client_of(alice)
    answer = send(client, LIST, _up=rooms[2].pk)
    assert answer["Location"] == f"{LIST}#row-{rooms[2].pk}"
    send(client, LIST, _down=rooms[0].pk)
    send(client, LIST, _up=rooms[2].pk)
    assert [gallery.title for gallery in alice.galleries.all()] == ["C", "A", "B"]
    listed = client.get(LIST).content.decode()
    assert listed.index(f"row-{rooms[2].pk}") < listed.index(f"row-{rooms[0].pk}") < listed.index(f"row-{rooms[1].pk}")


class TestAnotherArtist:
    def test_changes_and_learns_nothing(
        self, alice: Artist, bob: Artist, winter: Gallery, works: list[Artwork]
    ) -> None:
        before = self.state()
        client = client_of(bob)
        for data in (form(winter, {"One": "down"}, title="Forged", _publish="1"), form(winter, _up=works[1].pk)):
            assert send(client, page(winter), **data).status_code == 302
        for name in ("delete", "hang", "history"):
            assert send(client, page(winter, name), post="yes", works=[works[0].pk]).status_code == 302
        for button in ("_up", "_down", "_publish", "_hide"):
            assert "Winter" not in said(send(client, LIST, **{button: winter.pk}))
        for action in ("publish", "hide", "delete_selected"):
            answer = send(client, LIST, action=action, _selected_action=winter.pk, index=0, post="yes")
            assert "Winter" not in answer.content.decode()
        assert "Winter" not in client.get(LIST).content.decode()
        assert self.state() == before

    def test_brings_nothing_of_anothers_onto_a_wall(
        self, alice: Artist, bob: Artist, winter: Gallery, works: list[Artwork]
    ) -> None:
        room, client = make_gallery(bob, title="Room"), client_of(bob)
        before = self.state()
        send(client, page(room, "hang"), works=[work.pk for work in works])
        assert send(client, page(room), **form(room, front=works[0].pk)).status_code == 200
        stolen = form(winter, {"One": "down", "Two": 1}, title="Room", slug="room", layout="single")
        for claimed in (winter.pk, room.pk):
            stolen |= {f"placements-{index}-gallery": claimed for index in range(len(works))}
            nobodys = stolen | {f"placements-{index}-id": 987654321 + index for index in range(len(works))}
            answers = [send(client, page(room), **data) for data in (stolen, nobodys)]
            texts = [re.sub(r'value="\w+"', "", answer.content.decode()) for answer in answers]
            assert texts[0] == texts[1] and [answer.status_code for answer in answers] == [200, 200]
            assert "Winter" not in texts[0] and "data-title" not in texts[0]
        grown = form(
            room, **{"placements-TOTAL_FORMS": 1, "placements-0-artwork": works[0].pk, "placements-0-place": 1}
        )
        send(client, page(room), **grown)
        assert self.state() == before

    def test_a_superuser_arranges_for_all(self, winter: Gallery, works: list[Artwork]) -> None:
        client = client_of(make_artist("root", is_superuser=True))
        assert "Winter" in client.get(LIST).content.decode()
        send(client, page(winter), **form(winter, {"Four": 1}))
        assert titles(winter)[0] == "Four"
        winter.refresh_from_db()
        assert winter.artist.name == "Alice"

    @staticmethod
    def state() -> list[Any]:
        galleries = Gallery.objects.order_by("pk").values("pk", "artist", "title", "visibility", "position", "cover")
        return [*galleries, *Placement.objects.order_by("pk").values(), *Artwork.objects.order_by("pk").values()]


def test_a_wall_does_without_npm(
    alice: Artist, winter: Gallery, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    from portfolio_site import vendor

    monkeypatch.setattr(vendor, "FILES", ())
    assert 'data-sortable=""' in client_of(alice).get(page(winter)).content.decode()
    monkeypatch.undo()
