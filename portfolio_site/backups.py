"""A whole copy of the site in one folder, made while the site serves.

``backup.json``  that the folder is a backup, and which of its databases is the newest
``database/``    dated copies of the database
``originals/``   as in ``MEDIA_ROOT``: a folder per image, with the original
``secret_key``   what sessions and links in mails are signed with
"""

import fcntl
import json
import re
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db import connections

from artworks.storage import sync
from portfolio_site.copying import TEMPORARY, Stopped, digest, status_of, write

FILE_NAME = r"originals/[0-9a-f-]{36}/\w+\.\w+"
FOREIGN_KEYS = "SELECT * FROM pragma_foreign_key_check LIMIT 5"


@dataclass(frozen=True)
class File:
    """An original below ``MEDIA_ROOT``, as a database names it."""

    name: str
    words: str
    size: int
    sha256: str

    @property
    def uuid(self) -> str:
        return Path(self.name).parent.name

    def is_whole(self, path: Path) -> bool:
        """By its size alone: an original is never changed."""
        return (status := status_of(path)) is not None and status.st_size == self.size

    def is_true(self, path: Path) -> bool:
        """By every byte."""
        with suppress(OSError):
            return self.is_whole(path) and digest(path) == self.sha256
        return False


def source(file: File) -> Path:
    return Path(settings.MEDIA_ROOT) / file.name


# --- Databases ------------------------------------------------------------------------------------


def live_database() -> Path:
    """The site's own database file."""
    if connections["default"].vendor != "sqlite":
        raise Stopped("Only SQLite databases are copied here. PostgreSQL has pg_dump and pg_restore.")
    return Path(connections["default"].settings_dict["NAME"])


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """A database copy, to be read only: nothing is written beside it either."""
    with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro&immutable=1", uri=True)) as database:
        yield database


def files_of(database: Path) -> list[File]:
    """All originals that a database copy names; whatever else there is of an image is made again from them."""
    rows = """
        SELECT i.original, i.byte_size, i.sha256, COALESCE(w.title, ''), a.name
        FROM artworks_artworkimage i JOIN accounts_artist a ON a.id = i.artist_id
        LEFT JOIN artworks_artwork w ON w.id = i.artwork_id ORDER BY i.id
    """
    with opened(database) as connection:
        found = connection.execute(rows).fetchall()
    files = []
    for original, size, sha256, title, artist in found:
        words = f"“{title}” by {artist}" if title else f"a picture of {artist}"
        files.append(File(original, words, size, sha256))
    if strange := [file.name for file in files if not re.fullmatch(FILE_NAME, file.name)]:
        raise Stopped(f"{database} names a file where none can be: {strange[0]!r}")
    return files


def is_named(database: Path, file: File) -> bool:
    """Whether the site itself, in use, still has a file's image."""
    with closing(sqlite3.connect(database, timeout=20)) as connection:
        found = connection.execute("SELECT 1 FROM artworks_artworkimage WHERE original = ?", [file.name])
        return found.fetchone() is not None


def faults_of(database: Path) -> list[str]:
    """What SQLite itself finds wrong; empty for a sound copy."""
    try:
        with opened(database) as connection:
            lines = [line for (line,) in connection.execute("PRAGMA integrity_check(5)") if line != "ok"]
            return lines + [f"{row[0]} row {row[1]} refers to nothing" for row in connection.execute(FOREIGN_KEYS)]
    except sqlite3.Error as error:
        return [str(error)]


# --- The folder -----------------------------------------------------------------------------------


