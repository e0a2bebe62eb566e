"""What the log says: a line for each event, with the request it belongs to, and nothing that opens a door.

Where the site failed, a request's number stands in the answer, as ``X-Request-ID``: who reports it can name it.
"""

import json
import logging
import re
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any
from uuid import uuid4

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest, HttpResponseBase

SERVER_ERROR = 500

logger = logging.getLogger(__name__)
current: ContextVar[str] = ContextVar("request", default="-")

# Invitations and links of mails in an address; tokens and keys in whatever is said; e-mail addresses. Not uuids.
UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![\w-])"
SECRETS = re.compile(rf"(?<![\w-])(?!{UUID})[\w-]{{30,}}|(?<=[/ =]ps_)\w+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def number_requests(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware, before all others: what is logged meanwhile carries the number."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        number = request.number = uuid4().hex[:16]  # type: ignore[attr-defined]
        token = current.set(number)
        try:
            response = get_response(request)
        finally:
            current.reset(token)
        if response.status_code >= SERVER_ERROR:
            response.headers["X-Request-ID"] = number
        return response

    return middleware


def number_of(record: logging.LogRecord) -> str:
    """Of its request; Django speaks of refused ones after all middleware."""
    return getattr(getattr(record, "request", None), "number", current.get())


def without_secrets(words: str) -> str:
    return SECRETS.sub("…", words)


class Lines(logging.Formatter):
    """For people."""

    def format(self, record: logging.LogRecord) -> str:
        record.request_number = number_of(record)
        return without_secrets(super().format(record))


class Json(logging.Formatter):
    """For machines: one object a line."""

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, Any] = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "request": number_of(record),
            "logger": record.name,
            "message": without_secrets(record.getMessage()),
        }
        if record.exc_info:
            said["error"] = without_secrets(self.formatException(record.exc_info))
        return json.dumps(said, ensure_ascii=False)


def watch_doors() -> None:
    """Who comes, who goes, and who tries: by number, since names may be e-mail addresses."""
    user_logged_in.connect(came, dispatch_uid="log")
    user_logged_out.connect(went, dispatch_uid="log")
    user_login_failed.connect(failed, dispatch_uid="log")


def came(user: Any, **kwargs: Any) -> None:
    logger.info("User %s signed in.", user.pk)


def went(user: Any, **kwargs: Any) -> None:
    if user is not None:
        logger.info("User %s signed out.", user.pk)


def failed(**kwargs: Any) -> None:
    logger.warning("A sign-in failed.")
