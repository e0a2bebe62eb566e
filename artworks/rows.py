"""Works edited where they are listed: one row's cells, and the same change to several."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.serializers import write
from artworks import dimensions, suggestions
from artworks.forms import WordsField
from artworks.models import Artwork
from artworks.quick import QuickFields

WRITTEN_IN_ROWS = ["title", "year", "medium", "edition", "availability", "price", "alt_text"]


class DimensionsField(forms.CharField):
    """A size in one box."""

    def __init__(self, **kwargs: Any) -> None:
        given: dict[str, Any] = {"label": gettext_lazy("Dimensions"), "required": False, "max_length": 120}
        super().__init__(**given | kwargs)

    def clean(self, value: Any) -> dimensions.Size:
        return dimensions.read(super().clean(value))


class Cell(BoundField):
    """A field of a row, with its name for narrow screens and what belongs beside it."""

    form: "RowForm"

    def as_hidden(self, attrs: Any = None, only_initial: bool = False, **kwargs: Any) -> SafeString:
        """What stood on the page: hundreds of times on one, so without the template that Django has for each."""
        if not only_initial:
            return super().as_hidden(attrs, **kwargs)
        name, value = self.html_initial_name, self.field.widget.format_value(self.initial)
        value = self.form.data.get(name, "".join(value or "") if isinstance(value, list) else value)
        return format_html('<input type="hidden" name="{}" value="{}">', name, "" if value is None else value)

    def as_widget(self, widget: Any = None, attrs: Any = None, only_initial: bool = False) -> SafeString:
        field = super().as_widget(widget, attrs, only_initial)
        if only_initial or self.is_hidden:
            return field
        return format_html(
            '<span class="name" aria-hidden="true">{}</span>{}{}', self.label, field, self.form.beside(self.name)
        )


class RowForm(forms.ModelForm):
    """One row of the list of works, where each field says which work it belongs to.

    What was not changed on the page is not written: another tab may have changed it meanwhile.
    """

    bound_field_class = Cell
    default_renderer = QuickFields
    dimensions = DimensionsField()

    class Meta:
        model = Artwork
        fields = WRITTEN_IN_ROWS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["dimensions"] = self.instance.dimensions
        for name, field in self.fields.items():
            field.label = str(field.label)  # looked up once, and used in many places
            field.widget.attrs |= {"data-cell": name, "aria-label": f"{field.label}: {self.instance}"}
            field.show_hidden_initial = True
        if medium := self.fields.get("medium"):
            medium.widget.attrs["list"] = "own-media"

    def clean(self) -> dict[str, Any]:
        super().clean()
        for name in set(self.fields) & set(self.cleaned_data) - set(self.changed_data) - {"dimensions"}:
            self.cleaned_data[name] = getattr(self.instance, name, self.cleaned_data[name])
        if "dimensions" in self.changed_data and "dimensions" in self.cleaned_data:
            for name, value in self.cleaned_data["dimensions"].fields().items():
                setattr(self.instance, name, value)
        return self.cleaned_data

    @cached_property
    def suggested(self) -> list[suggestions.Suggestion]:
        return suggestions.of(self.instance)

    def beside(self, name: str) -> SafeString | str:
        """The size as visitors read it; elsewhere what the work's file suggests."""
        if name == "dimensions":
            return as_read(self.instance)
        for found in self.suggested:
            if found.field == name:
                words = _("suggested: %(value)s") % {"value": found.value}
                more = _("%(field)s of “%(title)s”, by its file. Take it over")
                return format_html(
                    '<button type="button" class="suggested" value="{}" hidden>{}'
                    '<span class="visually-hidden">, {}</span></button>',
                    found.value,
                    words,
                    more % {"field": found.label, "title": self.instance.title},
                )
        return ""


def as_read(work: Artwork) -> SafeString:
    """The line of the wall label that tells the size, empty where nothing is known; with its sides, for scripts."""
    inches = work.dimensions_in_inches
    sides = ",".join("" if side is None else str(side) for side in (work.height_cm, work.width_cm, work.depth_cm))
    words = f"{work.dimensions} ({inches})" if inches else work.dimensions
    return format_html('<span class="as-read" data-sides="{}">{}</span>', sides, words)


class SeveralForm(forms.ModelForm):
    """One change to several works: of its fields only those that are ticked."""

    prefix = "several"
    dimensions = DimensionsField()
    add_tags = WordsField(label=gettext_lazy("Tags to add"), required=False)
    remove_tags = WordsField(label=gettext_lazy("Tags to remove"), required=False)

    class Meta:
        model = Artwork
        fields = ["availability", "price", "year", "medium", "edition", "credit_line"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        data: Any = self.data
        self.ticked = set(data.getlist("several-ticked")) & set(self.fields) if self.is_bound else set()
        self.fields["medium"].widget.attrs["list"] = "own-media"
        for name in ("add_tags", "remove_tags"):
            self.fields[name].widget.attrs["data-words"] = "own-tags"

    def _clean_fields(self) -> None:
        every, self.fields = self.fields, {name: self.fields[name] for name in self.fields if name in self.ticked}
        super()._clean_fields()  # type: ignore[misc]
        self.fields = every

    def clean(self) -> dict[str, Any]:
        super().clean()
        if not self.ticked:
            raise ValidationError(_("Tick what is to change."), code="nothing_ticked")
        return self.cleaned_data

    def apply(self, works: list[Artwork]) -> None:
        values = {name: self.cleaned_data[name] for name in self.ticked if name in self.Meta.fields}
        if "dimensions" in self.ticked:
            values |= self.cleaned_data["dimensions"].fields()
        for work in works:
            write(work, values, "updated_at")
            work.change_tags(self.cleaned_data.get("add_tags", []), self.cleaned_data.get("remove_tags", []))
