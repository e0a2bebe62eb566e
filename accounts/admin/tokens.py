"""Tokens for an artist's scripts."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from accounts.models import Scope, Token
from accounts.ownership import OwnedAdmin
from accounts.profile_forms import TokenForm


@admin.register(Token)
class TokenAdmin(OwnedAdmin):
    """What a script of the artist's shows instead of a password: made here, shown once, named, revoked."""

    owner = "user"
    form = TokenForm
    list_display = ["__str__", "may", "made", "runs_out", "last_used"]
    said_once = ["may", "made", "runs_out", "last_used"]
    list_select_related = ["user"]
    ordering = ["-created"]

    @admin.display(description=_("may"))
    def may(self, token: Token) -> str:
        return ", ".join(str(Scope(scope).label) for scope in token.scopes)

    @admin.display(description=_("made"), ordering="created")
    def made(self, token: Token) -> datetime:
        return token.created

    @admin.display(description=_("ends"), ordering="expiry")
    def runs_out(self, token: Token) -> Any:
        return token.expiry or _("never")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Everybody makes their own; a keeper need not be an artist for that."""
        return request.user.has_perm("accounts.add_token")

    def get_list_display(self, request: HttpRequest) -> Any:
        return [*self.list_display, "user"] if request.user.is_superuser else self.list_display

    def get_list_filter(self, request: HttpRequest) -> Any:
        return []

    def get_fields(self, request: HttpRequest, obj: Token | None = None) -> Any:
        return ["name", "opens", "ends"] if obj is None else ["name", *self.said_once]

    def get_readonly_fields(self, request: HttpRequest, obj: Token | None = None) -> Any:
        return [] if obj is None else self.said_once

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        extra = {"show_save_and_add_another": False, "show_save_and_continue": False, "title": _("New API token")}
        return super().add_view(request, form_url, extra | (extra_context or {}))

    def save_model(self, request: HttpRequest, obj: Token, form: Any, change: bool) -> None:
        if change:
            obj.save(update_fields=["name"])
        else:
            values = {"name": obj.name, "scopes": form.cleaned_data["opens"], "expiry": form.lasts()}
            made, form.secret = Token.objects.create(user=request.user, **values)
            obj.__dict__.update(made.__dict__)
            request.secret = form.secret  # type: ignore[attr-defined]

    def response_add(self, request: HttpRequest, obj: Token, post_url_continue: str | None = None) -> HttpResponse:
        """The secret, this once and in this answer only: it is not written anywhere on its way."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Your new token"),
            "token": obj,
            "secret": request.secret,  # type: ignore[attr-defined]
        }
        return TemplateResponse(request, "admin/accounts/token/made.html", context)
