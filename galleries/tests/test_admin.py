"""Galleries in the studio: the wall, hanging, order, publishing; and what another artist's forged forms do: nothing."""

import re
from typing import Any

import pytest
from django.contrib.messages import get_messages

from accounts.models import Artist
from artworks.models import Artwork, ArtworkImage
from galleries.models import Gallery, Placement
from portfolio_site.testing import client_of, make_artist, make_gallery, make_work

pytestmark = pytest.mark.django_db
LIST = "/admin/galleries/gallery/"


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


def many_works(artist: Artist, count: int) -> list[Artwork]:
    """Rows alone: of their pictures nothing is asked."""
    sides = {"image_width": 60, "image_height": 40, "master_width": 60, "master_height": 40, "byte_size": 1}
    images = ArtworkImage.objects.bulk_create(ArtworkImage(artist=artist, **sides) for _ in range(count))
    return Artwork.objects.bulk_create(
        Artwork(artist=artist, image=image, title=f"No. {number}") for number, image in enumerate(images, start=1)
    )


def fields_of(html: str) -> dict[str, str]:
    """What a browser sends of the page's form when nothing is touched."""
    tags = [dict(re.findall(r'([\w-]+)="([^"]*)"', tag)) for tag in re.findall(r"<input[^>]*>", html)]
    kept = [tag for tag in tags if tag.get("name") and tag.get("type") not in {"submit", "checkbox", "radio"}]
    return {tag["name"]: tag.get("value", "") for tag in kept if tag["name"] != "csrfmiddlewaretoken"}


class TestLargeWall:
    @pytest.mark.drill
    def test_of_a_thousand_works_is_arranged_and_saved(self, alice: Artist) -> None:
        count = 1000
        works = many_works(alice, count)
        room = make_gallery(alice, *works, title="Everything")
        client = client_of(alice)
        sent = fields_of(client.get(page(room)).content.decode())
        assert sum(name.endswith("-place") for name in sent) == count
        sent |= {"title": "All", "slug": room.slug, "layout": room.layout, "description": "", "front": ""}
        sent |= {f"placements-{count - 1}-place": "1", "placements-1-DELETE": "on"}
        assert send(client, page(room), **sent).status_code == 302
        hanging = room.hanging_ids()
        assert hanging == [works[-1].pk, works[0].pk, *(work.pk for work in works[2:-1])]


WORKS = "/admin/artworks/artwork/"


class TestHangIn:
    """From the list of works onto a wall."""

    @staticmethod
    def choose(client: Any, *works: Artwork, **more: Any) -> Any:
        return send(client, WORKS, action="hang_in", _selected_action=[work.pk for work in works], index=0, **more)

    def test_chosen_works_hang_at_the_end_of_the_chosen_wall(self, alice: Artist, works: list[Artwork]) -> None:
        room, client = make_gallery(alice, works[2], title="Room", visibility="private"), client_of(alice)
        assert 'value="hang_in"' in client.get(WORKS).content.decode()
        asked = self.choose(client, works[0], works[2], works[3]).content.decode()
        assert "3 works" in asked and "Room" in asked and titles(room) == ["Three"]
        answer = self.choose(client, works[0], works[2], works[3], hang="1", gallery=room.pk)
        assert answer.status_code == 302 and answer["Location"] == WORKS
        assert titles(room) == ["Three", "Four", "One"]
        words = said(answer)
        assert "2 works hang at the end of “Room” now." in words and "1 hung in “Room” already" in words
        assert "Only you can see this gallery." in words and page(room) in words

    def test_what_all_hangs_already_is_said_to(self, alice: Artist, winter: Gallery, works: list[Artwork]) -> None:
        answer = self.choose(client_of(alice), *works, hang="1", gallery=winter.pk)
        assert "4 hung in “Winter” already" in said(answer) and "now." not in said(answer)
        assert titles(winter) == ["One", "Two", "Three", "Four"]

    def test_all_of_a_longer_list_than_a_page_shows(self, alice: Artist) -> None:
        works, room, client = many_works(alice, 120), make_gallery(alice, title="Room"), client_of(alice)
        asked = self.choose(client, works[0], select_across="1").content.decode()
        ids = re.findall(r'name="_selected_action" value="(\d+)"', asked)
        answer = send(client, WORKS, action="hang_in", _selected_action=ids, hang="1", gallery=room.pk)
        assert "120 works hang" in said(answer) and room.placements.count() == 120

    def test_without_a_gallery_or_a_choice_it_is_said(self, alice: Artist) -> None:
        work, client = make_work(alice), client_of(alice)
        assert "Make your first gallery" in self.choose(client, work).content.decode()
        make_gallery(alice)
        assert "Choose a gallery." in self.choose(client, work, hang="1").content.decode()

    def test_what_lies_in_the_trash_hangs_nowhere(self, alice: Artist, works: list[Artwork]) -> None:
        room, client = make_gallery(alice, title="Room"), client_of(alice)
        works[0].trash()
        self.choose(client, works[0], hang="1", gallery=room.pk)
        chosen = {"_selected_action": works[0].pk, "hang": "1", "gallery": room.pk}
        send(client, f"{WORKS}?shelf=trash", action="hang_in", index=0, **chosen)
        assert not room.placements.exists()

    def test_anothers_gallery_is_as_one_that_does_not_exist(self, alice: Artist, bob: Artist, winter: Gallery) -> None:
        own, client = make_work(bob, title="Own"), client_of(bob)
        make_gallery(bob, title="Room")
        assert "Winter" not in self.choose(client, own).content.decode()
        answers = [self.choose(client, own, hang="1", gallery=pk) for pk in (winter.pk, 987654321)]
        texts = [re.sub(r'value="\w{64}"', "", answer.content.decode()) for answer in answers]
        assert texts[0] == texts[1] and "You have no such gallery." in texts[0]
        assert not winter.placements.filter(artwork=own).exists()

    def test_anothers_works_are_not_hung(self, bob: Artist, works: list[Artwork]) -> None:
        room = make_gallery(bob, title="Room")
        answers = [
            self.choose(client_of(bob), *chosen, hang="1", gallery=room.pk)
            for chosen in (works, [Artwork(pk=987654321)])
        ]
        assert said(answers[0]) == said(answers[1]) != "" and not room.placements.exists()

    def test_a_superuser_hangs_each_artists_works_in_their_own(
        self, bob: Artist, winter: Gallery, works: list[Artwork]
    ) -> None:
        client, theirs = client_of(make_artist("root", is_superuser=True)), make_work(bob)
        make_gallery(bob, title="Room")
        assert "of one artist" in said(self.choose(client, works[0], theirs, hang="1", gallery=winter.pk))
        assert "You have no such" in self.choose(client, theirs, hang="1", gallery=winter.pk).content.decode()
        assert not winter.placements.filter(artwork=theirs).exists()


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
