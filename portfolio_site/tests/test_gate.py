"""What is answered before Django, and before the body is read."""

import io
import json
import threading
from typing import Any

from portfolio_site.gate import FORM_OVERHEAD, Gate
from portfolio_site.testing import assert_guarded

LIMIT = 5 * 2**20


class Body(io.BytesIO):
    """A body that notices when somebody reads it."""

    touched = False

    def read(self, *args: Any) -> bytes:
        self.touched = True
        return super().read(*args)


def ask(gate: Gate, **environ: Any) -> tuple[str, dict[str, str], bytes]:
    seen: list[Any] = []
    body = gate(environ, lambda status, headers: seen.extend([status, dict(headers)]))
    return seen[0], seen[1], b"".join(body)


def django(environ: Any, start_response: Any) -> list[bytes]:
    start_response("200 OK", [])
    return [b"taken"]


def test_a_body_without_a_length_is_asked_for_one() -> None:
    body = Body(b"x")
    status, headers, content = ask(Gate(django, LIMIT, 1, 9), HTTP_TRANSFER_ENCODING="chunked", **{"wsgi.input": body})
    assert status == "411 Length Required"
    assert headers["Content-Type"] == "application/problem+json"
    assert json.loads(content)["code"] == "length_required"
    assert_guarded(headers)
    assert not body.touched


def test_a_body_over_the_limit_is_not_read() -> None:
    body = Body(b"x")
    length = str(LIMIT + FORM_OVERHEAD + 1)
    status, _, content = ask(Gate(django, LIMIT, 1, 9), CONTENT_LENGTH=length, **{"wsgi.input": body})
    assert status.startswith("413")
    assert json.loads(content)["code"] == "too_large"
    assert not body.touched
    assert ask(Gate(django, LIMIT, 1, 9), CONTENT_LENGTH=str(LIMIT))[2] == b"taken"


def test_only_so_many_uploads_at_once_and_small_requests_always() -> None:
    inside, leave = threading.Event(), threading.Event()

    def slow(environ: Any, start_response: Any) -> list[bytes]:
        if int(environ["CONTENT_LENGTH"]) > 100_000:
            inside.set()
            leave.wait(10)
        return django(environ, start_response)

    gate = Gate(slow, LIMIT, 1, 9)
    first = threading.Thread(target=ask, args=(gate,), kwargs={"CONTENT_LENGTH": "200000"})
    first.start()
    assert inside.wait(10)
    status, headers, content = ask(gate, CONTENT_LENGTH="200000")
    assert status.startswith("503") and json.loads(content)["code"] == "busy"
    assert int(headers["Retry-After"]) > 0
    assert ask(gate, CONTENT_LENGTH="100")[2] == b"taken"
    leave.set()
    first.join(10)
    assert ask(gate, CONTENT_LENGTH="200000")[2] == b"taken"
