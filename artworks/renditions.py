"""Renditions: ImageKit specs that cut a smaller picture from the master. Names and sizes are arithmetic on the row."""

import mmap
import re
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from imagekit import ImageSpec
from PIL import Image

from artworks.colours import SRGB_PROFILE
from artworks.reducing import from_bytes, pillow, resample
from artworks.storage import RenditionStorage, address

# Each step has twice the pixels of the one before, or nearly: a finer one would only be fetched twice.
LADDER = (400, 600, 850, 1200, 1700, 2400)
NEARLY = 1.15  # a step that is this close to the master's own width is left out
# As pages offer them: the smallest file first.
FORMATS = ("avif", "jpg")
FULL_COLOUR_TO = 1000  # px; in a wider JPEG chroma at half the resolution shows no more than in AVIF, which has it so
# Not optimised: that takes twice the time and saves 3 to 10 % of a file that few browsers still ask for.
JPEG: dict[str, Any] = {"quality": 82}


class Master:
    """A master's pixels, mapped rather than read, for however many sizes are cut from it."""

    HEADER = re.compile(rb"P6\n(\d{1,9}) (\d{1,9})\n255\n")

    def __init__(self, path: str) -> None:
        self.path = path

    @cached_property
    def mapped(self) -> tuple[memoryview, int, int]:
        """The pixels, and their width and height. Raises OSError where the file is not whole."""
        with open(self.path, "rb") as file:
            found = self.HEADER.match(file.read(32))
            width, height = (int(side) for side in found.groups()) if found else (0, 0)
            length = 3 * width * height
            if not found or not length or file.seek(0, 2) != found.end() + length:
                raise OSError(f"{self.path} is no whole master.")
            return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))[found.end() :], width, height

    @property
    def size(self) -> tuple[int, int]:
        return self.mapped[1:]

    def cut(self, width: int, height: int) -> Image.Image:
        """Of that size; of its own, without another copy."""
        if width < self.size[0]:
            return pillow(resample(from_bytes(*self.mapped), width, height))
        return Image.frombuffer("RGB", self.size, self.mapped[0], "raw", "RGB", 0, 1)  # type: ignore[arg-type]


class FitWidth:
    """Reduce to a width and the height that goes with it; never enlarge."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height

    def process(self, master: Master) -> Image.Image:
        return master.cut(self.width, self.height)


class Rendition(ImageSpec):
    """A smaller picture of one image. ``source`` is the master's field file, which knows its row."""

    format = "JPEG"
    autoconvert = False
    widest = LADDER[0]
    suffix = "jpg"
    cachefile_storage = RenditionStorage()
    master: Master | None = None  # shared by those that are made together

    @property
    def width(self) -> int:
        return min(self.widest, self.source.instance.master_width)

    @property
    def height(self) -> int:
        image = self.source.instance
        return max(1, round(image.master_height * self.width / image.master_width))

    @property
    def cachefile_name(self) -> str:
        return f"renditions/{self.source.instance.uuid}/{self.width}.{self.suffix}"

    @property
    def url(self) -> str:
        return address(self.source.instance.uuid, self.width, self.suffix)

    @property
    def path(self) -> Path:
        return Path(self.cachefile_storage.path(self.cachefile_name))

    @property
    def processors(self) -> list[FitWidth]:
        return [FitWidth(self.width, self.height)]

    @property
    def options(self) -> dict[str, Any]:
        """AVIF: below 1000 px the faster encoder costs no bytes, above it costs a tenth."""
        if self.suffix == "avif":
            return {"quality": 60, "speed": 9 if self.width < 1000 else 8, "max_threads": 1}
        return JPEG | {"subsampling": 0 if self.width < FULL_COLOUR_TO else 2}

    def write(self, target: Path) -> None:
        """Encode into a real file: into memory, Pillow's JPEG encoder would hold the GIL."""
        picture = self.processors[0].process(self.master or Master(self.source.path))
        rights = self.source.instance.rights
        picture.save(target, self.format, icc_profile=SRGB_PROFILE, xmp=rights, **self.options)


class Step(Rendition):
    """Any width of the ladder, in either format."""

    def __init__(self, source: Any, widest: int, suffix: str) -> None:
        super().__init__(source)
        self.widest, self.suffix = widest, suffix
        self.format = {"jpg": "JPEG", "avif": "AVIF"}[suffix]


class Thumbnail(Rendition):
    widest = 400


class Preview(Rendition):
    widest = 1200


class Display(Rendition):
    widest = 2400


def ladder(master: Any, suffix: str) -> list[Rendition]:
    """The sizes for one format's ``srcset``."""
    image = master.instance
    return [Step(master, width, suffix) for width, _height in steps(image.master_width, image.master_height)]


@lru_cache(maxsize=4096)
def steps(width: int, height: int) -> tuple[tuple[int, int], ...]:
    """Widths and heights of what is cut from a master of this size, the smallest first: each really different."""
    widths = [each for each in LADDER if each * NEARLY <= width] + [width]
    return tuple((each, max(1, round(height * each / width))) for each in widths)
