"""How many of an image's sizes exist yet: from its row and one listing of its folder, no query."""

from os import listdir
from os.path import basename
from typing import NamedTuple

from artworks import labels, tiles
from artworks.models import ArtworkImage
from artworks.storage import rendition_folder


class Progress(NamedTuple):
    """``made`` of ``of`` sizes exist. ``tiles`` is whether those for deep zoom do, None where there are to be none."""

    made: int
    of: int
    tiles: bool | None


def progress(image: ArtworkImage) -> Progress:
    try:
        found = set(listdir(rendition_folder(image.uuid)))
    except FileNotFoundError:
        found = set()
    names = {basename(rendition.cachefile_name) for rendition in image.every_rendition()}
    return Progress(len(names & found), len(names), tiles.NAME in found if tiles.wanted(image) else None)


def in_short(image: ArtworkImage) -> str:
    made, of, _tiles = progress(image)
    return labels.sizes(made, of)


def in_words(image: ArtworkImage) -> str:
    made, of, tiled = progress(image)
    return labels.sizes_and_rest(made, of, tiles=tiled, broken=image.state == ArtworkImage.State.BROKEN)
