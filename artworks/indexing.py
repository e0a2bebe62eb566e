"""The index of search: an FTS5 table with a row for each artwork, kept by SQLite's own triggers.

A view says what the index should hold; each trigger takes the works that a change touches out of the index, and puts
in anew what the view says of them. So no bulk update, no cascade and no hand at the database is missed, and index and
view can be held against each other.

``words`` is what a work says of itself in public. ``keys`` are its tags (``t12``) and who may find it: its owner
(``u3``), and ``public`` by the rule of sight as `ArtworkQuerySet.public` states it. So what is hidden costs no time,
and tells nothing by it; what is found still passes the rule itself.
"""

# ruff: noqa: S608 - nothing that anybody wrote goes into these statements.

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connections, transaction

from artworks.spelling import letters_sql, signs_sql

TABLE, VIEW = "artworks_search", "artworks_searchable"
LONGEST = 20_000  # characters of a description
# Queries by the first letters are answered at once for so many letters; for more, every word that begins so is read.
PREFIXES = "1 2 3 4"

CREATE_TABLE = (
    f"CREATE VIRTUAL TABLE {TABLE} USING "
    f"fts5(words, keys, tokenize = 'unicode61 remove_diacritics 2', prefix = '{PREFIXES}', columnsize = 0)"
)
# LIMIT keeps SQLite from working a text out anew wherever it is used.
CREATE_VIEW = """CREATE VIEW {view} AS
SELECT
    work.id,
    (SELECT {signs} FROM ({letters} LIMIT 1)) AS words,
    'u' || artist.user_id || iif(EXISTS (SELECT 1 FROM ({public}) AS seen WHERE seen.id = work.id), ' public', '')
        || coalesce((
            SELECT group_concat(' t' || tag_id, '') FROM (
                SELECT tag_id FROM artworks_artwork_tags WHERE artwork_id = work.id ORDER BY tag_id
            )
        ), '') AS keys
FROM artworks_artwork AS work JOIN accounts_artist AS artist ON artist.id = work.artist_id"""
WORDS = f"""work.title || ' ' || work.medium || ' ' || coalesce(work.year, '') || ' ' || work.date_text || ' '
    || artist.name || ' ' || coalesce((
        SELECT group_concat(name, ' ') FROM (
            SELECT tag.name FROM artworks_artwork_tags AS tagged JOIN artworks_tag AS tag ON tag.id = tagged.tag_id
            WHERE tagged.artwork_id = work.id ORDER BY tag.id
        )
    ), '') || ' ' || substr(work.description, 1, {LONGEST})"""
CREATE_TRIGGER = """CREATE TRIGGER {name} AFTER {event} ON "{table}"{when} BEGIN
    DELETE FROM {index} WHERE rowid IN ({works});
    INSERT INTO {index} (rowid, words, keys) SELECT id, words, keys FROM {view} WHERE id IN ({works});
END"""

OF_ARTIST = "SELECT id FROM artworks_artwork WHERE artist_id = NEW.id"
OF_USER = (
    "SELECT work.id FROM artworks_artwork AS work JOIN accounts_artist AS artist ON artist.id = work.artist_id "
    "WHERE artist.user_id = NEW.id"
)
TAGGED = "SELECT artwork_id FROM artworks_artwork_tags WHERE tag_id = NEW.id"
SHOWN = ("title", "medium", "year", "date_text", "description", "artist_id", "deleted_at")


def install(using: str = "default") -> None:
    """Make the index and what keeps it, unless both stand already as they should."""
    wanted = {VIEW: view(), TABLE: CREATE_TABLE} | {sql.split()[2]: sql for sql in triggers()}
    with transaction.atomic(using), connections[using].cursor() as cursor:
        if standing(cursor) == wanted:
            return
        take_down(using)
        cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")
        for sql in wanted.values():
            cursor.execute(sql)
        rebuild(using)


