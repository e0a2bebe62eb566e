"""The API's document: as committed, as true as can be tried in a few requests, and as a page."""

import io
import json
import re
from typing import Any

import jsonschema_rs
import pytest
from django.core.management import call_command
from django.test import Client

from portfolio_site.openapi.views import PATH
from portfolio_site.testing import client_of, image_file, make_artist, make_gallery, make_work
from portfolio_site.tests.browsing import WITH_BROWSER, visit
from portfolio_site.tests.live import running
from portfolio_site.tests.world import TABLE

RENEW = "manage.py spectacular --file docs/openapi.json --format openapi-json --validate --fail-on-warn"
DOCUMENT: dict[str, Any] = json.loads(PATH.read_text())
VERBS = ("get", "post", "put", "patch", "delete")
OPERATIONS = {
    operation["operationId"]: (verb, path, operation)
    for path, operations in DOCUMENT["paths"].items()
    for verb, operation in operations.items()
    if verb in VERBS
}


def test_the_committed_document_is_the_one_the_code_makes() -> None:
    made = io.StringIO()
    call_command("spectacular", format="openapi-json", validate=True, fail_on_warn=True, stdout=made)
    assert json.loads(made.getvalue()) == DOCUMENT, f"The API has changed. Renew its document: {RENEW}"


# --- What it says of each operation -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_tells_its_reader_enough(name: str) -> None:
    _verb, _path, operation = OPERATIONS[name]
    assert operation["summary"] and operation["description"]
    assert {"406", "429", "500", "503"} <= set(operation["responses"])
    for content in operation.get("requestBody", {}).get("content", {}).values():
        assert content["example"]


def validator(name: str) -> Any:
    return jsonschema_rs.Draft202012Validator(
        {"$ref": f"#/components/schemas/{name}", "components": DOCUMENT["components"]}
    )


@pytest.mark.parametrize("name", OPERATIONS)
def test_its_examples_are_what_it_asks_for(name: str) -> None:
    for content in OPERATIONS[name][2].get("requestBody", {}).get("content", {}).values():
        validator(content["schema"]["$ref"].rpartition("/")[2]).validate(content["example"])


def test_examples_of_answers_are_whole() -> None:
    shown = {
        name: schema["examples"] for name, schema in DOCUMENT["components"]["schemas"].items() if "examples" in schema
    }
    assert {"Artist", "Artwork", "Gallery"} <= set(shown)
    for name, examples in shown.items():
        validator(name).validate(examples[0])


def test_examples_of_errors_are_problem_documents() -> None:
    for name, response in DOCUMENT["components"]["responses"].items():
        [(media_type, content)] = response["content"].items()
        assert media_type == "application/problem+json", name
        validator("Problem").validate(content["example"])


def test_every_operation_has_its_row_in_the_access_table() -> None:
    rows = {(re.sub(r"\{\w+\}", "{}", row["path"]), verb) for row in TABLE.values() for verb in row}
    wanted = {(re.sub(r"\{\w+\}", "{}", path), verb.upper()) for verb, path, _ in OPERATIONS.values()}
    assert not wanted - rows, sorted(wanted - rows)


# --- Whether it is true -------------------------------------------------------------------------------------------


class Asked:
    """Alice, with one of each thing, asking for any operation by its name."""

    def __init__(self) -> None:
        alice = make_artist("alice")
        self.client, self.work, self.loose = client_of(alice), make_work(alice), make_work(alice)
        self.work.set_tags(["sea"])
        self.gallery = make_gallery(alice, self.work)
        self.ids = {"artists": alice.pk, "artworks": self.work.pk, "galleries": self.gallery.pk}
        self.ids |= {"tags": alice.tags.get().pk}

    def __call__(self, name: str, **headers: str) -> Any:
        verb, path, operation = OPERATIONS[name]
        body, form = self.body(operation)
        return getattr(self.client, verb)(self.at(path), body, format="multipart" if form else "json", headers=headers)

    def at(self, path: str) -> str:
        words = {"artwork": self.work.pk, "uuid": self.work.image.uuid, "key": "ps_nobodys"}
        return path.format(id=self.ids.get(path.removeprefix("/api/").split("/")[0]), **words)

    def body(self, operation: dict[str, Any]) -> tuple[dict[str, Any] | None, bool]:
        content = operation.get("requestBody", {}).get("content", {})
        if not content:
            return None, False
        [(media_type, one)] = content.items()
        body = dict(one["example"])
        real = {
            "artworks": [self.work.pk],
            "galleries": [self.gallery.pk],
            "cover": self.work.pk,
            "image": image_file(),
        }
        return body | {key: real[key] for key in real if key in body}, media_type == "multipart/form-data"


def headers_asked(operation: dict[str, Any]) -> set[str]:
    return {one["$ref"].rpartition("/")[2] for one in operation.get("parameters", []) if "$ref" in one}


