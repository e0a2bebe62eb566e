"""Works in the studio: the list, and one work's record."""

from typing import Any

from django.contrib import admin
from django.forms import Textarea
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from artworks.admin.shelves import LackFilter, ShelfFilter
from artworks.admin.trash import Trash
from artworks.admin.uploads import Uploads
from artworks.forms import ArtworkForm, ReplaceForm, RowForm
from artworks.models import Artwork, ArtworkImage
from artworks.progress import in_short, in_words


def picture_of(artwork: Artwork, alt: str) -> SafeString:
    rendition = artwork.image.renditions["thumbnail"]
    return format_html(
        '<img src="{}" width="{}" height="{}" alt="{}" loading="lazy">',
        rendition.url,
        rendition.width,
        rendition.height,
        alt,
    )


class ArtworkAdmin(Trash, Uploads):
    form = ArtworkForm
    list_title = gettext_lazy("Works")
    shelf_filter: type[ShelfFilter] = ShelfFilter
    list_display: Any = ["picture", "title", "year", "availability", "sizes"]
    list_display_links: Any = ["picture"]
    list_editable = ["title", "year", "availability"]
    list_select_related = ["artist", "image"]
    list_per_page = 50
    search_fields = ["title", "medium", "description", "tags__name", "image__source_filename"]
    search_help_text = gettext_lazy("Title, medium, description, tag or file name")
    sortable_by = ["title", "year"]
    fieldsets = (
        (gettext_lazy("On the wall label"), {"fields": ["title", ("year", "date_text"), "medium"]}),
        (gettext_lazy("Size"), {"fields": [("height_cm", "width_cm", "depth_cm"), "edition"]}),
        (gettext_lazy("In words"), {"fields": ["description", "alt_text", "words"]}),
        (gettext_lazy("For sale"), {"fields": ["availability", ("price", "currency")]}),
        (gettext_lazy("Only for you"), {"fields": ["private_notes"]}),
        (
            gettext_lazy("Credit and licence"),
            {
                "fields": ["credit_line", "licence_url"],
                "classes": ["collapse"],
                "description": gettext_lazy("Left empty, what your profile says holds."),
            },
        ),
        (
            gettext_lazy("Where a cover is cut"),
            {
                "fields": [("focal_x", "focal_y")],
                "classes": ["collapse"],
                "description": gettext_lazy(
                    "Covers show a part of the picture, round this point: 0 is the left or the top, 1 the right or the "
                    "bottom. On its own page the work is always shown whole."
                ),
            },
        ),
    )

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if lines := {"description": 5, "alt_text": 2, "private_notes": 3}.get(db_field.name):
            kwargs["widget"] = Textarea(attrs={"rows": lines})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    # --- The list ---------------------------------------------------------------------------------

    def get_list_filter(self, request: HttpRequest) -> Any:
        own = [self.shelf_filter, "availability", LackFilter, "image__state"]
        return [*own, "artist"] if request.user.is_superuser else own

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> Any:
        return super().get_changelist_form(request, form=RowForm, **kwargs)

    @admin.display(description=gettext_lazy("picture"))
    def picture(self, artwork: Artwork) -> SafeString:
        return picture_of(artwork, _("Edit “%(title)s”") % {"title": artwork.title})

    @admin.display(description=gettext_lazy("sizes"))
    def sizes(self, artwork: Artwork) -> SafeString | str:
        words = in_short(artwork.image)
        broken = artwork.image.state == ArtworkImage.State.BROKEN
        return format_html('<span class="broken">{}</span> {}', _("Broken:"), words) if broken else words

    # --- One work ---------------------------------------------------------------------------------

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        context |= {
            "artwork": context["original"],
            "artist": context["original"].artist,
            "replace_form": ReplaceForm(),
            "sizes": in_words(context["original"].image),
            "show_save_and_add_another": False,
            "title": context["original"].title,
            "subtitle": None,
        }
        return super().render_change_form(request, context, *args, **kwargs)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if "words" in form.changed_data:
            form.instance.set_tags(form.cleaned_data["words"])
