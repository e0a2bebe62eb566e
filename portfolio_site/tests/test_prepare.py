"""`manage.py prepare`: a copy before every migration, and nothing at all where nothing is missing."""

import sqlite3
from pathlib import Path

from portfolio_site.tests.live import manage


def printed(folder: Path, *arguments: str) -> str:
    done = manage(folder, *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_new_site_an_unchanged_one_and_one_with_missing_migrations(tmp_path: Path) -> None:
    copies = tmp_path / "data" / "copies"

    assert "Migrating the database" in printed(tmp_path, "prepare")
    assert not copies.exists()
    for name in ("db.sqlite3", "cache.sqlite3"):
        with sqlite3.connect(tmp_path / "data" / name) as database:
            assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)

    assert printed(tmp_path, "prepare") == ""

    printed(tmp_path, "migrate", "sessions", "zero")
    told = printed(tmp_path, "prepare")
    (copy,) = copies.iterdir()
    assert str(copy) in told
    with sqlite3.connect(copy) as database:
        tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
    assert "accounts_user" in tables
    assert "django_session" not in tables
    assert printed(tmp_path, "prepare") == ""
