"""A gallery as visitors will see it, on a desk and on a phone, before it is published."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _

from accounts.ownership import OwnedAdmin, on_own_row
from galleries.admin import words
from galleries.models import Gallery


class Previewing(OwnedAdmin):
    """The part of the galleries' admin that shows the public page in frames."""

    def get_urls(self) -> Any:
        preview = self.admin_site.admin_view(self.preview_view)
        return [path("<path:object_id>/preview/", preview, name="galleries_gallery_preview"), *super().get_urls()]

    @on_own_row
    def preview_view(self, request: HttpRequest, gallery: Gallery) -> HttpResponse:
        if request.user.pk != gallery.artist.user_id:  # the page answers its preview to nobody else
            return HttpResponseRedirect(words.address_of(gallery))
        if request.method == "POST":
            (self.hide if "_hide" in request.POST else self.publish)(request, [gallery])  # type: ignore[attr-defined]
            return HttpResponseRedirect(words.address_of(gallery))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": gallery,
            "hang_page": True,
            "title": _("“%(title)s” as visitors see it") % {"title": gallery.title},
            "empty": not gallery.wall().exists(),
            "address": f"{gallery.get_absolute_url()}?preview",
        }
        return TemplateResponse(request, "admin/galleries/gallery/preview.html", context)
