"""From a backup to a site: checked first, then put in place so that an interrupted run can simply be run again.

The originals come first and the database last: until its one rename the site is what it was before.
"""

import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.db import connections
from django.db.migrations.loader import MigrationLoader

from artworks import housekeeping
from artworks.models import ArtworkImage
from artworks.storage import folder, sync
from portfolio_site.backups import Backup, File, faults_of, files_of, live_database, opened, source
from portfolio_site.copying import (
    Damaged,
    Progress,
    Say,
    Stopped,
    bytes_in,
    copy,
    counted,
    digest,
    have_room,
    size,
    write,
)


@dataclass
class Outcome:
    images: int = 0
    copied: int = 0
    bytes: int = 0
    aside: list[Path] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def chosen_database(backup: Backup, name: str = "") -> Path:
    """The newest copy, or the one that is named. Raises `Stopped` for what is no sound backup."""
    if not backup.root.is_dir():
        raise Stopped(f"There is no folder {backup.root}.")
    if not backup.exists:
        inside = [path.parent for path in backup.root.glob("*/backup.json")]
        raise Stopped(f"{backup.root} holds no backup." + (f" Did you mean {inside[0]}?" if inside else ""))
    if not name and not backup.newest:
        raise Stopped(
            f"The backup in {backup.root} was never finished. Older databases in it: {names(backup) or 'none'}"
        )
    path = backup.root / "database" / (name or backup.newest["database"])
    if path not in backup.databases():
        raise Stopped(f"There is no database {path.name} in {backup.root}. There are: {names(backup) or 'none'}")
    return path


def names(backup: Backup) -> str:
    return ", ".join(path.name for path in reversed(backup.databases()))


def check(backup: Backup, database: Path, say: Say, *, every_byte: bool = False) -> list[str]:
    """Which originals the backup lacks, in words. Raises `Stopped` where the database copy is not sound."""
    say(f"Checking {database}")
    newest = backup.newest
    faults = faults_of(database)
    if newest.get("database") == database.name and not faults and digest(database) != newest["sha256"]:
        faults = ["it has changed since it was made"]
    if faults:
        others = [path.name for path in reversed(backup.databases()) if path != database]
        advice = f" Try an older one: --database {others[0]}" if others else ""
        raise Stopped(f"This copy of the database is damaged: {faults[0]}.{advice}")
    refuse_newer(database)
    originals = files_of(database)
    progress = Progress(say, "Checked", sum(file.size for file in originals))
    missing = []
    for file in originals:
        path = backup.path(file)
        if not (file.is_true(path) if every_byte else file.is_whole(path)):
            missing.append(f"{file.words}: the backup has no whole {path}")
        progress.step(file.size)
    return missing


def refuse_newer(database: Path) -> None:
    """A database can be brought forward to this release, never back."""
    with opened(database) as connection:
        applied = set(connection.execute("SELECT app, name FROM django_migrations"))
    loader = MigrationLoader(None, ignore_no_migrations=True)
    known = loader.migrated_apps
    unknown = [f"{app}.{name}" for app, name in applied if app in known and (app, name) not in loader.disk_migrations]
    if unknown:
        raise Stopped(
            f"The backup was made by a newer release of Portfolio Site ({unknown[0]}). Install that one first."
        )


def refuse_other_user() -> None:
    """A site restored by root could not be written by the user that serves it."""
    owner = settings.DATA_ROOT.stat().st_uid
    if os.geteuid() == 0 and owner != 0:
        raise Stopped(f"The site belongs to another user: run this as that user, with sudo -u '#{owner}' …")


