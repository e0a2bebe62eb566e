"""Media held against the database: what a crash left behind, what is missing, what is linked wrongly."""

import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from artworks import indexing, sight, tiles
from artworks.answers import Refused
from artworks.endings import has_end
from artworks.masters import remake
from artworks.models import ArtworkImage
from artworks.storage import folder, original_folder, rendition_folder
from artworks.tasks import cut_tiles, warm


@dataclass(frozen=True)
class Finding:
    """What is wrong, and what mends it: it answers False where it could not. None where only a backup can."""

    words: str
    mend: Callable[[], object] | None = None


def findings(older_than: float) -> Iterator[Finding]:
    """All findings; files younger than ``older_than`` seconds may belong to an upload under way and are left."""
    before = time.time() - older_than
    known = {str(uuid) for uuid in ArtworkImage.objects.values_list("uuid", flat=True)}
    yield from unfinished_uploads(before)
    for name in ("originals", "renditions"):
        yield from folders_without_rows(name, known, before)
    yield from masters_without_rows(known, before)
    yield from cut_renditions()
    yield from wrong_links()
    yield from wrong_index()
    for image in ArtworkImage.objects.order_by("pk").iterator(200):
        yield from missing_files(image)


def sweep(before: float) -> int:
    """Mend, unasked, what a crash left from ``before`` that moment; returns how much.

    Of originals only those whose upload is known to have been cut off: where an older database was put back, the
    others are what somebody is looking for.
    """
    for mark in folder("incoming").glob("*.arriving"):
        if is_older(mark, before) and not ArtworkImage.objects.filter(uuid=mark.stem).exists():
            shutil.rmtree(original_folder(mark.stem), ignore_errors=True)
    known = {str(uuid) for uuid in ArtworkImage.objects.values_list("uuid", flat=True)}
    strays = [*folders_without_rows("renditions", known, before), *masters_without_rows(known, before)]
    found = [*unfinished_uploads(before), *strays, *wrong_links()]
    return sum(finding.mend is not None and finding.mend() is not False for finding in found)


def unfinished_uploads(before: float) -> Iterator[Finding]:
    leftovers = [*folder("incoming").iterdir(), *folder("renditions").glob("*/.making-*")]
    for path in leftovers:
        if path.name != ".gitkeep" and is_older(path, before):
            is_folder = path.is_dir() and not path.is_symlink()  # tiles under way
            mend = partial(shutil.rmtree, path, True) if is_folder else partial(path.unlink, missing_ok=True)
            yield Finding(f"left by an interrupted upload: {path.name}", mend)


def folders_without_rows(name: str, known: set[str], before: float) -> Iterator[Finding]:
    strays = [path for path in folder(name).iterdir() if path.is_dir() and path.name not in known]
    if len(strays) > len(known) + 10 and name == "originals":
        yield Finding(f"{len(strays)} originals and only {len(known)} images: is this the right database?")
        return
    for path in strays:
        if is_older(path, before):
            yield Finding(f"{name}/{path.name} belongs to no image", partial(shutil.rmtree, path, True))


def cut_renditions() -> Iterator[Finding]:
    """Whoever asks for one first has it made again."""
    for path in folder("renditions").glob("*/[1-9]*.*"):
        if not has_end(path, path.suffix):
            words = f"renditions/{path.parent.name}/{path.name} is cut short"
            yield Finding(words, partial(path.unlink, missing_ok=True))


def masters_without_rows(known: set[str], before: float) -> Iterator[Finding]:
    for path in folder("masters").glob("*.ppm"):
        if path.stem not in known and is_older(path, before):
            yield Finding(f"masters/{path.name} belongs to no image", partial(path.unlink, missing_ok=True))


def is_older(path: Path, before: float) -> bool:
    """False as well for what an upload has moved away meanwhile."""
    try:
        return path.lstat().st_mtime < before
    except FileNotFoundError:
        return False


def wrong_links() -> Iterator[Finding]:
    linked = {path.name: path for path in folder("public").iterdir() if path.is_symlink()}
    public = {str(uuid): uuid for uuid in ArtworkImage.objects.linked().values_list("uuid", flat=True)}
    for name in linked.keys() - public.keys():
        yield Finding(f"public/{name} leads to what is not public", partial(linked[name].unlink, missing_ok=True))
    for name in public.keys() - linked.keys():
        yield Finding(f"public/{name} is missing", partial(sight.link, [public[name]]))


def wrong_index() -> Iterator[Finding]:
    if wrong := indexing.wrong():
        are = "1 work otherwise than it is" if wrong == 1 else f"{wrong} works otherwise than they are"
        yield Finding(f"search knows {are}", indexing.rebuild)


def missing_files(image: ArtworkImage) -> Iterator[Finding]:
    """What is missing of an image, as far as sizes tell: no picture is decoded, and masters come by themselves."""
    original, name = Path(image.original.path), f"image {image.pk} ({image.source_filename})"
    if not original.exists() or original.stat().st_size != image.byte_size:
        yield Finding(f"the original of {name} is missing or cut short")
    elif image.state == ArtworkImage.State.BROKEN:
        yield Finding(f"{name} counts as broken, and its original is there", partial(remake_master, image))
    elif image.has_tiles and not (rendition_folder(image.uuid) / tiles.NAME).exists():
        yield Finding(f"the tiles of {name} are missing", partial(recut_tiles, image))


def remake_master(image: ArtworkImage) -> bool:
    """Cut the master again from its original, as the upload did, and have the renditions made."""
    try:
        report = remake(image)
    except Refused:
        ArtworkImage.objects.filter(pk=image.pk).update(state=ArtworkImage.State.BROKEN)
        return False
    ArtworkImage.objects.filter(pk=image.pk).update(
        master_width=report.master_width,
        master_height=report.master_height,
        placeholder=report.placeholder,
        average_colour=report.average_colour,
        colour=report.colour,
        state=ArtworkImage.State.PROCESSING,
        attempts=0,
    )
    warm.enqueue(image.pk)
    return True


def recut_tiles(image: ArtworkImage) -> None:
    ArtworkImage.objects.filter(pk=image.pk).update(has_tiles=False)
    cut_tiles.enqueue(image.pk)
