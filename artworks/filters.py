"""What lists of artworks can be narrowed to and ordered by."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.text import slugify
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from accounts.models import Artist
from artworks.models import Artwork, ArtworkImage

MOST_WORDS = 10  # of a search
YES = [("1", "yes"), ("true", "yes"), ("0", "no"), ("false", "no")]


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


class Moment(django_filters.IsoDateTimeFilter):
    """A point in time: ``2026-11-22T10:00:00Z``."""


class ArtworkFilters(django_filters.FilterSet):
    artist = IdFilter(queryset=lambda request: Artist.objects.all())
    tag = django_filters.CharFilter(method="tagged")
    year_min = YearFilter(field_name="year", lookup_expr="gte")
    year_max = YearFilter(field_name="year", lookup_expr="lte")
    medium = django_filters.CharFilter(lookup_expr="icontains")
    search = django_filters.CharFilter(method="mentions", label="Words in title, medium, description or tags")
    updated_since = Moment(field_name="updated_at", lookup_expr="gte")
    availability = django_filters.ChoiceFilter(choices=Artwork.Availability.choices)
    state = django_filters.ChoiceFilter(field_name="image__state", choices=ArtworkImage.State.choices)
    trash = django_filters.ChoiceFilter(choices=YES, label="In the trash")
    ordering = Ordering(fields=("created_at", "updated_at", "title", "year"))
    request: HttpRequest

    def tagged(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(tags__slug=slugify(value, allow_unicode=True))

    def mentions(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Each word somewhere in what the work says of itself in public."""
        for word in value.split()[:MOST_WORDS]:
            tagged = Artwork.tags.through.objects.filter(artwork=OuterRef("pk"), tag__name__icontains=word)
            text = Q(title__icontains=word) | Q(medium__icontains=word) | Q(description__icontains=word)
            queryset = queryset.filter(text | Q(Exists(tagged)))
        return queryset

    def filter_queryset(self, queryset: Any) -> Any:
        """Alive ones; with ``trash=1`` those in one's own trash, which nobody else sees."""
        trash = self.form.cleaned_data.pop("trash") in ("1", "true")
        return super().filter_queryset(queryset.exclude(deleted_at=None) if trash else queryset.alive())
