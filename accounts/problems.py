"""Errors of the API as problem documents (RFC 9457), each with a stable machine-readable code."""

from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as ModelError
from django.http import Http404
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import set_rollback

MEDIA_TYPE = "application/problem+json"


class Problem(exceptions.APIException):
    """An error with its status, its code, and a sentence that says what to do."""

    def __init__(
        self, status_code: int, code: str, detail: str, errors: dict[str, list[dict[str, str]]] | None = None
    ) -> None:
        super().__init__(detail, code)
        self.status_code, self.code, self.errors = status_code, code, errors
