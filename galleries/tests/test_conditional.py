"""ETags and preconditions: what stands still is not sent again, and nobody overwrites what they have not seen."""

from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import versions
from accounts.models import Artist
from artworks.models import Artwork, Tag
from galleries.models import Gallery
from portfolio_site.testing import client_of, image_file, make_artist, make_gallery, make_work

pytestmark = pytest.mark.django_db


@pytest.fixture
def work(alice: Artist) -> Artwork:
    return make_work(alice, title="One")


@pytest.fixture
def gallery(alice: Artist, work: Artwork) -> Gallery:
    return make_gallery(alice, work, title="Room")


def addresses(work: Artwork, gallery: Gallery) -> list[str]:
    here, wall, artist = f"/api/artworks/{work.pk}", f"/api/galleries/{gallery.pk}", f"/api/artists/{work.artist_id}"
    return [here, wall, artist, f"{wall}/artworks", f"{wall}/order", "/api/artworks", "/api/galleries", "/api/artists"]


class TestNotModified:
    def test_every_reading_answers_304_to_its_etag(self, alice: Artist, work: Artwork, gallery: Gallery) -> None:
        for client in (client_of(alice), client_of(None)):
            for path in addresses(work, gallery):
                first = client.get(path)
                etag = first["ETag"]
                assert etag.startswith('"') and first["Cache-Control"].endswith("no-cache")
                again = client.get(path, headers={"If-None-Match": f'"other", {etag}'})
                assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag), path
                assert again["Vary"] == first["Vary"]
                assert client.get(path, headers={"If-None-Match": f"W/{etag}"}).status_code == 304
                assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200
                head = client.head(path)
                assert (head["ETag"], head.content) == (etag, b"")

    def test_it_costs_a_stranger_one_query(self, work: Artwork, gallery: Gallery) -> None:
        client = client_of(None)
        for path in addresses(work, gallery):
            etag = client.get(path)["ETag"]
            with CaptureQueriesContext(
                connection,
            ) as seen:
                assert client.get(path, headers={"If-None-Match": etag}).status_code == 304
            assert len(seen) == 1, path

    def test_a_change_anywhere_in_the_answer_shows(self, alice: Artist, work: Artwork, gallery: Gallery) -> None:
        client = client_of(None)
        other = make_work(alice, title="Two")

        def changes() -> Any:
            yield lambda: Artwork.objects.filter(pk=work.pk).update(title="Renamed")
            yield lambda: gallery.hang([other])
            yield lambda: gallery.arrange([other.pk, work.pk])
            yield lambda: other.set_tags(["sea"])
            yield lambda: Tag.objects.update(name="Ocean")
            yield lambda: Artist.objects.update(name="Alicia")
            yield lambda: gallery.take_down(other)
            yield lambda: alice.user.leave()

        path = f"/api/artists/{alice.pk}"
        for number, change in enumerate(changes()):
            etag = client.get(path)["ETag"]
            change()
            now = client.get(path, headers={"If-None-Match": etag})
            assert now.status_code in {200, 404}, number
            assert now.status_code == 404 or now["ETag"] != etag

    def test_one_gets_no_etag_of_anothers_view(self, alice: Artist, work: Artwork, gallery: Gallery) -> None:
        make_work(alice, title="Hidden")
        mine = client_of(alice).get("/api/artworks")["ETag"]
        for other in (client_of(make_artist("bob")), client_of(None)):
            answer = other.get("/api/artworks", headers={"If-None-Match": mine})
            assert answer.status_code == 200 and answer.json()["results"][0]["title"] == "One"

    def test_private_changes_do_not_show_in_a_strangers_etag(self, alice: Artist, gallery: Gallery) -> None:
        client = client_of(None)
        before, version = client.get("/api/artworks")["ETag"], versions.current()
        make_gallery(alice, make_work(alice), visibility="private")
        assert versions.current() > version
        assert client.get("/api/artworks")["ETag"] == before

    def test_an_error_has_none_and_is_not_kept(self, alice: Artist, gallery: Gallery) -> None:
        for path in ("/api/artworks/987654321", "/api/artworks?year_min=soon"):
            for client, kept in ((client_of(alice), "private, no-store"), (client_of(None), "no-cache")):
                answer = client.get(path)
                assert answer.status_code in {400, 404} and "ETag" not in answer
                assert answer["Cache-Control"] == kept

    def test_pages_for_people_have_none(self, gallery: Gallery) -> None:
        assert "ETag" not in client_of(None).get(f"/api/galleries/{gallery.pk}", headers={"Accept": "text/html"})

    def test_what_is_hidden_answers_like_nothing_with_its_old_etag(self, work: Artwork, gallery: Gallery) -> None:
        client, path = client_of(None), f"/api/artworks/{work.pk}"
        etag = client.get(path)["ETag"]
        gallery.hide()
        for headers in ({"If-None-Match": etag}, {"If-None-Match": "*"}, {"If-Match": etag}, {}):
            assert client.get(path, headers=headers).status_code == 404

    def test_last_modified_is_the_things_own(self, work: Artwork, gallery: Gallery) -> None:
        for path, thing, days in ((f"/api/artworks/{work.pk}", work, 2), (f"/api/galleries/{gallery.pk}", gallery, 1)):
            changed = timezone.now().replace(microsecond=0) - timedelta(days)
            type(thing).objects.filter(pk=thing.pk).update(updated_at=changed)
            assert parsedate_to_datetime(client_of(None).get(path)["Last-Modified"]) == changed