def contents(files: list[File]) -> str:
    """What the site holds that is not in the backup's own files, in words; empty for an empty site."""
    database = live_database()
    if database.is_file() and database.stat().st_size:
        try:
            with closing(sqlite3.connect(database, timeout=5)) as connection:
                if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'accounts_user'").fetchone():
                    rows = "SELECT (SELECT COUNT(*) FROM accounts_user), (SELECT COUNT(*) FROM artworks_artworkimage)"
                    users, images = connection.execute(rows).fetchone()
                    if users or images:
                        return f"{users} accounts and {images} images"
        except sqlite3.Error as error:
            return f"a database that cannot be read ({error})"
    known = {file.uuid for file in files}
    strays = [path for path in folder("originals").iterdir() if path.is_dir() and path.name not in known]
    return f"originals of {len(strays)} images" if strays else ""


def close_doors(database: Path) -> None:
    """What was open when the copy was made may have been closed since: one signs in anew, and is invited anew."""
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("DELETE FROM django_session")
        connection.execute("DELETE FROM accounts_invitation WHERE used_at IS NULL")


class Restore:
    """One run. The site must not be served meanwhile: the command holds its lock."""

    def __init__(self, backup: Backup, database: Path, say: Say) -> None:
        self.backup, self.database, self.say = backup, database, say
        self.files = files_of(database)
        self.stamp = time.strftime("%Y-%m-%d-%H%M%S", time.gmtime())
        self.outcome = Outcome(images=len(self.files))

    def run(self, prepare: Callable[[], object], *, force: bool) -> Outcome:
        if not force and (held := contents(self.files)):
            raise Stopped(
                f"This site is not empty: it holds {held}. With --force the backup takes its place; "
                "the database that is here now is then kept in data/copies, and no original is removed."
            )
        self.copy_files()
        self.put_key()
        self.put_database()
        prepare()
        self.mend()
        return self.outcome

    def copy_files(self) -> None:
        todo = [file for file in self.files if self.backup.path(file).is_file() and not file.is_whole(source(file))]
        needed = bytes_in(map(self.backup.path, todo))
        have_room(folder("originals"), needed + self.database.stat().st_size)
        self.say(f"Copying {counted(len(todo))}, {size(needed)}")
        progress = Progress(self.say, "Copied", needed)
        for file in todo:
            try:
                copied = copy(self.backup.path(file), source(file), file.sha256)
            except Damaged:
                continue  # told at the end, with what is missing
            self.outcome.copied += 1
            self.outcome.bytes += copied
            progress.step(copied)
        sync(folder("originals"))

    def put_key(self) -> None:
        key, own = self.backup.key.read_text().strip(), settings.DATA_ROOT / "secret_key"
        if own.exists() and own.read_text().strip() != key:
            self.set_aside(own)
        write(own, key + "\n")

    def put_database(self) -> None:
        """The old one, with what its log still holds, is moved aside; then one rename is the restore."""
        own = live_database()
        fresh = own.with_name(f"{own.name}.restoring")
        copy(self.database, fresh)
        fresh.chmod(0o600)
        close_doors(fresh)
        connections.close_all()
        for path in (own, own.with_name(own.name + "-wal"), own.with_name(own.name + "-shm")):
            if path.exists():
                self.set_aside(path)
        fresh.replace(own)
        sync(own.parent)

    def set_aside(self, path: Path) -> None:
        copies = path.parent / "copies"
        copies.mkdir(mode=0o700, exist_ok=True)
        aside = copies / f"before-restore-{self.stamp}-{path.name}"
        path.replace(aside)
        self.outcome.aside.append(aside)

    def mend(self) -> None:
        """Links, and what counts as broken; masters and renditions are made again when they are asked for."""
        for finding in housekeeping.wrong_links():
            if finding.mend:
                finding.mend()
        for image in ArtworkImage.objects.order_by("pk").iterator(200):
            for finding in housekeeping.missing_files(image):
                if finding.mend:
                    self.say(f"Mending: {finding.words}")
                    finding.mend()
        gone = [file for file in self.files if not file.is_whole(source(file))]
        self.outcome.missing = [f"{file.words}: {source(file)}" for file in gone]
