"""The pictures a work showed before: one comes back, is downloaded, or goes for ever."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _

from accounts import history
from accounts.ownership import OwnedAdmin, on_own_row
from artworks.admin.addresses import back_to
from artworks.models import Artwork, ArtworkImage


def former(work: Artwork) -> QuerySet[ArtworkImage]:
    return work.images.exclude(pk=work.image_id)


class Pictures(OwnedAdmin):
    """The part of the works' admin that keeps former pictures. Forms alone: each button says all there is to say."""

    def get_urls(self) -> Any:
        view = self.admin_site.admin_view(self.former_view)
        return [path("<path:object_id>/former/", view, name="artworks_artwork_former"), *super().get_urls()]

    @on_own_row
    def former_view(self, request: HttpRequest, work: Artwork) -> HttpResponse:
        wanted = request.POST.get("show") or request.POST.get("remove")
        with transaction.atomic():
            image = next((image for image in former(work) if str(image.uuid) == wanted), None)
            if image is None:
                return back_to(work)
            if "show" in request.POST:
                self.show_again(request, work, image)
            elif "confirmed" in request.POST:
                self.remove(request, work, image)
            else:
                return self.ask_first(request, work, image)
        return back_to(work)

    def show_again(self, request: HttpRequest, work: Artwork, image: ArtworkImage) -> None:
        work.bring_back_image(image)
        history.note(request.user, [work], "brought_back")
        self.say(request, _("“%(title)s” shows this picture again. The other one is kept.") % {"title": work.title})

    def remove(self, request: HttpRequest, work: Artwork, image: ArtworkImage) -> None:
        image.delete()
        history.note(request.user, [work], "removed_image")
        self.say(request, _("The former picture is gone for ever."))

    def ask_first(self, request: HttpRequest, work: Artwork, image: ArtworkImage) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Delete this picture for ever?"),
            "original": work,
            "image": image,
        }
        return TemplateResponse(request, "admin/artworks/artwork/remove_picture.html", context)
