"""Where one work hangs: taken down from a gallery by its own page, and hung there again."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.ownership import on_own_row
from accounts.quoting import quoted
from artworks.admin import ArtworkAdmin
from artworks.models import Artwork
from galleries import told
from galleries.models import Gallery

NAMED_AT_MOST = 5  # galleries in one sentence


class Places(ArtworkAdmin):
    """The part of the works' admin that knows the walls a work hangs on."""

    def get_urls(self) -> Any:
        view = self.admin_site.admin_view(self.places_view)
        return [path("<path:object_id>/places/", view, name="artworks_artwork_places"), *super().get_urls()]

    @on_own_row
    def places_view(self, request: HttpRequest, work: Artwork) -> HttpResponse:
        """``take_down`` names a gallery; ``hang``, which undoes it, a gallery and the place there, counted from 1."""
        taken, hung = request.POST.get("take_down", ""), request.POST.get("hang", "").partition(":")
        with transaction.atomic():
            if gallery := self.own_gallery(work, taken):
                self.take_down(request, gallery, work)
            elif (gallery := self.own_gallery(work, hung[0])) and not work.trashed:
                self.hang_again(request, gallery, work, int(hung[2]) if hung[2].isdecimal() else 0)
        return HttpResponseRedirect(reverse("admin:artworks_artwork_change", args=[work.pk]))

    def own_gallery(self, work: Artwork, pk: str) -> Gallery | None:
        known = pk.isdecimal() and len(pk) < 19
        return Gallery.objects.filter(artist=work.artist_id, pk=pk).first() if known else None

    def take_down(self, request: HttpRequest, gallery: Gallery, work: Artwork) -> None:
        wall = list(gallery.wall().values_list("artwork", flat=True))
        if work.pk not in wall:
            return
        gallery.take_down(work)
        told.moved(request.user, "taken_down", gallery, [work])
        words = _("“%(title)s” no longer hangs in “%(gallery)s”. The work itself is still here.")
        undo = format_html(
            '<button form="undo" formaction="{}" name="hang" value="{}:{}">{}</button>',
            reverse("admin:artworks_artwork_places", args=[work.pk]),
            gallery.pk,
            wall.index(work.pk) + 1,
            _("Undo"),
        )
        self.say(request, format_html("{} {}", words % {"title": work.title, "gallery": gallery.title}, undo))

    def hang_again(self, request: HttpRequest, gallery: Gallery, work: Artwork, place: int) -> None:
        if work.pk in gallery.hanging_ids():
            return
        gallery.hang([work])
        if place:
            gallery.rehang({work.pk: place})
        told.moved(request.user, "hung", gallery, [work])
        words = _("“%(title)s” hangs in “%(gallery)s” again, in its place.")
        self.say(request, words % {"title": work.title, "gallery": gallery.title})

    def hung(self, works: Sequence[Artwork]) -> str:
        """Said of works in the trash."""
        walls = Gallery.objects.filter(placements__artwork__in=[work.pk for work in works]).distinct()
        names = [quoted(gallery.title) for gallery in walls[: NAMED_AT_MOST + 1]]
        if not names:
            return ""
        names[NAMED_AT_MOST:] = [_("others")] if len(names) > NAMED_AT_MOST else []
        words = ngettext("It hung in %(walls)s.", "They hung in %(walls)s.", len(works))
        return words % {"walls": get_text_list(names, _("and"))}

    def render_delete_form(self, request: HttpRequest, context: Any) -> Any:
        context["galleries"] = list(context["object"].galleries.all())
        return super().render_delete_form(request, context)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        work = context["original"]
        context["galleries"] = list(work.galleries.all())
        context["public"] = not work.trashed and any(gallery.is_public for gallery in context["galleries"])
        return super().render_change_form(request, context, *args, **kwargs)
