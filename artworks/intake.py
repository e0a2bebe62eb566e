"""From an incoming file to an image whose files are safe on the disk: nothing half, nothing lost."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, transaction

from accounts.locks import Taken
from accounts.models import Artist
from artworks import sight
from artworks.answers import Refused, Report
from artworks.decoder import PATIENCE
from artworks.making import encode
from artworks.masters import cut_first, is_whole
from artworks.models import Artwork, ArtworkImage, used_by
from artworks.storage import arriving, folder, master_name, original_folder, remove_files, sync
from artworks.tasks import warm
from artworks.turns import in_turn, writing
from artworks.uploads import IncomingFile

MANY = 4  # waiting: then an upload is proved and kept, and its thumbnail left for later


@contextmanager
def taken_in(
    incoming: IncomingFile,
    artist: Artist,
    tags: Iterable[str] = (),
    *,
    unless_here: bool = False,
    until_told: ExitStack | None = None,
    **fields: Any,
) -> Iterator[Artwork]:
    """A new work from an arrived file, in the one short transaction that makes its rows, once the files are safe.

    Hang it inside the block: when the block fails, neither file nor row stays. Raises `Refused`; with ``unless_here``
    also where a work shows this very file. ``until_told``: as for `received`.
    """

    def refuse() -> None:
        refuse_beyond_quota(artist, incoming.length, works=1)
        if unless_here:
            refuse_duplicate(artist, incoming.sha256)

    refuse()
    with received(incoming, artist, until_told) as image, entering(incoming):
        refuse()  # under the write lock: several may arrive at once
        artwork = Artwork.objects.create_with_image(image, **fields)
        artwork.set_tags(list(tags))
        warm.enqueue(image.pk)
        yield artwork


@contextmanager
def replaced(
    artwork: Artwork,
    incoming: IncomingFile,
    check: Callable[[], None] = lambda: None,
    until_told: ExitStack | None = None,
) -> Iterator[None]:
    """Another picture for a work that stays. The block belongs to the transaction that changes the row.

    Raises `Refused`, and what ``check`` raises in that transaction; then the work shows what it showed.
    ``until_told``: as for `received`.
    """
    refuse_beyond_quota(artwork.artist, incoming.length)
    with received(incoming, artwork.artist, until_told) as image, entering(incoming):
        refuse_beyond_quota(artwork.artist, incoming.length)
        check()
        artwork.replace_image(image)
        warm.enqueue(image.pk)
        yield


@contextmanager
def portrayed(artist: Artist, incoming: IncomingFile) -> Iterator[None]:
    """A picture of the artist, in place of the one before. The block may still object. Raises `Refused`."""
    with received(incoming, artist) as image, entering(incoming):
        yield
        ArtworkImage.objects.filter(portrait_of=artist).delete()
        image.portrait_of = artist
        image.save()
        sight.changed([], [image.uuid])
        warm.enqueue(image.pk)


def refuse_beyond_quota(artist: Artist, length: int, works: int = 0) -> None:
    """Raises `Refused` where the artist would keep more than the site gives."""
    if not settings.QUOTA_BYTES and not settings.QUOTA_WORKS:
        return
    kept, used = used_by(artist)
    if settings.QUOTA_WORKS and kept + works > settings.QUOTA_WORKS:
        raise Refused(
            "quota_full",
            "You have %(kept)d works here, and may have %(most)d. Remove some for ever first.",
            kept=kept,
            most=settings.QUOTA_WORKS,
        )
    if settings.QUOTA_BYTES and used + length > settings.QUOTA_BYTES:
        raise Refused(
            "quota_full",
            "Your pictures take %(used)d of the %(given)d MB you have here. Remove some for ever first.",
            used=used // settings.MEGABYTE,
            given=settings.QUOTA_BYTES // settings.MEGABYTE,
        )


def refuse_duplicate(artist: Artist, sha256: str) -> None:
    """Raises `Refused` where a work of the artist shows these very bytes; one in the trash does not count."""
    work = Artwork.objects.alive().filter(artist=artist, image__sha256=sha256).order_by("id").first()
    if work is not None:
        raise Refused(
            "duplicate",
            "You have uploaded this very file before: it is “%(title)s”.",
            title=work.title,
            artwork=work.pk,
        )


@contextmanager
def received(incoming: IncomingFile, artist: Artist, until_told: ExitStack | None = None) -> Iterator[ArtworkImage]:
    """An unsaved image with its original, a first master and, unless many wait, the thumbnail in place and synced.

    Save it inside the block: when the block fails, the files go again. Its turn ends with the block. Where one
    file makes the whole answer, ``until_told`` is to hold the turn until that has been told. Raises `Refused`.
    """
    try:
        with ExitStack() as block:
            turn = (until_told or block).enter_context(in_turn(PATIENCE, incoming.began))
            incoming.crowded = turn.crowded
            with prepared(incoming, artist, hurried=turn.behind >= MANY) as image:
                yield image
    except Taken:
        raise Refused("busy", "Too many pictures are being prepared at once. Try again in a few seconds.") from None


@contextmanager
def entering(incoming: IncomingFile) -> Iterator[None]:
    """The transaction that makes the rows of a `received` image."""
    with writing(PATIENCE, incoming.began), transaction.atomic():
        yield


@contextmanager
def prepared(incoming: IncomingFile, artist: Artist, *, hurried: bool) -> Iterator[ArtworkImage]:
    image = ArtworkImage(artist=artist, byte_size=incoming.length, sha256=incoming.sha256)
    image.source_filename = Path(incoming.name or "").name[:255]
    master, mark = incoming.path.with_suffix(".master"), arriving(image.uuid)
    try:
        mark.touch()
        report = cut_first(incoming.path, master, incoming.ending, hurried=hurried)
        describe(image, report)
        keep(image, incoming.path, master)
        if not hurried:  # the answer's own picture: a page that shows it must not wait
            encode(image.renditions["thumbnail"], kind="answer")
        yield image
    except BaseException:
        discard(image)
        raise
    finally:
        master.unlink(missing_ok=True)
        mark.unlink(missing_ok=True)


def describe(image: ArtworkImage, report: Report) -> None:
    image.image_format = report.format
    image.image_width, image.image_height = report.width, report.height
    image.master_width, image.master_height = report.master_width, report.master_height
    image.placeholder, image.average_colour = report.placeholder, report.average_colour
    image.colour, image.captured = report.colour, report.captured
    image.original.name = f"originals/{image.uuid}/original.{report.extension}"
    image.master.name = master_name(image.uuid)


def keep(image: ArtworkImage, original: Path, master: Path) -> None:
    """Move the files to their place, and return once they are safe there.

    Renamed first: no row says yet that they are there, and a journalling file system writes bytes and names at once.
    """
    home = original_folder(image.uuid)
    folder("masters")
    home.mkdir()
    original.rename(image.original.path)
    master.rename(image.master.path)
    sync(Path(image.original.path))
    sync(home)
    sync(folder("originals"))
    if is_whole(image):  # any other has served once the thumbnail is cut from it
        sync(Path(image.master.path))


def discard(image: ArtworkImage) -> None:
    """Remove the files of an image that got no row. Where the database cannot say, they wait for `check_media`."""
    with suppress(DatabaseError):
        if not ArtworkImage.objects.filter(uuid=image.uuid).exists():
            remove_files(image.uuid)
