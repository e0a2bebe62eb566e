"""``Idempotency-Key``: once is enough, however often it is sent."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.idempotency import forget_old
from accounts.models import Artist, KeptAnswer
from artworks.models import Artwork
from galleries.models import Gallery, Placement
from portfolio_site.testing import client_of, image_file, make_artist, make_image, make_work

KEY = {"Idempotency-Key": "8e03978e-40d5-43dd-bc93-6894a57f9324"}


def send(
    artist: Artist, title: str = "One", name: str = "work.jpg", headers: dict[str, str] = KEY, **picture: Any
) -> Any:
    body = {"image": image_file(name, make_image(**picture)), "title": title}
    return client_of(artist).post("/api/artworks/upload", body, format="multipart", headers=headers)


class TestUploads:
    def test_the_same_again_is_answered_the_same(self, alice: Artist) -> None:
        first, second = send(alice), send(alice)
        assert (first.status_code, second.status_code) == (201, 201)
        assert first.json() == second.json() and first["Location"] == second["Location"]
        assert second["Idempotent-Replayed"] == "true" and "Idempotent-Replayed" not in first
        assert Artwork.objects.count() == 1

    @pytest.mark.parametrize("other", [{"title": "Two"}, {"name": "other.jpg"}, {"width": 61}])
    def test_another_request_with_the_same_key_is_refused(self, alice: Artist, other: dict[str, Any]) -> None:
        send(alice)
        answer = send(alice, **other)
        assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
        assert Artwork.objects.count() == 1

    def test_a_refused_one_may_be_mended_under_the_same_key(self, alice: Artist) -> None:
        assert send(alice, name="work.png").status_code == 400
        assert send(alice).status_code == 201

    def test_keys_are_each_users_own(self, alice: Artist) -> None:
        assert send(alice).json()["id"] != send(make_artist("bob")).json()["id"]

    def test_without_a_key_twice_is_twice(self, alice: Artist) -> None:
        send(alice, headers={})
        send(alice, headers={})
        assert Artwork.objects.count() == 2

    @pytest.mark.parametrize("key", ["", "two words", "k" * 256, "schlüssel"])
    def test_a_malformed_key_is_refused(self, alice: Artist, key: str) -> None:
        answer = send(alice, headers={"Idempotency-Key": key})
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_idempotency_key")

    def test_keys_expire(self, alice: Artist) -> None:
        send(alice)
        KeptAnswer.objects.update(created_at=timezone.now() - timedelta(hours=25))
        assert "Idempotent-Replayed" not in send(alice)
        assert Artwork.objects.count() == 2
        assert forget_old() == 0
        KeptAnswer.objects.update(created_at=timezone.now() - timedelta(hours=25))
        assert forget_old() == 1

    def test_what_is_hidden_since_is_still_only_the_callers_own(self, alice: Artist) -> None:
        pk = send(alice).json()["id"]
        Artwork.objects.get(pk=pk).purge()
        assert send(alice).json()["id"] == pk
        assert not Artwork.objects.exists()

    def test_another_picture_whose_answer_was_lost_replaces_once(self, alice: Artist) -> None:
        work, client = make_work(alice), client_of(alice)

        def replace(width: int) -> Any:
            body = {"image": image_file("other.jpg", make_image(width=width))}
            return client.put(f"/api/artworks/{work.pk}/image", body, format="multipart", headers=KEY)

        first, second = replace(61), replace(61)
        assert (first.status_code, second.status_code) == (200, 200) and first.json() == second.json()
        assert second["Idempotent-Replayed"] == "true" and first.json()["image"]["width"] == 61
        assert work.images.count() == 2
        assert replace(62).json()["code"] == "idempotency_key_reused" and work.images.count() == 2


class TestJSON:
    def test_galleries_and_hangings(self, alice: Artist) -> None:
        work, client = make_work(alice), client_of(alice)
        first, second = (client.post("/api/galleries", {"title": "Room"}, format="json", headers=KEY) for _ in "12")
        assert first.json() == second.json() and Gallery.objects.count() == 1
        path, body = f"/api/galleries/{first.json()['id']}/artworks", {"artwork": work.pk}
        refused = client.post(path, body, format="json", headers=KEY)
        assert (refused.status_code, refused.json()["code"]) == (422, "idempotency_key_reused")
        hung = [client.post(path, body, format="json", headers={"Idempotency-Key": "2"}) for _ in "12"]
        assert hung[0].json() == hung[1].json() and Placement.objects.count() == 1
