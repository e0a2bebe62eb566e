"""A whole copy of the site in one folder, made while the site serves.

``backup.json``  that the folder is a backup, and which of its databases is the newest
``database/``    dated copies of the database
``originals/``   as in ``MEDIA_ROOT``: a folder per image, with the original and its master
``secret_key``   what sessions and links in mails are signed with

The database is copied first: every row in the copy then has its file, which in the other order it has not.
"""

import fcntl
import hashlib
import json
import os
import re
import shutil
import sqlite3
import stat
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db import connections
from django.template.defaultfilters import filesizeformat

from artworks.storage import sync

Say = Callable[[str], object]

CHUNK = 1024 * 1024
SPARE = 16 * CHUNK  # bytes of room that are left to others
CLOCK_STEP = 2  # s: FAT, on most memory sticks, keeps times no finer
TRIES = 10  # while works are purged
TEMPORARY = ".copying-"
FILE_NAME = r"originals/[0-9a-f-]{36}/\w+\.\w+"
FOREIGN_KEYS = "SELECT * FROM pragma_foreign_key_check LIMIT 5"


class Stopped(Exception):
    """Nothing more can be done; the words are for the operator."""


class Damaged(Exception):
    """A file cannot be read, or is not what its row says."""


@dataclass(frozen=True)
class File:
    """A file below ``MEDIA_ROOT`` as a database names it. A master has no size and digest there: it is remade."""

    name: str
    words: str
    size: int | None = None
    sha256: str | None = None

    @property
    def uuid(self) -> str:
        return Path(self.name).parent.name

    @property
    def is_original(self) -> bool:
        return self.size is not None

    def is_whole(self, path: Path) -> bool:
        """By its size alone: an original is never changed."""
        return (status := status_of(path)) is not None and status.st_size == self.size

    def is_true(self, path: Path) -> bool:
        """By every byte."""
        with suppress(OSError):
            return self.is_whole(path) and digest(path) == self.sha256
        return False


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
    """All originals and masters that a database copy names."""
    rows = """
        SELECT i.original, i.master, i.byte_size, i.sha256, COALESCE(w.title, ''), a.name
        FROM artworks_artworkimage i JOIN accounts_artist a ON a.id = i.artist_id
        LEFT JOIN artworks_artwork w ON w.id = i.artwork_id ORDER BY i.id
    """
    with opened(database) as connection:
        found = connection.execute(rows).fetchall()
    files = []
    for original, master, size, sha256, title, artist in found:
        words = f"“{title}” by {artist}" if title else f"a picture of {artist}"
        files += [File(original, words, size, sha256), File(master, words)]
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


# --- Files ----------------------------------------------------------------------------------------


def status_of(path: Path) -> os.stat_result | None:
    """None for what is no file, or was one a moment ago: works are purged while they are copied."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status if stat.S_ISREG(status.st_mode) else None


def bytes_in(paths: Iterable[Path]) -> int:
    return sum(status.st_size for path in paths if (status := status_of(path)))


def digest(path: Path) -> str:
    """SHA-256 of what is on the disk, not of what memory still holds of it."""
    with path.open("rb") as file:
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        return hashlib.file_digest(file, "sha256").hexdigest()


def alike(one: Path, other: Path) -> bool:
    with suppress(OSError):
        return digest(one) == digest(other)
    return False


def copy(source: Path, target: Path, sha256: str | None = None) -> int:
    """Under a temporary name, synced, read back, then renamed. Bytes copied; raises `Damaged` for a source that is."""
    status = status_of(source)
    if status is None:
        raise Damaged(f"{source} is missing")
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(TEMPORARY + target.name)
    try:
        read = hashlib.sha256()
        with temporary.open("wb") as out:
            for chunk in chunks(source):
                read.update(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        if sha256 not in (None, read.hexdigest()):
            raise Damaged(f"{source} is not what was uploaded")
        if digest(temporary) != read.hexdigest():
            raise Stopped(f"{target.parent}: what was written there reads differently. Is the disk failing?")
        os.utime(temporary, ns=(status.st_atime_ns, status.st_mtime_ns))
        temporary.replace(target)
        sync(target.parent)
    finally:
        temporary.unlink(missing_ok=True)
    return status.st_size


def chunks(source: Path) -> Iterator[bytes]:
    try:
        with source.open("rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk
    except OSError as error:
        raise Damaged(f"{source} cannot be read: {error.strerror}") from None


def write(path: Path, text: str) -> None:
    """A small file, whole or not at all, for its owner's eyes."""
    temporary = path.with_name(TEMPORARY + path.name)
    temporary.unlink(missing_ok=True)
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    sync(path.parent)


