"""What every answer carries, errors and images included, and which other sites may read the API."""

from typing import Any

import bcrypt
import pytest
from django.contrib.auth.hashers import identify_hasher
from django.test import Client

from accounts.models import User
from portfolio_site.testing import PASSWORD, client_of, make_artist, make_gallery, make_work

pytestmark = pytest.mark.django_db

PAGES = [
    "/",
    "/artists/alice/",
    "/nowhere",
    "/accounts/login",
    "/admin/",
    "/api",
    "/api/artists",
    "/api/nowhere",
    "/livez",
]


def assert_guarded(answer: Any) -> None:
    policy = answer["Content-Security-Policy"]
    assert "default-src 'self'" in policy or "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert answer["Cross-Origin-Resource-Policy"] == "same-site"


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_is_guarded(path: str) -> None:
    make_artist()
    for client in (Client(), client_of(make_artist("root", is_superuser=True, is_staff=True))):
        assert_guarded(client.get(path))


def test_images_and_originals_may_do_nothing_when_opened(client: Client) -> None:
    work = make_work(make_artist())
    make_gallery(work.artist, work)
    for answer in (
        client.get(work.image.thumbnail.url),
        client_of(work.artist).get(f"/api/artworks/{work.pk}/original"),
    ):
        assert_guarded(answer)
        assert "sandbox" in answer["Content-Security-Policy"]


def test_an_error_says_nothing_of_the_inside(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any) -> None:
        raise RuntimeError("secret of the house")

    monkeypatch.setattr("galleries.models.GalleryQuerySet.visible_to", fail)
    make_artist()
    client.raise_request_exception = False
    answer = client.get("/artists/alice/")
    assert answer.status_code == 500
    assert b"secret" not in answer.content and b"Traceback" not in answer.content
    assert_guarded(answer)


def test_another_site_reads_the_api_where_it_may_and_never_with_cookies(client: Client, settings: Any) -> None:
    settings.CORS_ALLOWED_ORIGINS = ["https://front.example"]
    friend, stranger = {"origin": "https://front.example"}, {"origin": "https://front.example.evil.example"}
    allowed = client.get("/api/artists", headers=friend)
    assert allowed["Access-Control-Allow-Origin"] == "https://front.example"
    assert "Access-Control-Allow-Credentials" not in allowed.headers
    for answer in (client.get("/api/artists", headers=stranger), client.get("/", headers=friend)):
        assert "Access-Control-Allow-Origin" not in answer.headers
    preflight = client.options(
        "/api/artworks/upload",
        headers=friend | {"access-control-request-method": "POST", "access-control-request-headers": "authorization"},
    )
    assert "authorization" in preflight["Access-Control-Allow-Headers"]


def test_a_password_from_a_bcrypt_system_keeps_working_and_is_hashed_anew(client: Client, settings: Any) -> None:
    from portfolio_site.settings import PASSWORD_HASHERS

    settings.PASSWORD_HASHERS = PASSWORD_HASHERS
    user = make_artist().user
    assert identify_hasher(user.password).algorithm == "argon2"
    old = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()
    User.objects.filter(pk=user.pk).update(password=f"bcrypt${old}")
    login = {"username": "alice", "password": PASSWORD}
    assert client.post("/api/auth/login", login, content_type="application/json").status_code == 200
    user.refresh_from_db()
    assert identify_hasher(user.password).algorithm == "argon2"
