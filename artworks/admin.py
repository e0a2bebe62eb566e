from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from artworks.models import Artwork, ArtworkImage, Tag


@admin.register(Artwork)
class ArtworkAdmin(admin.ModelAdmin):
    """Works come in by upload; here their record is seen and edited."""

    list_display = ["picture", "title", "artist", "date", "medium", "availability", "deleted_at"]
    list_display_links = ["title"]
    list_select_related = ["artist", "image"]
    list_filter = ["availability", "artist"]
    search_fields = ["title", "medium", "description"]
    autocomplete_fields = ["artist", "tags"]
    readonly_fields = ["picture"]
    date_hierarchy = "created_at"

    @admin.display(description=_("picture"))
    def picture(self, artwork: Artwork) -> SafeString:
        rendition = artwork.image.renditions["thumbnail"]
        return format_html(
            '<img src="{}" width="{}" height="{}" alt="{}" loading="lazy">',
            rendition.url,
            rendition.width // 4,
            rendition.height // 4,
            artwork.alt,
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(ArtworkImage)
class ArtworkImageAdmin(admin.ModelAdmin):
    """Images are never changed: what is here is to be read."""

    list_display = ["__str__", "artist", "artwork", "image_format", "byte_size", "state", "attempts", "created_at"]
    list_filter = ["state", "image_format"]
    list_select_related = ["artist", "artwork"]
    search_fields = ["source_filename", "sha256", "uuid"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: ArtworkImage | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ArtworkImage | None = None) -> bool:
        return False


@admin.register(Tag)
class TagAdmin(admin.ModelAdmin):
    list_display = ["name", "artist"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}
