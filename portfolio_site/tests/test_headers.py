"""What every answer carries, errors and images included, and which other sites may read the API."""

from errno import ENOSPC, EROFS
from typing import Any

import bcrypt
import pytest
from django.contrib.auth.hashers import identify_hasher
from django.db import OperationalError
from django.test import Client

from accounts.models import User
from portfolio_site.testing import PASSWORD, assert_guarded, client_of, make_artist, make_gallery, make_work

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


LOOK_ALIKES = [
    "null",
    "https://evil.example",
    "http://front.example",
    "https://front.example:8443",
    "https://front.example.",
    "https://front.example.evil.example",
    "https://evil-front.example",
    "https://front.example@evil.example",
    "https://front.example%60.evil.example",
    "https://front_example",
    "https://FRONT.EXAMPLE.evil.example",
    "https://sub.front.example",
    "https://front.example, https://evil.example",
]


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_is_guarded(path: str) -> None:
    make_artist()
    for client in (Client(), client_of(make_artist("root", is_superuser=True, is_staff=True))):
        assert_guarded(client.get(path).headers)


def test_images_and_originals_may_do_nothing_when_opened(client: Client) -> None:
    work = make_work(make_artist())
    make_gallery(work.artist, work)
    for answer in (
        client.get(work.image.thumbnail.url),
        client_of(work.artist).get(f"/api/artworks/{work.pk}/original"),
    ):
        assert_guarded(answer.headers)
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
    assert_guarded(answer.headers)


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (OSError(ENOSPC, "No space left on device"), 507, "takes nothing"),
        (OSError(EROFS, "Read-only file system"), 503, "takes nothing"),
        (OperationalError("database is locked"), 503, "in a few seconds"),
    ],
)
def test_a_page_that_the_machine_refuses_says_when_to_come_back(
    client: Client, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, words: str
) -> None:
    def fail(*args: Any) -> None:
        raise error

    monkeypatch.setattr("galleries.models.GalleryQuerySet.visible_to", fail)
    make_artist()
    client.raise_request_exception = False
    answer = client.get("/artists/alice/")
    assert (answer.status_code, int(answer["Retry-After"]) > 0) == (status, True)
    assert words in answer.content.decode() and str(error) not in answer.content.decode()
    assert_guarded(answer.headers)


def test_another_site_reads_the_api_where_it_may_and_never_with_cookies(client: Client, settings: Any) -> None:
    settings.CORS_ALLOWED_ORIGINS = ["https://front.example"]
    friend = {"origin": "https://front.example"}
    allowed = client.get("/api/artists", headers=friend)
    assert allowed["Access-Control-Allow-Origin"] == "https://front.example"
    assert "Access-Control-Allow-Credentials" not in allowed.headers
    assert "Access-Control-Allow-Origin" not in client.get("/", headers=friend).headers
    for stranger in LOOK_ALIKES:
        for answer in (
            client.get("/api/artists", headers={"origin": stranger}),
            client.options("/api/artists", headers={"origin": stranger, "access-control-request-method": "PATCH"}),
        ):
            assert not [name for name in answer.headers if name.startswith("Access-Control-")], stranger
    preflight = client.options(
        "/api/artworks/upload",
        headers=friend | {"access-control-request-method": "POST", "access-control-request-headers": "authorization"},
    )
    assert "authorization" in preflight["Access-Control-Allow-Headers"]


def test_a_password_hashed_with_more_memory_keeps_working_and_is_hashed_anew(client: Client, settings: Any) -> None:
    from portfolio_site.settings import PASSWORD_HASHERS

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    user = make_artist().user
    user.set_password(PASSWORD)
    user.save()
    assert "m=102400," in user.password
    settings.PASSWORD_HASHERS = PASSWORD_HASHERS
    login = {"username": "alice", "password": PASSWORD}
    assert client.post("/api/auth/login", login, content_type="application/json").status_code == 200
    user.refresh_from_db()
    assert "m=19456,t=2,p=1" in user.password and user.check_password(PASSWORD)


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
