"""What lists of galleries and works can be narrowed to and ordered by."""

from typing import Any

import django_filters

from accounts.models import Artist
from artworks import filters as artworks
from artworks.filters import IdFilter, Moment, Ordering
from artworks.models import Artwork
from galleries.models import Gallery


class ArtworkFilters(artworks.ArtworkFilters):
    """Only galleries that the viewer sees can be named: any other answers like none."""

    gallery = IdFilter(
        field_name="placements__gallery", queryset=lambda request: Gallery.objects.visible_to(request.user)
    )
    visibility = django_filters.ChoiceFilter(choices=Gallery.Visibility.choices, method="seen_by")

    def seen_by(self, queryset: Any, name: str, value: str) -> Any:
        """Public works, or those of one's own that are not."""
        public = Artwork.objects.all().shown()
        return queryset.filter(public if value == Gallery.Visibility.PUBLIC else ~public)


class GalleryFilters(django_filters.FilterSet):
    artist = IdFilter(queryset=Artist.objects.all())
    visibility = django_filters.ChoiceFilter(choices=Gallery.Visibility.choices)
    updated_since = Moment(field_name="updated_at", lookup_expr="gte")
    ordering = Ordering(fields=("position", "title", "created_at", "updated_at"))
