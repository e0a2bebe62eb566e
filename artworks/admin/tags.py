"""Tags in the studio: an artist's own words."""

from django.contrib import admin

from accounts.ownership import OwnedAdmin
from artworks.forms import TagForm
from artworks.models import Tag


@admin.register(Tag)
class TagAdmin(OwnedAdmin):
    form = TagForm
    list_display = ["name"]
    search_fields = ["name"]
    fields = ["name"]