class TestIfMatch:
    def change(self, client: Any, work: Artwork, gallery: Gallery, headers: dict[str, str]) -> list[int]:
        wall = f"/api/galleries/{gallery.pk}"
        asks: list[tuple[str, str, Any]] = [
            ("patch", f"/api/artworks/{work.pk}", {"title": "New"}),
            ("put", wall, {"title": "New"}),
            ("patch", wall, {"title": "New"}),
            ("patch", f"/api/artists/{work.artist_id}", {"name": "New"}),
            ("put", f"{wall}/order", {"artworks": [work.pk]}),
            ("post", f"{wall}/artworks", {"artwork": work.pk}),
            ("delete", f"{wall}/artworks/{work.pk}", None),
            ("post", f"/api/artworks/{work.pk}/restore", None),
            ("delete", f"/api/artworks/{work.pk}", None),
            ("delete", wall, None),
        ]
        return [
            getattr(client, verb)(path, body, format="json", headers=headers).status_code for verb, path, body in asks
        ]

    def test_a_stale_one_changes_nothing(self, alice: Artist, work: Artwork, gallery: Gallery) -> None:
        client, version = client_of(alice), versions.current()
        assert set(self.change(client, work, gallery, {"If-Match": '"stale"'})) == {412}
        assert versions.current() == version
        refused = client.patch(f"/api/artworks/{work.pk}", {}, format="json", headers={"If-Match": '"stale"'}).json()
        assert refused["code"] == "precondition_failed"

    def test_a_stale_one_changes_no_picture(self, alice: Artist, work: Artwork) -> None:
        artist, here, former = f"/api/artists/{alice.pk}", f"/api/artworks/{work.pk}", work.image.uuid
        client = client_of(alice)
        for ask, path, read in (
            (client.put, f"{here}/image", here),
            (client.delete, f"{here}/images/{former}", here),
            (client.put, f"{artist}/portrait", artist),
            (client.delete, f"{artist}/portrait", artist),
        ):
            etag, version = client.get(read)["ETag"], versions.current()
            for tag, status in (('"stale"', {412}), (etag, {200, 204})):
                body = {"image": image_file()} if ask == client.put else None
                assert ask(path, body, format="multipart", headers={"If-Match": tag}).status_code in status, path
                assert (versions.current() == version) == (tag != etag), path

    def test_the_right_one_goes_through_and_the_answers_own_leads_on(self, alice: Artist, work: Artwork) -> None:
        client, path = client_of(alice), f"/api/artworks/{work.pk}"
        etag = client.get(path)["ETag"]
        for title in ("Two", "Three"):
            answer = client.patch(path, {"title": title}, format="json", headers={"If-Match": etag})
            assert answer.status_code == 200, answer.content
            assert client.patch(path, {"title": "Late"}, format="json", headers={"If-Match": etag}).status_code == 412
            assert answer["ETag"] == client.get(path)["ETag"]
            etag = answer["ETag"]
        assert client.patch(path, {"title": "Any"}, format="json", headers={"If-Match": "*"}).status_code == 200

    def test_an_order_is_guarded_by_the_order(self, alice: Artist, work: Artwork, gallery: Gallery) -> None:
        two = make_work(alice, title="Two")
        gallery.hang([two])
        client, path = client_of(alice), f"/api/galleries/{gallery.pk}/order"
        order = client.get(path)
        assert order.json() == {"artworks": [work.pk, two.pk]}
        Artwork.objects.update(title="Renamed meanwhile")
        body = {"artworks": [two.pk, work.pk]}
        assert client.put(path, body, format="json", headers={"If-Match": order["ETag"]}).status_code == 200
        assert client.put(path, body, format="json", headers={"If-Match": order["ETag"]}).status_code == 412

    def test_it_tells_another_artist_nothing(self, work: Artwork, gallery: Gallery) -> None:
        gallery.hide()
        client = client_of(make_artist("bob"))
        for path in (f"/api/artworks/{work.pk}", "/api/artworks/987654321"):
            for tag in ("*", '"stale"'):
                answer = client.patch(path, {"title": "New"}, format="json", headers={"If-Match": tag})
                assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_every_way_to_change_a_row_counts(alice: Artist, work: Artwork) -> None:
    seen = [versions.current()]
    for change in (
        lambda: Artwork.objects.filter(pk=work.pk).update(year=1998),
        lambda: Tag.objects.bulk_create([Tag(artist=alice, name="Sea", slug="sea")]),
        lambda: Tag.objects.bulk_update([Tag(pk=Tag.objects.get().pk, name="Ocean")], ["name"]),
        lambda: connection.cursor().execute("DELETE FROM artworks_tag"),
    ):
        change()
        seen.append(versions.current())
    assert seen == sorted(set(seen))
    alice.user.save(update_fields=["last_login"])
    assert versions.current() == seen[-1]
