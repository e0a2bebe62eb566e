"""A picture file without what it says of itself: no position, no names, no comments; every coded pixel as it was.

Nothing is decoded or encoded. What is needed to show the picture is kept, all else goes: a list of what to leave out
would miss what nobody thought of. Knows no Django; planning runs in the decoder process only (`artworks.decoder`).
"""

from collections.abc import Callable
from pathlib import Path

from artworks.stripping import boxes, chunks, jpeg, tiff
from artworks.stripping.pieces import TURNED, UPRIGHT, Piece, Reader

FORMATS: dict[str, Callable[[Reader, int], list[Piece]]] = {
    ".jpg": jpeg.planned,
    ".png": chunks.png,
    ".webp": chunks.webp,
    ".tif": tiff.planned,
    ".heic": boxes.planned,
    ".avif": boxes.planned,
}


def planned(path: Path, turn: int) -> list[Piece]:
    """What the cleaned file is made of; ``turn`` is the orientation it is shown in. Raises `Refused`."""
    with path.open("rb") as file:
        return FORMATS[path.suffix](Reader(file), turn if turn in TURNED else UPRIGHT)
