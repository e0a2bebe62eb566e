"""The second factor: set up, asked for, lost."""

import re

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)

from accounts.models import Token
from accounts.tests.browser import Browser, api_login, reauthenticated, signed_in, signed_out
from portfolio_site.testing import make_artist

pytestmark = pytest.mark.django_db
NEW = "another long night"


class TestSecondFactor:
    def code(self, secret: str) -> str:
        return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))

    def test_set_up_used_and_taken_off(self) -> None:
        alice = make_artist("alice")
        browser = reauthenticated(alice)
        page = browser.get("/accounts/second-factor/app")
        assert 'src="data:image/svg+xml;base64,' in page.content.decode()
        secret = re.search(r'class="secret"[^>]*>(\w+)<', page.content.decode())
        assert secret
        assert browser.post("/accounts/second-factor/app", {"code": "000000"}).status_code == 200
        answer = browser.post("/accounts/second-factor/app", {"code": self.code(secret[1])})
        assert answer["Location"] == "/accounts/second-factor/recovery"
        codes = re.findall(r"<li>(\d{8})</li>", browser.get(answer["Location"]).content.decode())
        assert len(codes) == 10
        other = Browser()
        assert other.sign_in("alice")["Location"] == "/accounts/second-factor/code"
        assert signed_out(other)
        assert other.post("/accounts/second-factor/code", {"code": codes[0]})["Location"] == "/admin/"
        again = Browser()
        again.sign_in("alice")
        assert again.post("/accounts/second-factor/code", {"code": codes[0]}).status_code == 200
        assert signed_out(again)
        browser.post("/accounts/second-factor/app/remove")
        assert Browser().sign_in("alice")["Location"] == "/admin/"

    def test_the_api_asks_for_a_token(self) -> None:
        alice = make_artist("alice")
        TOTP.activate(alice.user, generate_totp_secret())
        answer = api_login("alice")
        assert (answer.status_code, answer.json()["code"]) == (401, "second_factor_required")
        assert api_login("alice", "wrong").json()["code"] == "invalid_credentials"
        assert not Token.objects.exists()

    def test_codes_are_guessed_ten_times(self) -> None:
        alice = make_artist("alice")
        TOTP.activate(alice.user, generate_totp_secret())
        browser = Browser()
        browser.sign_in("alice")
        answers = [browser.post("/accounts/second-factor/code", {"code": "1"}).status_code for _ in range(11)]
        assert answers == [200] * 10 + [429]
        assert signed_out(browser)

    def test_setting_it_up_and_seeing_codes_takes_the_password(self) -> None:
        alice = make_artist("alice")
        browser = signed_in(alice)
        assert browser.get("/accounts/second-factor/app")["Location"].startswith("/accounts/reauthenticate")
        TOTP.activate(alice.user, generate_totp_secret())
        RecoveryCodes.activate(alice.user)
        for path in ("recovery", "recovery/new", "recovery/download", "app/remove"):
            answer = browser.get(f"/accounts/second-factor/{path}")
            assert answer.status_code == 302 and "reauthenticate" in answer["Location"], path

    def test_a_keeper_takes_it_off_and_nobody_else(self) -> None:
        alice = make_artist("alice")
        TOTP.activate(alice.user, generate_totp_secret())
        form = {"action": "take_second_factor_off", "_selected_action": str(alice.user_id)}
        signed_in(make_artist("bob")).post("/admin/accounts/user/", form)
        assert alice.user.authenticator_set.exists()
        signed_in(make_artist("root", is_superuser=True)).post("/admin/accounts/user/", form)
        assert not alice.user.authenticator_set.exists()
