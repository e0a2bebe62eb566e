"""HTML of a list's fields without Django's templates, of which a list of fifty works takes a thousand."""

from collections.abc import Callable
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

Part = dict[str, Any]


def attributes(part: Part) -> SafeString:
    """Their names are the program's own; their values may be anybody's."""
    given = ((name, value) for name, value in part["attrs"].items() if value is not False)
    return mark_safe("".join(f" {name}" if value is True else f' {name}="{escape(value)}"' for name, value in given))  # noqa: S308


def input_field(part: Part) -> SafeString:
    value = "" if part["value"] is None else format_html(' value="{}"', part["value"])
    return format_html('<input type="{}" name="{}"{}{}>', part["type"], part["name"], value, attributes(part))


def textarea(part: Part) -> SafeString:
    return format_html('<textarea name="{}"{}>\n{}</textarea>', part["name"], attributes(part), part["value"] or "")


def select(part: Part) -> SafeString:
    """A menu without groups."""
    options = format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((each["value"], attributes(each), each["label"]) for _, group, _ in part["optgroups"] for each in group),
    )
    return format_html('<select name="{}"{}>{}</select>', part["name"], attributes(part), options)


PARTS: dict[str, Callable[[Part], SafeString]] = {
    **{f"django/forms/widgets/{name}.html": input_field for name in ("text", "number", "hidden", "url")},
    "django/forms/widgets/textarea.html": textarea,
    "django/forms/widgets/select.html": select,
}


class QuickFields(DjangoTemplates):
    """Writes what Django's own templates write; what it does not know, those do."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        if template_name in PARTS:
            return PARTS[template_name](context["widget"])
        if not context.get("errors", True):
            return ""  # each field's list of what is wrong with it
        return super().render(template_name, context, request)
