"""The wall of a gallery in the studio, and hanging many works on it."""

from typing import Any

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q
from django.forms import Media
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _

from accounts.ownership import Owned, OwnedAdmin, on_own_row
from artworks.models import Artwork, ArtworkQuerySet
from galleries import told
from galleries.admin import words
from galleries.forms import PlaceForm, WallFormSet
from galleries.models import NOT_ON_WALLS, Gallery, Placement
from galleries.serializers import tag_of_order
from galleries.templatetags.pictures import hang, sheet

SHOWN_AT_ONCE = 60  # works on a page of those that may be hung


class Wall(Owned, admin.TabularInline):
    """What hangs in a gallery. Works come here by the page that hangs many at once."""

    model = Placement
    owner = "gallery__artist__user"
    form = PlaceForm
    formset = WallFormSet
    template = "admin/galleries/placement/wall.html"
    fields = ["place"]
    extra = 0

    media = Media()  # type: ignore[assignment]

    def get_queryset(self, request: HttpRequest) -> Any:
        hanging = super().get_queryset(request).filter(artwork__deleted_at=None).select_related("artwork__image")
        return hanging.defer(*(f"artwork__{name}" for name in NOT_ON_WALLS))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def live(request: HttpRequest, gallery: Gallery) -> dict[str, Any] | None:
    """What a script needs to let the wall be arranged in place. The API lets nobody but its artist."""
    if request.user.pk != gallery.artist.user_id:
        return None
    order = list(gallery.wall().values_list("artwork", flat=True))
    return {"etag": tag_of_order({"artworks": order}), "layout": gallery.layout_for(len(order))}


class Hanging(OwnedAdmin):
    """The part of the galleries' admin that hangs many works at once."""

    def get_urls(self) -> Any:
        pages = {"hang/": (self.hang_view, "hang"), "wall.css": (self.sheet_view, "sheet")}
        mine = [
            path(f"<path:object_id>/{end}", self.admin_site.admin_view(view), name=f"galleries_gallery_{name}")
            for end, (view, name) in pages.items()
        ]
        return [*mine, *super().get_urls()]

    @on_own_row
    def sheet_view(self, request: HttpRequest, gallery: Gallery) -> HttpResponse:
        """Where each work hangs now: what the public page carries in itself, for the wall to be hung anew by."""
        works, layout = gallery.works(), request.GET.get("layout", "")
        if layout not in Gallery.Layout.values:
            layout = gallery.layout_for(len(works))
        style = sheet(hang(works, layout))
        return HttpResponse(style, content_type="text/css", headers={"Cache-Control": "private, no-store"})

    def hangable(self, gallery: Gallery) -> ArtworkQuerySet:
        """Works of the gallery's artist that do not hang there yet."""
        here = Placement.objects.filter(artwork=OuterRef("pk"), gallery=gallery)
        return Artwork.objects.alive().filter(~Exists(here), artist=gallery.artist_id)

    @on_own_row
    def hang_view(self, request: HttpRequest, gallery: Gallery) -> HttpResponse:
        """Many works at once, by ticking them."""
        works = self.hangable(gallery)
        if request.method == "POST":
            ticked = [int(pk) for pk in request.POST.getlist("works") if pk.isdecimal() and len(pk) < 19]
            found = works.in_bulk(ticked)
            return self.hung(request, gallery, [found[pk] for pk in ticked if pk in found])
        query = request.GET.get("q", "").strip()
        if query:
            works = works.filter(
                Q(title__icontains=query) | Q(tags__name__icontains=query) | Q(medium__icontains=query)
            ).distinct()
        if "loose" in request.GET:
            works = works.filter(placements=None)
        page = Paginator(works.for_cards(), SHOWN_AT_ONCE).get_page(request.GET.get("p"))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": gallery,
            "title": _("Hang works in “%(title)s”") % {"title": gallery.title},
            "page": page,
            "query": query,
            "loose": "loose" in request.GET,
            "hang_page": True,
        }
        return TemplateResponse(request, "admin/galleries/gallery/hang.html", context)

    def hung(self, request: HttpRequest, gallery: Gallery, works: list[Artwork]) -> HttpResponse:
        if not works:
            self.say(request, _("Tick the works you want to hang."), messages.WARNING)
            return HttpResponseRedirect(request.get_full_path())
        gallery.hang(works)
        told.moved(request.user, "hung", gallery, works)
        self.say(request, words.hung(gallery, len(works)))
        return HttpResponseRedirect(words.address_of(gallery))
