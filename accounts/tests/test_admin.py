"""The studio of an artist's own things: profile and tokens, and nothing that is not theirs."""

from typing import Any

import pytest
from django.contrib.auth.models import Group

from accounts.models import Artist, Token
from portfolio_site.testing import client_of, make_artist

pytestmark = pytest.mark.django_db
PROFILE = {"name": "Alice", "currency": "EUR", "slug": "alice"}


def send(client: Any, path: str, **data: Any) -> Any:
    return client.post(path, data, format="multipart", follow=False)


def said(answer: Any) -> str:
    return " ".join(str(message) for message in answer.wsgi_request._messages)


def test_artists_have_their_rights_from_their_group() -> None:
    rights = set(Group.objects.get(name="Artists").permissions.values_list("codename", flat=True))
    assert {"add_artwork", "change_gallery", "delete_placement", "change_artist", "delete_token"} <= rights
    assert not rights & {"add_artist", "delete_artist", "view_user", "change_user", "view_artworkimage"}


def test_the_first_screen_is_an_artists_own(alice: Artist, bob: Artist) -> None:
    page = client_of(alice).get("/admin/").content.decode()
    assert f"/admin/accounts/artist/{alice.pk}/change/" in page
    assert "Upload works" in page and "API tokens" in page
    for clutter in ("Users", "Groups", "E-mail addresses", "Task results", "Invitations", "bob", "Bob"):
        assert clutter not in page, clutter


def test_a_superuser_finds_everything_from_the_first_screen() -> None:
    page = client_of(make_artist("root", is_superuser=True)).get("/admin/").content.decode()
    for model in ("accounts/user/", "auth/group/", "accounts/artist/", "artworks/artworkimage/"):
        assert model in page, model


class TestProfile:
    def test_the_list_is_ones_own_page(self, alice: Artist) -> None:
        answer = client_of(alice).get("/admin/accounts/artist/")
        assert answer.status_code == 302 and answer["Location"] == f"/admin/accounts/artist/{alice.pk}/change/"

    def test_it_is_changed_in_plain_words(self, alice: Artist) -> None:
        rows = {"links-title": ["My shop", ""], "links-url": ["https://shop.example/alice", "https://blog.example"]}
        data = PROFILE | {"location": "Bergen"} | rows
        assert send(client_of(alice), f"/admin/accounts/artist/{alice.pk}/change/", **data).status_code == 302
        alice.refresh_from_db()
        assert alice.location == "Bergen"
        assert alice.links == [
            {"title": "My shop", "url": "https://shop.example/alice"},
            {"title": "blog.example", "url": "https://blog.example"},
        ]

    def test_a_link_without_an_address_is_said(self, alice: Artist) -> None:
        data = PROFILE | {"links-title": [""], "links-url": ["javascript:alert(1)"]}
        answer = send(client_of(alice), f"/admin/accounts/artist/{alice.pk}/change/", **data)
        assert answer.status_code == 200 and "https://" in answer.content.decode()
        alice.refresh_from_db()
        assert alice.links == []

    def test_it_is_neither_made_nor_deleted_nor_given_away(self, alice: Artist, bob: Artist) -> None:
        client = client_of(alice)
        assert client.get("/admin/accounts/artist/add/").status_code == 403
        assert client.get(f"/admin/accounts/artist/{alice.pk}/delete/").status_code == 403
        send(client, f"/admin/accounts/artist/{alice.pk}/change/", **PROFILE, user=bob.user_id)
        alice.refresh_from_db()
        assert alice.user.username == "alice"

    def test_anothers_is_not_there(self, alice: Artist, bob: Artist) -> None:
        answer = send(client_of(bob), f"/admin/accounts/artist/{alice.pk}/change/", **PROFILE | {"name": "Forged"})
        assert answer.status_code == 302
        alice.refresh_from_db()
        assert alice.name == "Alice"


class TestTokens:
    def test_one_is_made_named_and_shown_once(self, alice: Artist) -> None:
        client = client_of(alice)
        page = send(
            client, "/admin/accounts/token/add/", name="Website script", ends="30", opens="upload"
        ).content.decode()
        token = Token.objects.get()
        assert (token.user, token.name, token.scopes) == (alice.user, "Website script", ["upload"])
        assert token.expiry is not None
        secret = page.split('value="ps_')[1].split('"')[0]
        answer = client_of(None).get("/api/auth/me", headers={"Authorization": f"Bearer ps_{secret}"})
        assert answer.status_code == 200 and answer.json()["username"] == "alice"
        later = client.get("/admin/accounts/token/").content + client.get("/admin/").content
        assert secret.encode() not in later

    def test_it_may_last_for_ever_but_not_be_nameless(self, alice: Artist) -> None:
        client = client_of(alice)
        assert "required" in send(client, "/admin/accounts/token/add/", name="", ends="", opens="read").content.decode()
        assert "at least one" in send(client, "/admin/accounts/token/add/", name="Backup", ends="").content.decode()
        send(client, "/admin/accounts/token/add/", name="Backup", ends="", opens="read")
        assert Token.objects.get().expiry is None

    def test_it_is_always_for_oneself(self, alice: Artist, bob: Artist) -> None:
        send(client_of(bob), "/admin/accounts/token/add/", name="Forged", ends="30", opens="read", user=alice.user_id)
        assert Token.objects.get().user == bob.user

    def test_it_is_renamed_and_revoked_by_its_owner_only(self, alice: Artist, bob: Artist) -> None:
        token, secret = Token.objects.create(user=alice.user, name="Mine")
        path = f"/admin/accounts/token/{token.pk}"
        for forged in (f"{path}/change/", f"{path}/delete/"):
            assert send(client_of(bob), forged, name="Forged", post="yes").status_code == 302
        assert Token.objects.get().name == "Mine"
        send(client_of(alice), f"{path}/change/", name="Renamed", expiry="", user=bob.user_id)
        token.refresh_from_db()
        assert token.name == "Renamed" and token.user == alice.user and token.expiry is not None
        assert client_of(None).get("/api/auth/me", headers={"Authorization": f"Bearer {secret}"}).status_code == 200
        send(client_of(alice), f"{path}/delete/", post="yes")
        assert client_of(None).get("/api/auth/me", headers={"Authorization": f"Bearer {secret}"}).status_code == 401

    def test_a_list_shows_ones_own_and_a_superuser_all(self, alice: Artist, bob: Artist) -> None:
        Token.objects.create(user=alice.user, name="Canary")
        root = make_artist("root", is_superuser=True)
        assert b"Canary" not in client_of(bob).get("/admin/accounts/token/").content
        assert b"Canary" in client_of(root).get("/admin/accounts/token/").content
