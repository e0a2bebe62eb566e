"""Signing in, the one limit on wrong passwords, passwords, and addresses."""

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP
from django.core import mail
from rest_framework.test import APIClient

from accounts.models import LOCKED_FOR, Token, User
from accounts.tests.browser import Browser, api_login, reauthenticated, signed_in, signed_out
from portfolio_site.testing import PASSWORD, make_artist

pytestmark = pytest.mark.django_db
NEW = "another long night"


class TestSigningIn:
    @pytest.mark.parametrize("name", ["alice", "ALICE", "alice@example.org", " Alice@Example.org "])
    def test_by_name_or_address(self, name: str) -> None:
        make_artist("alice")
        assert Browser().sign_in(name)["Location"] == "/admin/"

    def test_the_key_changes_and_dies(self) -> None:
        make_artist("alice")
        browser = Browser()
        browser.get("/accounts/login")
        session = browser.session
        session["planted"] = "1"
        session.save()
        browser.cookies["sessionid"] = planted = session.session_key
        browser.sign_in("alice")
        key = browser.cookies["sessionid"].value
        assert key != planted
        assert browser.cookies["sessionid"]["httponly"] and browser.cookies["sessionid"]["samesite"] == "Lax"
        browser.post("/accounts/logout")
        stolen = Browser()
        stolen.cookies["sessionid"] = key
        assert signed_out(stolen)

    def test_looking_at_the_way_out_does_not_lead_out(self) -> None:
        browser = signed_in(make_artist("alice"))
        browser.get("/accounts/logout")
        assert not signed_out(browser)

    @pytest.mark.parametrize(
        "wish",
        [
            "//evil.example",
            "https://evil.example/",
            "/\\evil.example",
            "\\\\evil.example",
            "javascript:alert(1)",
            "http:///evil.example",
            "https:evil.example",
            "http://localhost:8000/x",
            "http://127.0.0.1/x",
            "\t//evil.example",
            "//testserver@evil.example",
        ],
    )
    def test_next_stays_here(self, wish: str) -> None:
        make_artist("alice")
        assert (
            Browser().post("/accounts/login", {"login": "alice", "password": PASSWORD, "next": wish})["Location"]
            == "/admin/"
        )
        browser = signed_in(User.objects.get().artist)
        assert browser.get("/admin/login/", {"next": wish})["Location"] == "/admin/"
        assert browser.get("/accounts/login", {"next": wish})["Location"] == "/admin/"

    def test_one_door_for_the_admin(self) -> None:
        make_artist("alice")
        browser = Browser()
        first = browser.get("/admin/artworks/artwork/?q=x")
        assert browser.get(first["Location"])["Location"] == "/accounts/login?next=/admin/artworks/artwork/%3Fq%3Dx"
        direct = browser.post("/admin/login/", {"username": "alice", "password": PASSWORD})
        assert direct["Location"] == "/accounts/login?next=/admin/"
        assert "_auth_user_id" not in browser.session
        answer = browser.post("/accounts/login", {"login": "alice", "password": PASSWORD, "next": "/admin/artworks/"})
        assert answer["Location"] == "/admin/artworks/"

    def test_who_is_no_staff_is_refused_and_not_sent_in_circles(self) -> None:
        user = User.objects.create_user("reader", "reader@example.org", PASSWORD)
        browser = Browser()
        browser.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
        assert browser.get("/admin/", follow=True).status_code == 403

    def test_no_page_is_kept(self) -> None:
        for browser in (Browser(), signed_in(make_artist("alice"))):
            for path in ("", "login", "email", "password", "password/reset", "second-factor", "leave", "logout"):
                assert "no-store" in browser.get(f"/accounts/{path}")["Cache-Control"], path


