"""Signing up, in and out over HTTP; and how the API answers when something is wrong."""

import re
from errno import EIO, ENOSPC, EROFS
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, OperationalError
from rest_framework.test import APIClient

from accounts import api
from accounts.models import Artist, Token, User
from accounts.problems import as_problem
from accounts.serializers import UserSerializer
from accounts.tests.browser import REGISTER, api_login, problem
from portfolio_site.testing import PASSWORD, client_of, make_artist

pytestmark = pytest.mark.django_db


def with_token(token: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client


class TestRegister:
    def test_it_is_closed_by_default(self) -> None:
        problem(APIClient().post("/api/auth/register", REGISTER, format="json"), 403, "signup_closed")
        assert not User.objects.exists()

    def test_it_makes_an_artist_who_is_signed_in(self, settings: Any) -> None:
        settings.SIGNUP = "open"
        answer = APIClient().post("/api/auth/register", REGISTER, format="json")
        assert answer.status_code == 201
        assert answer["Cache-Control"] == "private, no-store"
        assert answer.json()["artist"]["name"] == "Nina Blau"
        assert "a long blue night" not in answer.content.decode()
        me = with_token(answer.json()["token"]).get("/api/auth/me").json()
        assert (me["username"], me["email"]) == ("nina", "nina@example.org")

    def test_everything_wrong_is_said_at_once(self, settings: Any) -> None:
        settings.SIGNUP = "open"
        make_artist("alice")
        body = {"username": "ALICE", "email": "Alice@Example.org", "password": "12345"}
        errors = problem(APIClient().post("/api/auth/register", body, format="json"), 400, "unique")["errors"]
        assert set(errors) == {"username", "email"}
        body = {"username": "bob", "email": "bob@example.org", "password": "12345"}
        errors = problem(APIClient().post("/api/auth/register", body, format="json"), 400, "invalid")["errors"]
        assert {reason["code"] for reason in errors["password"]} >= {"password_too_short", "password_entirely_numeric"}

    def test_a_name_that_only_looks_different_is_taken(self, settings: Any) -> None:
        settings.SIGNUP = "open"
        make_artist("fin")
        body = REGISTER | {"username": "\ufb01n"}  # with one letter for f and i
        assert set(problem(APIClient().post("/api/auth/register", body, format="json"), 400, "unique")["errors"]) == {
            "username"
        }

    def test_nobody_makes_themselves_a_keeper(self, settings: Any) -> None:
        settings.SIGNUP = "open"
        more = {"is_staff": True, "is_superuser": True, "is_active": False, "id": 77}
        assert APIClient().post("/api/auth/register", REGISTER | more, format="json").status_code == 201
        user = User.objects.get()
        assert (user.is_superuser, user.is_active, user.pk == 77) == (False, True, False)


class TestLogin:
    def test_by_name_or_address_in_any_case(self) -> None:
        alice = make_artist("alice")
        for name in ("alice", "ALICE", "alice@example.org", "Alice@Example.org "):
            answer = api_login(name)
            assert answer.status_code == 200, name
            assert answer.json()["artist"]["id"] == alice.pk
            assert answer.json()["expiry"]
            assert with_token(answer.json()["token"]).get("/api/auth/me").status_code == 200

    def test_wrong_unknown_and_inactive_answer_alike(self) -> None:
        make_artist("alice")
        make_artist("gone", is_active=False)
        refused = [api_login("alice", "no"), api_login("nobody"), api_login("gone")]
        bodies = [problem(answer, 401, "invalid_credentials") for answer in refused]
        assert bodies[0] == bodies[1] == bodies[2]
        assert api_login("alice", "no")["WWW-Authenticate"] == "Bearer"

    def test_too_many_wrong_passwords_close_the_door_of_the_page_as_well(self, client: Any) -> None:
        make_artist("alice")
        for _ in range(10):
            api_login("alice", "wrong")
        answer = api_login("alice")
        problem(answer, 429, "too_many_attempts")
        assert answer["Retry-After"]
        page = client.post(
            "/accounts/login", f"login=alice&password={PASSWORD}", content_type="application/x-www-form-urlencoded"
        )
        assert page.status_code == 429
        assert "_auth_user_id" not in client.session

    def test_an_expired_token_does_not_lock_out(self) -> None:
        make_artist("alice")
        assert api_login("alice", HTTP_AUTHORIZATION="Bearer ps_old").status_code == 200

    def test_a_user_without_an_artist_signs_in_too(self) -> None:
        User.objects.create_user("keeper", "keeper@example.org", PASSWORD)
        assert api_login("keeper").json()["artist"] is None

    @pytest.mark.parametrize("body", [[], "text", 7, None, {"username": [], "password": {}}, {"username": "a\0b"}])
    def test_odd_bodies(self, body: Any) -> None:
        answer = APIClient().post("/api/auth/login", body, format="json")
        assert answer.status_code == 400, answer.content


class TestLogout:
    def test_only_this_token_dies(self) -> None:
        make_artist("alice")
        first, second = api_login("alice").json()["token"], api_login("alice").json()["token"]
        assert with_token(first).post("/api/auth/logout").status_code == 204
        problem(with_token(first).get("/api/auth/me"), 401, "authentication_failed")
        assert with_token(second).get("/api/auth/me").status_code == 200

    def test_a_session_ends(self) -> None:
        client = client_of(make_artist("alice"))
        assert client.post("/api/auth/logout").status_code == 204
        problem(client.get("/api/auth/me"), 401, "not_authenticated")


class TestMe:
    def test_a_token_says_what_it_is(self) -> None:
        alice = make_artist("alice")
        _token, secret = Token.objects.create(user=alice.user, name="camera", scopes=["read"])
        me = with_token(secret).get("/api/auth/me")
        assert (me.json()["token"]["name"], me.json()["token"]["scopes"]) == ("camera", ["read"])
        assert me["Cache-Control"] == "private, no-store"
        assert {"Accept", "Authorization", "Cookie"} <= set(me["Vary"].replace(" ", "").split(","))
        assert client_of(alice).get("/api/auth/me").json()["token"] is None

    def test_name_and_address_change_and_nothing_else(self) -> None:
        alice = make_artist("alice")
        client = client_of(alice)
        body = {
            "email": "new@example.org",
            "current_password": PASSWORD,
            "is_staff": True,
            "is_superuser": True,
            "artist": 99,
            "password": "x",
            "id": 9,
        }
        assert client.patch("/api/auth/me", body, format="json").json()["email"] == "new@example.org"
        user = User.objects.get(pk=alice.user.pk)
        assert (user.is_superuser, user.email) == (False, "new@example.org")
        assert user.check_password(PASSWORD)
        assert user.artist == alice

    def test_an_address_that_was_changed_opens_no_door(self) -> None:
        alice = make_artist("alice")
        alice.user.emailaddress_set.create(email="alice@example.org", primary=True)
        body = {"email": "new@example.org", "current_password": PASSWORD}
        client_of(alice).patch("/api/auth/me", body, format="json")
        problem(api_login("alice@example.org"), 401, "invalid_credentials")
        assert api_login("new@example.org").status_code == 200

    def test_another_address_needs_the_password(self) -> None:
        alice = make_artist("alice")
        for sent in ({}, {"current_password": "a guess"}):
            answer = client_of(alice).patch("/api/auth/me", {"email": "thief@example.org"} | sent, format="json")
            assert problem(answer, 400, "wrong_password")["errors"].keys() == {"current_password"}
        alice.user.refresh_from_db()
        assert alice.user.email == "alice@example.org"
        same = {"email": alice.user.email, "username": "alice-b"}
        assert client_of(alice).patch("/api/auth/me", same, format="json").json()["username"] == "alice-b"

    def test_guessing_it_there_is_limited_as_at_the_door(self) -> None:
        body = {"email": "thief@example.org", "current_password": "a guess"}
        thief = client_of(make_artist("alice"))
        statuses = [thief.patch("/api/auth/me", body, format="json").status_code for _ in range(11)]
        assert statuses == [400] * 10 + [429]
        problem(api_login("alice", PASSWORD), 429, "too_many_attempts")

    def test_a_change_brings_nothing_back_that_changed_meanwhile(self) -> None:
        user = make_artist("alice").user
        User.objects.filter(pk=user.pk).update(is_active=False, password="!")
        change = UserSerializer(user, data={"email": "new@example.org"}, partial=True)
        change.is_valid(raise_exception=True)
        change.save()
        kept = User.objects.get(pk=user.pk)
        assert (kept.email, kept.is_active, kept.password) == ("new@example.org", False, "!")

    def test_anothers_name_is_taken(self) -> None:
        make_artist("bob")
        client = client_of(make_artist("alice"))
        answer = client.patch("/api/auth/me", {"username": "Bob", "email": "BOB@example.org"}, format="json")
        assert set(problem(answer, 400, "unique")["errors"]) == {"username", "email"}
        assert client.patch("/api/auth/me", {"username": "alice"}, format="json").status_code == 200


class TestProblems:
    @pytest.mark.parametrize("token", ["x", "ps_" + "0" * 64, "\xff\xfe", "a b", ""])
    def test_bad_tokens(self, token: str) -> None:
        answer = APIClient().get("/api/artworks", HTTP_AUTHORIZATION=f"Bearer {token}")
        problem(answer, 401, "authentication_failed")
        assert answer["WWW-Authenticate"] == "Bearer"

    @pytest.mark.parametrize(
        "path", ["/api/nothing", "/api/artworks/x", "/api/artists/1/x", "/api//", "/api/artworks//"]
    )
    def test_unknown_routes(self, path: str) -> None:
        for method in ("get", "post", "put", "patch", "delete"):
            problem(getattr(client_of(None), method)(path), 404, "not_found")

    def test_what_http_itself_refuses(self) -> None:
        client = client_of(make_artist("alice"))
        problem(client.put("/api/artists"), 405, "method_not_allowed")
        problem(client.get("/api/artists", HTTP_ACCEPT="image/png"), 406, "not_acceptable")
        problem(
            APIClient().get("/api/artists", HTTP_ACCEPT="image/png", HTTP_AUTHORIZATION="Bearer x"),
            406,
            "not_acceptable",
        )
        problem(client.patch("/api/auth/me", "<a/>", content_type="text/xml"), 415, "unsupported_media_type")
        problem(client.post("/api/galleries", "title=x", content_type="text/plain"), 415, "unsupported_media_type")

    @pytest.mark.parametrize(
        "body", [b"{", b"\xff\xfe", b"[" * 100_000, b'{"username": NaN}', b'{"email": %s}' % (b"9" * 5000)]
    )
    def test_malformed_json(self, body: bytes) -> None:
        answer = client_of(make_artist("alice")).patch("/api/auth/me", body, content_type="application/json")
        problem(answer, 400, "malformed")

    def test_half_a_character(self) -> None:
        body = b'{"title": "x", "layout": "\\ud800"}'
        answer = client_of(make_artist("alice")).post("/api/galleries", body, content_type="application/json")
        problem(answer, 400, "invalid_choice")

    def test_a_body_beyond_the_limit(self, settings: Any) -> None:
        body = b'{"username": "%s"}' % (b"a" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
        answer = client_of(make_artist("alice")).patch("/api/auth/me", body, content_type="application/json")
        problem(answer, 413, "too_large")

    def test_what_nobody_expected_says_nothing_of_the_inside(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(self: Any, request: Any) -> None:
            raise RuntimeError("secret path /srv/x")

        monkeypatch.setattr(api.RootView, "get", fail)
        client = APIClient(raise_request_exception=False)
        answer = client.get("/api")
        assert "secret" not in answer.content.decode()
        problem(answer, 500, "server_error")

    def test_the_way_to_a_page_names_pages_only(self, alice: Artist) -> None:
        page = client_of(alice).get("/api/auth/me", HTTP_ACCEPT="text/html").content.decode()
        way = page[page.index('class="breadcrumb"') : page.index("</ul>", page.index('class="breadcrumb"'))]
        assert re.findall(r'<a href="([^"]+)"', way) == ["/api/", "/api/auth/me"]
        lost = APIClient().get("/api/nowhere", HTTP_ACCEPT="text/html").content.decode()
        assert ">Not found</a>" in lost

    def test_a_browser_gets_a_page(self) -> None:
        answer = APIClient().get("/api/artworks/1", HTTP_ACCEPT="text/html")
        assert (answer.status_code, answer["Content-Type"]) == (404, "text/html; charset=utf-8")
        assert "<style" not in answer.content.decode()
        assert " style=" not in answer.content.decode()
        assert "/accounts/login?next=/api/artworks/1" in answer.content.decode().replace("%2F", "/")

    def test_one_slash_more_is_the_same(self) -> None:
        for path in ("/api", "/api/artists", "/api/artworks", "/api/galleries"):
            assert APIClient().get(path).json() == APIClient().get(f"{path}/").json()

    def test_a_session_needs_its_csrf_token(self) -> None:
        client = APIClient(enforce_csrf_checks=True)
        client.force_login(make_artist("alice").user, backend="allauth.account.auth_backends.AuthenticationBackend")
        problem(client.patch("/api/auth/me", {"email": "x@example.org"}, format="json"), 403, "permission_denied")

    def test_strangers_may_keep_an_answer_if_they_ask_again(self) -> None:
        assert APIClient().get("/api/artists")["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (IntegrityError("UNIQUE"), 409, "conflict"),
        (OperationalError("database is locked"), 503, "busy"),
        (OSError(ENOSPC, "No space left on device"), 507, "disk_full"),
        (OperationalError("database or disk is full"), 507, "disk_full"),
        (OSError(EROFS, "Read-only file system"), 503, "not_writable"),
        (OSError(EIO, "Input/output error"), 503, "not_writable"),
        (OperationalError("attempt to write a readonly database"), 503, "not_writable"),
    ],
)
def test_what_the_machine_refuses_says_what_to_do(error: Exception, status: int, code: str) -> None:
    answer = as_problem(error)
    assert answer is not None
    assert (answer.status_code, answer.code) == (status, code)
    assert (answer.wait is not None) == (status in {503, 507})


def test_other_faults_of_the_machine_stay_unexpected() -> None:
    for error in (OperationalError("no such table"), DatabaseError("malformed"), OSError("x")):
        assert as_problem(error) is None
