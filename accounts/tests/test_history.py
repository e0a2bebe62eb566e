"""Who changed what: kept for forms and API alike, and read by whom it concerns."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import retelling
from accounts.models import Artist
from artworks.models import Artwork
from galleries.models import Gallery
from portfolio_site.testing import client_of, image_file, make_artist, make_gallery, make_work

pytestmark = pytest.mark.django_db


def history(thing: Any, viewer: Artist) -> list[str]:
    """As it is read, the latest first."""
    return [line.words for line in retelling.told(retelling.entries(thing), type(thing), viewer.user)]


@pytest.fixture
def work(alice: Artist) -> Artwork:
    return make_work(alice, title="Blue hour")


def patch(artist: Artist, path: str, **fields: Any) -> None:
    assert client_of(artist).patch(path, fields, format="json").status_code == 200


class TestApi:
    def test_an_update_is_told_by_the_fields_that_changed(self, alice: Artist, work: Artwork) -> None:
        point = {"x": 0.2, "y": 0.5}
        patch(
            alice, f"/api/artworks/{work.pk}", title="Blue hour", year=1998, private_notes="Mr Grey", focal_point=point
        )
        assert history(work, alice) == ["You changed year, focal point and private notes"]
        assert "Mr Grey" not in LogEntry.objects.get().change_message
        patch(alice, f"/api/artworks/{work.pk}", year=1998)
        assert len(history(work, alice)) == 1, "nothing changed, nothing told"

    def test_a_work_comes_goes_and_returns(self, alice: Artist) -> None:
        client = client_of(alice)
        pk = client.post("/api/artworks/upload", {"image": image_file()}, format="multipart").json()["id"]
        client.delete(f"/api/artworks/{pk}")
        client.delete(f"/api/artworks/{pk}")
        client.post("/api/artworks/restore", {"artworks": [pk]}, format="json")
        client.put(f"/api/artworks/{pk}/image", {"image": image_file(width=70)}, format="multipart")
        former = client.get(f"/api/artworks/{pk}/images").json()[1]["uuid"]
        client.post(f"/api/artworks/{pk}/images/{former}/restore")
        assert history(Artwork.objects.get(), alice) == [
            "You brought a former picture back",
            "You replaced the picture",
            "You restored it from the trash",
            "You moved it to the trash",
            "You uploaded it",
        ]

    def test_a_bulk_edit_is_told_of_each_work_in_one_insert(self, alice: Artist, work: Artwork) -> None:
        works = [work, *(make_work(alice) for _ in range(3))]
        body = {"artworks": [work.pk for work in works], "changes": {"title": "Blue hour"}, "add_tags": ["Sea"]}
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client_of(alice).patch("/api/artworks", body, format="json").status_code == 200
        assert history(works[0], alice) == ["You changed tags"]
        assert history(works[3], alice) == ["You changed title and tags"]
        inserts = [query["sql"] for query in asked if query["sql"].startswith('INSERT INTO "django_admin_log"')]
        assert len(inserts) == 1

    def test_a_gallery_and_its_works_tell_of_the_wall(self, alice: Artist, work: Artwork) -> None:
        client, others = client_of(alice), [make_work(alice, title=title) for title in "ABCD"]
        pk = client.post("/api/galleries", {"title": "Winter"}, format="json").json()["id"]
        ids = [one.pk for one in (work, *others)]
        path = f"/api/galleries/{pk}"
        client.post(f"{path}/artworks", {"artworks": ids}, format="json")
        client.put(f"{path}/order", {"artworks": ids[::-1]}, format="json")
        client.put(f"{path}/order", {"artworks": ids[::-1]}, format="json")
        client.delete(f"{path}/artworks/{work.pk}")
        client.post(f"{path}/take-down", {"artworks": ids}, format="json")
        patch(alice, path, visibility="public", description="Cold.")
        assert history(Gallery.objects.get(), alice) == [
            "You changed description",
            "You published it",
            "You took down “A”, “B”, “C” and 1 more",
            "You took down “Blue hour”",
            "You changed the order",
            "You hung “Blue hour”, “A”, “B” and 2 more",
            "You made it",
        ]
        assert history(work, alice) == ["You took it down from “Winter”", "You hung it in “Winter”"]

    def test_what_is_refused_is_not_told(self, alice: Artist, bob: Artist, work: Artwork) -> None:
        client_of(bob).patch(f"/api/artworks/{work.pk}", {"title": "Mine"}, format="json")
        stale = client_of(alice).patch(
            f"/api/artworks/{work.pk}", {"title": "X"}, format="json", headers={"If-Match": '"x"'}
        )
        assert stale.status_code == 412
        assert not LogEntry.objects.exists()


class TestPages:
    def test_the_studio_tells_it_in_words(self, alice: Artist, work: Artwork) -> None:
        patch(alice, f"/api/artworks/{work.pk}", title="Bluer hour", year=1998)
        client, path = client_of(alice), f"/admin/artworks/artwork/{work.pk}"
        page = client.get(f"{path}/history/").content.decode()
        assert "You changed title and year" in page
        assert "today, " in page
        assert "You changed title and year, today" in client.get(f"{path}/change/").content.decode()

    def test_a_form_writes_the_same_lines(self, alice: Artist) -> None:
        path = f"/admin/accounts/artist/{alice.pk}/change/"
        form = client_of(alice).get(path).context["adminform"].form
        data = {name: value for name, value in form.initial.items() if isinstance(value, str)} | {"location": "Oslo"}
        rows = {f"links-{name}": 0 for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
        for _ in range(2):
            answer = client_of(alice).post(path, data | rows | {"reserves_ai_training": "on"})
            assert answer.status_code == 302, answer.context["errors"]
        assert history(alice, alice) == ["You changed location"]

    def test_a_superuser_sees_whose_hand_it_was_and_artists_no_names(self, alice: Artist, work: Artwork) -> None:
        root = make_artist("root", is_staff=True, is_superuser=True)
        patch(alice, f"/api/artworks/{work.pk}", year=1998)
        client_of(root).post(f"/admin/artworks/artwork/{work.pk}/delete/", {"post": "yes"})
        assert history(work, root) == ["You moved it to the trash", "Alice changed year"]
        assert history(work, alice) == ["The keeper of this site moved it to the trash", "You changed year"]

    def test_anothers_is_as_none(self, alice: Artist, bob: Artist, work: Artwork) -> None:
        patch(alice, f"/api/artworks/{work.pk}", year=1998)
        gallery = make_gallery(alice, work)
        for path in (f"/admin/artworks/artwork/{work.pk}/history/", f"/admin/galleries/gallery/{gallery.pk}/history/"):
            answer = client_of(bob).get(path)
            assert answer.status_code == 302
            assert answer["Location"] == "/admin/"

    def test_a_gallerys_plain_form_tells_of_its_wall(self, alice: Artist, work: Artwork) -> None:
        other = make_work(alice, title="Salt")
        gallery = make_gallery(alice, work, other, title="Winter")
        first, second = gallery.placements.all()
        path = f"/admin/galleries/gallery/{gallery.pk}/change/"
        form = {"title": "Winter", "layout": "justified", "slug": gallery.slug, "_publish": 1}
        rows = {"TOTAL_FORMS": 2, "INITIAL_FORMS": 2, "0-id": first.pk, "0-place": 1, "0-DELETE": "on"}
        rows |= {"1-id": second.pk, "1-place": 2, "0-gallery": gallery.pk, "1-gallery": gallery.pk}
        client = client_of(alice)
        answer = client.post(path, form | {f"placements-{name}": value for name, value in rows.items()})
        assert answer.status_code == 302, answer.context["errors"]
        assert history(gallery, alice) == ["You published it", "You took down “Blue hour”"]
        assert history(work, alice) == ["You took it down from “Winter”"]
        assert "You published it" in client.get(path).content.decode()
