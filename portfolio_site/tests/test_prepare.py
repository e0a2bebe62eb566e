"""`manage.py prepare`: a copy before every migration, and nothing at all where nothing is missing."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

from django.conf import settings


def manage(folder: Path, *arguments: str) -> str:
    """What a command prints for a site whose data lies in ``folder``."""
    environment = os.environ | {"DATA_ROOT": str(folder / "data"), "MEDIA_ROOT": str(folder / "media")}
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=120)
    return result.stdout


def test_a_new_site_an_unchanged_one_and_one_with_missing_migrations(tmp_path: Path) -> None:
    copies = tmp_path / "data" / "copies"

    assert "Migrating the database" in manage(tmp_path, "prepare")
    assert not copies.exists()
    for name in ("db.sqlite3", "cache.sqlite3"):
        with sqlite3.connect(tmp_path / "data" / name) as database:
            assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)

    assert manage(tmp_path, "prepare") == ""

    manage(tmp_path, "migrate", "sessions", "zero")
    printed = manage(tmp_path, "prepare")
    (copy,) = copies.iterdir()
    assert str(copy) in printed
    with sqlite3.connect(copy) as database:
        tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
    assert "accounts_user" in tables
    assert "django_session" not in tables
    assert manage(tmp_path, "prepare") == ""
