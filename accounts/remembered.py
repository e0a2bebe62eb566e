"""The history of a thing on its own pages in the studio."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import PAGE_VAR
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from accounts import retelling

LINES = 50  # on a page of the history


class Remembered(admin.ModelAdmin):
    """For the admin of what has an owner: who may see the row may read what was done to it."""

    object_history_template = "admin/history.html"

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        page: HttpResponse = super().history_view(request, object_id, extra_context)
        if isinstance(page, TemplateResponse) and page.context_data:
            thing = page.context_data["object"]
            log = Paginator(retelling.entries(thing), LINES).get_page(request.GET.get(PAGE_VAR))
            page.context_data |= {
                "title": _("History of “%(title)s”") % {"title": thing},
                "lines": retelling.told(log, self.model, request.user),
                "log": log,
                "original": thing,
            }
        return page

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        page = super().changeform_view(request, object_id, form_url, extra_context)
        if object_id and isinstance(page, TemplateResponse) and page.context_data and page.context_data.get("original"):
            latest = retelling.entries(page.context_data["original"])[:1]
            page.context_data["latest"] = next(iter(retelling.told(latest, self.model, request.user)), None)
        return page

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> list[Any]:
        """The names of the fields: their labels are for whoever reads it."""
        fields = list(form.changed_data)
        return [{"added": {}}] if add else [{"changed": {"fields": fields}}] if fields else []

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Who pressed Save and changed nothing has done nothing."""
        return super().log_change(request, obj, message) if message else None
