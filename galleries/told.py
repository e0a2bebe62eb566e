"""What happens on walls, as the histories of the gallery and of its works keep it."""

from collections.abc import Sequence
from typing import Any

from accounts import history
from artworks.models import Artwork
from galleries.models import Gallery

AS_THE_WORK_HAS_IT = {"hung": "hung_in", "taken_down": "taken_from"}


def moved(user: Any, deed: str, gallery: Gallery, works: Sequence[Artwork]) -> None:
    """Works were hung or taken down: a line for the gallery, and one for each of them; one insert."""
    if works:
        here = history.lines(user, [gallery], deed, **history.named(works))
        history.write([*here, *history.lines(user, works, AS_THE_WORK_HAS_IT[deed], **history.named([gallery]))])


def rearranged(user: Any, gallery: Gallery, results: Sequence[dict[str, Any]]) -> None:
    """From the results of a request: what was moved is one change of the order."""
    for deed in AS_THE_WORK_HAS_IT:
        ids = [result["artwork"] for result in results if result["result"] == deed]
        works = Artwork.objects.in_bulk(ids) if ids else {}
        moved(user, deed, gallery, [works[pk] for pk in ids])
    if any(result["result"] == "moved" for result in results):
        history.note(user, [gallery], "ordered")
