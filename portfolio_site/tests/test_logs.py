"""The log says what happened, in which request, and holds nothing that opens a door."""

import json
import logging
import re
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, build_opener

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from accounts.tests.browser import Browser
from portfolio_site.logs import Json, Lines, number_requests
from portfolio_site.testing import PASSWORD, make_artist, make_image
from portfolio_site.tests.live import Site, running

pytestmark = pytest.mark.django_db
SECRETS = {
    "an invitation": "/accounts/join/Zk3bQ9xJv2mN8pL5rT7wY1aC4dE6fG0hI-_jKlMnOpQ/",
    "a link of a mail": "/accounts/password/reset/key/3-cq8k2l-0f4e5a7c9b1d3f5a7c9b1d3f5a7c9b1d/",
    "a token": "Bearer ps_9f2c4e6a8b0d1f3a5c7e9b2d4f6a8c0e1b3d5f7a9c2e4b6d8f0a1c3e5b7d9f1a",
    "a token's beginning": "GET /api/x?token=ps_9f2c4e6a8b0d",
    "an e-mail address": "ada.lovelace+art@mail.example.org",
}
KEPT = "/images/0b9c4a1e-2d3f-4a5b-8c7d-9e0f1a2b3c4d/800.avif"


def written(formatter: logging.Formatter, words: str, error: Any = None) -> str:
    return formatter.format(logging.LogRecord("x", logging.ERROR, "", 1, "Not found: %s", (words,), error))


@pytest.mark.parametrize("formatter", [Lines("{request_number} {message}", style="{"), Json()])
@pytest.mark.parametrize("name", SECRETS)
def test_secrets_are_left_out(name: str, formatter: logging.Formatter) -> None:
    secret = SECRETS[name]
    said = written(formatter, secret)
    assert "Not found" in said and "…" in said
    for part in secret.replace("=", "/").replace(" ", "/").split("/"):
        assert len(part) < 12 or part not in said, said


def test_images_are_told_by_their_names() -> None:
    assert KEPT in written(Lines("{message}", style="{"), KEPT)


def test_of_an_error_too() -> None:
    try:
        raise ValueError(SECRETS["an e-mail address"])
    except ValueError as error:
        said = json.loads(written(Json(), "/", (ValueError, error, error.__traceback__)))
    assert "ValueError: …" in said["error"] and "@" not in said["error"]
    assert said["level"] == "ERROR" and said["request"] == "-"


@pytest.mark.parametrize(("status", "told"), [(200, False), (404, False), (500, True), (503, True)])
def test_lines_have_a_number_that_a_failed_answer_tells(status: int, told: bool) -> None:
    lines: list[str] = []

    def view(request: HttpRequest) -> HttpResponse:
        lines.extend(written(Json(), word) for word in ("one", "two"))
        return HttpResponse(status=status)

    answers = [number_requests(view)(RequestFactory().get("/")) for _ in range(2)]
    numbers = [json.loads(line)["request"] for line in lines]
    assert numbers[0] == numbers[1] != numbers[2] == numbers[3]
    assert [answer.get("X-Request-ID") for answer in answers] == ([numbers[0], numbers[2]] if told else [None, None])


def test_what_django_says_after_all_middleware_has_it_too(client: Client) -> None:
    numbers: list[str] = []
    handler = logging.StreamHandler()
    handler.setFormatter(Json())
    handler.emit = lambda record: numbers.append(json.loads(handler.format(record))["request"])  # type: ignore[method-assign]
    log = logging.getLogger("django.request")
    log.addHandler(handler)
    try:
        client.get("/nowhere")
    finally:
        log.removeHandler(handler)
    assert len(numbers) == 1 and len(numbers[0]) == 16


def test_doors_are_watched(caplog: Any) -> None:
    alice = make_artist("alice")
    caplog.set_level(logging.INFO, "portfolio_site.logs")
    browser = Browser()
    browser.sign_in("alice", "wrong")
    browser.sign_in("alice", PASSWORD)
    said = [record.getMessage() for record in caplog.records if record.name == "portfolio_site.logs"]
    assert said == ["A sign-in failed.", f"User {alice.user.pk} signed in."]


