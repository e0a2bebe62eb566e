"""Pages that only something done before leads to, each looked at under its own policy, by axe, in light and dark.

Every page is reached as a person reaches it: by links, forms and mailed addresses.
"""

import sqlite3
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

from portfolio_site.testing import make_image
from portfolio_site.tests.browsing import HARMLESS, WITH_BROWSER, barriers, needs_axe, sign_in, visit
from portfolio_site.tests.live import PASSWORD, Site, running

pytestmark = [*WITH_BROWSER, needs_axe, pytest.mark.xdist_group("doors")]

NEW = "another long night"


class Visitor:
    """Goes from page to page, and notes what is amiss on each that is looked at. Each has an address of its own: so
    many wrong passwords come from one."""

    def __init__(self, browser: Any, site: Site, address: str) -> None:
        self.page, self.wrong = visit(browser, site, extra_http_headers={"X-Forwarded-For": address})
        self.page.on("popup", self.look_into)
        self.problems: list[str] = []

    def look(self, heading: str) -> None:
        """At the page that is open, which has to be the one meant."""
        self.see(self.page, heading)
        self.problems += [f"{heading}: {line}" for line in self.wrong if not HARMLESS.search(line)]
        self.wrong.clear()

    def see(self, page: Any, heading: str) -> None:
        page.locator("h1").first.wait_for()  # a window of its own may still be opening
        found = page.locator("h1").all_inner_texts()
        assert any(heading in text for text in found), (heading, found, page.url)
        self.problems += [f"{heading}: {line}" for line in barriers(page)]

    def look_into(self, page: Any) -> None:
        page.on("console", lambda message: self.wrong.append(message.text))

    def open(self, path: str, heading: str, status: int = 200) -> None:
        answer = self.page.goto(path)
        assert answer.status == status, (path, answer.status)
        self.look(heading)

    def press(self, name: str) -> None:
        """A button or a link by its words."""
        button = self.page.get_by_role("button", name=name, exact=True)
        (button.first if button.count() else self.page.get_by_role("link", name=name, exact=True).first).click()
        self.page.wait_for_load_state()

    def fill(self, **fields: str) -> None:
        for name, words in fields.items():
            self.page.fill(f"main [name={name}], #content [name={name}]", words)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """An open site that sends mail, with Alice, her two works and her gallery, and Root, who keeps it."""
    folder = tmp_path_factory.mktemp("doors")
    with running(folder, EMAIL_URL=f"filemail:///{folder}/mail", TRUSTED_PROXY_HOPS="1") as site:
        for who in ("alice", "root"):
            site.join(who)
        works = [site.upload("alice", make_image(90 + i, 60), title=f"Work {i}").json()["id"] for i in range(2)]
        gallery = site.ask("POST", "/api/galleries", "alice", {"title": "Room"}).json()["id"]
        site.ask("POST", f"/api/galleries/{gallery}/artworks", "alice", {"artworks": works})
        with sqlite3.connect(folder / "data" / "db.sqlite3") as database:
            database.execute("UPDATE accounts_user SET is_superuser = 1 WHERE username = 'root'")
        yield site


@pytest.fixture
def visitor(site: Site, browser: Any, request: pytest.FixtureRequest) -> Iterator[Visitor]:
    address = f"10.0.0.{1 + request.session.items.index(request.node) % 250}"
    visitor = Visitor(browser, site, address)
    yield visitor
    visitor.page.context.close()
    assert not visitor.problems, "\n".join(visitor.problems)


