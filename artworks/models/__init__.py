"""Artworks, their images, their tags, and the rule of sight."""

from artworks.models.images import ArtworkImage, original_name
from artworks.models.sighted import ArtworkImageQuerySet, ArtworkQuerySet, Viewer
from artworks.models.tags import Tag, tag_slug
from artworks.models.works import TRASH_LASTS, UNTITLED, Artwork, used_by

__all__ = [
    "TRASH_LASTS",
    "UNTITLED",
    "Artwork",
    "ArtworkImage",
    "ArtworkImageQuerySet",
    "ArtworkQuerySet",
    "Tag",
    "Viewer",
    "original_name",
    "tag_slug",
    "used_by",
]
