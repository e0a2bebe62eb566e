"""A work's former pictures, an artist's portrait, warnings about what was uploaded, and how much one may keep."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Artist
from artworks.models import Artwork, ArtworkImage
from artworks.storage import original_folder
from portfolio_site.testing import client_of, image_file, make_artist, make_gallery, make_image, make_work

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(alice: Artist) -> APIClient:
    return client_of(alice)


class TestFormerImages:
    @pytest.fixture
    def work(self, alice: Artist, client: APIClient) -> Artwork:
        """It shows its second picture."""
        work = make_work(alice, make_image(60, 40))
        make_gallery(alice, work)
        picture = {"image": image_file(content=make_image(50, 70))}
        assert client.put(f"/api/artworks/{work.pk}/image", picture, format="multipart").status_code == 200
        return work

    def test_they_are_kept_and_can_be_had(self, work: Artwork, client: APIClient) -> None:
        now, former = client.get(f"/api/artworks/{work.pk}/images").json()
        assert (now["current"], now["width"], former["current"], former["width"]) == (True, 50, False, 60)
        got = client.get(f"/api/artworks/{work.pk}/images/{former['uuid']}/original")
        assert b"".join(got.streaming_content) == make_image(60, 40)
        assert client.get(former["renditions"]["thumbnail"]["url"]).status_code == 200
        assert client_of(None).get(former["renditions"]["thumbnail"]["url"]).status_code == 404

    def test_one_comes_back(self, work: Artwork, client: APIClient) -> None:
        now, former = client.get(f"/api/artworks/{work.pk}/images").json()
        shown = client.post(f"/api/artworks/{work.pk}/images/{former['uuid']}/restore").json()
        assert (shown["image"]["width"], shown["image"]["height"]) == (60, 40)
        stranger = client_of(None)
        assert stranger.get(former["renditions"]["thumbnail"]["url"]).status_code == 200
        assert stranger.get(now["renditions"]["thumbnail"]["url"]).status_code == 404

    def test_one_goes_for_ever(self, work: Artwork, client: APIClient, django_capture_on_commit_callbacks: Any) -> None:
        now, former = client.get(f"/api/artworks/{work.pk}/images").json()
        kept = client.delete(f"/api/artworks/{work.pk}/images/{now['uuid']}")
        assert (kept.status_code, kept.json()["code"]) == (409, "current_image")
        with django_capture_on_commit_callbacks(execute=True):
            assert client.delete(f"/api/artworks/{work.pk}/images/{former['uuid']}").status_code == 204
        assert not original_folder(former["uuid"]).exists()
        assert len(client.get(f"/api/artworks/{work.pk}/images").json()) == 1

    def test_one_of_another_work_is_like_none(self, alice: Artist, work: Artwork, client: APIClient) -> None:
        other = make_work(alice).image.uuid
        for verb, path in (("post", f"{other}/restore"), ("delete", f"{other}"), ("get", f"{other}/original")):
            assert getattr(client, verb)(f"/api/artworks/{work.pk}/images/{path}").status_code == 404


def test_a_portrait_comes_changes_and_goes(alice: Artist, client: APIClient) -> None:
    path, stranger = f"/api/artists/{alice.pk}/portrait", client_of(None)
    urls = []
    for width in (60, 70):
        answer = client.put(path, {"image": image_file(content=make_image(width))}, format="multipart")
        assert answer.status_code == 200, answer.content
        urls.append(stranger.get(f"/api/artists/{alice.pk}").json()["portrait"]["thumbnail"]["url"])
    assert [stranger.get(url).status_code for url in urls] == [404, 200]
    assert ArtworkImage.objects.count() == 1
    assert client.delete(path).status_code == 204
    assert stranger.get(f"/api/artists/{alice.pk}").json()["portrait"] is None
    assert stranger.get(urls[1]).status_code == 404
    refused = client.put(path, {"image": image_file(content=b"no picture")}, format="multipart")
    assert (refused.status_code, refused.json()["code"]) == (400, "not_an_image")


def test_an_upload_tells_of_which_works_it_is_the_same_file(alice: Artist, client: APIClient) -> None:
    make_work(make_artist("bob"))
    first = client.post("/api/artworks/upload", {"image": image_file()}, format="multipart").json()
    assert "duplicate" not in {warning["code"] for warning in first["warnings"]}
    second = client.post("/api/artworks/upload", {"image": image_file("other.jpg")}, format="multipart").json()
    [warning] = [warning for warning in second["warnings"] if warning["code"] == "duplicate"]
    assert warning["artwork"] == first["id"]
    read = client.get(f"/api/artworks/{second['id']}").json()["warnings"]
    assert "small" in {warning["code"] for warning in read}


class TestQuota:
    def upload(self, client: APIClient) -> tuple[int, str]:
        answer = client.post("/api/artworks/upload", {"image": image_file()}, format="multipart")
        return answer.status_code, answer.json().get("code", "")

    def test_works(self, alice: Artist, client: APIClient, settings: Any) -> None:
        settings.QUOTA_WORKS = 1
        assert [self.upload(client), self.upload(client)] == [(201, ""), (403, "quota_full")]
        assert self.upload(client_of(make_artist("bob"))) == (201, "")
        assert client.delete(f"/api/artworks/{Artwork.objects.get(artist=alice).pk}").status_code == 204
        assert self.upload(client) == (403, "quota_full"), "the trash counts"
        client.delete(f"/api/artworks/{Artwork.objects.get(artist=alice).pk}?forever=1")
        assert self.upload(client) == (201, "")

    def test_bytes_former_pictures_included(self, client: APIClient, settings: Any) -> None:
        size = len(make_image())
        settings.QUOTA_BYTES = 2 * size
        assert self.upload(client) == (201, "")
        work = Artwork.objects.get()
        for expected in (200, 403):
            picture = {"image": image_file()}
            answer = client.put(f"/api/artworks/{work.pk}/image", picture, format="multipart")
            assert answer.status_code == expected
        assert answer.json()["code"] == "quota_full"
        assert self.upload(client) == (403, "quota_full")
