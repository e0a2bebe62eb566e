"""What lists of galleries and works can be narrowed to and ordered by."""

import django_filters

from accounts.models import Artist
from artworks import filters as artworks
from artworks.filters import IdFilter, Ordering
from galleries.models import Gallery


class ArtworkFilters(artworks.ArtworkFilters):
    """Only galleries that the viewer sees can be named: any other answers like none."""

    gallery = IdFilter(
        field_name="placements__gallery", queryset=lambda request: Gallery.objects.visible_to(request.user)
    )


class GalleryFilters(django_filters.FilterSet):
    artist = IdFilter(queryset=Artist.objects.all())
    visibility = django_filters.ChoiceFilter(choices=Gallery.Visibility.choices)
    ordering = Ordering(fields=("position", "title", "created_at", "updated_at"))
