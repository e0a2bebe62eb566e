"""The log says what happened, in which request, and holds nothing that opens a door."""

import json
import logging
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from accounts.tests.browser import Browser
from portfolio_site.logs import Json, Lines, number_requests
from portfolio_site.testing import PASSWORD, make_artist

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
