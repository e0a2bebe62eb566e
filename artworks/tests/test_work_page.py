"""One work's page in the studio: its size in one line, its label, where it hangs, its pictures, and the trash."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import retelling
from accounts.models import Artist
from artworks.models import Artwork, ArtworkImage
from galleries.models import Gallery
from portfolio_site.testing import client_of, image_file, make_gallery, make_image, make_work

pytestmark = pytest.mark.django_db

RECORD = {"title": "Blue hour", "availability": "not_for_sale", "focal_x": "0.5", "focal_y": "0.5"}


@pytest.fixture
def work(alice: Artist) -> Artwork:
    return make_work(alice, make_image(60, 40), title="Blue hour")


def send(artist: Artist, work: Artwork, page: str, **data: Any) -> Any:
    return client_of(artist).post(f"/admin/artworks/artwork/{work.pk}/{page}/", data)


def told(thing: Any) -> list[str]:
    return [line.words for line in retelling.told(retelling.entries(thing), type(thing), thing.artist.user)]


def said(answer: Any) -> str:
    return " ".join(str(message) for message in answer.wsgi_request._messages)


def undo(artist: Artist, answer: Any) -> Any:
    """Press the button in the message."""
    path, name, value = re.search(r'formaction="([^"]+)" name="(\w+)" value="([^"]+)"', said(answer)).groups()  # type: ignore[union-attr]
    return client_of(artist).post(path, {name: value})


class TestSize:
    @pytest.mark.parametrize(
        ("line", "dimensions"),
        [
            ("60x80", "60 × 80 cm"),
            ("24 x 31 1/2 in", "60.96 × 80.01 cm"),
            ("variable", "Dimensions variable"),
            ("", ""),
        ],
    )
    def test_one_line_is_enough(self, alice: Artist, work: Artwork, line: str, dimensions: str) -> None:
        Artwork.objects.update(depth_cm=3)
        assert send(alice, work, "change", **RECORD, size=line).status_code == 302
        assert Artwork.objects.get().dimensions == dimensions

    def test_what_stands_there_keeps_its_sides(self, alice: Artist, work: Artwork) -> None:
        Artwork.objects.update(width_cm=60)
        page = client_of(alice).get(f"/admin/artworks/artwork/{work.pk}/change/")
        line = page.context["adminform"].form["size"].value()
        send(alice, work, "change", **RECORD, size=line)
        kept = Artwork.objects.get()
        assert (kept.height_cm, kept.width_cm) == (None, 60)
        assert told(work) == [], "nothing was changed"

    def test_what_cannot_be_read_is_said_and_changes_nothing(self, alice: Artist, work: Artwork) -> None:
        answer = send(alice, work, "change", **RECORD | {"title": "Other"}, size="large")
        assert answer.status_code == 200 and "60 x 80" in answer.content.decode()
        assert Artwork.objects.get().title == "Blue hour"


class TestLabel:
    def test_it_reads_as_it_will_and_nothing_is_saved(self, alice: Artist, work: Artwork) -> None:
        found = send(alice, work, "label", **RECORD | {"title": "Dusk & dawn"}, year="1998", size="60 x 80").json()
        assert "Dusk &amp; dawn" in found["label"] and "60 × 80 cm" in found["label"] and "1998" in found["label"]
        assert found["errors"] == {}
        assert Artwork.objects.get().title == "Blue hour"

    def test_a_size_nobody_can_read_is_named(self, alice: Artist, work: Artwork) -> None:
        found = send(alice, work, "label", **RECORD, size="large").json()
        assert "60 x 80" in found["errors"]["size"][0] and "Blue hour" in found["label"]


class TestFormerPictures:
    @pytest.fixture
    def former(self, alice: Artist, work: Artwork) -> ArtworkImage:
        """The work shows its second picture."""
        before = work.image
        send(alice, work, "replace", picture=image_file(content=make_image(50, 70)))
        work.refresh_from_db()
        return before

    def test_they_are_listed_with_what_can_be_done(self, alice: Artist, work: Artwork, former: ArtworkImage) -> None:
        page = client_of(alice).get(f"/admin/artworks/artwork/{work.pk}/change/").content.decode()
        assert "1 former picture" in page and "60 × 40 px" in page
        assert f"/api/artworks/{work.pk}/images/{former.uuid}/original" in page

    def test_one_is_shown_again(self, alice: Artist, work: Artwork, former: ArtworkImage) -> None:
        gallery, address = make_gallery(alice, work), work.get_absolute_url()
        send(alice, work, "former", show=former.uuid)
        work.refresh_from_db()
        assert (work.image, work.get_absolute_url()) == (former, address)
        assert gallery.hanging_ids() == [work.pk] and work.images.count() == 2
        assert told(work)[0] == "You brought a former picture back"

    def test_one_goes_for_ever_once_that_is_said_twice(
        self, alice: Artist, work: Artwork, former: ArtworkImage
    ) -> None:
        asked = send(alice, work, "former", remove=former.uuid)
        assert asked.status_code == 200 and "for ever?" in asked.content.decode()
        assert work.images.count() == 2
        send(alice, work, "former", remove=former.uuid, confirmed="yes")
        assert list(work.images.all()) == [work.image]

    def test_the_picture_that_is_shown_does_not_go(self, alice: Artist, work: Artwork, former: ArtworkImage) -> None:
        send(alice, work, "former", remove=work.image.uuid, confirmed="yes")
        assert work.images.count() == 2

    def test_another_artist_changes_nothing(
        self, alice: Artist, bob: Artist, work: Artwork, former: ArtworkImage
    ) -> None:
        other = make_work(bob)
        for page, data in (
            ("former", {"show": former.uuid}),
            ("former", {"remove": former.uuid, "confirmed": "yes"}),
            ("label", RECORD),
        ):
            assert send(bob, work, page, **data)["Location"] == "/admin/"
        send(bob, other, "former", show=former.uuid)
        assert Artwork.objects.get(pk=work.pk).image == work.image and work.images.count() == 2


class TestWhereItHangs:
    @pytest.fixture
    def walls(self, alice: Artist, work: Artwork) -> list[Gallery]:
        """In the first it hangs between two others."""
        before, after = make_work(alice), make_work(alice)
        return [make_gallery(alice, before, work, after, title="Winter"), make_gallery(alice, work, title="Sea")]

    def test_it_is_taken_down_from_one_wall_and_put_back_in_its_place(
        self, alice: Artist, work: Artwork, walls: list[Gallery]
    ) -> None:
        whole = walls[0].hanging_ids()
        answer = send(alice, work, "places", take_down=walls[0].pk)
        assert "no longer hangs in “Winter”" in said(answer) and "still here" in said(answer)
        assert work.pk not in walls[0].hanging_ids() and work.pk in walls[1].hanging_ids()
        undo(alice, answer)
        assert walls[0].hanging_ids() == whole
        assert told(work) == ["You hung it in “Winter”", "You took it down from “Winter”"]

    def test_before_the_trash_it_is_said_where_it_hangs_and_after_it_too(
        self, alice: Artist, work: Artwork, walls: list[Gallery]
    ) -> None:
        whole, client = walls[0].hanging_ids(), client_of(alice)
        asked = client.get(f"/admin/artworks/artwork/{work.pk}/delete/").content.decode()
        assert "Winter" in asked and "Sea" in asked
        answer = send(alice, work, "delete", post="yes")
        assert "It hung in “Winter” and “Sea”." in said(answer)
        page = client.get(f"/admin/artworks/artwork/{work.pk}/change/").content.decode()
        assert "“Winter”, “Sea”." in " ".join(page.split())
        undo(alice, answer)
        assert not Artwork.objects.get(pk=work.pk).trashed
        assert walls[0].hanging_ids() == whole
        assert told(work) == ["You restored it from the trash", "You moved it to the trash"]

    def test_many_come_back_by_one_press(self, alice: Artist, work: Artwork, walls: list[Gallery]) -> None:
        ids = walls[0].hanging_ids()
        chosen = {"action": "into_the_trash", "_selected_action": ids, "index": 0}
        answer = client_of(alice).post("/admin/artworks/artwork/", chosen)
        assert "3 works are in the trash" in said(answer) and "They hung in “Winter” and “Sea”." in said(answer)
        assert not Artwork.objects.alive().exists()
        undo(alice, answer)
        assert Artwork.objects.alive().count() == 3

    def test_another_artist_moves_nothing(
        self, alice: Artist, bob: Artist, work: Artwork, walls: list[Gallery]
    ) -> None:
        own, theirs = make_work(bob), make_gallery(bob)
        send(bob, work, "places", take_down=walls[0].pk)
        send(bob, own, "places", hang=f"{walls[0].pk}:1")
        send(alice, work, "places", hang=f"{theirs.pk}:1")
        assert len(walls[0].hanging_ids()) == 3 and theirs.hanging_ids() == []
        work.trash()
        client_of(bob).post("/admin/artworks/artwork/restore/", {"works": work.pk})
        assert Artwork.objects.get(pk=work.pk).trashed


def test_more_works_pictures_and_lines_ask_no_more(alice: Artist, work: Artwork) -> None:
    pages = [f"/admin/artworks/artwork/{work.pk}/{page}/" for page in ("change", "history", "delete")]
    pages.append(f"/admin/accounts/artist/{alice.pk}/change/")

    def cost() -> list[int]:
        found = []
        for page in pages:
            with CaptureQueriesContext(connection) as asked:
                assert client_of(alice).get(page).status_code == 200
            found.append(len(asked))
        return found

    make_gallery(alice, work)
    send(alice, work, "replace", picture=image_file())
    cost()  # what is remembered from now on
    before = cost()
    for title in ("A", "B", "C"):
        make_gallery(alice, work, make_work(alice, title=title, medium=title), title=title)
        send(alice, work, "replace", picture=image_file())
    assert cost() == before
