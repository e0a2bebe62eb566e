"""Images, for who keeps the site."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts.ownership import KeepersOnly
from artworks.models import ArtworkImage


@admin.register(ArtworkImage)
class ArtworkImageAdmin(KeepersOnly, admin.ModelAdmin):
    """Images are never changed: what is here is to be read."""

    list_display = ["__str__", "artist", "artwork", "image_format", "byte_size", "state", "attempts", "created_at"]
    list_filter = ["state", "image_format"]
    list_select_related = ["artist", "artwork"]
    search_fields = ["source_filename", "sha256", "uuid"]
    exclude = ["original", "master"]  # they have no address to link to

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
