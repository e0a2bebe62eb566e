"""Ways in: a client that sends forms as browsers do (Django's own sends multipart, which strangers may not), and the API's."""

from typing import Any
from urllib.parse import urlencode

from django.test import Client
from rest_framework.test import APIClient

from accounts.models import Artist
from portfolio_site.testing import PASSWORD

REGISTER = {"username": "nina", "email": "nina@example.org", "password": "a long blue night", "name": "Nina Blau"}


class Browser(Client):
    def post(self, path: str, data: Any = None, **extra: Any) -> Any:  # type: ignore[override]
        extra.setdefault("content_type", "application/x-www-form-urlencoded")
        return super().post(path, urlencode(data or {}) if isinstance(data, dict | None) else data, **extra)

    def sign_in(self, login: str, password: str = PASSWORD, **extra: Any) -> Any:
        return self.post("/accounts/login", {"login": login, "password": password}, **extra)


def signed_in(artist: Artist, password: str = PASSWORD) -> Browser:
    browser = Browser()
    assert browser.sign_in(artist.user.username, password).status_code == 302
    return browser


def api_login(username: str, password: str = PASSWORD, **extra: Any) -> Any:
    return APIClient().post("/api/auth/login", {"username": username, "password": password}, format="json", **extra)


def reauthenticated(artist: Artist) -> Browser:
    browser = signed_in(artist)
    assert browser.post("/accounts/reauthenticate", {"password": PASSWORD}).status_code == 302
    return browser


def signed_out(browser: Browser) -> bool:
    return browser.get("/accounts/").status_code == 302


def problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    """The problem document of an answer, checked for what every one of them has."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert (body["status"], body["code"], body["type"]) == (status, code, f"urn:portfolio:problem:{code}")
    assert body["title"] and body["detail"]
    return body
