"""The project's own path to a rendition: `cut_master` as the decoder does it, then the specs cut from the master.

Runs with the project's own Python. Needs DATA_ROOT and MEDIA_ROOT.
"""

import os
import sys
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portfolio_site.settings")

import django

django.setup()

import pyvips
from django.conf import settings
from PIL import Image

from artworks import decoder, metadata
from artworks.loading import READERS
from artworks.making import PLACES, encode, make
from artworks.renditions import Master, Step, Thumbnail, ladder
from artworks.storage import folder, master_name

RIGHTS = metadata.rights("Ada Painter", "© Ada Painter", "https://art.example/licence")
uuids: dict[str, UUID] = {}
masters: dict[str, Any] = {}
makers = ThreadPoolExecutor(PLACES)


def job(do: str, path: str, target: Path) -> dict[str, Any]:
    """What a web worker asks the decoder for."""
    return {
        "do": do,
        "path": path,
        "target": str(target),
        "ending": Path(path).suffix,
        "pixels": settings.UPLOAD_MAX_PIXELS,
        "memory": settings.DECODE_MEMORY,
    }


def master(path: str, do: str = "master", kept: bool = False) -> Any:
    """A master just cut, as a rendition's source. It takes the place of the one before, unless that is ``kept``."""
    uuid = uuids.setdefault(f"{path} {do} {kept}", uuid4())
    folder("masters")
    target = Path(settings.MEDIA_ROOT) / master_name(uuid)
    pyvips.concurrency_set(READERS)
    report = decoder.do(job(do, path, target))
    pyvips.concurrency_set(1)
    row = SimpleNamespace(
        uuid=uuid,
        rights=RIGHTS,
        master=SimpleNamespace(path=str(target)),
        master_width=report["master_width"],
        master_height=report["master_height"],
    )
    return SimpleNamespace(path=row.master.path, instance=row)


def cut_master(path: str) -> str:
    return str(master(path).path)


def one(path: str) -> None:
    """A fresh original's 400 px thumbnail, as an upload waits for it."""
    encode(Thumbnail(master(path, "first")))


def together(renditions: list[Any], path: str) -> None:
    """As `manage.py make_renditions` makes them: the master opened once, as many encoders as there are places."""
    shared = Master(path)
    for rendition in renditions:
        rendition.master = shared
    deque(makers.map(lambda rendition: make(rendition, force=True), renditions), maxlen=0)


def several(path: str, widths: list[int], suffix: str = "jpg") -> None:
    source = master(path)
    together([Step(source, width, suffix) for width in widths], source.path)


def several_from_master(path: str, widths: list[int]) -> None:
    """From a master that is there already; the first call cuts that."""
    if path not in masters:
        masters[path] = master(path, kept=True)
    together([Step(masters[path], width, "jpg") for width in widths], masters[path].path)


def everything(path: str, suffixes: tuple[str, ...] = ("jpg", "avif")) -> None:
    """Master and every rendition that a page may ask for, one after the other, as the task worker makes them."""
    source = master(path)
    for suffix in suffixes:
        for rendition in ladder(source, suffix):
            make(rendition, force=True)


def every_jpeg(path: str) -> None:
    everything(path, ("jpg",))


def on_the_fly(path: str, width: int) -> None:
    """One size from a master that is there already; the first call cuts that."""
    if path not in masters:
        masters[path] = master(path, kept=True)
    make(Step(masters[path], width, "jpg"), force=True)


def tiles(path: str) -> int:
    """Deep zoom; the bytes it takes."""
    target = Path(settings.MEDIA_ROOT) / f"{uuid4()}.zip"
    decoder.do(job("tiles", path, target))
    size = target.stat().st_size
    target.unlink()
    return size


def decoder_peak(do: str, path: str) -> int:
    """Bytes: the most that a decoder process of its own ever held for this one job."""
    child = decoder.Decoder()
    try:
        target = Path(settings.MEDIA_ROOT) / f"{uuid4()}.cut"
        child.ask(job(do, path, target), seconds=settings.DECODE_SECONDS, memory=settings.DECODE_MEMORY)
        target.unlink()
        assert child.child is not None
        status = Path(f"/proc/{child.child.pid}/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) * 1024
    finally:
        child.stop()


def before_the_encoder(path: str, folder: str) -> list[list[Any]]:
    """The pixels that each step of the ladder gives to its encoder, as PNG files: width, path."""
    encode, source, written = Image.Image.save, master(path), []

    def keep(image: Image.Image, target: Path, *_: Any, **__: Any) -> None:
        encode(image, target, "PNG", compress_level=1)

    Image.Image.save = keep  # type: ignore[assignment]
    try:
        for step in ladder(source, "jpg"):
            target = Path(folder) / f"{Path(path).stem}-{step.width}.png"
            step.write(target)
            written.append([step.width, str(target)])
    finally:
        Image.Image.save = encode  # type: ignore[method-assign]
    return written