class TestLimit:
    """Ten wrong passwords, whichever door they were tried at."""

    def test_for_one_account_from_many_addresses_by_any_name(self) -> None:
        make_artist("alice")
        names = ["alice", "ALICE", "alice@example.org", "Alice@Example.org"]
        hosts = ["testserver", "localhost", "127.0.0.1"]
        for number in range(10):
            meta = {"REMOTE_ADDR": f"10.0.0.{number}", "HTTP_HOST": hosts[number % 3]}
            name = names[number % 4]
            answer = api_login(name, "x", **meta) if number % 2 else Browser().sign_in(name, "x", **meta)
            assert answer.status_code in {200, 401}, number
        meta = {"REMOTE_ADDR": "10.0.0.99"}
        for answer in (Browser().sign_in("alice", **meta), api_login("alice@example.org", **meta)):
            assert answer.status_code == 429
            assert answer["Retry-After"] == str(LOCKED_FOR)

    def test_from_one_address_for_many_accounts(self) -> None:
        make_artist("alice")
        for number in range(10):
            api_login(f"nobody{number}", "x", HTTP_X_FORWARDED_FOR=f"1.2.3.{number}")
        assert api_login("alice").status_code == 429
        assert Browser().sign_in("alice").status_code == 429
        assert Browser().sign_in("alice", REMOTE_ADDR="10.0.0.1").status_code == 302

    def test_a_proxy_is_trusted_as_far_as_told(self, settings: Any) -> None:
        settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
        make_artist("alice")
        for number in range(10):
            api_login(f"nobody{number}", "x", HTTP_X_FORWARDED_FOR=f"6.6.6.{number}, 1.2.3.4")
        assert api_login("alice", HTTP_X_FORWARDED_FOR="9.9.9.9, 1.2.3.4").status_code == 429
        assert api_login("alice", HTTP_X_FORWARDED_FOR="1.2.3.4, 5.6.7.8").status_code == 200

    def test_right_passwords_cost_nothing_and_open_nothing(self) -> None:
        make_artist("alice")
        make_artist("mallory")
        for number in range(10):
            assert api_login("mallory").status_code == 200, number
            api_login("alice", "x")
        assert api_login("alice").status_code == 429

    def test_the_door_opens_again(self, monkeypatch: pytest.MonkeyPatch) -> None:
        import time

        make_artist("alice")
        for _ in range(10):
            api_login("alice", "x")
        assert api_login("alice").status_code == 429
        now = time.time()
        monkeypatch.setattr(time, "time", lambda: now + LOCKED_FOR + 1)
        assert api_login("alice").status_code == 200

    def test_changing_the_password_is_no_way_round(self) -> None:
        browser = signed_in(make_artist("alice"))
        form = {"oldpassword": "x", "password1": NEW, "password2": NEW}
        answers = [browser.post("/accounts/password", form).status_code for _ in range(11)]
        assert (answers[:10], answers[10]) == ([200] * 10, 429)
        assert api_login("alice").status_code == 429


def seen(answer: Any, *names: str) -> tuple[Any, ...]:
    """All that is told by an answer: status, headers, cookies, body, without tokens and the names that were sent."""
    body = re.sub(r'(csrfmiddlewaretoken" value=)"\w+"', r"\1", answer.content.decode())
    cookies = {name: {**cookie, "expires": ""} for name, cookie in answer.cookies.items()}
    headers = {name: value for name, value in answer.headers.items() if name != "Expires"}
    for name in names:
        body = body.replace(name, "NAME")
    return answer.status_code, headers, cookies, body


