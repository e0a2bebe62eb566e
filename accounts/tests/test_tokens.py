"""Tokens over HTTP: named, scoped, ending, revocable; and how often one may ask."""

import time
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Artist, Token
from accounts.throttles import ScopeThrottle
from portfolio_site.testing import client_of, image_file, make_artist, make_gallery, make_work

pytestmark = pytest.mark.django_db


def bearer(artist: Artist, *scopes: str, **fields: Any) -> APIClient:
    _token, secret = Token.objects.create(user=artist.user, scopes=list(scopes), **fields)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client


def told(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "") if answer.content else ""


class TestTokens:
    def test_made_listed_and_revoked(self, alice: Artist) -> None:
        client = client_of(alice)
        made = client.post("/api/auth/tokens", {"name": "Camera", "scopes": ["upload"], "days": 7}, format="json")
        assert made.status_code == 201, made.content
        token = made.json()
        script = APIClient()
        script.credentials(HTTP_AUTHORIZATION=f"Bearer {token['token']}")
        me = script.get("/api/auth/me").json()
        assert me["username"] == "alice" and me["token"]["scopes"] == ["upload"] and me["token"]["name"] == "Camera"
        [listed] = client.get("/api/auth/tokens").json()
        assert listed["id"] == token["id"] and listed["last_used"] and token["token"] not in str(listed)
        assert abs(Token.objects.get().expiry - timezone.now() - timedelta(days=7)) < timedelta(minutes=1)
        assert client.delete(f"/api/auth/tokens/{token['id']}").status_code == 204
        assert told(script.get("/api/auth/me")) == (401, "authentication_failed")
        assert told(client.delete(f"/api/auth/tokens/{token['id']}")) == (404, "not_found")

    def test_without_wishes_it_opens_everything_for_a_year(self, alice: Artist) -> None:
        token = client_of(alice).post("/api/auth/tokens", {"name": "All"}, format="json").json()
        assert token["scopes"] == ["read", "write", "upload"] and token["expiry"]
        for_ever = client_of(alice).post("/api/auth/tokens", {"name": "All", "days": None}, format="json").json()
        assert for_ever["expiry"] is None

    @pytest.mark.parametrize(
        "body",
        [{}, {"name": ""}, {"name": "A", "scopes": []}, {"name": "A", "scopes": ["all"]}, {"name": "A", "days": 0}],
    )
    def test_nonsense_is_refused(self, alice: Artist, body: Any) -> None:
        assert client_of(alice).post("/api/auth/tokens", body, format="json").status_code == 400
        assert not Token.objects.exists()

    def test_all_end_at_once(self, alice: Artist) -> None:
        first, second, other = bearer(alice, "write"), bearer(alice, "read"), bearer(make_artist("bob"), "read")
        assert first.delete("/api/auth/tokens").status_code == 204
        assert [client.get("/api/auth/me").status_code for client in (first, second, other)] == [401, 401, 200]

    def test_another_users_are_like_none(self, alice: Artist) -> None:
        token, _secret = Token.objects.create(user=alice.user, name="Mine")
        bob = client_of(make_artist("bob"))
        assert bob.get("/api/auth/tokens").json() == []
        assert bob.delete(f"/api/auth/tokens/{token.token_key}").status_code == 404
        assert bob.delete("/api/auth/tokens").status_code == 204
        assert Token.objects.count() == 1

    def test_a_token_makes_none_that_opens_more(self, alice: Artist) -> None:
        writer = bearer(alice, "write")
        refused = writer.post("/api/auth/tokens", {"name": "More", "scopes": ["read", "write"]}, format="json")
        assert told(refused) == (400, "insufficient_scope")
        assert writer.post("/api/auth/tokens", {"name": "Same"}, format="json").json()["scopes"] == ["write"]


class TestScopes:
    def test_each_opens_its_own(self, alice: Artist) -> None:
        work = make_work(alice)
        gallery = make_gallery(alice, work, visibility="private")
        asks = {
            "read": [("get", f"/api/artworks/{work.pk}", None), ("get", f"/api/artworks/{work.pk}/original", None)],
            "write": [
                ("patch", f"/api/artworks/{work.pk}", {"title": "New"}),
                ("post", "/api/galleries", {"title": "New"}),
                ("post", f"/api/galleries/{gallery.pk}/artworks", {"artwork": work.pk}),
            ],
        }
        for scope in ("read", "write", "upload"):
            client = bearer(alice, scope)
            for needed, requests in asks.items():
                for verb, path, body in requests:
                    answer = getattr(client, verb)(path, body, format="json")
                    assert (answer.status_code < 300) == (scope == needed), (scope, path)
                    if scope != needed:
                        assert told(answer) == (403, "insufficient_scope")
            form = {"image": image_file(), "title": scope}
            assert (client.post("/api/artworks/upload", form).status_code == 201) == (scope == "upload")
            assert client.get("/api/auth/me").status_code == 200

    def test_private_pictures_need_to_be_read(self, alice: Artist) -> None:
        image = make_work(alice).image
        address = image.renditions["thumbnail"].url
        assert bearer(alice, "read").get(address).status_code == 200
        assert bearer(alice, "upload").get(address).status_code == 404

    def test_it_is_asked_before_the_thing_is_looked_for(self, alice: Artist) -> None:
        assert told(bearer(alice, "upload").get("/api/artworks/987654321")) == (403, "insufficient_scope")


class TestBudget:
    def test_it_is_told_and_ends(self, alice: Artist, settings: Any) -> None:
        settings.THROTTLES = {"read": "", "write": "2/min", "upload": "1/min"}
        client = client_of(alice)
        for left in (1, 0):
            answer = client.post("/api/galleries", {"title": "Room"}, format="json")
            assert answer["RateLimit-Policy"] == '"write";q=2;w=60'
            assert answer["RateLimit"].startswith(f'"write";r={left};t=')
        refused = client.post("/api/galleries", {"title": "Room"}, format="json")
        assert told(refused) == (429, "throttled") and 0 < int(refused["Retry-After"]) <= 60
        assert client.get("/api/galleries").status_code == 200
        assert client.post("/api/artworks/upload", {"image": image_file()}).status_code == 201
        assert told(client.post("/api/artworks/upload", {"image": image_file()})) == (429, "throttled")
        assert client_of(make_artist("bob")).post("/api/galleries", {"title": "R"}, format="json").status_code == 201

    def test_a_clock_that_went_back_keeps_nobody_waiting(self, alice: Artist, settings: Any, monkeypatch: Any) -> None:
        settings.THROTTLES = {"read": "", "write": "2/min", "upload": ""}
        client, now = client_of(alice), time.time()
        monkeypatch.setattr(ScopeThrottle, "timer", lambda self: now + 86_400)
        for status in (201, 201, 429):
            assert client.post("/api/galleries", {"title": "Room"}, format="json").status_code == status
        monkeypatch.setattr(ScopeThrottle, "timer", lambda self: now)
        for status in (201, 201, 429):
            assert client.post("/api/galleries", {"title": "Room"}, format="json").status_code == status

    def test_strangers_who_read_are_not_counted(self, settings: Any) -> None:
        settings.THROTTLES = {"read": "1/min", "write": "1/min", "upload": "1/min"}
        assert {APIClient().get("/api/artworks").status_code for _ in range(3)} == {200}
