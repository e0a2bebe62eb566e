"""The studio of an artist's own things: the profile and tokens; users are the superusers' business."""

from datetime import datetime, timedelta
from typing import Any

import allauth.account.admin
import allauth.mfa.admin  # noqa: F401
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.forms import InvitationForm
from accounts.models import Artist, Invitation, Scope, Token, User
from accounts.ownership import KeepersOnly, OwnedAdmin, artist_at
from accounts.profile_forms import ArtistForm, TokenForm

admin.site.site_header = admin.site.site_title = _("Studio")
admin.site.index_title = _("Your studio")
admin.site.enable_nav_sidebar = False
admin.site.unregister([Group, Authenticator, EmailAddress])  # allauth's two show secrets, and addresses twice


@admin.register(User)
class KeptUserAdmin(KeepersOnly, UserAdmin):
    list_display = ("username", "email", "is_active", "is_superuser", "last_login", "leaving_at")
    actions = ("bring_back", "take_second_factor_off")
    filter_horizontal = ()  # its two boxes speak to no screen reader
    readonly_fields = ("last_login", "date_joined")

    @admin.action(description=_("Bring back who has left, with all their work"))
    def bring_back(self, request: HttpRequest, users: QuerySet[User]) -> None:
        left = list(users.filter(leaving_at__isnull=False))
        for user in left:
            user.come_back()
        self.message_user(request, _("%d brought back, with everything as it was.") % len(left))

    @admin.action(description=_("Take the second factor off"))
    def take_second_factor_off(self, request: HttpRequest, users: QuerySet[User]) -> None:
        """For whoever lost both phone and recovery codes, and is known to the keeper."""
        Authenticator.objects.filter(user__in=users).delete()
        self.message_user(request, _("They sign in by password alone now."))


@admin.register(Group)
class KeptGroupAdmin(KeepersOnly, GroupAdmin):
    filter_horizontal = ()


@admin.register(Artist)
class ArtistAdmin(OwnedAdmin):
    """Artists find one row here, their own; they are made with their accounts, and go with them."""

    owner = "user"
    form = ArtistForm
    list_display = ["name", "user", "location", "since"]
    list_select_related = ["user"]
    search_fields = ["name", "user__username"]
    fieldsets = (
        (None, {"fields": ["name", "location", "statement", "biography"]}),
        (_("Where else to find you"), {"fields": ["website", "links", "contact_email"]}),
        (
            _("For your works, where a work says nothing else"),
            {"fields": ["credit_line", "licence_url", "permission_url", "currency"]},
        ),
        (
            _("Your work and AI"),
            {
                "fields": ["reserves_ai_training"],
                "description": format_lazy(
                    '{} <a href="/admin/rights/">{}</a>',
                    _("A page shows each sign that your site gives:"),
                    _("Rights and AI"),
                ),
            },
        ),
        (_("How your pages look"), {"fields": ["theme", "wall_colour"]}),
        (_("Address of your page"), {"fields": ["slug"], "classes": ["collapse"]}),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Artist | None = None) -> bool:
        return bool(request.user.is_superuser) and super().has_delete_permission(request, obj)

    @admin.display(description=_("here since"), ordering="created_at")
    def since(self, artist: Artist) -> datetime:
        return artist.created_at

    def get_list_display(self, request: HttpRequest) -> Any:
        return self.list_display

    def get_list_filter(self, request: HttpRequest) -> Any:
        return []

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """A list of one is no list."""
        artist = artist_at(request)
        if artist is not None and not request.user.is_superuser and self.has_change_permission(request, artist):
            return HttpResponseRedirect(reverse("admin:accounts_artist_change", args=[artist.pk]))
        return super().changelist_view(request, extra_context)  # type: ignore[return-value]

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        own = context["original"] == artist_at(request)
        context |= {"title": _("Your profile") if own else context["original"].name, "subtitle": None}
        return super().render_change_form(request, context, *args, **kwargs)

    def response_post_save_change(self, request: HttpRequest, obj: Artist) -> HttpResponseRedirect:
        if request.user.is_superuser:
            return super().response_post_save_change(request, obj)
        return HttpResponseRedirect(reverse("admin:index"))

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name in {"statement", "biography"} and field is not None:
            field.widget = forms.Textarea(attrs={"rows": 6})
        return field


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