class TestTellingNothing:
    """Names and addresses of one length, so that not even that may differ."""

    @pytest.mark.parametrize("name", ["alice", "nobody", "alice@example.org", "nobody@example.org"])
    def test_one_hash_and_one_text(self, name: str, hashes: list[str]) -> None:
        alice = make_artist("alice")
        EmailAddress.objects.create(user=alice.user, email="alice@example.org", primary=True)
        hashes.clear()
        page = Browser().sign_in(name, "wrong")
        assert (page.status_code, len(hashes)) == (200, 1)
        assert "The name or the password is not right." in page.content.decode()
        api = api_login(name, "wrong")
        assert (api.status_code, len(hashes)) == (401, 2)

    @pytest.mark.parametrize("ending", ["", "@example.org"])
    def test_a_wrong_password(self, ending: str, hashes: list[str]) -> None:
        """Of somebody, of nobody, of one who left, and of one with a second factor."""
        for name in ("alice", "leave", "codes"):
            user = make_artist(name).user
            EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
        User.objects.get(username="leave").leave()
        TOTP.activate(user, "JBSWY3DPEHPK3PXP")
        User.objects.create_user("blank", "blank@example.org")
        answers = []
        for name in ("nobod", "alice", "leave", "codes", "blank"):
            hashes.clear()
            login = name + ending
            told = [seen(answer, login) for answer in (Browser().sign_in(login, "wrong"), api_login(login, "wrong"))]
            answers.append((told, len(hashes)))
        assert answers == [answers[0]] * len(answers)

    def test_too_many_wrong_passwords(self) -> None:
        make_artist("alice")
        answers = []
        for name in ("alice", "nobod"):
            for number in range(11):
                answer = api_login(name, "wrong", REMOTE_ADDR=f"10.0.{len(answers)}.{number}")
            page = Browser().sign_in(name, "wrong", REMOTE_ADDR="10.0.9.9")
            answers.append((seen(answer), seen(page, name)))
        assert answers[0] == answers[1] and answers[0][0][0] == answers[0][1][0] == 429

    def test_a_forgotten_password(self, post_office: list[Any], hashes: list[str]) -> None:
        make_artist("alice")
        answers = []
        for number, email in enumerate(("alice@example.org", "nobod@example.org")):
            hashes.clear()
            browser = Browser(REMOTE_ADDR=f"10.0.0.{number}")
            told = [browser.post("/accounts/password/reset", {"email": email}) for _ in range(6)]
            told.append(browser.get(told[0]["Location"]))
            answers.append(([seen(answer, email) for answer in told], len(hashes)))
        assert answers[0] == answers[1]
        assert [answer[0] for answer in answers[0][0]] == [302] * 5 + [429, 200]
        assert [letter.to for letter in post_office] == [["alice@example.org"]] * 5 + [["nobod@example.org"]] * 5

    def test_another_address(self, post_office: list[Any]) -> None:
        make_artist("bob")
        texts = []
        for artist, email in ((make_artist("alice"), "bob@example.org"), (make_artist("carol"), "new@example.org")):
            browser = reauthenticated(artist)
            page = browser.post("/accounts/email", {"email": email, "action_add": ""}, follow=True).content.decode()
            page = re.sub(r'value="\w{64}"', "", page)
            texts.append(page.replace(email, "").replace(artist.user.email, "").replace(artist.user.username, ""))
        assert texts[0] == texts[1]

    @pytest.mark.parametrize("known", ["alice@example.org", "ALICE@example.org", "added@example.org"])
    @pytest.mark.parametrize("password", ["a long blue night", "12345"])
    def test_signing_up_with_a_known_address(
        self, post_office: list[Any], settings: Any, hashes: list[str], known: str, password: str
    ) -> None:
        settings.SIGNUP = "open"
        user = make_artist("alice").user
        EmailAddress.objects.create(user=user, email="added@example.org", verified=True)
        answers = []
        for name, email in (("carl1", known), ("carl2", "nobod@example.org")):
            hashes.clear()
            browser = Browser()
            form = {"name": "Carl", "username": name, "email": email, "password1": password}
            told = [browser.post("/accounts/signup", form)]
            counted = len(hashes)
            told += [browser.get(f"/accounts/{page}") for page in ("email/sent", "signup", "login", "")]
            answers.append(([seen(answer, email, email.lower(), name) for answer in told], counted))
        assert answers[0] == answers[1]
        made = {"carl2"} if password != "12345" else set()
        assert answers[0][1] == len(made)
        assert set(User.objects.values_list("username", flat=True)) == {"alice"} | made
        assert [letter.to for letter in post_office] == [[known.lower()], ["nobod@example.org"]][: 2 * len(made)]


