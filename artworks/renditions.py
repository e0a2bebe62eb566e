"""Renditions: ImageKit specs that cut a smaller picture from the master. Names and sizes are arithmetic on the row."""

from pathlib import Path
from typing import Any

from imagekit import ImageSpec
from PIL import Image

from artworks.storage import RenditionStorage

# Each step has twice the pixels of the one before, or nearly: a finer one would only be fetched twice.
LADDER = (400, 600, 850, 1200, 1700, 2400)
NEARLY = 1.15  # a step that is this close to the master's own width is left out
# As pages offer them: the smallest file first.
FORMATS = ("avif", "jpg")
JPEG: dict[str, Any] = {"quality": 82, "subsampling": 0, "optimize": True}


class FitWidth:
    """Reduce to a width; never enlarge. The JPEG decoder halves on load as long as twice the width is left."""

    def __init__(self, width: int) -> None:
        self.width = width

    def process(self, image: Image.Image) -> Image.Image:
        width, height = self.width, round(image.height * self.width / image.width)
        if width >= image.width:
            return image
        image.draft("RGB", (width * 2, height * 2))
        return image.resize((width, max(1, height)), Image.Resampling.LANCZOS, reducing_gap=3.0)


class Rendition(ImageSpec):
    """A smaller picture of one image. ``source`` is the master's field file, which knows its row."""

    format = "JPEG"
    autoconvert = False
    widest = LADDER[0]
    suffix = "jpg"
    cachefile_storage = RenditionStorage()

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
        return self.cachefile_storage.url(self.cachefile_name)

    @property
    def path(self) -> Path:
        return Path(self.cachefile_storage.path(self.cachefile_name))

    @property
    def processors(self) -> list[FitWidth]:
        return [FitWidth(self.width)]

    @property
    def options(self) -> dict[str, Any]:
        """AVIF: below 1000 px the faster encoder costs no bytes, above it costs a tenth."""
        if self.suffix == "avif":
            return {"quality": 60, "speed": 9 if self.width < 1000 else 8, "max_threads": 1}
        return JPEG

    def write(self, target: Path) -> None:
        """Encode into a real file: into memory, Pillow's JPEG encoder would hold the GIL."""
        with Image.open(self.source.path, formats=["JPEG"]) as master:
            profile = master.info.get("icc_profile")
            picture = self.processors[0].process(master)
            picture.save(target, self.format, icc_profile=profile, xmp=self.source.instance.rights, **self.options)


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
    """The sizes for one format's ``srcset``, the smallest first: up to the master's own, each really different."""
    own = master.instance.master_width
    steps = [width for width in LADDER if width * NEARLY <= own] + [own]
    return [Step(master, width, suffix) for width in steps]
