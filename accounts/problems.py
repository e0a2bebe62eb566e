"""Errors of the API as problem documents (RFC 9457), each with a stable machine-readable code."""

from collections.abc import Iterator
from errno import EDQUOT, EIO, ENOSPC, EROFS
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import ValidationError as ModelError
from django.core.signals import got_request_exception
from django.db import DatabaseError, IntegrityError, OperationalError
from django.http import Http404
from django.http.request import UnreadablePostError
from django.utils.log import log_response
from rest_framework import exceptions, status
from rest_framework.fields import get_error_detail
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import set_rollback

MENDED_IN = 60  # s until it is worth asking again: somebody has to do something
MEDIA_TYPE = "application/problem+json"

Reasons = dict[str, list[dict[str, Any]]]


class Problem(exceptions.APIException):
    """An error with its status, its code, and a sentence that says what to do."""

    def __init__(
        self, status_code: int, code: str, detail: str, errors: Reasons | None = None, wait: int | None = None
    ) -> None:
        super().__init__(detail, code)
        self.status_code, self.code, self.errors, self.wait = status_code, code, errors, wait


class NotModified(exceptions.APIException):
    """No error: the client has what it asks for."""

    def __init__(self, etag: str) -> None:
        super().__init__()
        self.etag = etag


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """What DRF calls for any exception of a view. Only while debugging an unknown one keeps its traceback page."""
    if isinstance(error, NotModified):
        return Response(status=status.HTTP_304_NOT_MODIFIED, headers={"ETag": error.etag})
    problem = as_problem(error)
    request = context["request"]
    if problem is None:
        if settings.DEBUG:
            return None
        problem = Problem(500, "server_error", "Something went wrong here. It has been written to the log.")
        got_request_exception.send(sender=None, request=request._request)
    set_rollback()
    response = Response(document(problem), problem.status_code, headers=headers(problem, error))
    renderer = getattr(request, "accepted_renderer", None)
    if renderer is None or renderer.format != "api":
        response.content_type = MEDIA_TYPE
    if problem.status_code == status.HTTP_500_INTERNAL_SERVER_ERROR:
        log_response(
            "Internal Server Error: %s", request.path, response=response, request=request._request, exception=error
        )
    return response


def document(problem: Problem) -> dict[str, Any]:
    body = {
        "type": f"urn:portfolio:problem:{problem.code}",
        "title": HTTPStatus(problem.status_code).phrase,
        "status": problem.status_code,
        "detail": str(problem.detail),
        "code": problem.code,
    }
    return body | ({"errors": problem.errors} if problem.errors else {})


def headers(problem: Problem, error: Exception) -> dict[str, str]:
    found = {}
    if problem.status_code == status.HTTP_401_UNAUTHORIZED:
        found["WWW-Authenticate"] = getattr(error, "auth_header", "Bearer")
    if problem.wait is not None:
        found["Retry-After"] = str(problem.wait)
    return found


def as_problem(error: Exception) -> Problem | None:
    """The problem an exception stands for; None for one that nobody expected."""
    match error:
        case Problem():
            return error
        case exceptions.ValidationError():
            return invalid(error.detail)
        case ModelError():
            return invalid(get_error_detail(error))
        case Http404():
            # One sentence for all of them: what is hidden answers like what does not exist.
            return Problem(404, "not_found", "There is nothing here.")
        case PermissionDenied():
            return Problem(403, "permission_denied", "You may not do this.")
        case exceptions.ParseError():
            return Problem(400, "malformed", str(error.detail))
        case exceptions.APIException():
            wait = getattr(error, "wait", None)
            return Problem(error.status_code, str(error.get_codes()), str(error.detail), wait=wait and int(wait))
        case RequestDataTooBig():
            limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // settings.MEGABYTE
            return Problem(413, "too_large", f"Without its file, a request has at most {limit} MB.")
        case SuspiciousOperation():
            return Problem(400, "malformed", "The request has too many parts, or broken ones.")
        case UnreadablePostError():
            return Problem(400, "malformed", "The request ended before its body was complete.")
        case OperationalError() if "locked" in str(error):
            return Problem(503, "busy", "Much is being written at the moment. Try again in a few seconds.", wait=5)
        case OSError() | OperationalError() if is_full(error):
            detail = "There is no room left here. The site's keeper has to make some."
            return Problem(507, "disk_full", detail, wait=MENDED_IN)
        case OSError() | OperationalError() if is_unwritable(error):
            detail = "Nothing can be written here at the moment. The site's keeper has to look at its disk."
            return Problem(503, "not_writable", detail, wait=MENDED_IN)
        case DatabaseError() if isinstance(error, IntegrityError) or "did not affect any rows" in str(error):
            return Problem(409, "conflict", "Something else changed this at the same moment. Look, and try again.")
    return None


def is_full(error: Exception) -> bool:
    return getattr(error, "errno", None) in {ENOSPC, EDQUOT} or "disk is full" in str(error)


def is_unwritable(error: Exception) -> bool:
    """A disk that has turned read-only, as many do after a fault, or that fails."""
    words = ("readonly database", "disk I/O error", "unable to open database file")
    return getattr(error, "errno", None) in {EROFS, EIO} or any(word in str(error) for word in words)


def invalid(detail: Any) -> Problem:
    """All that is wrong with a body at once. The code is the fields' own where they agree on one."""
    errors: Reasons = {}
    for name, reason in reasons(detail):
        message = str(reason).encode(errors="replace").decode()  # it may quote half a character of the body
        errors.setdefault(name, []).append({"code": reason.code or "invalid", "message": message})
    found = [reason for several in errors.values() for reason in several]
    codes = {reason["code"] for reason in found}
    code = codes.pop() if len(codes) == 1 else "invalid"
    sentence = found[0]["message"] if len(found) == 1 else "Correct what “errors” names, and send it again."
    return Problem(status.HTTP_400_BAD_REQUEST, code, sentence, errors)


def reasons(detail: Any, name: str = "") -> Iterator[tuple[str, exceptions.ErrorDetail]]:
    """``(field, reason)`` from DRF's nest of dicts and lists; a nested field reads ``links.0.url``."""
    match detail:
        case dict():
            for key, inner in detail.items():
                yield from reasons(inner, f"{name}.{key}" if name else str(key))
        case list():
            for index, inner in enumerate(detail):
                yield from reasons(inner, name if isinstance(inner, str) else f"{name}.{index}")
        case _:
            yield name or api_settings.NON_FIELD_ERRORS_KEY, detail