class TestSigningUp:
    FORM = {"name": "Nina Blau", "username": "nina", "email": "nina@example.org", "password1": "a long blue night"}

    def test_closed(self) -> None:
        assert "by invitation" in Browser().get("/accounts/signup").content.decode()
        Browser().post("/accounts/signup", self.FORM)
        assert not User.objects.exists()

    def test_open_without_mail(self, settings: Any) -> None:
        settings.SIGNUP = "open"
        assert Browser().post("/accounts/signup", self.FORM | {"is_superuser": "1"})["Location"] == "/admin/"
        nina = User.objects.get()
        assert (nina.artist.name, nina.is_staff, nina.is_superuser) == ("Nina Blau", True, False)
        assert nina.groups.filter(name="Artists").exists()
        assert mail.outbox == []

    def test_open_with_mail(self, settings: Any, post_office: list[Any]) -> None:
        settings.SIGNUP = "open"
        browser = Browser()
        browser.post("/accounts/signup", self.FORM)
        assert signed_out(browser)
        link = re.search(r"https://art\.example(/accounts/email/confirm/\S+)", post_office[0].body)
        assert link
        browser.get(link[1])
        assert not EmailAddress.objects.get().verified
        browser.post(link[1])
        assert EmailAddress.objects.get().verified
        assert Browser().sign_in("nina", self.FORM["password1"])["Location"] == "/admin/"

    def test_a_name_taken_in_a_race(self, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        from accounts import forms

        settings.SIGNUP = "open"
        make_artist("nina2")
        real, calls = forms.free_username, []

        def late(name: str) -> str:
            calls.append(name)
            return name if len(calls) == 1 else real(name)

        monkeypatch.setattr(forms, "free_username", late)
        monkeypatch.setattr("accounts.adapter.AccountAdapter.clean_username", lambda self, name, shallow=False: name)
        answer = Browser().post("/accounts/signup", self.FORM | {"username": "NINA2"})
        assert answer.status_code == 200
        assert "This name is taken" in answer.content.decode()


class TestPassword:
    def test_a_change_ends_everything_else(self) -> None:
        alice = make_artist("alice")
        here, there = signed_in(alice), signed_in(alice)
        _, secret = Token.objects.create(user=alice.user)
        before = here.session.session_key
        answer = here.post("/accounts/password", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
        assert answer["Location"] == "/accounts/"
        assert here.session.session_key != before
        assert not signed_out(here)
        assert signed_out(there)
        assert APIClient(HTTP_AUTHORIZATION=f"Bearer {secret}").get("/api/auth/me").status_code == 401
        assert api_login("alice").status_code == 401
        assert api_login("alice", NEW).status_code == 200

    def test_a_better_hash_is_no_change(self, settings: Any) -> None:
        alice = make_artist("alice")
        Token.objects.create(user=alice.user)
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher", *settings.PASSWORD_HASHERS]
        before = alice.user.password
        assert api_login("alice").status_code == 200
        alice.user.refresh_from_db()
        assert alice.user.password != before
        assert Token.objects.count() == 2

    def test_by_mail(self, post_office: list[Any]) -> None:
        alice = make_artist("alice")
        there = signed_in(alice)
        _, secret = Token.objects.create(user=alice.user)
        browser = Browser()
        browser.post("/accounts/password/reset", {"email": "alice@example.org"}, HTTP_HOST="localhost")
        link = re.search(r"https://art\.example(/accounts/password/reset/\S+)", post_office[0].body)
        assert link and "localhost" not in post_office[0].body + post_office[0].subject
        form = browser.get(link[1])["Location"]
        assert link[1].rpartition("-")[2] not in form
        browser.post(form, {"password1": NEW, "password2": NEW})
        assert api_login("alice", NEW).status_code == 200
        assert signed_out(there)
        assert APIClient(HTTP_AUTHORIZATION=f"Bearer {secret}").get("/api/auth/me").status_code == 401
        assert "leads nowhere" in Browser().get(link[1]).content.decode()

    def test_without_mail_it_says_whom_to_ask(self) -> None:
        make_artist("alice")
        pages = [Browser().get("/accounts/password/reset")]
        pages += [Browser().post("/accounts/password/reset", {"email": "alice@example.org"})]
        pages += [
            signed_in(User.objects.get().artist).post("/accounts/email", {"email": "x@example.org", "action_add": ""})
        ]
        for page in pages:
            assert "Ask the person who runs it" in page.content.decode()
        assert "manage.py changepassword" in pages[0].content.decode()
        assert mail.outbox == []
        assert not EmailAddress.objects.filter(email="x@example.org").exists()

    def test_mail_that_fails_tells_nobody_anything(
        self, post_office: list[Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*args: Any, **kwargs: Any) -> None:
            raise ConnectionRefusedError

        monkeypatch.setattr("django.core.mail.message.EmailMessage.send", fail)
        make_artist("alice")
        for email in ("alice@example.org", "nobody@example.org"):
            assert Browser().post("/accounts/password/reset", {"email": email}).status_code == 302