CHANGES = [name for name, (verb, path, _) in OPERATIONS.items() if verb != "get" and "/{id}" in path]
MAKES = [name for name, (verb, path, _) in OPERATIONS.items() if verb == "post" and "/auth/" not in path]
READS = [name for name, (verb, path, _) in OPERATIONS.items() if verb == "get"]


@pytest.mark.django_db
@pytest.mark.parametrize("name", CHANGES)
def test_a_stale_change_is_refused_where_the_document_says_so(name: str) -> None:
    answer = Asked()(name, **{"If-Match": '"of another age"'})
    says_so = "If-Match" in headers_asked(OPERATIONS[name][2])
    assert (answer.status_code == 412) == says_so, answer.content
    assert ("412" in OPERATIONS[name][2]["responses"]) == says_so


@pytest.mark.django_db
@pytest.mark.parametrize("name", MAKES)
def test_a_key_is_looked_at_where_the_document_says_so(name: str) -> None:
    answer = Asked()(name, **{"Idempotency-Key": "a key with spaces"})
    looked = answer.status_code == 400 and answer.json()["code"] == "invalid_idempotency_key"
    assert looked == ("Idempotency-Key" in headers_asked(OPERATIONS[name][2])), answer.content


@pytest.mark.django_db
@pytest.mark.parametrize("name", READS)
def test_an_answer_has_an_etag_where_the_document_says_so(name: str) -> None:
    ask, responses = Asked(), OPERATIONS[name][2]["responses"]
    answer = ask(name)
    assert answer.status_code == 200, answer.content
    assert ("ETag" in answer.headers) == ("304" in responses) == ("ETag" in responses["200"]["headers"])
    if "304" in responses:
        assert ask(name, **{"If-None-Match": answer.headers["ETag"]}).status_code == 304


@pytest.mark.django_db
def test_what_is_made_has_the_address_of_itself() -> None:
    ask = Asked()
    for name in ("artworks_upload", "galleries_create"):
        answer = ask(name)
        assert answer.status_code == 201, answer.content
        assert ask.client.get(answer.headers["Location"]).json()["id"] == answer.json()["id"]


@pytest.mark.django_db
@pytest.mark.parametrize("name", OPERATIONS)
def test_its_address_is_a_page_to_click_through(name: str) -> None:
    """Forms and raw bodies included; where one cannot read, the page says so and offers what one can do."""
    ask, (_verb, path, _operation) = Asked(), OPERATIONS[name]
    page = ask.client.get(ask.at(path), headers={"Accept": "text/html"})
    if "image/*" not in OPERATIONS[name][2]["responses"].get("200", {}).get("content", {}):
        assert page.status_code in {200, 404, 405} and b"<html" in page.content


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/api/artists", "/api/artworks"])
def test_a_page_has_a_size_in_digits_or_none(path: str) -> None:
    for size, status in (
        ("", 200),
        ("3", 200),
        ("100000", 200),
        ("0", 400),
        ("-1", 400),
        ("many", 400),
        ("9" * 5000, 400),
    ):
        assert Client().get(path, {"page_size": size}).status_code == status, size


# --- Where it is served -------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("slash", ["", "/"])
def test_anyone_reads_the_document_once(slash: str) -> None:
    answer = Client().get(f"/api/schema{slash}")
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json() == DOCUMENT
    again = Client().get(f"/api/schema{slash}", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304 and not again.content


@pytest.mark.django_db
def test_the_api_begins_with_the_way_to_its_document() -> None:
    begin = Client().get("/api").json()
    assert Client().get(begin["schema"]).status_code == Client().get(begin["docs"]).status_code == 200


# --- The page -----------------------------------------------------------------------------------------------------


class TestPage:
    pytestmark = WITH_BROWSER

    @pytest.mark.drill
    def test_it_lists_every_operation_and_tries_one_out(self, tmp_path: Any, browser: Any) -> None:
        with running(tmp_path) as site:
            site.join("alice")
            for width, scheme in ((360, "dark"), (1280, "light")):
                size = {"width": width, "height": 900}
                page, wrong = visit(browser, site, viewport=size, color_scheme=scheme)
                page.goto("/api/docs")
                page.locator(".opblock").last.wait_for()
                assert page.locator(".opblock").count() == len(OPERATIONS)
                assert page.evaluate("document.documentElement.classList.contains('dark-mode')") == (scheme == "dark")
                page.locator("#operations-auth-auth_login .opblock-summary-control").click()
                body = json.dumps({"username": "alice", "password": "not this one"})
                page.locator("#operations-auth-auth_login textarea").fill(body)
                page.locator("#operations-auth-auth_login button.execute").click()
                answer = page.locator("#operations-auth-auth_login .live-responses-table tbody")
                answer.wait_for()
                assert "invalid_credentials" in answer.inner_text()
                assert page.evaluate("document.documentElement.scrollWidth") <= width
                assert [line for line in wrong if "status of 401" not in line] == []
