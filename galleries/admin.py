from django.contrib import admin

from galleries.models import Gallery, Placement


class PlacementInline(admin.TabularInline):
    model = Placement
    autocomplete_fields = ["artwork"]
    extra = 1


@admin.register(Gallery)
class GalleryAdmin(admin.ModelAdmin):
    list_display = ["title", "artist", "visibility", "layout", "position"]
    list_filter = ["visibility", "artist"]
    list_select_related = ["artist"]
    search_fields = ["title"]
    prepopulated_fields = {"slug": ["title"]}
    autocomplete_fields = ["artist", "cover"]
    inlines = [PlacementInline]
