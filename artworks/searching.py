"""Finding works by their words and tags, in the index that `artworks.indexing` keeps: newest first, page by page."""

from typing import NamedTuple

from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.db.models.expressions import RawSQL

from artworks.indexing import TABLE
from artworks.models import Artwork, ArtworkQuerySet, Tag, Viewer
from artworks.spelling import spelled

LONGEST = 200  # characters of a question
MOST_WORDS = 10
PAGE = 48
FEW = 1000  # works


class Leaf(NamedTuple):
    """A page of works; the ids to go on from, where there are newer or older ones."""

    works: list[Artwork]
    newer: int | None
    older: int | None


def words_of(question: str) -> list[str]:
    """What can be looked for: words with a letter or a digit, the first ten."""
    words = question[:LONGEST].replace('"', " ").replace("\0", " ").split()
    return [spelled(word) for word in words if any(map(str.isalnum, word))][:MOST_WORDS]


def mentioning(words: list[str]) -> str:
    """The match for works with all of these words, each by its beginning. In quotes nothing is an operator."""
    return "words : ({})".format(" ".join(f'"{word}"*' for word in words))


def tagged(tag: Tag) -> str:
    return f"keys : t{tag.pk}"


def seen_by(viewer: Viewer, match: str) -> str:
    """A match for what a viewer may see, so that nothing else is even looked at."""
    own = f" OR u{viewer.pk}" if viewer.is_authenticated else ""
    return f"keys : (public{own}) AND {match}"


def found(viewer: Viewer, match: str) -> Q:
    """For a list in an order of its own: what the index finds for a viewer. The rule of sight is still to be asked.

    SQLite cannot foresee how much that is: few are sought one by one; of many the list is read in its own order, and
    each row looked for among them.
    """
    rows, values = f"SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH %s", [seen_by(viewer, match)]  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"{rows} LIMIT {FEW + 1}", values)
        ids = [pk for (pk,) in cursor.fetchall()]
    if len(ids) <= FEW:
        return Q(pk__in=ids)
    return Q(RawSQL(f"+artworks_artwork.id IN ({rows})", values, BooleanField()))  # noqa: S611


def leaf(viewer: Viewer, match: str, *, before: int | None = None, after: int | None = None) -> Leaf:
    """What a viewer may see of a match: the newest, or those next to an id. The index is read no further than that."""
    works = matching(viewer, match, *beyond(before, after))
    rows = list(works[: PAGE + 1])
    more, rows = len(rows) > PAGE, rows[:PAGE]
    newer, older = before is not None, more
    if after is not None:
        rows.reverse()
        newer, older = more, True
    return Leaf(rows, rows[0].pk if rows and newer else None, rows[-1].pk if rows and older else None)


def beyond(before: int | None, after: int | None) -> tuple[str, list[int], str]:
    """Condition, its values, and the order to read in."""
    if after is not None:
        return f"{TABLE}.rowid > %s", [after], f"{TABLE}.rowid"
    if before is not None:
        return f"{TABLE}.rowid < %s", [before], f"-{TABLE}.rowid"
    return "1", [], f"-{TABLE}.rowid"


def matching(viewer: Viewer, match: str, where: str, values: list[int], order: str) -> ArtworkQuerySet:
    """Joined to the index, not looked up in a list of all it finds: reading ends with the page."""
    works = Artwork.objects.visible_to(viewer).alive().for_cards()
    shown = works.annotate(on_show=ExpressionWrapper(works.shown(), BooleanField()))
    return shown.extra(  # type: ignore[return-value]  # noqa: S610
        tables=[TABLE],
        where=[f"{TABLE}.rowid = artworks_artwork.id", f"{TABLE} MATCH %s", where],
        params=[seen_by(viewer, match), *values],
        order_by=[order],
    )
