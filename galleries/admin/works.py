"""Works in the studio, with the galleries they hang in."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from artworks.admin import ArtworkAdmin, ShelfFilter
from artworks.forms import UploadForm
from artworks.models import Artwork
from galleries import told
from galleries.admin import words
from galleries.admin.places import Places
from galleries.forms import HangInForm, HangingUploadForm
from galleries.models import Gallery, Placement


class HangingFilter(ShelfFilter):
    """Also: what hangs, and what hangs nowhere."""

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [
            ("hung", _("Hanging in a gallery")),
            ("loose", _("Hanging nowhere")),
            *super().lookups(request, model_admin),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        works = super().queryset(request, queryset)
        hangs = Exists(Placement.objects.filter(artwork=OuterRef("pk")))
        return {"hung": works.filter(hangs), "loose": works.filter(~hangs)}.get(self.value() or "", works)


@admin.register(Artwork)
class HangingArtworkAdmin(Places):
    """Works, with the galleries they hang in."""

    upload_form: type[UploadForm] = HangingUploadForm
    shelf_filter = HangingFilter
    list_display: Any = [*ArtworkAdmin.list_display[:-1], "hangs_in"]
    actions: Any = ["hang_in", *ArtworkAdmin.actions]

    def get_queryset(self, request: HttpRequest) -> Any:
        return (
            super().get_queryset(request).prefetch_related(Prefetch("galleries", Gallery.objects.order_by("position")))
        )

    @admin.display(description=gettext_lazy("hangs in"))
    def hangs_in(self, artwork: Artwork) -> SafeString:
        rows = ((gallery.visibility, words.address_of(gallery), gallery.title) for gallery in artwork.galleries.all())
        walls = format_html_join(" ", '<a class="seen {}" href="{}">{}</a>', rows)
        if not walls:
            walls = format_html('<span class="quiet">{}</span>', _("Hangs nowhere"))
        return format_html('{} <span class="sizes">{}</span>', walls, self.sizes(artwork))

    @admin.action(description=gettext_lazy("Hang in…"), permissions=["change"])
    def hang_in(self, request: HttpRequest, works: QuerySet[Artwork]) -> HttpResponse | None:
        """Asked where: in one of the galleries of the works' own artist."""
        chosen = list(works)
        if len({work.artist_id for work in chosen}) != 1:
            self.say(request, _("Choose works of one artist."), messages.WARNING)
            return None
        form = HangInForm(chosen[0].artist, request.POST if "hang" in request.POST else None)
        if form.is_valid():
            self.hang(request, form.cleaned_data["gallery"], chosen)
            return None
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Hang in…"),
            "works": chosen,
            "form": form,
            "field": ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/galleries/gallery/hang_in.html", context)

    def hang(self, request: HttpRequest, gallery: Gallery, works: list[Artwork]) -> None:
        """At the end, in the order of the list; it is said how many, where, and who sees them there."""
        hanging = set(gallery.hanging_ids())
        gallery.hang(works)
        hung = [work for work in works if work.pk not in hanging]
        told.moved(request.user, "hung", gallery, hung)
        new = len(hung)
        said = [words.hung(gallery, new)] if new else []
        if new < len(works):
            said.append(words.hung_before(gallery, len(works) - new))
        address = words.address_of(gallery)
        link = format_html('<a href="{}">{}</a>', address, _("Open the gallery"))
        self.say(request, format_html("{} {} {}", " ".join(said), words.seen(gallery), link))

    def make_upload_form(self, request: HttpRequest, initial: dict[str, Any]) -> UploadForm:
        form = super().make_upload_form(request, initial)
        form.fields["gallery"].queryset = Gallery.objects.owned_by(request.user)  # type: ignore[attr-defined]
        return form

    def settle(self, work: Artwork, form: UploadForm) -> None:
        if gallery := form.cleaned_data["gallery"]:
            gallery.hang([work])

    def wall_of(self, form: UploadForm) -> str:
        gallery = form.cleaned_data["gallery"]
        return words.address_of(gallery) if gallery else ""

    def welcome(self, works: list[Artwork], form: UploadForm) -> str:
        """With a word on who sees them where they hang."""
        gallery = form.cleaned_data["gallery"]
        if not gallery:
            return super().welcome(works, form)
        hang = ngettext(
            "%(count)d work hangs in “%(title)s” now.", "%(count)d works hang in “%(title)s” now.", len(works)
        )
        return f"{hang % {'count': len(works), 'title': gallery.title}} {words.seen(gallery)}"
