"""Uploading, reading, changing and throwing away works over HTTP: by their artist, by another, by a stranger."""

import hashlib
import json
from base64 import urlsafe_b64encode
from itertools import chain
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
from artworks.storage import original_folder, rendition_folder
from portfolio_site.testing import (
    PASSWORD,
    client_of,
    image_file,
    make_artist,
    make_gallery,
    make_image,
    make_work,
    upload,
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


class TestSight:
    """A work is seen where it hangs; what is not seen answers like nothing."""

    def test_each_state_to_each_caller(self, alice: Artist, bob: Artist) -> None:
        shown, kept, nowhere, thrown = (make_work(alice, title=t) for t in ("shown", "kept", "nowhere", "thrown"))
        make_gallery(alice, shown, thrown)
        make_gallery(alice, kept, title="Cellar", visibility="private")
        thrown.trash()
        root = make_artist("root", is_superuser=True, is_staff=True)
        for caller in (None, bob, root):
            client = client_of(caller)
            listed = client.get("/api/artworks").json()
            assert [w["title"] for w in listed["results"]] == ["shown"]
            nothing = client.get("/api/artworks/999999")
            for work in (kept, nowhere, thrown):
                answer = client.get(f"/api/artworks/{work.pk}")
                assert (answer.status_code, answer.content) == (404, nothing.content)
            seen = client.get(f"/api/artworks/{shown.pk}").json()
            assert not {"private_notes", "source_filename", "deleted_at"} & set(seen)
            assert client.get("/api/artworks?trash=1").json()["results"] == []
        mine = client_of(alice)
        assert len(mine.get("/api/artworks").json()["results"]) == 3
        assert [w["title"] for w in mine.get("/api/artworks?trash=1").json()["results"]] == ["thrown"]
        assert mine.get(f"/api/artworks/{thrown.pk}").json()["deleted_at"]

    def test_only_galleries_one_sees_are_named(self, alice: Artist) -> None:
        work = make_work(alice)
        make_gallery(alice, work, title="Open")
        make_gallery(alice, work, title="Cellar", visibility="private")
        path = f"/api/artworks/{work.pk}"
        assert [g["title"] for g in client_of(None).get(path).json()["galleries"]] == ["Open"]
        assert [g["title"] for g in client_of(alice).get(path).json()["galleries"]] == ["Open", "Cellar"]

    def test_writing_to_what_one_may_not(self, alice: Artist, bob: Artist) -> None:
        shown, hidden = make_work(alice), make_work(alice)
        make_gallery(alice, shown)
        root = make_artist("root", is_superuser=True, is_staff=True)
        for method, tail in [
            ("patch", ""),
            ("delete", ""),
            ("delete", "?forever=1"),
            ("post", "/restore"),
            ("put", "/image"),
        ]:
            for caller in (bob, root):
                call = getattr(client_of(caller), method)
                assert call(f"/api/artworks/{shown.pk}{tail}").json()["code"] == "permission_denied"
                assert call(f"/api/artworks/{hidden.pk}{tail}").content == call(f"/api/artworks/999999{tail}").content
                assert call(f"/api/artworks/{hidden.pk}{tail}").status_code == 404
            for work in (shown, hidden):
                assert getattr(client_of(None), method)(f"/api/artworks/{work.pk}{tail}").status_code == 401
        assert Artwork.objects.alive().count() == 2

    def test_the_number_of_queries_does_not_grow(self, alice: Artist, django_assert_num_queries: Any) -> None:
        counts = []
        for _ in range(2):
            for _ in range(3):
                work = make_work(alice)
                work.set_tags(["sea", "night"])
                make_gallery(alice, work, title="Room")
            with django_assert_num_queries(4) as captured:
                assert client_of(None).get("/api/artworks").status_code == 200
            counts.append(len(captured))
        assert counts[0] == counts[1]


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


class TestChange:
    def test_a_field_at_a_time(self, alice: Artist) -> None:
        work = make_work(alice, title="Old", year=1950)
        path = f"/api/artworks/{work.pk}"
        body = {"title": "New", "tags": ["b", "a"], "focal_point": {"x": 0, "y": 1}, "price": None}
        seen = client_of(alice).patch(path, body, format="json").json()
        assert (seen["title"], seen["year"], seen["tags"], seen["focal_point"]) == (
            "New",
            1950,
            ["a", "b"],
            {"x": 0, "y": 1},
        )
        assert client_of(alice).patch(path, {"tags": []}, format="json").json()["tags"] == []
        assert client_of(alice).patch(path, {"title": " "}, format="json").json()["title"] == "Untitled"

    def test_what_stays_as_it_is(self, alice: Artist, bob: Artist) -> None:
        work = make_work(alice)
        room = make_gallery(bob)
        body = {
            "id": 5, "artist": bob.pk, "image": 5, "state": "ready", "deleted_at": "2020-01-01T00:00:00Z",
            "created_at": "2020-01-01T00:00:00Z", "galleries": [room.pk], "source_filename": "x", "nonsense": 1,
        }  # fmt: skip
        before = client_of(alice).get(f"/api/artworks/{work.pk}").json()
        assert client_of(alice).patch(f"/api/artworks/{work.pk}", body, format="json").json() == before

    def test_a_change_does_not_bring_back_what_was_thrown_away_meanwhile(self, alice: Artist) -> None:
        from artworks.serializers import ArtworkSerializer

        work = make_work(alice)
        stale = Artwork.objects.get(pk=work.pk)
        work.trash()
        ArtworkSerializer().update(stale, {"title": "New"})
        work.refresh_from_db()
        assert (work.title, work.trashed) == ("New", True)

    @pytest.mark.parametrize(
        "body",
        [
            {"year": 10**30}, {"year": "x"}, {"year": 1.5}, {"title": ["x"]}, {"title": "a\0"}, {"title": "\ud800"},
            {"title": "x" * 201}, {"height_cm": 0}, {"height_cm": "NaN"}, {"price": -1}, {"currency": "euro"},
            {"tags": "x"}, {"tags": [{}]}, {"tags": {"a": 1}}, {"tags": ["!"]}, {"focal_point": 1},
            {"focal_point": {"x": 2, "y": 0}}, {"availability": None}, {"licence_url": "javascript:alert(1)"},
            {"licence_url": "ftp://x.example"}, [], [1], "x", 7,
        ],
    )  # fmt: skip
    def test_nonsense(self, alice: Artist, body: Any) -> None:
        work = make_work(alice)
        answer = client_of(alice).patch(f"/api/artworks/{work.pk}", json.dumps(body), content_type="application/json")
        assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json"), answer.content
        assert answer.json()["errors"]

    def test_what_a_work_leaves_open_its_artist_says(self, alice: Artist) -> None:
        Artist.objects.filter(pk=alice.pk).update(currency="CHF", credit_line="© Alice")
        work = client_of(alice).get(f"/api/artworks/{make_work(alice).pk}").json()
        assert (work["currency"], work["credit_line"]) == ("CHF", "© Alice")


class TestTrash:
    def test_there_and_back(self, alice: Artist) -> None:
        work = make_work(alice)
        make_gallery(alice, work)
        client, path = client_of(alice), f"/api/artworks/{work.pk}"
        assert client.delete(path).status_code == 204
        since = client.get(path).json()["deleted_at"]
        assert client.delete(path).status_code == 204
        assert client.get(path).json()["deleted_at"] == since
        assert client_of(None).get(path).status_code == 404
        assert client.post(f"{path}/restore").json()["deleted_at"] is None
        assert client_of(None).get(path).status_code == 200

    def test_for_ever(self, alice: Artist, own_media: Path, django_capture_on_commit_callbacks: Any) -> None:
        work = make_work(alice)
        client, path = client_of(alice), f"/api/artworks/{work.pk}"
        assert client.delete(f"{path}?forever=perhaps").status_code == 400
        with django_capture_on_commit_callbacks(execute=True):
            assert client.delete(f"{path}?forever=1").status_code == 204
        assert client.get(path).status_code == 404
        assert (files(own_media), ArtworkImage.objects.count()) == ([], 0)


class TestImage:
    def test_another_picture_for_the_same_work(self, alice: Artist) -> None:
        work = make_work(alice, title="Stays")
        answer = client_of(alice).put(
            f"/api/artworks/{work.pk}/image", {"image": image_file(width=50, height=70)}, format="multipart"
        )
        assert answer.status_code == 200, answer.content
        seen = answer.json()
        assert (seen["id"], seen["title"], seen["image"]["width"]) == (work.pk, "Stays", 50)
        former = work.image
        assert str(former.uuid) not in answer.content.decode()
        assert ArtworkImage.objects.filter(artwork=work).count() == 2

    def test_a_refused_picture_changes_nothing(self, alice: Artist, own_media: Path) -> None:
        work = make_work(alice)
        before = files(own_media)
        for fields in ({}, {"image": SimpleUploadedFile("a.jpg", b"no")}):
            assert client_of(alice).put(f"/api/artworks/{work.pk}/image", fields, format="multipart").status_code == 400
        assert (files(own_media), Artwork.objects.get().image) == (before, work.image)


class TestOriginal:
    def test_its_owner_gets_the_very_bytes(self, alice: Artist) -> None:
        content = make_image(70, 50)
        work = upload(alice, content, "Blue “Hour”.jpg")
        answer = client_of(alice).get(f"/api/artworks/{work.pk}/original")
        assert b"".join(answer.streaming_content) == content
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["Cache-Control"] == "private, no-store"
        part = client_of(alice).get(f"/api/artworks/{work.pk}/original", HTTP_RANGE="bytes=0-3")
        assert (part.status_code, b"".join(part.streaming_content)) == (206, content[:4])

    def test_and_a_superuser_and_nobody_else(self, alice: Artist, bob: Artist) -> None:
        shown, hidden = make_work(alice), make_work(alice)
        make_gallery(alice, shown)
        root = make_artist("root", is_superuser=True)
        for work, codes in ((shown, (401, 403, 200)), (hidden, (401, 404, 200))):
            for caller, code in zip((None, bob, root), codes, strict=True):
                assert client_of(caller).get(f"/api/artworks/{work.pk}/original").status_code == code


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


def test_folders_are_gone_too(alice: Artist, django_capture_on_commit_callbacks: Any) -> None:
    work = make_work(alice)
    uuid = work.image.uuid
    with django_capture_on_commit_callbacks(execute=True):
        client_of(alice).delete(f"/api/artworks/{work.pk}?forever=1")
    assert not original_folder(uuid).exists()
    assert not rendition_folder(uuid).exists()
