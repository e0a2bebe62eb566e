"""An artist's profile."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import Artist
from accounts.ownership import OwnedAdmin, artist_at
from accounts.profile_forms import ArtistForm


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
            {
                "fields": ["credit_line", "licence_url", "permission_url", "currency"],
                "description": _("Write these once here; a work that says something of its own keeps that."),
            },
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
        (_("How your pages look"), {"fields": ["theme", "wall_colour"], "classes": ["looks"]}),
        (_("Address of your page"), {"fields": ["slug"], "classes": ["collapse"]}),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Artist | None = None) -> bool:
        return bool(request.user.is_superuser) and super().has_delete_permission(request, obj)

    def view_on_site(self, artist: Artist) -> str:
        return artist.get_absolute_url()

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
