"""The API for people: DRF's browsable pages under the house's content security policy."""

from typing import Any

from rest_framework import renderers


class BrowsableRenderer(renderers.BrowsableAPIRenderer):
    """Moves what DRF writes with inline styles into our own template's blocks."""

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
