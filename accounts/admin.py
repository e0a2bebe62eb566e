from django.contrib import admin
from django.contrib.auth.admin import UserAdmin

from accounts.models import Artist, Token, User

admin.site.register(User, UserAdmin)


@admin.register(Artist)
class ArtistAdmin(admin.ModelAdmin):
    list_display = ["name", "user", "location", "created_at"]
    search_fields = ["name", "user__username"]
    prepopulated_fields = {"slug": ["name"]}
    autocomplete_fields = ["user"]


@admin.register(Token)
class TokenAdmin(admin.ModelAdmin):
    """Tokens are made by signing in; here they are seen and revoked."""

    list_display = ["__str__", "user", "created", "expiry", "last_used"]
    fields = ["name", "user", "scopes", "created", "expiry", "last_used"]
    readonly_fields = ["user", "scopes", "created", "expiry", "last_used"]

    def has_add_permission(self, request: object) -> bool:
        return False
