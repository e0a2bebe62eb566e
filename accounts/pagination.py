"""Lists come in pages: by number where people page, by cursor where a list is long and grows while it is read."""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from contextlib import suppress
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Q, QuerySet
from rest_framework import status
from rest_framework.pagination import CursorPagination, PageNumberPagination
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

from accounts.problems import Problem

PAGE_SIZE, LARGEST_PAGE = 24, 100
SIZE = "page_size"
WHOLE = re.compile("0*[1-9][0-9]{0,17}")


class Sized:
    """A page's size is said in a number, or not at all; a larger one than the largest is that one."""

    def get_page_size(self, request: Request) -> int | None:
        given = request.query_params.get(SIZE)
        if given and not WHOLE.fullmatch(given):
            detail = f"A page has 1 to {LARGEST_PAGE} things: write “{SIZE}” as a number."
            raise Problem(status.HTTP_400_BAD_REQUEST, "invalid_page_size", detail)
        return super().get_page_size(request)  # type: ignore[misc]


class Pages(Sized, PageNumberPagination):
    """``results``, ``next``, ``previous``, ``count``."""

    page_size = PAGE_SIZE
    page_size_query_param = SIZE
    max_page_size = LARGEST_PAGE


class Stream(Sized, CursorPagination):
    """``results``, ``next``, ``previous``: as fast at the end as at the beginning, and nothing is skipped or repeated.

    The cursor names the last row seen by the first field of the order and by its id (DRF's own counts equal values,
    and gives up after a thousand).
    """

    page_size = PAGE_SIZE
    page_size_query_param = SIZE
    max_page_size = LARGEST_PAGE

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.address, size = request.build_absolute_uri(), self.get_page_size(request) or self.page_size
        self.read_order(queryset)
        given = request.query_params.get(self.cursor_query_param)
        backwards, position = self.decoded(given) if given else (False, None)
        rows = queryset.order_by(*self.direction(self.descending != backwards))
        if position is not None:
            rows = rows.filter(self.beyond(*position, descending=self.descending != backwards))
        found = list(rows[: size + 1])
        more, self.page = len(found) > size, found[:size]
        if backwards:
            self.page.reverse()
        self.has_next, self.has_previous = (bool(given), more) if backwards else (more, bool(given))
        return self.page

    def read_order(self, queryset: QuerySet) -> None:
        first = str((queryset.query.order_by or queryset.model._meta.ordering)[0])
        self.name, self.descending = first.removeprefix("-"), first.startswith("-")
        self.field = queryset.model._meta.get_field(self.name)

    def direction(self, descending: bool) -> list[str]:
        sign = "-" if descending else ""
        return list(dict.fromkeys([f"{sign}{self.name}", f"{sign}id"]))

    def beyond(self, value: Any, pk: int, *, descending: bool) -> Q:
        """What comes after a row. SQLite sorts what has no value first."""
        name, side = self.name, "lt" if descending else "gt"
        if value is None:
            same = Q(**{name: None, f"id__{side}": pk})
            return same if descending else same | Q(**{f"{name}__isnull": False})
        # Written so that an index on the two can be used: a plain OR is not.
        after = Q(**{f"{name}__{side}e": value}) & (Q(**{f"{name}__{side}": value}) | Q(**{f"id__{side}": pk}))
        return after | Q(**{name: None}) if descending and self.field.null else after

    def get_next_link(self) -> str | None:
        return self.link(self.page[-1], backwards=False) if self.has_next and self.page else None

    def get_previous_link(self) -> str | None:
        return self.link(self.page[0], backwards=True) if self.has_previous and self.page else None

    def link(self, row: Any, *, backwards: bool) -> str:
        value = getattr(row, self.name)
        position = [backwards, None if value is None else self.field.value_to_string(row), row.pk]
        cursor = urlsafe_b64encode(json.dumps(position).encode()).decode()
        return replace_query_param(self.address, self.cursor_query_param, cursor)

    def decoded(self, cursor: str) -> tuple[bool, tuple[Any, int]]:
        """What `link` wrote, or what somebody made up."""
        with suppress(ValueError, OverflowError, RecursionError, ValidationError):
            match json.loads(urlsafe_b64decode(cursor.encode())):
                case [bool(backwards), str() | None as written, int(pk)]:
                    return backwards, (self.value(written), pk)
        detail = "This cursor leads nowhere. Follow the links of a list as they come, or begin anew."
        raise Problem(status.HTTP_400_BAD_REQUEST, "invalid_cursor", detail)

    def value(self, written: str | None) -> Any:
        """As the order's field has it. Fails where the database would: half a character, a day before the first."""
        if written is None:
            return None
        written.encode()
        value = self.field.to_python(written)
        self.field.get_db_prep_value(value, connection)
        return value
