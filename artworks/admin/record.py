"""One work's page in the studio: its record, and its label as visitors will read it."""

from typing import Any

from django.forms import Textarea
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.urls import path
from django.utils.translation import gettext_lazy

from accounts.ownership import on_own_row
from artworks.admin.addresses import back_to
from artworks.admin.pictures import Pictures, former
from artworks.forms import ArtworkForm, ReplaceForm
from artworks.models import Artwork
from artworks.progress import in_words


class Record(Pictures):
    """The part of the works' admin that one work is written in."""

    form = ArtworkForm
    fieldsets = (
        (
            gettext_lazy("On the wall label"),
            {"fields": ["title", ("year", "date_text"), "medium", ("size", "edition")]},
        ),
        (gettext_lazy("In words"), {"fields": ["description", "alt_text", "words"]}),
        (gettext_lazy("For sale"), {"fields": ["availability", ("price", "currency")]}),
        (gettext_lazy("Only for you"), {"fields": ["private_notes"]}),
        (
            gettext_lazy("Credit and licence"),
            {
                "fields": ["credit_line", "licence_url"],
                "classes": ["collapse"],
                "description": gettext_lazy("Leave these empty, and what your profile says holds."),
            },
        ),
        (
            gettext_lazy("Where a cover is cut, in numbers"),
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

    def get_urls(self) -> Any:
        label = self.admin_site.admin_view(self.label_view)
        return [path("<path:object_id>/label/", label, name="artworks_artwork_label"), *super().get_urls()]

    @on_own_row
    def label_view(self, request: HttpRequest, work: Artwork) -> HttpResponse:
        """The wall label of what stands in the form and is not saved; and what cannot be read there."""
        if request.method != "POST":
            return back_to(work)
        form = self.get_form(request, work, change=True)(request.POST, instance=work)
        errors = {name: [str(line) for line in lines] for name, lines in form.errors.items()}
        label = render_to_string("galleries/_label.html", {"artwork": work, "artist": work.artist}, request)
        return JsonResponse({"label": label, "errors": errors})

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if lines := {"description": 5, "alt_text": 2, "private_notes": 3}.get(db_field.name):
            kwargs["widget"] = Textarea(attrs={"rows": lines})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        work = context["original"]
        context |= {
            "artwork": work,
            "artist": work.artist,
            "former": list(former(work)),
            "replace_form": ReplaceForm(),
            "sizes": in_words(work.image),
            "show_save_and_add_another": False,
            "title": work.title,
            "subtitle": None,
        }
        return super().render_change_form(request, context, *args, **kwargs)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if "words" in form.changed_data:
            form.instance.set_tags(form.cleaned_data["words"])
