"""Uploading works over HTTP: what is taken, what is refused and why, and what it leaves behind."""

import hashlib
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http.request import UnreadablePostError
from rest_framework.test import APIClient

from accounts.models import Artist, Token, User
from artworks import uploads
from artworks.answers import Refused
from artworks.models import Artwork, ArtworkImage
from artworks.storage import original_folder
from portfolio_site.testing import (
    PASSWORD,
    client_of,
    image_file,
    make_artist,
    make_gallery,
    make_image,
)

pytestmark = pytest.mark.django_db
UPLOAD = "/api/artworks/upload"


def send(caller: Artist | None, /, **fields: Any) -> Any:
    return client_of(caller).post(UPLOAD, fields, format="multipart")


def files(media: Path) -> list[str]:
    """Every file there is, but for the lock files, which stay."""
    return sorted(
        str(path.relative_to(media)) for path in media.rglob("*") if not path.is_dir() and ".lock" not in path.name
    )


class TestUpload:
    def test_a_work_with_everything(self, alice: Artist, django_capture_on_commit_callbacks: Any) -> None:
        room = make_gallery(alice, title="Room")
        content = make_image(600, 400)
        with django_capture_on_commit_callbacks(execute=True):
            answer = send(
                alice,
                image=image_file("Blue Hour.jpg", content),
                title="Blue Hour",
                year="1998",
                height_cm="60",
                width_cm="80.5",
                availability="available",
                price="1200",
                tags=["Sea, night", "Öl"],
                galleries=[room.pk],
                private_notes="In the cellar.",
                **{"focal_point.x": "0.25", "focal_point.y": "0.75"},
            )
        assert answer.status_code == 201, answer.content
        work = answer.json()
        assert answer["Location"] == f"http://testserver/api/artworks/{work['id']}"
        assert work["artist"] == {
            "id": alice.pk,
            "name": "Alice",
            "slug": "alice",
            "page": "http://testserver/artists/alice/",
        }
        assert (work["title"], work["year"], work["dimensions"]) == ("Blue Hour", 1998, "60 × 80.5 cm")
        assert (work["price"], work["currency"]) == ("1200.00", "EUR")
        assert sorted(work["tags"]) == ["Sea", "night", "Öl"]
        assert work["focal_point"] == {"x": 0.25, "y": 0.75}
        assert work["image"] == {
            "format": "JPEG",
            "width": 600,
            "height": 400,
            "bytes": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
            "colour": "No colour profile, 8 bit, served as sRGB",
        }
        assert [warning["code"] for warning in work["warnings"]] == ["untagged", "small"]
        assert {name: (r["width"], r["height"]) for name, r in work["renditions"].items()} == {
            "thumbnail": (400, 267),
            "preview": (600, 400),
            "display": (600, 400),
        }
        assert [g["title"] for g in work["galleries"]] == ["Room"]
        assert (work["private_notes"], work["source_filename"]) == ("In the cellar.", "Blue Hour.jpg")
        assert work["page"].startswith("http://testserver/artworks/")
        thumbnail = APIClient().get(work["renditions"]["thumbnail"]["url"])
        assert (thumbnail.status_code, thumbnail["Content-Type"]) == (200, "image/jpeg")
        assert ArtworkImage.objects.get().state == "ready"

    def test_only_the_file_is_needed(self, alice: Artist) -> None:
        work = send(alice, image=image_file()).json()
        assert (work["title"], work["availability"], work["galleries"], work["tags"]) == (
            "Untitled",
            "not_for_sale",
            [],
            [],
        )

    def test_a_form_that_was_left_empty(self, alice: Artist) -> None:
        empty = dict.fromkeys(
            ["title", "year", "height_cm", "price", "currency", "licence_url", "tags", "description"], ""
        )
        answer = send(alice, image=image_file(), **empty)
        assert answer.status_code == 201, answer.content
        assert (answer.json()["title"], answer.json()["year"], answer.json()["tags"]) == ("Untitled", None, [])

    def test_with_a_token(self, alice: Artist) -> None:
        _token, secret = Token.objects.create(user=alice.user)
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
        assert client.post(UPLOAD, {"image": image_file()}, format="multipart").status_code == 201

    def test_nothing_is_left_in_the_way_in(self, alice: Artist, own_media: Path) -> None:
        send(alice, image=image_file())
        assert not list((own_media / "incoming").iterdir())

    @pytest.mark.parametrize(
        ("name", "content", "code"),
        [
            ("a.jpg", b"not a picture at all", "not_an_image"),
            ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not_an_image"),
            ("a.png", make_image(), "wrong_extension"),
            ("a.jpg", make_image(600, 400)[:-2000], "broken_image"),
            ("a.jpg", b"", "empty"),
        ],
    )
    def test_refused_files_leave_nothing(
        self, alice: Artist, own_media: Path, name: str, content: bytes, code: str
    ) -> None:
        answer = send(alice, image=SimpleUploadedFile(name, content))
        assert (answer.status_code, answer.json()["code"]) == (400, code)
        assert answer.json()["errors"]["image"][0]["code"] == code
        assert (files(own_media), Artwork.objects.count()) == ([], 0)

    @pytest.mark.parametrize(
        "name", ["x.php", "x.phtml", "x.jpg.php", "x.svg", "x.html", "x.jpg%00.php", "x.jpg\0.php", "x.jpg;.asp"]
    )
    def test_a_picture_with_a_programs_name_is_refused(self, alice: Artist, own_media: Path, name: str) -> None:
        file = SimpleUploadedFile(name, make_image(), "application/x-httpd-php")
        answer = send(alice, image=file)
        assert (answer.status_code, answer.json()["code"]) == (400, "wrong_extension")
        file.seek(0)
        page = client_of(alice).post("/admin/artworks/artwork/add/", {"pictures": [file]}).content.decode()
        assert "holds a JPEG picture" in page
        assert (files(own_media), Artwork.objects.count()) == ([], 0)

    @pytest.mark.parametrize("name", ["x.php.jpg", ".htaccess", "x.asp;.jpg", "x.php%00.jpg", "x.php\0.jpg", "php"])
    def test_other_names_are_words_and_the_file_has_ours(self, alice: Artist, own_media: Path, name: str) -> None:
        room, content = make_gallery(alice, title="Room"), make_image(600, 400)
        file = SimpleUploadedFile(name, content, "application/x-httpd-php")
        work = send(alice, image=file, galleries=[room.pk]).json()
        image = ArtworkImage.objects.get()
        kept = [own_media / each for each in files(own_media)]
        sizes = {f"{width}.{kind}" for width in (400, 600) for kind in ("jpg", "avif")}
        assert {path.name for path in kept} == {"original.jpg", f"{image.uuid}.ppm", *sizes}
        assert not any(path.stat().st_mode & 0o111 for path in kept)

        answer = client_of(alice).get(f"/api/artworks/{work['id']}/original")
        assert b"".join(answer.streaming_content) == content
        assert re.fullmatch(r'attachment; filename="[^"]+\.jpg"', answer["Content-Disposition"])
        shown = APIClient().get(work["renditions"]["display"]["url"])
        for sent in (answer, shown):
            assert (sent["Content-Type"], sent["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
            assert "sandbox" in sent["Content-Security-Policy"]
        assert APIClient().get(f"/images/{image.uuid}/{name}").status_code == 404

    def test_too_many_pixels_and_bytes(self, alice: Artist, own_media: Path, settings: Any) -> None:
        settings.UPLOAD_MAX_PIXELS = 1000
        answer = send(alice, image=image_file())
        assert (answer.status_code, answer.json()["code"]) == (413, "too_many_pixels")
        settings.UPLOAD_MAX_BYTES = 100
        answer = send(alice, image=image_file())
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
        assert files(own_media) == []

    def test_a_busy_decoder_says_when_to_come_back(self, alice: Artist, monkeypatch: pytest.MonkeyPatch) -> None:
        def busy(*args: Any, **kwargs: Any) -> None:
            raise Refused("busy", "Too many pictures at once.")

        monkeypatch.setattr("artworks.masters.decoder.ask", busy)
        answer = send(alice, image=image_file())
        assert (answer.status_code, answer.json()["code"]) == (503, "busy")
        assert int(answer["Retry-After"]) > 0

    def test_fields_are_checked_before_the_picture_is_opened(
        self, alice: Artist, own_media: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("artworks.masters.decoder.ask", lambda *a, **k: pytest.fail("decoded"))
        answer = send(
            alice, image=image_file(), year="soon", height_cm="-1", availability="maybe", price="1e99", tags="!!"
        )
        assert answer.status_code == 400
        assert set(answer.json()["errors"]) == {"year", "height_cm", "availability", "price", "tags"}
        assert files(own_media) == []

    def test_exactly_one_file(self, alice: Artist, own_media: Path) -> None:
        for fields, code in [
            ({}, "required"),
            ({"image": "text"}, "invalid"),
            ({"photo": image_file()}, "required"),
            ({"image": [image_file(), image_file()]}, "one_file_only"),
            ({"image": image_file(), "more": image_file()}, "one_file_only"),
        ]:
            answer = send(alice, **fields)
            assert (answer.status_code, answer.json()["code"]) == (400, code), fields
            assert "image" in answer.json()["errors"]
        assert files(own_media) == []

    def test_many_files_are_refused_before_they_are_all_open(
        self, alice: Artist, own_media: Path, monkeypatch: Any, settings: Any
    ) -> None:
        opened: list[Any] = []
        temporary = uploads.NamedTemporaryFile
        monkeypatch.setattr(uploads, "NamedTemporaryFile", lambda **how: opened.append(how) or temporary(**how))
        answer = send(alice, image=[image_file() for _ in range(120)])
        assert (answer.status_code, answer.json()["code"]) == (400, "malformed")
        assert len(opened) <= settings.DATA_UPLOAD_MAX_NUMBER_FILES + 1 < 100
        assert files(own_media) == []

    def test_another_form_of_body(self, alice: Artist) -> None:
        answer = client_of(alice).post(UPLOAD, {"image": "x"}, format="json")
        assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")

    def test_a_body_cut_short(self, alice: Artist, own_media: Path) -> None:
        body = b'--x\r\nContent-Disposition: form-data; name="image"; filename="a.jpg"\r\n\r\n' + make_image(600, 400)
        answer = client_of(alice).post(UPLOAD, body, content_type="multipart/form-data; boundary=x")
        assert (answer.status_code, answer.json()["code"]) == (400, "required")
        bad = body.replace(b"\r\n\r\n", b"\r\nContent-Transfer-Encoding: base64\r\n\r\n", 1) + b"\r\n--x--\r\n"
        answer = client_of(alice).post(UPLOAD, bad, content_type="multipart/form-data; boundary=x")
        assert (answer.status_code, answer.json()["code"]) == (400, "malformed")
        assert files(own_media) == []

    def test_a_connection_that_breaks(self, alice: Artist, own_media: Path, monkeypatch: Any) -> None:
        def breaks(handler: Any, data: bytes, start: int) -> None:
            handler.stream.write(data)
            raise UnreadablePostError

        monkeypatch.setattr("artworks.uploads.IncomingUploadHandler.receive_data_chunk", breaks)
        answer = send(alice, image=image_file())
        assert (answer.status_code, answer.json()["code"]) == (400, "malformed")
        assert files(own_media) == []

    def test_strangers_are_refused_before_their_body_is_read(self, own_media: Path, monkeypatch: Any) -> None:
        monkeypatch.setattr("artworks.uploads.IncomingUploadHandler.new_file", lambda *a, **k: pytest.fail("read"))
        answer = send(None, image=image_file())
        assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
        assert answer["WWW-Authenticate"] == "Bearer"
        User.objects.create_user("keeper", "k@example.org", PASSWORD, is_superuser=True, is_staff=True)
        client = APIClient()
        client.force_login(User.objects.get(), backend="allauth.account.auth_backends.AuthenticationBackend")
        answer = client.post(UPLOAD, {"image": image_file()}, format="multipart")
        assert (answer.status_code, answer.json()["code"]) == (403, "no_artist")
        assert files(own_media) == []

    def test_into_anothers_gallery(self, alice: Artist, bob: Artist, own_media: Path) -> None:
        theirs = make_gallery(bob)
        first = send(alice, image=image_file(), galleries=[theirs.pk])
        second = send(alice, image=image_file(), galleries=[theirs.pk + 999])
        assert (first.status_code, first.json()["code"]) == (400, "unknown_gallery")
        assert first.json() == second.json()
        assert (files(own_media), Artwork.objects.count()) == ([], 0)

    def test_what_is_not_the_artists_to_say(self, alice: Artist, bob: Artist) -> None:
        wishes = {
            "artist": bob.pk,
            "id": 999,
            "sha256": "0" * 64,
            "state": "broken",
            "deleted_at": "2020-01-01",
            "slug": "x",
        }
        work = send(alice, image=image_file(), **wishes).json()
        kept = Artwork.objects.get()
        assert (kept.artist, kept.pk == 999, kept.deleted_at) == (alice, False, None)
        assert (work["state"] == "broken", work["image"]["sha256"] == "0" * 64) == (False, False)

    def test_when_the_rows_fail_the_files_go(self, alice: Artist, own_media: Path, monkeypatch: Any) -> None:
        def fail(*args: Any) -> None:
            raise RuntimeError

        monkeypatch.setattr(Artwork, "set_tags", fail)
        client = client_of(alice)
        client.raise_request_exception = False
        answer = client.post(UPLOAD, {"image": image_file()}, format="multipart")
        assert (answer.status_code, answer.json()["code"]) == (500, "server_error")
        assert (files(own_media), Artwork.objects.count(), ArtworkImage.objects.count()) == ([], 0, 0)

    def test_a_page_for_people(self, alice: Artist, bob: Artist) -> None:
        make_gallery(alice, title="Mine alone")
        make_gallery(bob, title="Not for Alice")
        page = client_of(alice).get("/api/artworks", HTTP_ACCEPT="text/html").content.decode()
        assert UPLOAD in page
        page = client_of(alice).get(UPLOAD, HTTP_ACCEPT="text/html").content.decode()
        assert 'name="image"' in page
        assert 'type="file"' in page
        assert "Mine alone" in page
        assert "Not for Alice" not in page
        assert " style=" not in page
        assert "<style" not in page


@pytest.mark.django_db(transaction=True)
def test_what_fails_after_the_commit_takes_no_file_with_it(own_media: Path, monkeypatch: Any) -> None:
    def fail(*args: Any) -> None:
        raise OSError("disk full")

    alice = make_artist("alice")
    room = make_gallery(alice)
    monkeypatch.setattr("artworks.sight.link", fail)
    answer = send(alice, image=image_file(), galleries=[room.pk])
    assert answer.status_code == 201
    assert original_folder(Artwork.objects.get().image.uuid).exists()
