"""Lists of works over HTTP: narrowed, ordered, in pages."""

import json
from base64 import urlsafe_b64encode
from itertools import chain

import pytest
from rest_framework.test import APIClient

from accounts.models import Artist
from artworks.models import Artwork
from portfolio_site.testing import (
    client_of,
    make_gallery,
    make_work,
)

pytestmark = pytest.mark.django_db
UPLOAD = "/api/artworks/upload"


class TestFilters:
    def test_each(self, alice: Artist, bob: Artist) -> None:
        old = make_work(alice, title="Old", year=1950, availability="sold")
        new = make_work(alice, title="New", year=2020, medium="Oil on canvas")
        make_work(alice, title="Loose")
        other = make_work(bob, title="Other")
        old.set_tags(["Sea Side"])
        room, theirs = make_gallery(alice, old, new), make_gallery(bob, other)
        cellar = make_gallery(alice, new, title="Cellar", visibility="private")

        def titles(query: str, caller: Artist | None = None) -> list[str]:
            answer = client_of(caller).get(f"/api/artworks?ordering=title&{query}")
            assert answer.status_code == 200, answer.content
            return [work["title"] for work in answer.json()["results"]]

        assert titles("") == ["New", "Old", "Other"]
        assert titles(f"artist={alice.pk}") == ["New", "Old"]
        assert titles(f"gallery={theirs.pk}") == ["Other"]
        assert titles(f"gallery={room.pk}&year_min=2000") == ["New"]
        assert titles("year_max=1950") == ["Old"]
        assert titles("tag=Sea Side") == titles("tag=sea-side") == ["Old"]
        assert titles("tag=nowhere") == []
        assert titles("availability=sold") == ["Old"]
        assert titles("state=processing") == ["New", "Old", "Other"]
        assert titles("search=sea") == titles("search=OLD side") == ["Old"]
        assert titles("search=old new") == []
        assert titles("medium=oil") == ["New"]
        assert titles("visibility=private") == titles("visibility=private", bob) == []
        assert titles("visibility=private", alice) == ["Loose"]
        assert titles("visibility=public", alice) == ["New", "Old", "Other"]
        Artwork.objects.filter(pk=old.pk).update(updated_at="2001-01-01T00:00:00Z")
        assert titles("updated_since=2026-01-01T00:00:00Z") == ["New", "Other"]
        assert titles(f"gallery={cellar.pk}", alice) == ["New"]
        hidden = client_of(bob).get(f"/api/artworks?gallery={cellar.pk}")
        assert hidden.status_code == 400
        assert hidden.content == client_of(bob).get("/api/artworks?gallery=999999").content

    @pytest.mark.parametrize(
        "query",
        [
            "artist=x", "artist=999999", "artist=99999999999999999999999", "gallery=0", "year_min=soon", "year_max=1e9",
            "availability=maybe", "state=1", "trash=maybe", "ordering=private_notes", "ordering=artist__user__email",
            "tag=%00", "updated_since=soon", "visibility=maybe",
        ],
    )  # fmt: skip
    def test_nonsense(self, query: str) -> None:
        answer = APIClient().get(f"/api/artworks?{query}")
        assert answer.status_code == 400, answer.content
        assert answer.json()["errors"][query.partition("=")[0]][0]["code"]

    @pytest.mark.parametrize("ordering", ["", "-created_at", "created_at", "title", "-title", "year", "-year"])
    def test_pages_neither_skip_nor_repeat(self, alice: Artist, ordering: str) -> None:
        """There and back again, through equal and missing values, while works are added and taken away."""
        works = [make_work(alice, title="ab"[number % 2], year=[None, 1998, 2001][number % 3]) for number in range(11)]
        client, seen, address = client_of(alice), [], f"/api/artworks?page_size=3&ordering={ordering}"
        while address:
            page = client.get(address).json()
            seen.append([work["id"] for work in page["results"]])
            address, back = page["next"], page["previous"]
        assert sorted([*chain(*seen)]) == sorted(work.pk for work in works) and len(seen) == 4
        whole = client.get(f"/api/artworks?page_size=100&ordering={ordering}").json()
        assert [work["id"] for work in whole["results"]] == [*chain(*seen)]
        assert (whole["next"], whole["previous"]) == (None, None)
        for expected in reversed(seen[:-1]):
            page = client.get(back).json()
            assert [work["id"] for work in page["results"]] == expected
            back = page["previous"]
        assert back is None

    @pytest.mark.parametrize("cursor", ["x", "WzEsMl0=", "bnVsbA==", "%00", "W3RydWUsICJ4IiwgMV0="])
    def test_a_cursor_from_nowhere(self, cursor: str) -> None:
        answer = APIClient().get(f"/api/artworks?cursor={cursor}")
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_cursor")

    @pytest.mark.parametrize(
        ("ordering", "position"),
        [
            ("title", '[false, "a", Infinity]'),
            ("title", '[false, "\\ud800", 1]'),
            ("title", '[false, ["a"], 1]'),
            pytest.param("title", "[" * 50_000, id="nested"),
            ("year", "[false, Infinity, 1]"),
            pytest.param("year", f'[false, "{"9" * 5000}", 1]', id="endless"),
            ("created_at", "[false, 1, 1]"),
            ("created_at", '[false, "0001-01-01T00:00:00+14:00", 1]'),
        ],
    )
    def test_a_cursor_that_names_no_row_there_could_be(self, ordering: str, position: str) -> None:
        cursor = urlsafe_b64encode(position.encode()).decode()
        answer = APIClient().get("/api/artworks", {"ordering": ordering, "cursor": cursor})
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_cursor")

    def test_a_cursor_beyond_all_rows(self, bob: Artist) -> None:
        make_gallery(bob, make_work(bob, year=1998))
        for value, pk, later in (("1998", 10**40, 0), ("1998", -(10**40), 1), ("9" * 40, 1, 0), ("-" + "9" * 40, 1, 1)):
            cursor = urlsafe_b64encode(json.dumps([False, value, pk]).encode()).decode()
            for ordering, found in (("year", later), ("-year", 1 - later)):
                answer = APIClient().get("/api/artworks", {"ordering": ordering, "cursor": cursor})
                assert len(answer.json()["results"]) == found, (ordering, value, pk)

    def test_a_tag_whose_letters_become_more_is_found_by_its_name(self, alice: Artist) -> None:
        name = "ﬁ" * 60
        make_work(alice).set_tags([name])
        assert len(client_of(alice).get("/api/artworks", {"tag": name}).json()["results"]) == 1

    @pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
    def test_a_moment_outside_of_the_calendar(self, moment: str) -> None:
        for path in ("/api/artworks", "/api/galleries"):
            answer = APIClient().get(path, {"updated_since": moment})
            assert (answer.status_code, list(answer.json()["errors"])) == (400, ["updated_since"])

    def test_endless_numbers(self) -> None:
        assert APIClient().get("/api/artworks?year_min=" + "9" * 40).json()["results"] == []
        assert APIClient().get("/api/artworks/" + "9" * 40).status_code == 404
        assert APIClient().get("/api/galleries?page=" + "9" * 5000).status_code == 404
