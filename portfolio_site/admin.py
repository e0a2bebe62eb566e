"""The site's own details, for superusers: one form, and no list of one."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from portfolio_site.models import ONLY, SiteDetails


@admin.register(SiteDetails)
class SiteDetailsAdmin(admin.ModelAdmin):
    fieldsets = [
        (None, {"fields": ["name"]}),
        (_("How the pages look"), {"fields": ["theme", "wall_colour"]}),
        (
            _("Whom to ask"),
            {
                "fields": ["keeper_name", "keeper_contact"],
                "description": _("Shown where a page sends people to the person who runs this site."),
            },
        ),
        (
            _("Imprint"),
            {"fields": ["imprint", "imprint_link"], "description": _("A link at the foot of every page leads to it.")},
        ),
        (
            _("Privacy"),
            {"fields": ["privacy", "privacy_link"], "description": _("A link at the foot of every page leads to it.")},
        ),
        (_("This site and AI"), {"fields": ["reserves_ai_training", "permission_url"]}),
    ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The form itself, where other models have their list."""
        return self.changeform_view(request, str(ONLY), extra_context=extra_context)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> SiteDetails | None:
        return SiteDetails.current() if object_id == str(ONLY) else None

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and request.user.is_superuser

    def has_view_permission(self, request: HttpRequest, obj: SiteDetails | None = None) -> bool:
        return self.has_module_permission(request)

    has_change_permission = has_view_permission

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: SiteDetails | None = None) -> bool:
        return False