class Visitor:
    """Comes by pages and forms, follows where they lead, and keeps all that the site gave or was told in secret."""

    def __init__(self, site: Site) -> None:
        self.site, self.jar = site, CookieJar()
        self.opener = build_opener(HTTPCookieProcessor(self.jar))
        self.secrets: set[str] = set()

    def open(self, path: str, form: dict[str, str] | None = None) -> str:
        address = f"http://127.0.0.1:{self.site.port}{path}"
        try:
            answer = self.opener.open(address, urlencode(form).encode() if form else None, timeout=20)
        except HTTPError as refused:
            answer = refused
        self.status, self.at, page = answer.status, urlsplit(answer.url).path, answer.read().decode()
        self.tokens = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        self.secrets |= {str(cookie.value) for cookie in self.jar} | set(self.tokens)
        return page

    def send(self, path: str, **form: str) -> None:
        """The form of a page, wherever that page is."""
        self.open(path)
        self.open(self.at, form | {"csrfmiddlewaretoken": self.tokens[0]})

    def keep(self, *secrets: str) -> None:
        """Of an address its last part, and of that the longest piece: it is the key itself."""
        for secret in secrets:
            last = secret.rstrip("/").rpartition("/")[2]
            self.secrets |= {last, max(re.split("[-:]", last), key=len)}


WRONG, NEW, EMAIL = "not my password at all", "another long night", "ada.lovelace+art@mail.example.org"


def signs_up_and_in(visitor: Visitor) -> None:
    account = {"name": "Ada", "username": "ada", "email": EMAIL, "password1": PASSWORD}
    visitor.send("/accounts/signup", **account)
    link = visitor.site.mailed("/accounts/email/confirm/")
    visitor.keep(EMAIL, PASSWORD, WRONG, NEW, link)
    visitor.open(link.replace("/email/", "/emails/"))
    visitor.send(link)
    for name, password in (("ada", WRONG), (EMAIL, WRONG), (EMAIL, PASSWORD)):
        visitor.send("/accounts/login", login=name, password=password)
    assert visitor.at == "/admin/"


def uses_the_api(visitor: Visitor) -> None:
    site = visitor.site
    site.join("bob")
    visitor.keep(site.mailed("/accounts/email/confirm/"))
    for name, password in (("bob", PASSWORD), (EMAIL, WRONG), (EMAIL, PASSWORD)):
        answer = site.ask("POST", "/api/auth/login", body={"username": name, "password": password})
        visitor.keep(site.tokens["bob"], answer.json().get("token", WRONG))
    made = site.ask("POST", "/api/auth/tokens", "bob", {"name": EMAIL}).json()["token"]
    site.tokens["script"], site.tokens["guess"] = made, made[:-1] + "x"
    visitor.keep(made, "bob@example.org")
    assert site.upload("script", make_image(), f"{EMAIL}.jpg").status == 201
    assert site.upload("script", b"nothing", f"{EMAIL}.jpg").status == 400
    assert site.upload("guess", make_image()).status == 401
    json_cut_short = {"body": f'{{"password": "{PASSWORD}'.encode(), "headers": {"Content-Type": "application/json"}}
    assert site.ask("POST", "/api/auth/login", **json_cut_short).status == 400
    for path in (f"/api/artworks/{made}", f"/api/nowhere?token={made}", f"/{made}", f"/{quote(EMAIL)}"):
        assert site.ask("GET", path, "script").status == 404


def forgets_the_password(visitor: Visitor) -> None:
    visitor.send("/accounts/password/reset", email=EMAIL)
    link = visitor.site.mailed("/accounts/password/reset/")
    visitor.keep(link)
    for path in (f"{link}x", link.replace("/password/", "/passwords/")):
        visitor.open(path)
    visitor.send(link, password1=NEW, password2=NEW)
    assert visitor.at == "/accounts/password/reset/done"
    visitor.open(link)


def comes_by_invitation(visitor: Visitor) -> None:
    link = urlsplit(visitor.site.manage("invite").stdout.strip()).path
    visitor.keep(link, "nina@example.org")
    visitor.send(link, name="Nina", username="nina", email="nina@example.org", password=PASSWORD)
    assert visitor.at == "/admin/"
    for path in (link, f"{link}x"):
        visitor.open(path)
        assert visitor.status == 404
    visitor.open("/accounts/login", {"login": EMAIL, "password": PASSWORD, "csrfmiddlewaretoken": "x" * 64})
    assert visitor.status == 403


@pytest.mark.server
def test_a_real_sites_log_tells_no_secret(tmp_path: Path) -> None:
    secrets: set[str] = set()
    with running(tmp_path, EMAIL_URL=f"filemail:///{tmp_path}/mail") as site:
        for visit in (signs_up_and_in, uses_the_api, forgets_the_password, comes_by_invitation):
            visitor = Visitor(site)
            visit(visitor)
            secrets |= visitor.secrets
    log = (tmp_path / "server.log").read_text()
    for event in ("A sign-in failed.", "User 1 signed in.", "Not Found: /api/artworks/", "Not Found: /accounts/join/"):
        assert event in log, log
    assert "Forbidden (CSRF" in log and len(secrets) > 20
    assert not {secret for secret in secrets if secret in log or quote(secret) in log}