def take_down(using: str = "default") -> None:
    """View and triggers away: no table that they name can be altered while they stand."""
    with connections[using].cursor() as cursor:
        for name, sql in standing(cursor).items():
            if name != TABLE:
                cursor.execute(f"DROP {sql.split()[1]} {name}")


def rebuild(using: str = "default") -> None:
    with transaction.atomic(using), connections[using].cursor() as cursor:
        cursor.execute(f"DELETE FROM {TABLE}")
        cursor.execute(f"INSERT INTO {TABLE} (rowid, words, keys) SELECT id, words, keys FROM {VIEW}")
        cursor.execute(f"INSERT INTO {TABLE} ({TABLE}) VALUES ('optimize')")


def wrong() -> int:
    """How many works the index knows otherwise than they are."""
    held, is_so = f"SELECT rowid, words, keys FROM {TABLE}", f"SELECT id, words, keys FROM {VIEW}"
    differing = f"SELECT * FROM ({held} EXCEPT {is_so}) UNION ALL SELECT * FROM ({is_so} EXCEPT {held})"
    with connections["default"].cursor() as cursor:
        cursor.execute(f"SELECT count(DISTINCT rowid) FROM ({differing})")
        return cursor.fetchone()[0]


def standing(cursor: Any) -> dict[str, str]:
    """What SQLite has of it, by name."""
    cursor.execute(
        "SELECT name, sql FROM sqlite_master WHERE name IN (%s, %s) OR (type = 'trigger' AND name GLOB %s)",
        [VIEW, TABLE, f"{TABLE}_*"],
    )
    return dict(cursor.fetchall())


def view() -> str:
    letters = letters_sql(f"SELECT {WORDS} AS text")
    return CREATE_VIEW.format(view=VIEW, signs=signs_sql("text"), letters=letters, public=public_sql())


def public_sql() -> str:
    """The rule of sight as SQL, with its values in it: a view takes none from outside."""
    public = apps.get_model("artworks.Artwork").objects.public().order_by().values("id")
    sql, values = public.query.sql_with_params()
    return sql % tuple("'{}'".format(str(value).replace("'", "''")) for value in values)


def triggers() -> Iterator[str]:
    """For every table that the view reads, what becomes of the works that a change of it touches."""
    placement: Any = apps.get_model("artworks.Artwork")._meta.get_field("placements").related_model
    hung, gallery = placement._meta.db_table, placement._meta.get_field("gallery").related_model._meta.db_table
    yield from following("artworks_artwork", "id", SHOWN)
    yield from following("artworks_artwork_tags", "artwork_id", ("artwork_id", "tag_id"))
    yield from following(hung, "artwork_id", ("artwork_id", "gallery_id"))
    yield trigger("artworks_tag", "UPDATE", TAGGED, ("name",))
    yield trigger("accounts_artist", "UPDATE", OF_ARTIST, ("name", "user_id"))
    yield trigger("accounts_user", "UPDATE", OF_USER, ("leaving_at",))
    yield trigger(gallery, "UPDATE", f'SELECT artwork_id FROM "{hung}" WHERE gallery_id = NEW.id', ("visibility",))


def following(table: str, work: str, columns: tuple[str, ...]) -> Iterator[str]:
    """For a table whose rows name, in the column ``work``, the one work they are about."""
    yield trigger(table, "INSERT", f"NEW.{work}")
    yield trigger(table, "UPDATE", f"OLD.{work}, NEW.{work}", columns)
    yield trigger(table, "DELETE", f"OLD.{work}")


def trigger(table: str, event: str, works: str, columns: tuple[str, ...] = ()) -> str:
    """With ``columns``, where one of them really changes: a form saves the others as they were."""
    changed = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in columns)
    return CREATE_TRIGGER.format(
        name=f"{TABLE}_{table}_{event.lower()}",
        event=f"{event} OF {', '.join(columns)}" if columns else event,
        when=f" WHEN {changed}" if columns else "",
        table=table,
        works=works,
        index=TABLE,
        view=VIEW,
    )
