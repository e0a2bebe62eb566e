"""Reading, changing and throwing away works over HTTP: by their artist, by another, by a stranger."""

import json
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Artist
from artworks.models import Artwork, ArtworkImage
from artworks.storage import original_folder, rendition_folder
from portfolio_site.testing import (
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


def sent_as(artist: Artist, filename: bytes) -> Artwork:
    """A work whose file was named by this very parameter of its part, which no form would send."""
    head = b'--x\r\nContent-Disposition: form-data; name="image"; ' + filename
    body = head + b"\r\n\r\n" + make_image() + b"\r\n--x--\r\n"
    answer = client_of(artist).post(UPLOAD, body, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 201, answer.content
    return Artwork.objects.get(pk=answer.json()["id"])


def downloads(work: Artwork) -> list[Any]:
    """Its original, the same without metadata, and both under the address that former ones have."""
    paths = [f"/api/artworks/{work.pk}/original", f"/api/artworks/{work.pk}/images/{work.image.uuid}/original"]
    client = client_of(work.artist)
    return [client.get(path + query) for path in paths for query in ("", "?metadata=none")]


def saved_as(answer: Any) -> str:
    """The name that a browser reads, of one line of plain ASCII."""
    line = answer["Content-Disposition"]
    assert answer.status_code == 200 and line.startswith("attachment; filename")
    assert line.isascii() and line.isprintable(), line
    header = Message()
    header["Content-Disposition"] = line
    return str(header.get_filename())


def files(media: Path) -> list[str]:
    """Every file there is, but for the lock files, which stay."""
    return sorted(
        str(path.relative_to(media)) for path in media.rglob("*") if not path.is_dir() and ".lock" not in path.name
    )


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

    @pytest.mark.parametrize(
        ("sent", "name"),
        [
            (b"filename*=utf-8''a%0D%0ASet-Cookie:%20b=c%0D%0A%0D%0A.jpg", "aSet-Cookie: b=c.jpg"),
            (b"filename*=utf-8''a%00b%07c%7F%C2%85d%E2%80%A8.jpg", "abcd.jpg"),
            (b'filename="a\0b&#13;&#10;c.jpg"', "abc.jpg"),
            (b'filename="a\\"; filename=b.html; x=\\"c.jpg"', 'a"; filename=b.html; x="c.jpg'),
            (b"filename*=utf-8''a%22%3B%20filename%3D%22b.html%22%3Bc.jpg", 'a"; filename="b.html";c.jpg'),
            (b"filename*=utf-8''..%5C..%5Cb%5C%27c.jpg", "'c.jpg"),
            (b"filename*=utf-8''..%2F..%2Fetc%2Fpasswd", "passwd.jpg"),
            (b'filename="C:\\\\fakepath\\\\b.jpg"', "b.jpg"),
            (b"filename*=utf-8''an%E2%80%AEgpj.exe%E2%81%A6.jpg", "angpj.exe.jpg"),
            (b'filename="' + b"n" * 300 + b'.jpg"', "n" * 120 + ".jpg"),
            ('filename="{}.jpg"'.format("夜" * 300).encode(), "夜" * 120 + ".jpg"),
            ('filename="Öl “Nacht” – 夜 🌊.jpeg"'.encode(), "Öl “Nacht” – 夜 🌊.jpg"),
            (b"filename*=utf-8''%ED%A0%80%FF.jpg", "\ufffd\ufffd\ufffd\ufffd.jpg"),
            (b'filename="..b.jpg"', "..b.jpg"),
        ],
    )
    def test_whatever_a_file_was_called_it_is_saved_under_a_plain_name(
        self, alice: Artist, sent: bytes, name: str
    ) -> None:
        assert {saved_as(answer) for answer in downloads(sent_as(alice, sent))} == {name}

    def test_names_that_lie_in_the_database_write_no_headers_either(self, alice: Artist) -> None:
        work = make_work(alice)
        for name in ("a\r\nSet-Cookie: b=c", "a\0\u202eb\n", 'a\\"b\\', "/etc/passwd", "..", ".", "", "é" * 255):
            ArtworkImage.objects.update(source_filename=name)
            for answer in downloads(work):
                assert saved_as(answer).endswith(".jpg") and "/" not in saved_as(answer)
                assert "Set-Cookie" not in answer.headers


def test_folders_are_gone_too(alice: Artist, django_capture_on_commit_callbacks: Any) -> None:
    work = make_work(alice)
    uuid = work.image.uuid
    with django_capture_on_commit_callbacks(execute=True):
        client_of(alice).delete(f"/api/artworks/{work.pk}?forever=1")
    assert not original_folder(uuid).exists()
    assert not rendition_folder(uuid).exists()
