"""The headers that operations have in common."""

from typing import Any

TEXT = {"type": "string"}

RESPONSE = {
    "ETag": "A digest of this answer: send it back in `If-None-Match`, or in `If-Match` with a change.",
    "Last-Modified": "When this was last changed.",
    "Location": "Where the new thing is.",
    "Retry-After": "How many seconds to wait.",
    "WWW-Authenticate": "How to say who you are.",
    "RateLimit": 'What is left: `"write";r=599;t=60` is 599 requests in the next 60 s. Only where there is a limit.',
    "RateLimit-Policy": 'The limit: `"write";q=600;w=60` is 600 requests in 60 s.',
    "Idempotent-Replayed": "`true` where this answer was given before, to the same `Idempotency-Key`.",
    "Content-Disposition": "The name the file came with.",
    "Content-Range": "Which bytes these are, of how many.",
}
REQUEST: dict[str, tuple[str, dict[str, Any]]] = {
    "If-None-Match": ("An ETag you have: 304 while it still holds.", TEXT | {"examples": ['"9f86d081884c7d65"']}),
    "If-Match": ("The ETag you have read: 412 if it holds no more.", TEXT | {"examples": ['"9f86d081884c7d65"']}),
    "Idempotency-Key": (
        "A new name for each request, such as a UUID. Sent again with the same body within 24 hours, the request is "
        "not done a second time and answers the same.",
        TEXT | {"pattern": "^[!-~]{1,255}$", "examples": ["5f8b7f6e-0f0c-4f6e-9d4e-2b8f6c1c2a55"]},
    ),
    "Range": ("A part of the file.", TEXT | {"examples": ["bytes=0-1023"]}),
}


def headers() -> dict[str, Any]:
    """``components/headers``."""
    numbers = {"Retry-After": {"type": "integer", "minimum": 0}}
    return {name: {"description": words, "schema": numbers.get(name, TEXT)} for name, words in RESPONSE.items()}


def parameters() -> dict[str, Any]:
    """``components/parameters``."""
    return {
        name: {"name": name, "in": "header", "description": words, "schema": schema}
        for name, (words, schema) in REQUEST.items()
    }


def sent(*names: str) -> dict[str, Any]:
    """References to response headers."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
