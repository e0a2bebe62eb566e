"""Renditions: ImageKit specs that cut a smaller picture from the master. Names and sizes are arithmetic on the row."""

from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from imagekit import ImageSpec
from PIL import Image

from artworks.reducing import reduced
from artworks.storage import RenditionStorage, address

# Each step has twice the pixels of the one before, or nearly: a finer one would only be fetched twice.
LADDER = (400, 600, 850, 1200, 1700, 2400)
CLEAN = 1.6  # times a width is what it can be cut from without a trace
NEARLY = 1.15  # a step that is this close to the master's own width is left out
# As pages offer them: the smallest file first.
FORMATS = ("avif", "jpg")
# Not optimised: that takes twice the time and saves 3 to 10 % of a file that few browsers still ask for.
JPEG: dict[str, Any] = {"quality": 82, "subsampling": 0}


class Master:
    """A master's pictures, each decoded once at most, however many sizes are cut from it."""

    def __init__(self, path: str) -> None:
        self.path, self.pictures = path, dict[int, Image.Image]()

    def picture_for(self, width: int) -> Image.Image:
        """The second picture, if there is one large enough for a clean reduction to ``width`` px; else the first."""
        number = int(CLEAN * width <= self.second_width)
        if number not in self.pictures:
            with self.opened() as image:
                image.seek(number)
                image.load()
                self.pictures[number] = image
        return self.pictures[number]

    @cached_property
    def second_width(self) -> int:
        with self.opened() as image:
            if getattr(image, "n_frames", 1) == 1:
                return 0
            image.seek(1)
            return image.width

    def opened(self) -> Image.Image:
        return Image.open(self.path, formats=["JPEG"])


class FitWidth:
    """Reduce to a width and the height that goes with it; never enlarge."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height

    def process(self, image: Image.Image) -> Image.Image:
        if self.width < image.width:
            return reduced(image, self.width, self.height)
        return image.copy()  # Pillow notes a save's options on the picture, and another thread may be saving it too


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
        return JPEG

    def write(self, target: Path) -> None:
        """Encode into a real file: into memory, Pillow's JPEG encoder would hold the GIL."""
        found = (self.master or Master(self.source.path)).picture_for(self.width)
        profile, rights = found.info.get("icc_profile"), self.source.instance.rights
        self.processors[0].process(found).save(target, self.format, icc_profile=profile, xmp=rights, **self.options)


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
