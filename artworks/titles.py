"""The title that a file suggests by its name."""

import re
from pathlib import PurePath

from artworks.models import UNTITLED

COUNTED_BY_A_CAMERA = re.compile(
    r"(?:_?(?:img|dsc[nf]?|pxl|mvimg|image|photo|picture|scan|screenshot|untitled|p|whatsapp image))?[\s_\-\d().:]*",
    re.IGNORECASE,
)


def title_of(filename: str) -> str:
    """The title a file's name suggests: ``blue-hour_02.jpg`` is "Blue hour 02", ``IMG_2041.jpg`` has none."""
    stem = PurePath(filename).stem
    if COUNTED_BY_A_CAMERA.fullmatch(stem):
        return UNTITLED
    words = " ".join(re.sub(r"[_\-]+", " ", stem).split())[:200]
    return words[:1].upper() + words[1:] or UNTITLED
