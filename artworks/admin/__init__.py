"""Works in the studio. `galleries.admin` registers them, with where they hang."""

from artworks.admin.images import ArtworkImageAdmin
from artworks.admin.lists import picture_of
from artworks.admin.shelves import ShelfFilter
from artworks.admin.tags import TagAdmin
from artworks.admin.works import ArtworkAdmin

__all__ = ["ArtworkAdmin", "ArtworkImageAdmin", "ShelfFilter", "TagAdmin", "picture_of"]
