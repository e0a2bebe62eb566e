"""Sessions and wrong passwords, at each of the three doors: the site's page, the admin's, the API's."""

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail

from accounts.models import LOCKED_FOR
from accounts.tests.browser import Browser, api_login, signed_in
from portfolio_site.testing import PASSWORD, make_artist

pytestmark = pytest.mark.django_db
NEW = "another long night"
HERE, ELSEWHERE = "10.0.0.1", "10.0.0.2"


def page(name: str, password: str, address: str = HERE) -> int:
    return Browser().sign_in(name, password, REMOTE_ADDR=address).status_code


def admin(name: str, password: str, address: str = HERE) -> int:
    """Where the admin leads, as a browser follows; its own old form takes no password."""
    browser = Browser(REMOTE_ADDR=address)
    browser.post("/admin/login/", {"username": name, "password": password})
    assert "_auth_user_id" not in browser.session
    door = browser.get(browser.get("/admin/")["Location"])["Location"]
    return browser.post(door, {"login": name, "password": password, "next": "/admin/"}).status_code


def api(name: str, password: str, address: str = HERE) -> int:
    return api_login(name, password, REMOTE_ADDR=address).status_code


DOORS = {page: 302, admin: 302, api: 200}  # and what each answers to the right password
Door = Callable[..., int]


@pytest.mark.parametrize("tried_at", DOORS)
class TestTenWrongPasswords:
    def test_for_one_account_close_every_door_to_it_and_to_no_other(self, tried_at: Door) -> None:
        make_artist("alice")
        make_artist("bob")
        for number in range(10):
            assert tried_at("alice", "wrong", f"10.0.1.{number}") in {200, 401}
        assert [door("alice", PASSWORD, ELSEWHERE) for door in DOORS] == [429] * 3
        assert [door("bob", PASSWORD, ELSEWHERE) for door in DOORS] == list(DOORS.values())

    def test_from_one_address_close_every_door_to_it_and_to_no_other(self, tried_at: Door) -> None:
        make_artist("alice")
        for number in range(10):
            assert tried_at(f"nobody{number}", "wrong") in {200, 401}
        assert [door("alice", PASSWORD) for door in DOORS] == [429] * 3
        assert [door("alice", PASSWORD, ELSEWHERE) for door in DOORS] == list(DOORS.values())

    def test_do_not_lock_the_owner_out_for_ever(self, tried_at: Door, monkeypatch: pytest.MonkeyPatch) -> None:
        alice = make_artist("alice")
        inside, started = signed_in(alice), time.time()
        for minute, times in ((0, 10), (7, 2), (14, 2)):  # knocking on does not keep it closed longer
            monkeypatch.setattr(time, "time", lambda at=started + 60 * minute: at)
            for _ in range(times):
                tried_at("alice", "wrong")
        assert tried_at("alice", PASSWORD) == 429
        assert inside.get("/accounts/").status_code == 200
        monkeypatch.setattr(time, "time", lambda: started + LOCKED_FOR + 1)
        assert [door("alice", PASSWORD) for door in DOORS] == list(DOORS.values())


def test_a_link_by_mail_opens_a_door_that_others_keep_closed(settings: Any) -> None:
    settings.EMAIL_CONFIGURED, settings.ACCOUNT_EMAIL_VERIFICATION = True, "mandatory"
    make_artist("alice")
    for number in range(10):
        page("alice", "wrong", f"10.0.1.{number}")
    browser = Browser(REMOTE_ADDR=ELSEWHERE)
    browser.post("/accounts/password/reset", {"email": "alice@example.org"})
    link = re.search(r"(/accounts/password/reset/\S+)", mail.outbox[0].body)
    assert link
    browser.post(browser.get(link[1])["Location"], {"password1": NEW, "password2": NEW})
    assert page("alice", NEW, ELSEWHERE) == 302


class TestSessions:
    def stolen(self, browser: Browser) -> Browser:
        """Somebody with a copy of the cookie."""
        thief = Browser()
        thief.cookies["sessionid"] = browser.cookies["sessionid"].value
        assert thief.get("/accounts/").status_code == 200
        return thief

    def test_a_copied_key_dies_with_the_password_and_the_owner_stays(self) -> None:
        browser = signed_in(make_artist("alice"))
        thief = self.stolen(browser)
        browser.post("/accounts/password", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
        assert thief.get("/accounts/").status_code == thief.get("/admin/").status_code == 302
        assert thief.get("/api/auth/me").status_code == 401
        assert browser.get("/accounts/").status_code == 200

    def test_a_copied_key_dies_at_the_way_out_whichever_it_is(self) -> None:
        alice = make_artist("alice")
        for way_out in ("/accounts/logout", "/admin/logout/", "/api/auth/logout"):
            browser = signed_in(alice)
            thief = self.stolen(browser)
            browser.post(way_out)
            assert thief.get("/accounts/").status_code == 302, way_out

    def test_a_keeper_who_gives_a_new_password_ends_what_the_old_one_opened(self) -> None:
        alice = make_artist("alice")
        thief, keeper = self.stolen(signed_in(alice)), signed_in(make_artist("root", is_superuser=True))
        form = {"usable_password": "true", "password1": NEW, "password2": NEW}
        assert keeper.post(f"/admin/accounts/user/{alice.user_id}/password/", form).status_code == 302
        assert thief.get("/accounts/").status_code == 302
        assert page("alice", NEW, ELSEWHERE) == 302
