"""`manage.py prepare`: what has to be so before the site can be served."""

import hashlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import BaseCommand, call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from artworks import indexing
from portfolio_site.models import SiteDetails


class Command(BaseCommand):
    help = "Bring the database and the static files up to date. Where nothing has changed, nothing is done."
    requires_system_checks: list[str] = []

    def handle(self, **options: Any) -> None:
        prepare_database(self.step)
        prepare_cache()
        SiteDetails.publish()
        prepare_static_files(self.step)

    def step(self, what: str, task: Callable[[], Any]) -> None:
        """One line with the seconds it took."""
        started = time.monotonic()
        self.stdout.write(f"{what} ... ", ending="")
        self.stdout.flush()
        result = task()
        self.stdout.write(f"{time.monotonic() - started:.0f} s{f': {result}' if result else ''}")


Step = Callable[[str, Callable[[], Any]], None]


def prepare_database(step: Step) -> None:
    """Migrate where migrations are missing, after a copy of what was there."""
    is_old = holds_data("default")
    use_write_ahead_log("default")
    executor = MigrationExecutor(connections["default"])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        if is_old:
            step("Copying the database", copy_database)
        step("Migrating the database", lambda: call_command("migrate", interactive=False, verbosity=0))
    indexing.install()  # where only its definition has changed


def prepare_cache() -> None:
    use_write_ahead_log("cache")
    call_command("createcachetable", database="cache", verbosity=0)


def holds_data(alias: str) -> bool:
    """True for a SQLite file that is there and not empty; other databases have their own ways of being copied."""
    if connections[alias].vendor != "sqlite":
        return False
    path = Path(connections[alias].settings_dict["NAME"])
    return path.exists() and path.stat().st_size > 0


def use_write_ahead_log(alias: str) -> None:
    """Once, here: two workers that switch a new file at the same time meet "database is locked"."""
    if connections[alias].vendor == "sqlite":
        with connections[alias].cursor() as cursor:
            cursor.execute("PRAGMA journal_mode=WAL")


def copy_database() -> Path:
    """A whole copy beside the data, made while others may read and write."""
    folder = settings.DATA_ROOT / "copies"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / time.strftime("db-%Y-%m-%d-%H%M%S.sqlite3")
    with connections["default"].cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(path)])
    return path


def prepare_static_files(step: Step) -> None:
    """Collect and compress them where a file, or the way they are stored, has changed."""
    stamp, key = settings.STATIC_ROOT / ".collected", static_key()
    if stamp.exists() and stamp.read_text() == key:
        return
    step("Collecting static files", lambda: call_command("collectstatic", interactive=False, verbosity=0))
    stamp.write_text(key)


def static_key() -> str:
    """Changes when anything does that goes into the collected files."""
    key = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for path, storage in sorted(finder.list([]), key=lambda found: found[0]):
            status = Path(storage.path(path)).stat()
            key.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    return key.hexdigest()
