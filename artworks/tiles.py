"""Deep zoom: tiles in the form of the IIIF Image API 3.0, compliance level 0, all of a work's in one zip.

One file instead of hundreds is one file to sync, to remove and to copy; a tile is one read at a known place.
"""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings

from accounts.locks import taken
from artworks.decoder import decoder
from artworks.making import PATIENCE
from artworks.models import ArtworkImage
from artworks.renditions import LADDER
from artworks.storage import folder, lock_file, rendition_folder, sync, unless_purged

SIDE = 512  # px; `artworks.pixels` cuts them
NAME = "tiles.zip"


def wanted(image: ArtworkImage) -> bool:
    """Whether there is more to see than the largest rendition shows."""
    return max(image.image_width, image.image_height) > LADDER[-1]


def make(image: ArtworkImage) -> None:
    """Cut the tiles from the original, in the decoder. Raises `Refused`, OSError."""
    home = rendition_folder(image.uuid)
    with taken([lock_file(f"tiles-{str(image.uuid)[0]}")], PATIENCE), unless_purged(image.uuid, home / NAME):
        os.stat(image.original.path)
        home.mkdir(exist_ok=True)
        scratch = Path(tempfile.mkdtemp(dir=folder("incoming"), suffix=".tiles"))
        try:
            job = {
                "do": "tiles",
                "path": image.original.path,
                "target": str(scratch / NAME),
                "pixels": settings.UPLOAD_MAX_PIXELS,
                "memory": settings.DECODE_MEMORY,
            }
            decoder.ask(job, seconds=settings.DECODE_SECONDS, memory=settings.DECODE_MEMORY)
            fresh = scratch / NAME
            fresh.chmod(0o644)
            sync(fresh)
            fresh.replace(home / NAME)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)


def info(image: ArtworkImage, address: str) -> dict[str, Any]:
    """``info.json`` of the image service at ``address`` (IIIF Image API 3.0, section 5)."""
    factors = [1]
    while max(image.image_width, image.image_height) > SIDE * factors[-1]:
        factors.append(factors[-1] * 2)
    smallest = factors[-1]
    return {
        "@context": "http://iiif.io/api/image/3/context.json",
        "id": address,
        "type": "ImageService3",
        "protocol": "http://iiif.io/api/image",
        "profile": "level0",
        "width": image.image_width,
        "height": image.image_height,
        "sizes": [{"width": -(-image.image_width // smallest), "height": -(-image.image_height // smallest)}],
        "tiles": [{"width": SIDE, "scaleFactors": factors}],
    }
