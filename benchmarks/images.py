"""Seeded test images: photo-like ones (noise of many octaves, soft and busy regions, hard edges, grain) and line art.

The same files come out everywhere with the same codecs. Grain is set so that JPEG q90 4:2:0 takes 0.3 bytes a pixel.
"""

import sys
from pathlib import Path

import numpy as np
import pyvips
from PIL import Image, ImageDraw

SIZES = {"24mp": (6000, 4000), "50mp": (8688, 5792), "100mp": (11648, 8736)}
GRAIN = 10.0

Image.MAX_IMAGE_PIXELS = None


def octave(rng: np.random.Generator, size: tuple[int, int], cell: int) -> np.ndarray:
    width, height = size
    grid = rng.standard_normal((max(2, height // cell + 2), max(2, width // cell + 2)), dtype=np.float32)
    return np.asarray(Image.fromarray(grid).resize(size, Image.Resampling.BICUBIC))


def photo(size: tuple[int, int], grain: float = GRAIN) -> Image.Image:
    width, height = size
    rng = np.random.default_rng(7)
    luma = 160 - 90 * np.linspace(0, 1, height, dtype=np.float32)[:, None]
    luma = luma + 20 * np.linspace(0, 1, width, dtype=np.float32)[None, :]
    # Detail is not even in photographs: a soft mask makes sky and blur.
    mask = np.clip(octave(rng, size, max(size) // 4) * 0.5 + 0.55, 0.08, 1.0)
    cell, strength = max(size) // 3, 34.0
    while cell >= 3:
        luma += strength * octave(rng, size, cell) * mask
        cell, strength = cell // 2, strength * 0.62
    luma += grain * rng.standard_normal((height, width), dtype=np.float32) * (0.4 + 0.6 * mask)
    pixels = np.empty((height, width, 3), np.uint8)
    for band, (gain, tint) in enumerate([(1.06, 8), (1.0, 0), (0.9, -6)]):
        hue = 22 * octave(rng, size, max(size) // 5) + 6 * octave(rng, size, max(size) // 60)
        pixels[..., band] = np.clip(luma * gain + tint + hue, 0, 255)
    picture = Image.fromarray(pixels)
    draw = ImageDraw.Draw(picture)
    for number in range(90):
        x, y, side = (int(rng.integers(low, high)) for low, high in ((0, width), (0, height), (20, max(size) // 14)))
        fill = tuple(int(value) for value in rng.integers(0, 255, 3))
        if number % 3 == 0:
            draw.rectangle([x, y, x + side, y + side // 3], fill=fill)
        elif number % 3 == 1:
            draw.ellipse([x, y, x + side // 2, y + side // 2], fill=fill)
        else:
            draw.line([x, y, x + side, y + side * 2], fill=fill, width=max(2, side // 40))
    return picture


def line_art(size: tuple[int, int]) -> Image.Image:
    """What shrinking on load is worst at: a zone plate, and ink hatching of 3 to 23 px pitch."""
    width, height = size
    y, x = np.ogrid[0:height, 0:width]
    zone = ((x - width * 0.25) ** 2 + (y - height * 0.5) ** 2) * (np.pi / (width * 8.8))
    pixels = np.where(x < width / 2, 128 + 110 * np.cos(zone), 245).astype(np.uint8)
    for number, pitch in enumerate((3, 5, 7, 11, 16, 23)):
        left = width // 2 + number * width // 12
        angle = np.deg2rad(15 + 25 * number)
        strip = x[:, left : left + width // 12]
        ink = ((strip * np.cos(angle) + y * np.sin(angle)) % pitch) < max(1.0, pitch / 4)
        pixels[:, left : left + width // 12][ink] = 25
    return Image.fromarray(pixels).convert("RGB")


def write(folder: Path) -> None:
    """Whatever is missing, into ``folder``: about 0.7 GB."""
    folder.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (64, 48), (90, 120, 150)).save(folder / "tiny.jpg")
    for name, size in SIZES.items():
        if (folder / f"{name}.done").exists():
            continue
        print(f"making the {name} images", flush=True)
        if name != "100mp":
            line_art(size).save(folder / f"{name}-lines.jpg", quality=92, subsampling=0)
        picture = photo(size)
        picture.save(folder / f"{name}.jpg", quality=90)
        if name == "100mp":
            picture.save(folder / "100mp-progressive.jpg", quality=90, progressive=True)
            picture.save(folder / "100mp.png", compress_level=1)
        (folder / f"{name}.done").touch()
    if not (folder / "100mp.tif").exists():
        tiff = pyvips.Image.new_from_file(str(folder / "100mp.png"))
        tiff.tiffsave(str(folder / "100mp.tif"), tile=True, tile_width=256, tile_height=256, compression="lzw")
    # The largest of their kind that are taken with the memory allowed for decoding.
    for name, options in {"40mp.webp": {"quality": 60, "method": 2}, "26mp.avif": {"quality": 80, "speed": 10}}.items():
        if not (folder / name).exists():
            print(f"making {name}", flush=True)
            scale = (int(name[:2]) * 1e6 / (11648 * 8736)) ** 0.5
            with Image.open(folder / "100mp.jpg") as whole:
                whole.resize((int(11648 * scale), int(8736 * scale))).save(folder / name, **options)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
