"""Images, for who keeps the site."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.ownership import KeepersOnly
from artworks.models import ArtworkImage


@admin.register(ArtworkImage)
class ArtworkImageAdmin(KeepersOnly, admin.ModelAdmin):
    """Images are never changed: what is here is to be read."""

    list_display = ["__str__", "artist", "artwork", "image_format", "byte_size", "state", "tried", "since"]
    list_filter = ["state", "image_format"]
    list_select_related = ["artist", "artwork"]
    search_fields = ["source_filename", "sha256", "uuid"]
    exclude = ["original", "master"]  # they have no address to link to

    @admin.display(description=_("tried how often"), ordering="attempts")
    def tried(self, image: ArtworkImage) -> int:
        return image.attempts

    @admin.display(description=_("here since"), ordering="created_at")
    def since(self, image: ArtworkImage) -> datetime:
        return image.created_at

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
