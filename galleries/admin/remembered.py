"""What the plain form of a gallery changes on its wall, as its history and that of its works keep it."""

from typing import Any

from django.http import HttpRequest

from accounts import history
from accounts.ownership import OwnedAdmin

BUTTONS = {"_up": "ordered", "_down": "ordered", "_publish": "published", "_hide": "hidden"}


class WallRemembered(OwnedAdmin):
    """The part of the galleries' admin that writes down what was done to a wall."""

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        super().save_formset(request, form, formset, change)
        taken = [placement.artwork for placement in formset.deleted_objects]
        history.note(request.user, taken, "taken_from", **history.named([form.instance]))

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> list[Any]:
        told = super().construct_change_message(request, form, formsets, add)
        deeds: dict[str, Any] = {deed: {} for button, deed in BUTTONS.items() if button in request.POST and not add}
        for formset in formsets or []:
            if formset.deleted_objects:
                deeds["taken_down"] = history.named([placement.artwork for placement in formset.deleted_objects])
            if formset.changed_objects:
                deeds["ordered"] = {}
        return [*told, *({deed: details} for deed, details in deeds.items())]
