"""What lists of artworks can be narrowed to and ordered by."""

from datetime import UTC
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django_filters.fields import IsoDateTimeField
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from accounts.models import Artist
from artworks import searching
from artworks.models import Artwork, ArtworkImage, tag_slug

YES = [("1", _("yes")), ("true", _("yes")), ("0", _("no")), ("false", _("no"))]


@extend_schema_field(OpenApiTypes.INT)
class IdFilter(django_filters.ModelChoiceFilter):
    """One thing by its id; typed, since a menu would load them all."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, widget=forms.NumberInput, **kwargs)


@extend_schema_field(OpenApiTypes.INT)
class YearFilter(django_filters.NumberFilter):
    field_class = forms.IntegerField


class Ordering(django_filters.OrderingFilter):
    """Equal ones in a fixed order, so that pages neither repeat nor skip."""

    def filter(self, qs: QuerySet, value: Any) -> QuerySet:
        if not value:
            return qs
        first = str(self.get_ordering_value(value[0]))
        return qs.order_by(first, "-id" if first.startswith("-") else "id")


class MomentField(IsoDateTimeField):
    def to_python(self, value: Any) -> Any:
        """A clock ahead of UTC reaches the year 1 before the database's calendar does."""
        moment = super().to_python(value)
        try:
            return moment and moment.astimezone(UTC)
        except OverflowError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None


class Moment(django_filters.IsoDateTimeFilter):
    """A point in time: ``2026-11-22T10:00:00Z``."""

    field_class = MomentField


class SeveralWordsField(forms.Field):
    widget = forms.MultipleHiddenInput


@extend_schema_field({"type": "array", "items": {"type": "string"}})
class AnyOf(django_filters.Filter):
    """One value or several, each named anew: ``source_filename=a.jpg&source_filename=b.jpg``."""

    field_class = SeveralWordsField


class ArtworkFilters(django_filters.FilterSet):
    artist = IdFilter(queryset=lambda request: Artist.objects.all())
    tag = django_filters.CharFilter(method="tagged")
    year_min = YearFilter(field_name="year", lookup_expr="gte")
    year_max = YearFilter(field_name="year", lookup_expr="lte")
    medium = django_filters.CharFilter(lookup_expr="icontains")
    search = django_filters.CharFilter(
        method="mentions", label=_("Words in title, medium, description, tags, year or the artist's name")
    )
    updated_since = Moment(field_name="updated_at", lookup_expr="gte")
    availability = django_filters.ChoiceFilter(choices=Artwork.Availability.choices)
    state = django_filters.ChoiceFilter(field_name="image__state", choices=ArtworkImage.State.choices)
    source_filename = AnyOf(method="came_as", label=_("One's own, by their files' names"))
    trash = django_filters.ChoiceFilter(choices=YES, label=_("In the trash"))
    ordering = Ordering(fields=("created_at", "updated_at", "title", "year"))
    request: HttpRequest

    def tagged(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(tags__slug=tag_slug(value))

    def came_as(self, queryset: Any, name: str, value: list[str]) -> QuerySet:
        """What files were called is their artist's own business."""
        return queryset.owned_by(self.request.user).filter(image__source_filename__in=value)

    def mentions(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Each word begins one of what the work says of itself in public."""
        words = searching.words_of(value)
        match = searching.mentioning(words)
        return queryset.filter(searching.found(self.request.user, match)) if words else queryset.none()

    def filter_queryset(self, queryset: Any) -> Any:
        """Alive ones; with ``trash=1`` those in one's own trash, which nobody else sees."""
        trash = self.form.cleaned_data.pop("trash") in ("1", "true")
        return super().filter_queryset(queryset.exclude(deleted_at=None) if trash else queryset.alive())
