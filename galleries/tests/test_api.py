"""Galleries and artists over HTTP: by their artist, by another, by a stranger."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from rest_framework.test import APIClient

from accounts.models import Artist, User
from artworks.models import Artwork
from galleries.models import Gallery, Placement
from galleries.serializers import GallerySerializer
from portfolio_site.testing import PASSWORD, client_of, make_artist, make_gallery, make_work

pytestmark = pytest.mark.django_db


def titles(gallery: dict[str, Any]) -> list[str]:
    return [work["title"] for work in gallery["artworks"]]


class TestGallery:
    def test_a_new_one_is_private_until_it_is_published(self, alice: Artist) -> None:
        client = client_of(alice)
        answer = client.post("/api/galleries", {"title": "Blue Hour"}, format="json")
        assert answer.status_code == 201, answer.content
        gallery = answer.json()
        path = f"/api/galleries/{gallery['id']}"
        assert answer["Location"] == f"http://testserver{path}"
        assert (gallery["visibility"], gallery["slug"], gallery["artworks"]) == ("private", "blue-hour", [])
        assert gallery["page"] == "http://testserver/artists/alice/blue-hour/"
        assert client_of(None).get(path).status_code == 404
        assert client.patch(path, {"visibility": "public"}, format="json").json()["visibility"] == "public"
        assert client_of(None).get(path).status_code == 200

    def test_put_and_patch(self, alice: Artist) -> None:
        gallery = make_gallery(alice, make_work(alice, title="One"))
        client, path = client_of(alice), f"/api/galleries/{gallery.pk}"
        body = {"title": "New", "description": "Words", "layout": "single", "visibility": "private", "position": 4}
        seen = client.put(path, body, format="json").json()
        assert {name: seen[name] for name in body} == body
        assert titles(seen) == ["One"]
        assert (
            client.put(path, {"description": "No title"}, format="json").json()["errors"]["title"][0]["code"]
            == "required"
        )

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({}, "title"), ({"title": ""}, "title"), ({"title": "x", "visibility": "secret"}, "visibility"),
            ({"title": "x", "layout": 1}, "layout"), ({"title": "x", "slug": "a b"}, "slug"),
            ({"title": "x", "position": -1}, "position"), ({"title": "x", "position": 10**30}, "position"),
            ({"title": "x", "slug": "taken"}, "slug"), ({"title": "a\0"}, "title"), ([], "non_field_errors"),
        ],
    )  # fmt: skip
    def test_nonsense(self, alice: Artist, body: Any, field: str) -> None:
        Gallery.objects.create(artist=alice, title="Taken")
        answer = client_of(alice).post("/api/galleries", body, format="json")
        assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
        assert field in answer.json()["errors"], answer.content

    def test_another_may_have_the_same_address(self, alice: Artist, bob: Artist) -> None:
        Gallery.objects.create(artist=alice, title="Taken")
        answer = client_of(bob).post("/api/galleries", {"title": "x", "slug": "taken"}, format="json")
        assert (answer.status_code, answer.json()["slug"]) == (201, "taken")

    def test_the_works_outlive_it(self, alice: Artist) -> None:
        gallery = make_gallery(alice, make_work(alice))
        assert client_of(alice).delete(f"/api/galleries/{gallery.pk}").status_code == 204
        assert Artwork.objects.alive().count() == 1
        assert client_of(None).get("/api/artworks").json()["results"] == []

    def test_the_cover_is_ones_own(self, alice: Artist, bob: Artist) -> None:
        mine, theirs = make_work(alice), make_work(bob)
        make_gallery(bob, theirs)
        gallery = make_gallery(alice, mine)
        client, path = client_of(alice), f"/api/galleries/{gallery.pk}"
        assert client.patch(path, {"cover": mine.pk}, format="json").json()["cover"] == mine.pk
        foreign = client.patch(path, {"cover": theirs.pk}, format="json")
        missing = client.patch(path, {"cover": 999999}, format="json")
        assert (foreign.status_code, foreign.json()["code"]) == (400, "unknown_artwork")
        assert foreign.content == missing.content
        for odd in ("x", True, 1.5, [], {}, 10**40):
            assert client.patch(path, {"cover": odd}, format="json").status_code == 400, odd
        assert client.patch(path, {"cover": None}, format="json").json()["cover"] is None

    def test_the_card_has_the_cover_or_else_the_first_work(self, alice: Artist) -> None:
        one, two, elsewhere = make_work(alice, alt_text="A gradient."), make_work(alice), make_work(alice)
        gallery = make_gallery(alice, one, two)

        def card() -> dict[str, Any]:
            [listed] = client_of(None).get("/api/galleries").json()["results"]
            assert client_of(None).get(f"/api/galleries/{gallery.pk}").json()["cover_image"] == listed["cover_image"]
            return listed["cover_image"]

        assert (card()["artwork"], card()["alt_text"]) == (one.pk, "A gradient.")
        assert set(card()["renditions"]) == {"thumbnail", "preview", "display"}
        for cover, shown in ((two, two), (elsewhere, one), (None, one)):
            Gallery.objects.filter(pk=gallery.pk).update(cover=cover)
            assert card()["artwork"] == shown.pk
        one.trash()
        assert card()["artwork"] == two.pk
        gallery.placements.all().delete()
        assert card() is None

    def test_a_cover_that_one_may_not_see_is_not_named(self, alice: Artist) -> None:
        hidden = make_work(alice)
        gallery = make_gallery(alice, make_work(alice))
        Gallery.objects.filter(pk=gallery.pk).update(cover=hidden)
        for path in (f"/api/galleries/{gallery.pk}", "/api/galleries", f"/api/artists/{alice.pk}"):
            assert f'"cover":{hidden.pk}' not in client_of(None).get(path).content.decode()
        assert client_of(alice).get(f"/api/galleries/{gallery.pk}").json()["cover"] == hidden.pk

    def test_what_is_gone_before_it_is_changed_is_a_conflict(self, alice: Artist, monkeypatch: Any) -> None:
        gallery, update = make_gallery(alice), GallerySerializer.update

        def goes_before(self: Any, instance: Gallery, fields: dict[str, Any]) -> Gallery:
            Gallery.objects.filter(pk=instance.pk).delete()
            return update(self, instance, fields)

        monkeypatch.setattr(GallerySerializer, "update", goes_before)
        answer = client_of(alice).patch(f"/api/galleries/{gallery.pk}", {"title": "x"}, format="json")
        assert (answer.status_code, answer.json()["code"]) == (409, "conflict")

    def test_what_is_gone_after_it_was_changed_is_not_found(self, alice: Artist, monkeypatch: Any) -> None:
        gallery, update = make_gallery(alice), GallerySerializer.update

        def goes_after(self: Any, instance: Gallery, fields: dict[str, Any]) -> Gallery:
            changed = update(self, instance, fields)
            Gallery.objects.filter(pk=instance.pk).delete()
            return changed

        monkeypatch.setattr(GallerySerializer, "update", goes_after)
        answer = client_of(alice).patch(f"/api/galleries/{gallery.pk}", {"title": "x"}, format="json")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")

    def test_who_it_belongs_to_does_not_move(self, alice: Artist, bob: Artist) -> None:
        body = {"title": "x", "artist": bob.pk, "id": 77, "artworks_count": 9, "artworks": [1]}
        answer = client_of(alice).post("/api/galleries", body, format="json")
        gallery = Gallery.objects.get()
        assert (answer.status_code, gallery.artist, gallery.pk == 77) == (201, alice, False)

    def test_writing_to_anothers(self, alice: Artist, bob: Artist) -> None:
        work = make_work(alice)
        shown, hidden = make_gallery(alice, work), make_gallery(alice, work, title="Cellar", visibility="private")
        theirs = make_work(bob)
        root = make_artist("root", is_superuser=True, is_staff=True)
        for method, tail, body in [
            ("patch", "", {"title": "x"}),
            ("put", "", {"title": "x"}),
            ("delete", "", None),
            ("post", "/artworks", {"artwork": theirs.pk}),
            ("put", "/order", {"artworks": []}),
            ("delete", f"/artworks/{work.pk}", None),
        ]:
            for caller in (bob, root):
                call = getattr(client_of(caller), method)
                answer = call(f"/api/galleries/{shown.pk}{tail}", body, format="json")
                assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")
                answer = call(f"/api/galleries/{hidden.pk}{tail}", body, format="json")
                nothing = call(f"/api/galleries/999999{tail}", body, format="json")
                assert (answer.status_code, answer.content) == (404, nothing.content)
            for gallery in (shown, hidden):
                path = f"/api/galleries/{gallery.pk}{tail}"
                assert getattr(client_of(None), method)(path, body, format="json").status_code == 401
        assert sorted(Gallery.objects.values_list("title", flat=True)) == ["Cellar", "Room"]

    def test_a_user_without_an_artist(self) -> None:
        client = APIClient()
        client.force_login(
            User.objects.create_user("keeper", "k@example.org", PASSWORD),
            backend="allauth.account.auth_backends.AuthenticationBackend",
        )
        answer = client.post("/api/galleries", {"title": "x"}, format="json")
        assert (answer.status_code, answer.json()["code"]) == (403, "no_artist")
        assert client.get("/api/galleries").status_code == 200


class TestHanging:
    def test_one_or_many_and_twice_is_once(self, alice: Artist) -> None:
        one, two, three = (make_work(alice, title=title) for title in ("one", "two", "three"))
        gallery = make_gallery(alice)
        client, path = client_of(alice), f"/api/galleries/{gallery.pk}/artworks"
        assert titles(client.post(path, {"artwork": two.pk}, format="json").json()) == ["two"]
        answer = client.post(path, {"artworks": [three.pk, two.pk, one.pk, three.pk]}, format="json")
        assert (answer.status_code, titles(answer.json())) == (200, ["two", "three", "one"])
        assert answer.json()["artworks_count"] == 3
        assert client.get(path).json()["count"] == 3

    def test_what_is_not_mine_answers_like_nothing(self, alice: Artist, bob: Artist) -> None:
        theirs, mine, thrown = make_work(bob), make_work(alice), make_work(alice)
        make_gallery(bob, theirs)
        thrown.trash()
        gallery = make_gallery(alice)
        client, path = client_of(alice), f"/api/galleries/{gallery.pk}/artworks"
        nothing = client.post(path, {"artwork": 999999}, format="json")
        assert (nothing.status_code, nothing.json()["code"]) == (400, "unknown_artwork")
        for pk in (theirs.pk, thrown.pk, 2**63 - 1):
            assert client.post(path, {"artwork": pk}, format="json").content == nothing.content
        several = client.post(path, {"artworks": [mine.pk, theirs.pk]}, format="json")
        assert several.content == client.post(path, {"artworks": [mine.pk, 999999]}, format="json").content
        assert not gallery.placements.exists()

    @pytest.mark.parametrize(
        "body",
        [{}, [], {"artwork": "x"}, {"artwork": 10**40}, {"artworks": 7}, {"artworks": [[1]]}, {"artworks": [True]},
         {"artwork": None}, {"artwork": 1, "artworks": [1]}, {"artworks": {"a": 1}}, {"artwork": 1.5}],
    )  # fmt: skip
    def test_nonsense(self, alice: Artist, body: Any) -> None:
        path = f"/api/galleries/{make_gallery(alice).pk}"
        for answer in (
            client_of(alice).post(f"{path}/artworks", body, format="json"),
            client_of(alice).put(f"{path}/order", body, format="json"),
        ):
            assert (answer.status_code, bool(answer.json()["errors"])) == (400, True), answer.content

    def test_taking_down(self, alice: Artist) -> None:
        work, other = make_work(alice), make_work(alice)
        gallery = make_gallery(alice, work)
        path = f"/api/galleries/{gallery.pk}/artworks"
        assert client_of(alice).delete(f"{path}/{other.pk}").status_code == 404
        assert client_of(alice).delete(f"{path}/{work.pk}").status_code == 204
        assert client_of(alice).delete(f"{path}/{work.pk}").status_code == 404
        assert client_of(alice).delete(f"{path}/{'9' * 40}").status_code == 404
        assert client_of(alice).get(f"/api/artworks/{work.pk}").status_code == 200
        assert client_of(None).get(f"/api/artworks/{work.pk}").status_code == 404

    def test_the_full_order_or_none(self, alice: Artist) -> None:
        works = [make_work(alice, title=title) for title in ("one", "two", "three")]
        one, two, three = (work.pk for work in works)
        gallery = make_gallery(alice, *works)
        make_gallery(alice, *reversed(works), title="Other way round")
        client, path = client_of(alice), f"/api/galleries/{gallery.pk}"
        answer = client.put(f"{path}/order", {"artworks": [three, one, two]}, format="json")
        assert (answer.status_code, titles(answer.json())) == (200, ["three", "one", "two"])
        for ids in ([three, one], [three, one, two, two], [three, one, one], [three, one, 999999], []):
            answer = client.put(f"{path}/order", {"artworks": ids}, format="json")
            assert (answer.status_code, answer.json()["code"]) == (400, "incomplete_order")
        listed = client_of(None).get(f"{path}/artworks?page_size=2").json()
        assert (listed["count"], [work["id"] for work in listed["results"]]) == (3, [three, one])

    def test_a_place_without_a_work_is_said_in_the_form(self, alice: Artist) -> None:
        with pytest.raises(ValidationError) as caught:
            Placement(gallery=make_gallery(alice)).full_clean()
        assert set(caught.value.message_dict) == {"artwork"}


class TestLists:
    def test_only_what_one_sees(self, alice: Artist, bob: Artist) -> None:
        make_gallery(alice, title="Open")
        make_gallery(alice, title="Cellar", visibility="private")
        make_gallery(bob, title="Bob's")

        def seen(caller: Artist | None, query: str = "") -> list[str]:
            answer = client_of(caller).get(f"/api/galleries{query}").json()
            assert answer["count"] == len(answer["results"])
            return [gallery["title"] for gallery in answer["results"]]

        assert seen(None) == seen(bob) == ["Open", "Bob's"]
        assert seen(alice) == ["Open", "Cellar", "Bob's"]
        assert seen(bob, "?visibility=private") == []
        assert seen(alice, "?visibility=private") == ["Cellar"]
        assert seen(bob, f"?artist={alice.pk}") == ["Open"]
        assert seen(None, "?ordering=-title") == ["Open", "Bob's"]
        for query in ("visibility=secret", "artist=x", "ordering=artist__user__email"):
            assert client_of(None).get(f"/api/galleries?{query}").status_code == 400

    def test_the_trash_does_not_count(self, alice: Artist) -> None:
        kept, thrown = make_work(alice), make_work(alice)
        gallery = make_gallery(alice, thrown, kept)
        thrown.trash()
        for caller in (None, alice):
            seen = client_of(caller).get(f"/api/galleries/{gallery.pk}").json()
            assert (seen["artworks_count"], [work["id"] for work in seen["artworks"]]) == (1, [kept.pk])
            assert client_of(caller).get(f"/api/galleries/{gallery.pk}/artworks").json()["count"] == 1


class TestArtists:
    def test_the_list_has_who_shows_something_and_oneself(self, alice: Artist, bob: Artist) -> None:
        make_gallery(alice, make_work(alice))
        make_gallery(bob, make_work(bob), visibility="private")

        def names(caller: Artist | None) -> list[str]:
            return [artist["name"] for artist in client_of(caller).get("/api/artists").json()["results"]]

        assert names(None) == names(alice) == ["Alice"]
        assert names(bob) == ["Alice", "Bob"]

    def test_an_artist_with_galleries_and_works_in_order(self, alice: Artist) -> None:
        one, two, hidden = (make_work(alice, title=title) for title in ("one", "two", "hidden"))
        make_gallery(alice, two, one, title="First")
        make_gallery(alice, hidden, one, title="Cellar", visibility="private")
        make_gallery(alice, one, title="Last")
        seen = client_of(None).get(f"/api/artists/{alice.pk}").json()
        assert [(g["title"], titles(g)) for g in seen["galleries"]] == [("First", ["two", "one"]), ("Last", ["one"])]
        assert "hidden" not in str(seen)
        assert "Cellar" not in str(seen)
        mine = client_of(alice).get(f"/api/artists/{alice.pk}").json()
        assert [g["title"] for g in mine["galleries"]] == ["First", "Cellar", "Last"]
        listed = client_of(None).get(f"/api/artists/{alice.pk}/galleries").json()
        assert [g["title"] for g in listed["results"]] == ["First", "Last"]
        assert "artworks" not in listed["results"][0]

    def test_nothing_public_is_no_error(self, alice: Artist) -> None:
        answer = client_of(None).get(f"/api/artists/{alice.pk}")
        assert (answer.status_code, answer.json()["galleries"]) == (200, [])
        assert client_of(None).get("/api/artists/999999").status_code == 404

    def test_one_or_thirty_works_cost_the_same(self, alice: Artist, django_assert_num_queries: Any) -> None:
        def walls(count: int) -> None:
            for _ in range(count):
                work = make_work(alice)
                work.set_tags(["sea"])
                make_gallery(alice, work)

        for more in (1, 29):
            walls(more)
            with django_assert_num_queries(8):
                seen = client_of(None).get(f"/api/artists/{alice.pk}").json()
            with django_assert_num_queries(4):
                assert client_of(None).get("/api/galleries").status_code == 200
            with django_assert_num_queries(5):  # of whose galleries these are, the walls are not asked
                assert client_of(None).get(f"/api/artists/{alice.pk}/galleries").status_code == 200
            with django_assert_num_queries(6):
                gallery = seen["galleries"][0]["id"]
                assert client_of(None).get(f"/api/galleries/{gallery}/artworks").status_code == 200
        assert len(seen["galleries"]) == 30

    def test_what_only_oneself_is_shown(self, alice: Artist, bob: Artist) -> None:
        alice.contact_email = "studio@example.org"
        alice.save()
        make_gallery(alice, make_work(alice))
        make_artist("root", is_superuser=True)
        for caller in (None, bob, Artist.objects.get(name="Root")):
            for path in ("/api/artists", f"/api/artists/{alice.pk}", "/api/artworks", "/api/galleries"):
                text = client_of(caller).get(path).content.decode()
                assert "studio@example.org" not in text
                assert "alice@example.org" not in text
                assert "username" not in text
        assert client_of(alice).get(f"/api/artists/{alice.pk}").json()["contact_email"] == "studio@example.org"

    def test_only_oneself_changes_it(self, alice: Artist, bob: Artist) -> None:
        path = f"/api/artists/{alice.pk}"
        links = [{"title": "Shop", "url": "https://shop.example"}]
        body = {"statement": "Blue.", "links": links, "user": bob.user.pk, "id": 77, "name": "Alice B."}
        seen = client_of(alice).patch(path, body, format="json").json()
        assert (seen["statement"], seen["links"], seen["name"], seen["id"]) == ("Blue.", links, "Alice B.", alice.pk)
        assert Artist.objects.get(pk=alice.pk).user == alice.user
        for caller, code in ((bob, 403), (None, 401)):
            assert client_of(caller).patch(path, {"name": "x"}, format="json").status_code == code
        assert client_of(alice).patch(path, {"slug": bob.slug}, format="json").json()["code"] == "unique"

    @pytest.mark.parametrize(
        "body",
        [{"name": ""}, {"links": "x"}, {"links": [{"title": "x"}]}, {"links": [1]}, {"website": "javascript:alert(1)"},
         {"links": [{"title": "x", "url": "javascript:alert(1)"}]}, {"currency": "eur"}, {"contact_email": "x"},
         {"links": [{"title": "x", "url": "ftp://x.example"}]}, {"links": [{"title": "a\0", "url": "https://a.example"}]}],
    )  # fmt: skip
    def test_nonsense(self, alice: Artist, body: Any) -> None:
        answer = client_of(alice).patch(f"/api/artists/{alice.pk}", body, format="json")
        assert (answer.status_code, bool(answer.json()["errors"])) == (400, True), answer.content
