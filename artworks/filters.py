"""What lists of artworks can be narrowed to and ordered by."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.text import slugify

from accounts.models import Artist
from artworks.models import Artwork, ArtworkImage

YES = [("1", "yes"), ("true", "yes"), ("0", "no"), ("false", "no")]


class IdFilter(django_filters.ModelChoiceFilter):
    """One thing by its id; typed, since a menu would load them all."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, widget=forms.NumberInput, **kwargs)


class YearFilter(django_filters.NumberFilter):
    field_class = forms.IntegerField


class Ordering(django_filters.OrderingFilter):
    """Equal ones in a fixed order, so that pages neither repeat nor skip."""

    def filter(self, qs: QuerySet, value: Any) -> QuerySet:
        ordered = super().filter(qs, value)
        return ordered.order_by(*ordered.query.order_by, "id") if value else ordered


class ArtworkFilters(django_filters.FilterSet):
    artist = IdFilter(queryset=lambda request: Artist.objects.all())
    tag = django_filters.CharFilter(method="tagged")
    year_min = YearFilter(field_name="year", lookup_expr="gte")
    year_max = YearFilter(field_name="year", lookup_expr="lte")
    availability = django_filters.ChoiceFilter(choices=Artwork.Availability.choices)
    state = django_filters.ChoiceFilter(field_name="image__state", choices=ArtworkImage.State.choices)
    trash = django_filters.ChoiceFilter(choices=YES, label="In the trash")
    ordering = Ordering(fields=("created_at", "updated_at", "title", "year"))
    request: HttpRequest

    def tagged(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(tags__slug=slugify(value, allow_unicode=True))

    def filter_queryset(self, queryset: Any) -> Any:
        """Alive ones; with ``trash=1`` those in one's own trash, which nobody else sees."""
        trash = self.form.cleaned_data.pop("trash") in ("1", "true")
        return super().filter_queryset(queryset.exclude(deleted_at=None) if trash else queryset.alive())
