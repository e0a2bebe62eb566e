"""The API's JSON, and for people DRF's browsable pages under the house's content security policy."""

from collections.abc import Mapping
from typing import Any

from django.utils.html import escape
from django.utils.safestring import mark_safe
from rest_framework import renderers

# What DRF's page has no block for: its language, names of parts that are none, a main part inside another, a button
# without words.
MENDED = {
    "<html>": '<html lang="en">',
    'class="region" ': 'class="region" role="group"',
    'class="content-main" role="main"': 'class="content-main"',
    'title="Specify a format': 'aria-label="Format" title="Specify a format',
}


class JSONRenderer(renderers.JSONRenderer):
    """The same bytes for the same content, whatever indentation an ``Accept`` asks for: ETags depend on it."""

    def get_indent(self, accepted_media_type: str, renderer_context: Any) -> int | None:
        return renderer_context.get("indent")  # as the pages for people set it


NOWHERE = "Not found"  # the name of the view that answers there


class FormRenderer(renderers.HTMLFormRenderer):
    """DRF writes labels beside its fields, and not for them: a screen reader would read none."""

    def render_field(self, field: Any, parent_style: Mapping[str, Any]) -> str:
        written = super().render_field(field, parent_style)
        if not field.label or "aria-label=" in written:
            return written
        return mark_safe(written.replace(' name="', f' aria-label="{escape(field.label)}" name="', 1))  # noqa: S308


class BrowsableRenderer(renderers.BrowsableAPIRenderer):
    """Moves what DRF writes with inline styles into our own template's blocks."""

    form_renderer_class = FormRenderer

    def render(self, *args: Any, **kwargs: Any) -> str:
        page = super().render(*args, **kwargs)
        for written, meant in MENDED.items():
            page = page.replace(written, meant, 1)
        return page

    def get_breadcrumbs(self, request: Any) -> list[tuple[str, str]]:
        """Without the steps where there is no page."""
        *way, here = super().get_breadcrumbs(request)
        return [*(step for step in way if step[0] != NOWHERE), here]

    def get_context(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(*args, **kwargs)
        filters, actions = context["filter_form"], context["extra_actions"]
        return context | {
            "code_style": "",
            "filter_form": None,
            "extra_actions": None,
            "filters": filters,
            "actions": actions,
        }
