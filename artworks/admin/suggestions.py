"""One click takes over what a work's file says of it, where nobody has written anything meanwhile."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _

from accounts.ownership import OwnedAdmin, on_own_row
from artworks import suggestions
from artworks.admin.addresses import back_to
from artworks.models import Artwork


class Suggestions(OwnedAdmin):
    """The part of the works' admin that takes suggestions over."""

    def get_urls(self) -> Any:
        suggest = self.admin_site.admin_view(self.suggest_view)
        return [path("<path:object_id>/suggest/", suggest, name="artworks_artwork_suggest"), *super().get_urls()]

    @on_own_row
    def suggest_view(self, request: HttpRequest, work: Artwork) -> HttpResponse:
        wanted = request.POST.get("suggested", "")
        for found in suggestions.of(work):
            if found.field == wanted:
                self.take_over(work, found)
                self.log_change(request, work, [{"changed": {"fields": [found.field]}}])
                self.say(request, _("%(field)s taken over from the file.") % {"field": found.label})
        return back_to(work)

    def take_over(self, work: Artwork, found: suggestions.Suggestion) -> None:
        if found.field == "words":
            work.set_tags(found.value.split(", "))
        else:
            setattr(work, found.field, int(found.value) if found.field == "year" else found.value)
            work.save(update_fields=[found.field, "updated_at"])
