"""Public is one symlink: ``media/public/<uuid>`` leads to an image's renditions while anyone may see it.

A missing link costs speed, never truth: without it the image view asks the rule of sight, and the artist's word on AI
training. What is linked is sent with that reservation, so the pictures of an artist who does not reserve are not
linked. So a link is removed
inside the hiding transaction, before its commit, and made after a showing one has committed, in a new
transaction that reads the rows again. SQLite's IMMEDIATE transactions are the lock between the two; linking
without it left links to hidden works in a crash test, this order none.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from uuid import UUID

from django.apps import apps
from django.db import transaction

from artworks.storage import folder, rendition_folder, sync


@contextmanager
def changing(artworks: Iterable[int]) -> Iterator[None]:
    """Round any change of what may be seen of ``artworks`` (ids): links follow it, in the safe order."""
    ids = list(artworks)
    with transaction.atomic():
        before = _uuids(ids)
        yield
        changed(ids, before)


def changed(artworks: Iterable[int], before: Iterable[UUID] = ()) -> None:
    """Inside a transaction that changed what may be seen: hide now, show after the commit."""
    ids = list(artworks)
    candidates = _uuids(ids) | set(before)
    shown = linked_among(candidates)
    unlink(candidates - shown)
    if shown:  # else there is nothing to show, and no second write transaction to wait for
        # Robust: the change stands, and a missing link costs only speed.
        transaction.on_commit(lambda: link(shown), robust=True)


def public_among(uuids: Iterable[UUID]) -> set[UUID]:
    """Those of ``uuids`` that anyone may see, by the rule of sight."""
    image = apps.get_model("artworks.ArtworkImage")
    return set(image.objects.public().filter(uuid__in=list(uuids)).values_list("uuid", flat=True))


def linked_among(uuids: Iterable[UUID]) -> set[UUID]:
    """Those of ``uuids`` that go out without asking: the header with them says that AI training is reserved."""
    image = apps.get_model("artworks.ArtworkImage")
    return set(image.objects.linked().filter(uuid__in=list(uuids)).values_list("uuid", flat=True))


def unlink(uuids: Iterable[UUID]) -> None:
    """Take the links away, and return once they are gone from the disk."""
    public, gone = folder("public"), False
    for uuid in uuids:
        with suppress(FileNotFoundError):
            os.unlink(public / str(uuid))
            gone = True
    if gone:
        sync(public)


def link(uuids: Iterable[UUID]) -> None:
    """Link what anyone may see, reading the rows again under the write lock."""
    public = folder("public")
    with transaction.atomic():
        for uuid in linked_among(uuids):
            rendition_folder(uuid).mkdir(exist_ok=True)
            with suppress(FileExistsError):
                os.symlink(os.path.join("..", "renditions", str(uuid)), public / str(uuid))


def _uuids(artworks: Iterable[int]) -> set[UUID]:
    image = apps.get_model("artworks.ArtworkImage")
    return set(image.objects.filter(current_of__in=list(artworks)).values_list("uuid", flat=True))
