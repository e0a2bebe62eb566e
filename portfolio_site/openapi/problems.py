"""Which errors an operation can give: by its verb, its body, who may, and what it keeps."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any, NamedTuple

from accounts.problems import MEDIA_TYPE


class Refusal(NamedTuple):
    """A response of the document. Without ``codes`` there are too many to list: docs/api.md has them."""

    status: HTTPStatus
    words: str
    codes: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()


REFUSALS = {
    "BadRequest": Refusal(HTTPStatus.BAD_REQUEST, "Something sent is not right; `errors` names all fields at once."),
    "NotAuthenticated": Refusal(
        HTTPStatus.UNAUTHORIZED,
        "No token or session where one must be, or a bad or expired token.",
        ("not_authenticated", "authentication_failed"),
        ("WWW-Authenticate",),
    ),
    "WrongCredentials": Refusal(
        HTTPStatus.UNAUTHORIZED,
        "The wrong name or password, or an account with a second factor.",
        ("invalid_credentials", "email_not_confirmed", "second_factor_required"),
        ("WWW-Authenticate",),
    ),
    "Forbidden": Refusal(
        HTTPStatus.FORBIDDEN,
        "Not yours to do: by whose it is, by what the token opens, or for want of the session's CSRF token.",
        ("permission_denied", "no_artist", "insufficient_scope"),
    ),
    "ForbiddenUpload": Refusal(
        HTTPStatus.FORBIDDEN,
        "Not yours to do, or more than you may keep here.",
        ("permission_denied", "no_artist", "insufficient_scope", "quota_full"),
    ),
    "SignupClosed": Refusal(HTTPStatus.FORBIDDEN, "New accounts are made by the site's keeper.", ("signup_closed",)),
    "NotFound": Refusal(HTTPStatus.NOT_FOUND, "Not there, or not for you.", ("not_found",)),
    "NotAcceptable": Refusal(HTTPStatus.NOT_ACCEPTABLE, "`Accept` asks for another form.", ("not_acceptable",)),
    "Conflict": Refusal(
        HTTPStatus.CONFLICT, "Something else changed this at the same moment. Look, and try again.", ("conflict",)
    ),
    "InProgress": Refusal(
        HTTPStatus.CONFLICT,
        "Something else changed this, or a request with the same `Idempotency-Key` is still under way.",
        ("conflict", "idempotency_in_progress"),
        ("Retry-After",),
    ),
    "Duplicate": Refusal(
        HTTPStatus.CONFLICT,
        "A work of yours shows this very file, or a request with the same `Idempotency-Key` is still under way.",
        ("conflict", "idempotency_in_progress", "duplicate"),
        ("Retry-After",),
    ),
    "CurrentImage": Refusal(
        HTTPStatus.CONFLICT, "The work shows this picture: replace it first.", ("conflict", "current_image")
    ),
    "CannotStrip": Refusal(
        HTTPStatus.CONFLICT, "The file's metadata cannot be taken out without touching its picture.", ("cannot_strip",)
    ),
    "LengthRequired": Refusal(
        HTTPStatus.LENGTH_REQUIRED, "The body came without a `Content-Length`.", ("length_required",)
    ),
    "Stale": Refusal(
        HTTPStatus.PRECONDITION_FAILED, "It has changed since `If-Match` was read.", ("precondition_failed",)
    ),
    "TooLarge": Refusal(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "Too many bytes or pixels, or too much memory to open it.",
        ("too_large", "too_many_pixels", "needs_too_much_memory"),
    ),
    "WrongMediaType": Refusal(
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "The body comes in another form.", ("unsupported_media_type",)
    ),
    "KeyReused": Refusal(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "This `Idempotency-Key` came with another request before.",
        ("idempotency_key_reused",),
    ),
    "TooMany": Refusal(
        HTTPStatus.TOO_MANY_REQUESTS,
        "Wait as long as `Retry-After` says.",
        ("throttled", "too_many_attempts"),
        ("Retry-After",),
    ),
    "ServerError": Refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "It is in the log.", ("server_error",)),
    "Busy": Refusal(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "Too much at once: try again after `Retry-After`.",
        ("busy", "not_writable"),
        ("Retry-After",),
    ),
    "DiskFull": Refusal(
        HTTPStatus.INSUFFICIENT_STORAGE, "The site's keeper has to make room.", ("disk_full",), ("Retry-After",)
    ),
}

PROBLEM = {
    "type": "object",
    "description": "What went wrong (RFC 9457). Programs read `code`; `detail` is a sentence for people.",
    "properties": {
        "type": {"type": "string", "pattern": "^urn:portfolio:problem:"},
        "title": {"type": "string", "description": "The status in words."},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string"},
        "code": {"type": "string", "description": "Stable. All of them are listed in docs/api.md."},
        "errors": {
            "type": "object",
            "description": "By field; a nested one reads `links.0.url`, the body as a whole `non_field_errors`.",
            "additionalProperties": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "code": {"type": "string"},
                        "message": {"type": "string"},
                        "artwork": {"type": "integer", "description": "Of which work it is a duplicate."},
                    },
                    "required": ["code", "message"],
                },
            },
        },
    },
    "required": ["type", "title", "status", "detail", "code"],
}


def responses() -> dict[str, Any]:
    """``components/responses``: each refusal, with an example."""
    return {name: response(refusal) for name, refusal in REFUSALS.items()}


def response(refusal: Refusal) -> dict[str, Any]:
    known = {"properties": {"code": {"enum": list(refusal.codes)}}} if refusal.codes else {}
    content = {
        "schema": {"allOf": [{"$ref": "#/components/schemas/Problem"}, known]}
        if known
        else {"$ref": "#/components/schemas/Problem"},
        "example": example(refusal),
    }
    headers = {name: {"$ref": f"#/components/headers/{name}"} for name in refusal.headers}
    return {"description": refusal.words, "content": {MEDIA_TYPE: content}} | ({"headers": headers} if headers else {})


def example(refusal: Refusal) -> dict[str, Any]:
    code = refusal.codes[0] if refusal.codes else "required"
    reason = {"code": code, "message": "This field is required."}
    return {
        "type": f"urn:portfolio:problem:{code}",
        "title": refusal.status.phrase,
        "status": refusal.status.value,
        "detail": refusal.words if refusal.codes else reason["message"],
        "code": code,
    } | ({} if refusal.codes else {"errors": {"title": [reason]}})


class Traits(NamedTuple):
    """What its errors depend on, of an operation."""

    name: str
    writes: bool
    has_body: bool
    takes_file: bool
    reads_query: bool
    about_one: bool
    paged: bool
    knows_caller: bool
    conditional: bool
    repeatable: bool


def refusals(of: Traits) -> Iterator[str]:
    """Names from `REFUSALS`, at most one for a status."""
    if of.has_body or of.reads_query or of.repeatable:
        yield "BadRequest"
    if of.name == "auth_login":
        yield "WrongCredentials"
    elif of.knows_caller:
        yield "NotAuthenticated"
    if of.name == "auth_register":
        yield "SignupClosed"
    elif of.knows_caller:
        yield "ForbiddenUpload" if of.takes_file else "Forbidden"
    if of.about_one or of.paged:
        yield "NotFound"
    yield "NotAcceptable"
    if of.name in {"artworks_original", "artworks_former_original"}:
        yield "CannotStrip"
    if of.writes:
        own = {"artworks_remove_image": "CurrentImage", "artworks_upload": "Duplicate"}
        yield own.get(of.name, "InProgress" if of.repeatable else "Conflict")
    if of.conditional:
        yield "Stale"
    if of.has_body:
        yield from ("LengthRequired", "TooLarge", "WrongMediaType")
    if of.repeatable:
        yield "KeyReused"
    yield from ("TooMany", "ServerError", "Busy")
    if of.writes:
        yield "DiskFull"