def have_room(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if needed + SPARE > free:
        raise Stopped(f"No room: {size(needed)} to copy, and {size(free)} free in {folder}. Nothing was changed.")


def size(count: int) -> str:
    return filesizeformat(count).replace("\xa0", " ")


@contextmanager
def in_words(folder: Path) -> Iterator[None]:
    """What the disk or SQLite refuse, said in one line."""
    try:
        yield
    except OSError as error:
        raise Stopped(f"{error.filename or folder}: {error.strerror}.") from None
    except sqlite3.Error as error:
        raise Stopped(f"The database cannot be copied to {folder}: {error}.") from None


class Progress:
    """A line every few seconds, and none where it is quickly done."""

    EVERY = 5  # s

    def __init__(self, say: Say, doing: str, total: int) -> None:
        self.say, self.doing, self.total = say, doing, total
        self.done, self.said = 0, time.monotonic()

    def step(self, amount: int) -> None:
        self.done += amount
        if time.monotonic() - self.said >= self.EVERY:
            self.said = time.monotonic()
            self.say(f"  {self.doing}: {size(self.done)} of {size(self.total)}")


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

    def holds(self, file: File, source: Path, *, every_byte: bool) -> bool:
        """Whether a file need not be copied again."""
        target = self.path(file)
        if file.is_original:
            return file.is_true(target) if every_byte else file.is_whole(target)
        mine, theirs = status_of(target), status_of(source)
        if theirs is None:
            return True
        same = mine and mine.st_size == theirs.st_size and abs(mine.st_mtime - theirs.st_mtime) <= CLOCK_STEP
        return bool(same) and (not every_byte or alike(source, target))

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


# --- A run ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Outcome:
    database: Path
    images: int
    copied: int
    bytes: int
    forgotten: int
    troubles: list[str]


def back_up(backup: Backup, say: Say, *, keep: int = 7, every_byte: bool = False) -> Outcome:
    """Bring a backup up to date. What an interrupted run had copied is not copied again."""
    with in_words(backup.root):
        backup.open_for_writing()
        with backup.alone():
            backup.sweep()
            try:
                return Run(backup, say, every_byte).finish(keep)
            finally:
                with suppress(OSError):
                    backup.sweep()


class Run:
    def __init__(self, backup: Backup, say: Say, every_byte: bool) -> None:
        self.backup, self.say, self.every_byte = backup, say, every_byte
        self.copied = self.bytes = 0
        self.troubles: list[str] = []

    def finish(self, keep: int) -> Outcome:
        for left in reversed(range(TRIES)):
            self.say("Copying the database")
            database = self.backup.copy_database()
            files = files_of(database)
            lost = self.copy_files(files)
            # A work purged meanwhile is in the copy and its file is not: a new copy knows nothing of it.
            if not left or all(is_named(live_database(), file) for file in lost):
                break
        images = sum(file.is_original for file in files)
        final = self.backup.publish(database, images)
        forgotten = self.backup.forget(keep)
        return Outcome(final, images, self.copied, self.bytes, forgotten, self.troubles)

    def copy_files(self, files: Iterable[File]) -> list[File]:
        """Originals that the site has lost, or that cannot be read there."""
        self.troubles, lost = [], []
        todo = [file for file in self.looked_at(files) if not self.held(file)]
        needed = bytes_in(map(source, todo))
        have_room(self.backup.root, needed)
        progress = Progress(self.say, "Copied", needed)
        if todo:
            self.say(f"Copying {len(todo)} files, {size(needed)}")
        for file in todo:
            try:
                self.copy_file(file, progress)
            except Damaged as error:
                lost += [file] if file.is_original else []
                held = " The backup holds a whole copy." if file.is_original and self.backup_is_true(file) else ""
                self.troubles.append(f"{file.words}: {error}.{held}")
        return lost

    def looked_at(self, files: Iterable[File]) -> Iterator[File]:
        """The same files, with progress where every byte is read."""
        listed = list(files)
        progress = Progress(self.say, "Verified", sum(file.size or 0 for file in listed))
        for file in listed:
            yield file
            progress.step(file.size or 0)

    def held(self, file: File) -> bool:
        # What the site has lost is a trouble to be told, though an earlier run may have copied it.
        whole = not file.is_original or file.is_whole(source(file))
        return whole and self.backup.holds(file, source(file), every_byte=self.every_byte)

    def copy_file(self, file: File, progress: Progress) -> None:
        """Raises `Damaged`, and then what the backup held before is still there."""
        path = source(file)
        if file.is_original and not file.is_whole(path):
            raise Damaged(f"{path} is cut short" if path.is_file() else f"{path} is missing")
        copied = copy(path, self.backup.path(file), file.sha256)
        self.copied += 1
        self.bytes += copied
        progress.step(copied)

    def backup_is_true(self, file: File) -> bool:
        return file.is_true(self.backup.path(file))


def source(file: File) -> Path:
    return Path(settings.MEDIA_ROOT) / file.name