def test_signing_up_and_moving(site: Site, visitor: Visitor) -> None:
    visitor.open("/accounts/signup", "Make an account")
    visitor.fill(name="Nina", username="nina", email="nina@example.org", password1="12345678")
    visitor.press("Make an account")
    visitor.look("Make an account")  # with what is wrong
    visitor.fill(password1=PASSWORD)
    visitor.press("Make an account")
    visitor.look("Look into your mail")
    visitor.open(site.mailed("/accounts/email/confirm/"), "Confirm your address")
    visitor.press("Yes, it is")
    sign_in(visitor.page, "nina", PASSWORD)

    visitor.page.goto("/accounts/email")
    visitor.fill(email="nina@new.example.org")
    visitor.press("Change the address")
    visitor.fill(password=PASSWORD)
    visitor.press("Go on")
    visitor.look("Your e-mail address")
    visitor.open(site.mailed("/accounts/email/confirm/"), "Confirm your address")
    visitor.press("Yes, it is")
    visitor.look("Your account")
    visitor.open("/accounts/email/confirm/gone", "Confirm your address")

    visitor.page.goto("/accounts/password")
    visitor.fill(oldpassword="wrong", password1=NEW, password2="another")
    visitor.press("Change the password")
    visitor.look("Change your password")


@pytest.mark.drill
def test_a_second_factor(site: Site, visitor: Visitor) -> None:
    site.join("sam")
    sign_in(visitor.page, "sam", PASSWORD)
    visitor.open("/accounts/second-factor", "Second factor")
    visitor.press("Set it up")
    visitor.look("Is it you?")
    visitor.fill(password="wrong")
    visitor.press("Go on")
    visitor.look("Is it you?")
    visitor.fill(password=PASSWORD)
    visitor.press("Go on")
    visitor.look("Set up a second factor")
    visitor.fill(code="1")
    visitor.press("Switch it on")
    visitor.look("Set up a second factor")
    secret = visitor.page.locator(".secret").inner_text()
    visitor.fill(code=format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time()))))
    visitor.press("Switch it on")
    visitor.look("Recovery codes")
    code, other = visitor.page.locator(".codes li").all_inner_texts()[:2]
    visitor.press("Done")
    visitor.look("Second factor")
    visitor.open("/accounts/second-factor/recovery/new", "New recovery codes")
    visitor.open("/accounts/second-factor/app/remove", "Do without a second factor?")
    visitor.open("/accounts/second-factor/reauthenticate", "Is it you?")
    visitor.open("/accounts/reauthenticate", "Is it you?")

    visitor.open("/accounts/logout", "Sign out")
    visitor.press("Sign out")
    sign_in(visitor.page, "sam", PASSWORD)
    visitor.look("Your code")
    visitor.fill(code="1")
    visitor.press("Sign in")
    visitor.look("Your code")
    visitor.fill(code=code)
    visitor.press("Sign in")

    visitor.open("/accounts/leave", "Delete my account")
    visitor.fill(password="wrong", code=other)
    visitor.press("Delete my account")
    visitor.look("Delete my account")
    visitor.fill(password=PASSWORD, code=other)
    visitor.press("Delete my account")
    visitor.look("Your account is gone")
    sign_in(visitor.page, "sam", PASSWORD)
    visitor.look("This account is resting")


def test_a_forgotten_password(site: Site, visitor: Visitor) -> None:
    site.join("fay")
    visitor.open("/accounts/password/reset", "Forgot your password?")
    visitor.fill(email="fay@example.org")
    visitor.press("Send the link")
    visitor.look("Look into your mail")
    link = site.mailed("/accounts/password/reset/")
    visitor.open(link, "Choose a new password")
    visitor.fill(password1=NEW, password2="another")
    visitor.press("Keep it")
    visitor.look("Choose a new password")
    visitor.fill(password1=NEW, password2=NEW)
    visitor.press("Keep it")
    visitor.look("Your password is changed")
    visitor.open(link, "This link leads nowhere any more")


def test_an_invitation_and_its_end(site: Site, visitor: Visitor) -> None:
    sign_in(visitor.page, "root", PASSWORD)
    visitor.open("/admin/accounts/invitation/add/", "Invite an artist")
    visitor.fill(note="Ida")
    visitor.press("Save")
    visitor.look("Your invitation")
    path = urlsplit(visitor.page.locator("#address").input_value()).path
    visitor.open(path, "You are invited")  # says as whom one is signed in
    visitor.page.context.clear_cookies()
    visitor.page.goto(path)
    visitor.fill(name="Ida", username="root", email="ida@example.org", password=PASSWORD)
    visitor.press("Make the account")
    visitor.look("You are invited")
    visitor.fill(username="ida", password=PASSWORD)
    visitor.press("Make the account")
    visitor.look("Your studio")  # of somebody who has nothing yet
    visitor.open(path, "This invitation leads nowhere", 404)


