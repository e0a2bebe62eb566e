"""What lists of works are narrowed to in the studio."""

from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from artworks.models import UNTITLED


class ShelfFilter(admin.SimpleListFilter):
    """Where works are. What is in the trash is seen only by who looks there."""

    title = gettext_lazy("where")
    parameter_name = "shelf"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [("trash", _("In the trash"))]

    def choices(self, changelist: Any) -> Any:
        every, *others = super().choices(changelist)
        return [every | {"display": _("All works")}, *others]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.exclude(deleted_at=None) if self.value() == "trash" else queryset.alive()


class LackFilter(admin.SimpleListFilter):
    """What a wall label or a blind visitor still misses."""

    title = gettext_lazy("still missing")
    parameter_name = "lacks"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [("alt", _("Alt text")), ("date", _("Year")), ("medium", _("Medium")), ("title", _("Title"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        lacking = {
            "alt": Q(alt_text=""),
            "date": Q(year=None, date_text=""),
            "medium": Q(medium=""),
            "title": Q(title=UNTITLED),
        }
        return queryset.filter(lacking.get(self.value() or "", Q()))
