"""What nobody can beat: one decode at the least sufficient scale, and the encodes of pixels that lie ready.

No resampling, no colour, no file. And what the machine gives. Runs with the project's own Python and Pillow.
"""

import hashlib
import io
import os
import time
from functools import cache
from pathlib import Path
from typing import Any

from PIL import Image

Image.MAX_IMAGE_PIXELS = None
PLAIN = {"format": "JPEG", "quality": 82}
AVIF = {"format": "AVIF", "quality": 60, "speed": 8, "max_threads": 1}
OPTIONS: dict[str, dict[str, Any]] = {"plain": PLAIN, "served": PLAIN, "avif": AVIF}


def decode(path: str, widest: int = 0) -> Image.Image:
    """At the least scale that keeps ``widest``; 0 is a full decode."""
    with Image.open(path) as image:
        if widest:
            image.draft("RGB", (widest, round(widest * image.height / image.width)))
        image.load()
        return image


@cache
def ready(path: str, widths: tuple[int, ...]) -> list[Image.Image]:
    image = decode(path, max(widths))
    return [image.resize((width, round(image.height * width / image.width))) for width in widths]


def limit(path: str, widths: list[int], options: str) -> None:
    pictures = ready(path, tuple(widths))
    decode(path, max(widths))
    for picture in pictures:
        chosen = OPTIONS[options]
        if options == "avif" and picture.width < 1000:
            chosen = chosen | {"speed": 9}
        if options == "served" and picture.width < 1000:
            chosen = chosen | {"subsampling": 0}
        picture.save(io.BytesIO(), **chosen)


def floor(path: str, widest: int) -> None:
    decode(path, widest)


def full(path: str) -> None:
    decode(path)


def sha256(path: str) -> float:
    """MB/s."""
    data = Path(path).read_bytes()
    began = time.perf_counter()
    hashlib.sha256(data).digest()
    return len(data) / 1e6 / (time.perf_counter() - began)


def disk(folder: str) -> float:
    """MB/s of one written and synced file of 64 MB."""
    target, data = Path(folder) / "written", os.urandom(1 << 20)
    began = time.perf_counter()
    with target.open("wb") as file:
        for _ in range(64):
            file.write(data)
        file.flush()
        os.fsync(file.fileno())
    seconds = time.perf_counter() - began
    target.unlink()
    return 64 * 1.048576 / seconds