@pytest.mark.drill
def test_what_is_refused(site: Site, visitor: Visitor) -> None:
    visitor.page.goto("/accounts/login")
    visitor.page.context.clear_cookies()
    visitor.fill(login="alice", password=PASSWORD)
    visitor.press("Sign in")
    visitor.look("Please send it again")
    sign_in(visitor.page, "alice", PASSWORD)
    visitor.open("/admin/accounts/invitation/", "This door is not yours to open", 403)
    visitor.open("/admin/galleries/gallery/?_popup=1&_to_field=title", "That cannot be answered", 400)
    visitor.page.context.clear_cookies()
    for _ in range(6):
        visitor.page.goto("/accounts/password/reset")
        visitor.fill(email="alice@example.org")
        visitor.press("Send the link")
    visitor.look("Too many attempts")
    for _ in range(11):
        visitor.page.goto("/accounts/login")
        visitor.fill(login="nobody", password="wrong")
        visitor.press("Sign in")
    visitor.look("Sign in")
    assert "Too many attempts" in visitor.page.locator("main").inner_text()


def act(visitor: Visitor, action: str) -> None:
    """On all rows of the list that is open."""
    visitor.page.check("#action-toggle")
    visitor.page.select_option("select[name=action]", action)
    visitor.page.click(".actions button[type=submit]")
    visitor.page.wait_for_load_state()


@pytest.mark.drill
def test_what_the_studio_asks_and_says(site: Site, visitor: Visitor) -> None:
    sign_in(visitor.page, "alice", PASSWORD)
    visitor.page.goto("/admin/galleries/gallery/")
    for action, words in (("publish", "Everyone can see"), ("hide", "Only you can see")):
        act(visitor, action)
        visitor.look("Galleries")
        assert words in visitor.page.locator(".messagelist").inner_text()
    act(visitor, "delete_selected")
    visitor.look("Delete")
    visitor.page.goto("/admin/galleries/gallery/")
    visitor.page.click("th.field-title a")
    visitor.look("Room")
    visitor.fill(title="")
    visitor.page.locator("input[name=title]").evaluate("field => { field.required = false }")
    visitor.page.click(".submit-row input[name=_continue]")
    visitor.look("Room")  # with what is wrong
    visitor.press("Hang works")
    visitor.look("Hang works")

    visitor.page.goto("/admin/artworks/artwork/")
    act(visitor, "into_the_trash")
    visitor.look("Works")
    visitor.open("/admin/artworks/artwork/?shelf=trash", "Works")
    act(visitor, "purge")
    visitor.look("Delete for ever?")
    visitor.page.go_back()
    act(visitor, "restore")
    visitor.look("Works")

    visitor.page.goto("/admin/accounts/token/add/")
    visitor.fill(name="Script")
    visitor.press("Save")
    visitor.page.wait_for_selector("#secret")
    visitor.look("token")


def test_a_window_of_the_admins_own(site: Site, visitor: Visitor) -> None:
    sign_in(visitor.page, "root", PASSWORD)
    visitor.page.goto("/admin/accounts/user/")
    visitor.page.click("th.field-username a")
    with visitor.page.expect_popup() as opened:
        visitor.page.click("#add_id_groups")
    window = opened.value
    visitor.see(window, "Add group")
    window.fill("input[name=name]", "Friends")
    with window.expect_event("close"):
        window.click("input[name=_save]")
    assert visitor.page.locator("#id_groups option", has_text="Friends").count() == 1
    visitor.look("Change user")
    visitor.page.goto("/admin/accounts/user/")
    act(visitor, "delete_selected")
    visitor.look("Delete")
