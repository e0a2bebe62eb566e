"""The gate before Django: bodies that cannot be taken are answered before they are read."""

import json
from collections.abc import Callable, Iterable
from http import HTTPStatus
from threading import BoundedSemaphore
from typing import Any

from artworks.sending import PERMISSIONS
from artworks.uploads import FORM_OVERHEAD

SMALL = 64 * 1024  # bytes; a form, not a file


class Gate:
    """Asks for a length (411), bounds it (413), and lets only so many uploads in at once (503).

    The server hands a body to a thread that waits for it, however slowly it comes: without the last rule some
    stalled uploads, or forms, would hold every thread.
    """

    def __init__(
        self, application: Callable[..., Iterable[bytes]], most_bytes: int, uploads_at_once: int, forms_at_once: int
    ) -> None:
        self.application, self.most_bytes = application, most_bytes
        self.uploads, self.forms = BoundedSemaphore(uploads_at_once), BoundedSemaphore(forms_at_once)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("HTTP_TRANSFER_ENCODING"):
            return refuse(
                start_response, HTTPStatus.LENGTH_REQUIRED, "length_required", "Send the body with a Content-Length."
            )
        length = int(environ.get("CONTENT_LENGTH") or 0)
        if length > self.most_bytes + FORM_OVERHEAD:
            detail = f"The body is larger than {self.most_bytes // 2**20} MB. Send a smaller file."
            return refuse(start_response, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", detail)
        if not length:
            return self.application(environ, start_response)
        places = self.forms if length <= SMALL else self.uploads
        if not places.acquire(blocking=False):
            detail = "Too many uploads at once. Try again in a few seconds."
            return refuse(start_response, HTTPStatus.SERVICE_UNAVAILABLE, "busy", detail, ("Retry-After", "5"))
        try:
            return self.application(environ, start_response)
        finally:
            places.release()


def refuse(
    start_response: Callable[..., Any], status: HTTPStatus, code: str, detail: str, *headers: tuple[str, str]
) -> list[bytes]:
    """A problem document (RFC 9457), as the API's own errors are."""
    problem = {
        "type": f"urn:portfolio:problem:{code}",
        "title": status.phrase,
        "status": status.value,
        "detail": detail,
        "code": code,
    }
    body = json.dumps(problem).encode()
    start_response(
        f"{status.value} {status.phrase}",
        [
            ("Content-Type", "application/problem+json"),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
            ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
            ("Referrer-Policy", "strict-origin-when-cross-origin"),
            ("Cross-Origin-Resource-Policy", "same-site"),
            ("Cross-Origin-Opener-Policy", "same-origin"),
            ("Permissions-Policy", PERMISSIONS),
            ("Connection", "close"),
            *headers,
        ],
    )
    return [body]
