"""How further artists are asked in."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from accounts.forms import InvitationForm
from accounts.models import Invitation
from accounts.ownership import KeepersOnly


@admin.register(Invitation)
class InvitationAdmin(KeepersOnly, admin.ModelAdmin):
    """How further artists come in. An invitation is made and withdrawn, never changed."""

    form = InvitationForm
    list_display = ("__str__", "created_by", "created_at", "expires_at", "used_at", "used_by")
    list_select_related = ("created_by", "used_by")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Invitation | None = None) -> Any:
        return ["note", "days"] if obj is None else list(self.list_display[1:])

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        extra = {"show_save_and_add_another": False, "show_save_and_continue": False, "title": _("Invite an artist")}
        return super().add_view(request, form_url, extra | (extra_context or {}))

    def save_model(self, request: HttpRequest, obj: Invitation, form: Any, change: bool) -> None:
        lasts = timedelta(days=form.cleaned_data["days"])
        made, secret = Invitation.objects.issue(lasts, obj.note, request.user)  # type: ignore[arg-type]
        obj.__dict__.update(made.__dict__)
        request.secret = secret  # type: ignore[attr-defined]

    def response_add(self, request: HttpRequest, obj: Invitation, post_url_continue: str | None = None) -> HttpResponse:
        """The address, this once and in this answer only."""
        path = Invitation.path(request.secret)  # type: ignore[attr-defined]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Your invitation"),
            "invitation": obj,
            "address": settings.SITE_URL + path if settings.SITE_URL else request.build_absolute_uri(path),
        }
        return TemplateResponse(request, "admin/accounts/invitation/made.html", context)
