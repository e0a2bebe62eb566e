"""Works, their pictures and their tags as JSON. `galleries.serializers` adds where works hang."""

from artworks.serializers.images import KeptImageSerializer, RenditionsField
from artworks.serializers.several import (
    LARGEST_ID,
    BulkEditSerializer,
    IdsField,
    SelectionSerializer,
    numbered,
    own_works,
)
from artworks.serializers.tags import TagSerializer
from artworks.serializers.uploads import NewImageSerializer, PortraitSerializer, UploadSerializer
from artworks.serializers.works import ArtworkSerializer, duplicate_warnings

__all__ = [
    "LARGEST_ID",
    "ArtworkSerializer",
    "BulkEditSerializer",
    "IdsField",
    "KeptImageSerializer",
    "NewImageSerializer",
    "PortraitSerializer",
    "RenditionsField",
    "SelectionSerializer",
    "TagSerializer",
    "UploadSerializer",
    "duplicate_warnings",
    "numbered",
    "own_works",
]
