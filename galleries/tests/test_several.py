"""Many at once over the API: all or none, and a word on each."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Artist
from artworks.models import Artwork, Tag
from galleries.models import Gallery
from portfolio_site.testing import client_of, make_artist, make_gallery, make_work

pytestmark = pytest.mark.django_db


@pytest.fixture
def works(alice: Artist) -> list[Artwork]:
    return [make_work(alice, title=title) for title in ("One", "Two", "Three")]


@pytest.fixture
def client(alice: Artist) -> APIClient:
    return client_of(alice)


def results(answer: Any) -> list[tuple[int, str]]:
    assert answer.status_code == 200, answer.content
    return [(item["artwork"], item["result"]) for item in answer.json()["results"]]


def refused(answer: Any) -> dict[str, str]:
    """Codes by item."""
    assert answer.status_code == 400, answer.content
    return {name: reasons[0]["code"] for name, reasons in answer.json()["errors"].items()}


class TestEdit:
    def test_only_what_is_named_changes(self, works: list[Artwork], client: APIClient) -> None:
        one, two, _three = works
        one.set_tags(["sea", "night"])
        two.set_tags(["night"])
        body = {
            "artworks": [one.pk, two.pk],
            "changes": {"year": 1998, "medium": "Oil", "focal_point": {"x": 0.1, "y": 0.2}},
            "add_tags": ["Blue"],
            "remove_tags": ["NIGHT"],
        }
        assert results(client.patch("/api/artworks", body, format="json")) == [(one.pk, "changed"), (two.pk, "changed")]
        seen = [client.get(f"/api/artworks/{work.pk}").json() for work in works]
        assert [(work["title"], work["year"], work["medium"]) for work in seen] == [
            ("One", 1998, "Oil"),
            ("Two", 1998, "Oil"),
            ("Three", None, ""),
        ]
        assert [sorted(work["tags"]) for work in seen] == [["Blue", "sea"], ["Blue"], []]
        assert seen[0]["focal_point"] == {"x": 0.1, "y": 0.2}

    def test_one_that_is_missing_stops_all(self, works: list[Artwork], client: APIClient) -> None:
        theirs = make_work(make_artist("bob"), title="Theirs")
        for stranger in (theirs.pk, 987654321):
            body = {"artworks": [works[0].pk, stranger], "changes": {"title": "New"}}
            assert refused(client.patch("/api/artworks", body, format="json")) == {"artworks.1": "unknown_artwork"}
        assert not Artwork.objects.filter(title="New").exists()

    @pytest.mark.parametrize(
        ("changes", "field", "code"),
        [
            ({"year": "soon"}, "changes.year", "invalid"),
            ({"artist": 1}, "changes.artist", "unknown_field"),
            ({"id": 1}, "changes.id", "unknown_field"),
            ({"deleted_at": None}, "changes.deleted_at", "unknown_field"),
            ({"price": "-1"}, "changes.price", "min_value"),
        ],
    )
    def test_nonsense(self, works: list[Artwork], client: APIClient, changes: Any, field: str, code: str) -> None:
        body = {"artworks": [works[0].pk], "changes": changes}
        assert refused(client.patch("/api/artworks", body, format="json")) == {field: code}

    def test_nothing_chosen(self, client: APIClient) -> None:
        assert refused(client.patch("/api/artworks", {"artworks": []}, format="json")) == {"artworks": "empty"}
        assert refused(client.patch("/api/artworks", {}, format="json")) == {"artworks": "required"}


def test_into_the_trash_and_out_again(works: list[Artwork], client: APIClient) -> None:
    one, two, _three = works
    body = {"artworks": [one.pk, two.pk, one.pk]}
    one.trash()
    expected = [(one.pk, "unchanged"), (two.pk, "trashed")]
    assert results(client.post("/api/artworks/trash", body, format="json")) == expected
    assert [work["title"] for work in client.get("/api/artworks").json()["results"]] == ["Three"]
    expected = [(one.pk, "restored"), (two.pk, "restored")]
    assert results(client.post("/api/artworks/restore", body, format="json")) == expected
    assert len(client.get("/api/artworks").json()["results"]) == 3


class TestWall:
    def test_hung_and_taken_down(self, alice: Artist, works: list[Artwork], client: APIClient) -> None:
        one, two, three = works
        gallery = make_gallery(alice, one)
        path, body = f"/api/galleries/{gallery.pk}", {"artworks": [two.pk, one.pk]}
        answer = client.post(f"{path}/artworks", body, format="json")
        assert results(answer) == [(two.pk, "hung"), (one.pk, "unchanged")]
        assert [work["title"] for work in answer.json()["artworks"]] == ["One", "Two"]
        answer = client.post(f"{path}/take-down", {"artworks": [three.pk, one.pk, 987654321]}, format="json")
        assert results(answer) == [(three.pk, "unchanged"), (one.pk, "taken_down"), (987654321, "unchanged")]
        assert [work["title"] for work in answer.json()["artworks"]] == ["Two"]
        assert client_of(None).get(f"/api/artworks/{one.pk}").status_code == 404

    def test_each_stranger_is_named(self, alice: Artist, works: list[Artwork], client: APIClient) -> None:
        theirs, gallery = make_work(make_artist("bob")), make_gallery(alice)
        body = {"artworks": [works[0].pk, theirs.pk, 987654321]}
        answer = client.post(f"/api/galleries/{gallery.pk}/artworks", body, format="json")
        assert refused(answer) == {"artworks.1": "unknown_artwork", "artworks.2": "unknown_artwork"}
        assert not gallery.hanging_ids()

    def test_an_order_says_what_moved(self, alice: Artist, works: list[Artwork], client: APIClient) -> None:
        one, two, three = works
        gallery = make_gallery(alice, *works)
        body = {"artworks": [two.pk, one.pk, three.pk]}
        answer = client.put(f"/api/galleries/{gallery.pk}/order", body, format="json")
        assert results(answer) == [(two.pk, "moved"), (one.pk, "moved"), (three.pk, "unchanged")]

    def test_an_order_says_what_is_wrong_with_it(self, alice: Artist, works: list[Artwork], client: APIClient) -> None:
        one, two, three = works
        gallery = make_gallery(alice, one, two)
        path = f"/api/galleries/{gallery.pk}/order"
        answer = client.put(path, {"artworks": [one.pk, one.pk, three.pk]}, format="json")
        assert set(refused(answer)) == {"artworks", "artworks.0", "artworks.1", "artworks.2"}
        assert answer.json()["code"] == "incomplete_order"
        assert str(two.pk) in answer.json()["errors"]["artworks"][0]["message"]


def test_galleries_in_order(alice: Artist, client: APIClient) -> None:
    rooms = [make_gallery(alice, title=title).pk for title in "abc"]
    make_gallery(make_artist("bob"), title="theirs")
    path = f"/api/artists/{alice.pk}/order"
    first = client.get(path)
    assert first.json() == {"galleries": rooms}
    body = {"galleries": [rooms[2], rooms[0], rooms[1]]}
    answer = client.put(path, body, format="json", headers={"If-Match": first["ETag"]})
    assert answer.status_code == 200 and answer.json() == body
    assert [gallery["title"] for gallery in client.get(f"/api/artists/{alice.pk}").json()["galleries"]] == [
        "c",
        "a",
        "b",
    ]
    assert client.put(path, body, format="json", headers={"If-Match": first["ETag"]}).status_code == 412
    stranger = Gallery.objects.get(title="theirs").pk
    refusal = client.put(path, {"galleries": [*rooms, stranger]}, format="json")
    assert refused(refusal) == {"galleries.3": "incomplete_order"}


class TestTags:
    def test_renamed_and_removed_for_all_works(self, works: list[Artwork], client: APIClient) -> None:
        for work in works[:2]:
            work.set_tags(["Sea", "Night"])
        works[1].trash()
        night, sea = client.get("/api/tags").json()["results"]
        assert (sea["name"], sea["slug"], sea["artworks_count"]) == ("Sea", "sea", 1)
        renamed = client.patch(f"/api/tags/{sea['id']}", {"name": "Deep Sea"}, format="json").json()
        assert (renamed["name"], renamed["slug"]) == ("Deep Sea", "deep-sea")
        assert client.delete(f"/api/tags/{night['id']}").status_code == 204
        assert client.get(f"/api/artworks/{works[0].pk}").json()["tags"] == ["Deep Sea"]

    @pytest.mark.parametrize(("name", "code"), [("night", "unique"), ("!!", "invalid"), ("", "blank")])
    def test_nonsense(self, works: list[Artwork], client: APIClient, name: str, code: str) -> None:
        works[0].set_tags(["Sea", "Night"])
        sea = Tag.objects.get(slug="sea")
        assert refused(client.patch(f"/api/tags/{sea.pk}", {"name": name}, format="json")) == {"name": code}