class Backup:
    """A folder that holds a copy of a site."""

    def __init__(self, root: Path) -> None:
        self.root = root.expanduser().resolve()
        self.label, self.key = self.root / "backup.json", self.root / "secret_key"

    @property
    def exists(self) -> bool:
        return self.label.is_file()

    @property
    def newest(self) -> dict[str, Any]:
        """``database`` (a file name), ``sha256``, ``made``, ``images``; empty while the first run is under way."""
        try:
            found = json.loads(self.label.read_text())
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) and "database" in found else {}

    def databases(self) -> list[Path]:
        """Oldest first."""
        return sorted((self.root / "database").glob("[0-9]*.sqlite3"))

    def path(self, file: File) -> Path:
        return self.root / file.name

    def open_for_writing(self) -> None:
        """Make the folder a backup of this site. Raises `Stopped` where it is something else."""
        for name in ("DATA_ROOT", "MEDIA_ROOT"):
            own = Path(getattr(settings, name)).resolve()
            if self.root.is_relative_to(own):
                raise Stopped(f"{self.root} lies inside {name} ({own}): what loses the one would lose the other.")
        if self.root.exists() and not self.root.is_dir():
            raise Stopped(f"{self.root} is not a folder.")
        if not self.exists and self.root.is_dir() and any(self.root.iterdir()):
            raise Stopped(f"{self.root} holds other things. Name a folder of its own: {self.root / 'portfolio-backup'}")
        if self.key.exists() and self.key.read_text().strip() != settings.SECRET_KEY:
            raise Stopped(
                f"{self.root} is the backup of another site (or of this one under another secret key). "
                "Name another folder."
            )
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in ("database", "originals"):
            (self.root / name).mkdir(mode=0o700, exist_ok=True)
        if not self.exists:
            write(self.label, "{}\n")
        write(self.key, settings.SECRET_KEY + "\n")

    @contextmanager
    def alone(self) -> Iterator[None]:
        with (self.root / ".lock").open("ab") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Stopped(f"Another backup is being written to {self.root}.") from None
            except OSError:
                pass  # a file system without locks
            yield

    def sweep(self) -> None:
        """Remove what an interrupted run left half done."""
        for pattern in ("*", "database/*", "originals/*/*"):
            for path in self.root.glob(pattern):
                if path.name.startswith(TEMPORARY):
                    path.unlink()

    def copy_database(self) -> Path:
        """The whole database at one moment, under a temporary name, while others read and write."""
        source, target = live_database(), self.root / "database" / f"{TEMPORARY}database"
        if not source.is_file():
            raise Stopped(f"There is no database at {source} yet: nothing to back up.")
        target.unlink(missing_ok=True)
        target.touch(mode=0o600)
        with closing(sqlite3.connect(source, timeout=20, isolation_level=None)) as connection:
            connection.execute("VACUUM INTO ?", [str(target)])
        sync(target)
        if faults := faults_of(target):
            raise Stopped(f"The site's database is damaged: {faults[0]}. Older copies are kept: {self.root}")
        return target

    def holds(self, file: File, *, every_byte: bool) -> bool:
        """Whether a file need not be copied again."""
        return file.is_true(self.path(file)) if every_byte else file.is_whole(self.path(file))

    def publish(self, database: Path, images: int) -> Path:
        """Give a database copy its name, and make it the newest: from here on the run counts."""
        final = database.with_name(time.strftime("%Y-%m-%d-%H%M%S.sqlite3", time.gmtime()))
        with suppress(OSError):
            database.chmod(0o600)
        made = {"made": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "images": images}
        made |= {"database": final.name, "sha256": digest(database)}
        sync(self.root / "originals")
        database.replace(final)
        sync(final.parent)
        write(self.label, json.dumps(made, indent=2) + "\n")
        return final

    def forget(self, keep: int) -> int:
        """Drop databases beyond the newest ``keep``, and images that none of the kept ones names. Images dropped."""
        *old, newest = self.databases()
        kept = [*old[max(len(old) - keep + 1, 0) :], newest]
        named: set[str] = set()
        for database in kept:
            named.update(file.uuid for file in files_of(database))
        for database in old:
            if database not in kept:
                database.unlink()
        strays = [folder for folder in (self.root / "originals").iterdir() if folder.name not in named]
        for folder in strays:
            shutil.rmtree(folder)
        return len(strays)
