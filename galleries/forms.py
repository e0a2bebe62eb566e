"""Forms of galleries in the studio: the gallery, its wall, and uploads that hang at once."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.models import Artist
from accounts.ownership import OwnedForm, OwnRows
from artworks.forms import UploadForm
from artworks.models import Artwork
from galleries.models import Gallery, Placement


class GalleryForm(OwnedForm):
    """The cover is chosen among what hangs: each work on the wall below carries the button for it."""

    front = forms.ModelChoiceField(Artwork.objects.none(), required=False)

    class Meta:
        model = Gallery
        fields = "__all__"
        help_texts = {
            "title": _("What unites these works: a series, a year, a show."),
            "description": _("A few words for visitors, above the works. *Stars* make italics. Empty is fine."),
            "layout": _("How the works hang beside each other. Each is shown whole, whatever you choose."),
            "slug": _("The last part of its address. If you change it, the old address leads to the new one."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["front"] = self.instance.cover_id
        if self.instance.pk:
            self.fields["front"].queryset = Artwork.objects.alive().filter(placements__gallery=self.instance)  # type: ignore[attr-defined]
        else:
            del self.fields["front"]


class PlaceForm(forms.ModelForm):
    """One work on the wall, and its place counted from 1."""

    place = forms.IntegerField(label=_("Place"), min_value=1, required=False)

    class Meta:
        model = Placement
        fields: list[str] = []


class Row(NamedTuple):
    """A work on the wall as the page shows it: under which names its form sends it, and what was wrong with that."""

    placement: Placement
    prefix: str
    place: Any
    down: bool = False
    errors: tuple[str, ...] = ()


class WallFormSet(OwnRows, forms.BaseInlineFormSet):
    """What hangs, in order. Saving takes works down and hangs others elsewhere; nothing comes in here."""

    @cached_property
    def forms(self) -> list[Any]:  # type: ignore[override]
        """None to show a wall by, which takes `rows`: a form for each work would cost a second for three hundred."""
        return super().forms if self.is_bound else []

    def rows(self) -> Iterator[Row]:
        if not self.is_bound:
            for index, placement in enumerate(self.get_queryset()):
                yield Row(placement, self.add_prefix(index), index + 1)
            return
        for form in self.initial_forms:
            errors = tuple(str(error) for errors in form.errors.values() for error in errors)
            down = bool(self.can_delete and form["DELETE"].value())
            yield Row(form.instance, str(form.prefix), form["place"].value(), down, errors)

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.initial["place"] = None if index is None else index + 1

    def save(self, commit: bool = True) -> list[Placement]:
        self.new_objects: list[Placement] = []
        self.changed_objects: list[tuple[Placement, list[str]]] = []
        self.deleted_objects: list[Placement] = []
        places = {}
        for form in self.initial_forms:
            if self.can_delete and self._should_delete_form(form):  # type: ignore[attr-defined]
                self.deleted_objects.append(form.instance)
            elif "place" in form.changed_data and form.cleaned_data["place"]:
                self.changed_objects.append((form.instance, ["place"]))
                places[form.instance.artwork_id] = form.cleaned_data["place"]
        for placement in self.deleted_objects:
            self.instance.take_down(placement.artwork)
        if places:
            self.instance.rehang(places)
        return [placement for placement, _changed in self.changed_objects]


class HangingUploadForm(UploadForm):
    """New works, hung where they are wanted at once."""

    gallery = forms.ModelChoiceField(
        Gallery.objects.none(),
        label=_("Hang them in"),
        required=False,
        empty_label=_("No gallery yet"),
        help_text=_("In a private gallery only you see them."),
    )


class HangInForm(forms.Form):
    """Where chosen works are to hang: in a gallery of their artist's."""

    gallery = forms.ModelChoiceField(
        Gallery.objects.none(),
        label=_("Gallery"),
        error_messages={"required": _("Choose a gallery."), "invalid_choice": _("You have no such gallery.")},
    )

    def __init__(self, artist: Artist, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.galleries = artist.galleries.counted()
        self.fields["gallery"].queryset = self.galleries  # type: ignore[attr-defined]
