"""Galleries in the studio: the wall, hanging, order, publishing; and works with the galleries they hang in."""

from galleries.admin.artists import PortrayedArtistAdmin
from galleries.admin.galleries import GalleryAdmin
from galleries.admin.works import HangingArtworkAdmin

__all__ = ["GalleryAdmin", "HangingArtworkAdmin", "PortrayedArtistAdmin"]
