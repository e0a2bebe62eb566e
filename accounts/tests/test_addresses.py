"""Where there is mail, an address counts once it is confirmed, and only its mail tells that it is known."""

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from rest_framework.test import APIClient

from accounts.models import Token, User
from accounts.tests.browser import REGISTER, Browser, api_login, problem, reauthenticated, signed_in
from portfolio_site.testing import PASSWORD, client_of, make_artist

pytestmark = pytest.mark.django_db


class TestOnThePage:
    def test_it_changes_once_it_is_confirmed(self, post_office: list[Any]) -> None:
        alice = make_artist("alice")
        browser = reauthenticated(alice)
        browser.post("/accounts/email", {"email": "new@example.org", "action_add": ""})
        assert User.objects.get().email == "alice@example.org"
        link = re.search(r"https://art\.example(/accounts/email/confirm/\S+)", post_office[-1].body)
        assert link
        browser.get(link[1])
        assert User.objects.get().email == "alice@example.org"
        browser.post(link[1])
        assert User.objects.get().email == "new@example.org"
        assert api_login("alice@example.org").status_code == 401
        assert api_login("new@example.org").status_code == 200

    def test_it_takes_the_password(self, post_office: list[Any]) -> None:
        browser = signed_in(make_artist("alice"))
        answer = browser.post("/accounts/email", {"email": "new@example.org", "action_add": ""})
        assert answer["Location"].startswith("/accounts/reauthenticate")
        assert post_office == []

    def test_an_address_that_somebody_else_took_meanwhile(self, post_office: list[Any]) -> None:
        browser = reauthenticated(make_artist("alice"))
        browser.post("/accounts/email", {"email": "new@example.org", "action_add": ""})
        link = re.search(r"https://art\.example(/accounts/email/confirm/\S+)", post_office[-1].body)
        bob = make_artist("bob").user
        bob.email = "new@example.org"
        bob.save()
        assert link
        assert "could not be confirmed" in browser.post(link[1], follow=True).content.decode()
        assert User.objects.get(username="alice").email == "alice@example.org"

    def test_one_given_up_in_the_admin_opens_no_door(self) -> None:
        alice = make_artist("alice").user
        EmailAddress.objects.create(user=alice, email=alice.email, primary=True, verified=True)
        alice.email = "new@example.org"
        alice.save()
        assert api_login("alice@example.org").status_code == 401


class TestOverTheApi:
    @pytest.fixture(autouse=True)
    def _open(self, settings: Any) -> None:
        settings.SIGNUP = "open"

    def follow(self, letter: Any) -> None:
        link = re.search(r"https://art\.example(/accounts/email/confirm/\S+)", letter.body)
        assert link
        Browser().post(link[1])

    def test_who_registers_comes_in_once_the_address_is_confirmed(self, post_office: list[Any]) -> None:
        answer = APIClient().post("/api/auth/register", REGISTER, format="json")
        assert (answer.status_code, answer.json().keys(), answer.cookies) == (202, {"detail"}, {})
        assert [letter.to for letter in post_office] == [["nina@example.org"]]
        problem(api_login("nina", "a guess"), 401, "invalid_credentials")
        problem(api_login("nina", REGISTER["password"]), 401, "email_not_confirmed")
        assert not Token.objects.exists()
        self.follow(post_office[0])
        assert api_login("nina", REGISTER["password"]).json()["artist"]["name"] == "Nina Blau"

    @pytest.mark.parametrize("known", ["alice@example.org", "ALICE@example.org", "added@example.org"])
    def test_a_known_address_is_answered_like_a_new_one(
        self, post_office: list[Any], hashes: list[str], known: str
    ) -> None:
        user = make_artist("alice").user
        EmailAddress.objects.create(user=user, email="added@example.org", verified=True)
        told = []
        for name, email in (("carl", known), ("nina", "nobody@example.org")):
            body = REGISTER | {"username": name, "email": email}
            hashes.clear()
            asked = [body, body | {"username": f"{name}2"}]
            answers = [APIClient().post("/api/auth/register", each, format="json") for each in asked]
            told.append([len(hashes), *((answer.status_code, answer.content) for answer in answers)])
        assert told[0] == told[1]
        assert told[0][0] == 1 and [status for status, _ in told[0][1:]] == [202, 429]
        assert set(User.objects.values_list("username", flat=True)) == {"alice", "nina"}
        assert [letter.to for letter in post_office] == [[known.lower()], ["nobody@example.org"]]
        assert "/accounts/email/confirm/" not in post_office[0].body

    def test_ones_own_changes_once_it_is_confirmed(self, post_office: list[Any]) -> None:
        client = client_of(make_artist("alice"))
        body = {"email": "new@example.org", "current_password": PASSWORD}
        assert client.patch("/api/auth/me", body, format="json").json()["email"] == "alice@example.org"
        assert client.patch("/api/auth/me", {"username": "alice-b"}, format="json").status_code == 200
        assert api_login("alice@example.org").status_code == 200
        assert [letter.to for letter in post_office] == [["new@example.org"]]
        self.follow(post_office[0])
        assert client.get("/api/auth/me").json()["email"] == "new@example.org"
        problem(api_login("alice@example.org"), 401, "invalid_credentials")
        assert api_login("new@example.org").status_code == 200

    def test_changing_to_a_known_one_is_answered_like_any(self, post_office: list[Any]) -> None:
        make_artist("bob")
        client, answers = client_of(make_artist("alice")), []
        for email in ("BOB@example.org", "nobody@example.org"):
            body = {"email": email, "current_password": PASSWORD}
            answers.append(client.patch("/api/auth/me", body, format="json"))
        assert [answer.status_code for answer in answers] == [200, 200]
        assert answers[0].content == answers[1].content
        assert post_office[0].to == ["bob@example.org"]
        assert "/accounts/email/confirm/" not in post_office[0].body
        assert set(User.objects.values_list("email", flat=True)) == {"alice@example.org", "bob@example.org"}
