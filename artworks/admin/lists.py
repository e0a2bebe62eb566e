"""The list of works in the studio, as a table and as a grid, where works are edited in place."""

from functools import reduce
from operator import or_
from typing import Any

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.views.main import ChangeList
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.ownership import OwnedAdmin, artist_at
from artworks.admin.shelves import LackFilter, ShelfFilter
from artworks.models import Artwork, ArtworkImage
from artworks.progress import in_short
from artworks.rows import WRITTEN_IN_ROWS, RowForm, SeveralForm


def picture_of(artwork: Artwork, alt: str) -> SafeString:
    rendition = artwork.image.renditions["thumbnail"]
    return format_html(
        '<img src="{}" width="{}" height="{}" alt="{}" loading="lazy">',
        rendition.url,
        rendition.width,
        rendition.height,
        alt,
    )


class WorksList(ChangeList):
    """A page of works, shown as `view` in its address says."""

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self.viewer = request.user.pk
        self.grid = request.GET.get("view") == "grid"
        self.in_trash = request.GET.get("shelf") == "trash"
        super().__init__(request, *args, **kwargs)
        self.as_table = self.get_query_string(remove=["view"])
        self.as_grid = self.get_query_string({"view": "grid"})

    def get_filters_params(self, params: Any = None) -> Any:
        found = super().get_filters_params(params)
        found.pop("view", None)
        return found

    def get_queryset(self, *args: Any, **kwargs: Any) -> Any:
        return super().get_queryset(*args, **kwargs).prefetch_related("tags")


class Lists(OwnedAdmin):
    """The part of the works' admin that lists them."""

    list_title = gettext_lazy("Works")
    shelf_filter: type[ShelfFilter] = ShelfFilter
    list_display: Any = [
        "picture",
        "title",
        "year",
        "medium",
        "dimensions",
        "edition",
        "availability",
        "price",
        "alt_text",
        "sizes",
    ]
    list_display_links: Any = ["picture"]
    list_editable = WRITTEN_IN_ROWS
    list_select_related = ["artist", "image"]
    list_per_page = 24
    search_fields = ["title", "medium", "description", "image__source_filename"]  # and tags
    search_help_text = gettext_lazy("Title, medium, description, tag or file name")
    sortable_by = ["title", "year", "medium", "price"]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return WorksList

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Works with each of the words somewhere. Tags are asked apart: joined, it would come once for each."""
        for word in search_term.split():
            tagged = Artwork.tags.through.objects.filter(tag__name__icontains=word)
            named = (Q((f"{field}__icontains", word)) for field in self.search_fields)
            queryset = queryset.filter(reduce(or_, named, Q(pk__in=tagged.values("artwork"))))
        return queryset, False

    def get_list_filter(self, request: HttpRequest) -> Any:
        own = [self.shelf_filter, "availability", LackFilter, "image__state"]
        return [*own, "artist"] if request.user.is_superuser else own

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> Any:
        return super().get_changelist_form(request, form=RowForm, **kwargs)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        more = {"several": SeveralForm(), "artist": artist_at(request)}
        return super().changelist_view(request, more | (extra_context or {}))

    @admin.display(description=gettext_lazy("picture"))
    def picture(self, artwork: Artwork) -> SafeString:
        return picture_of(artwork, _("Edit “%(title)s”") % {"title": artwork.title})

    @admin.display(description=gettext_lazy("dimensions"))
    def dimensions(self, artwork: Artwork) -> str:
        return artwork.dimensions

    @admin.display(description=gettext_lazy("sizes"))
    def sizes(self, artwork: Artwork) -> SafeString | str:
        """Only while some are owed."""
        if artwork.image.state == ArtworkImage.State.READY:
            return ""
        words = in_short(artwork.image)
        broken = artwork.image.state == ArtworkImage.State.BROKEN
        return format_html('<span class="broken">{}</span> {}', _("Broken:"), words) if broken else words

    @admin.action(description=gettext_lazy("Change several at once…"), permissions=["change"])
    def change_several(self, request: HttpRequest, works: QuerySet[Artwork]) -> HttpResponse | None:
        """Asked what: only what is ticked changes, and it is said before in how many works."""
        chosen = list(works)
        form = SeveralForm(request.POST if "several" in request.POST else None)
        if form.is_valid():
            with transaction.atomic():
                form.apply(chosen)
                for work in chosen:
                    self.log_change(request, work, [{"changed": {"fields": sorted(form.ticked)}}])
            words = ngettext("%(count)d work is changed.", "%(count)d works are changed.", len(chosen))
            self.say(request, words % {"count": len(chosen)})
            return None
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Change several at once"),
            "works": chosen,
            "several": form,
            "artist": artist_at(request),
            "field": ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/artworks/artwork/change_several.html", context)
