"""The cache lives in a database file of its own, so that losing it loses nothing."""

from typing import Any


class CacheRouter:
    """The cache's table in ``cache``, everything else in ``default``."""

    def db_for_read(self, model: Any, **hints: Any) -> str | None:
        return "cache" if model._meta.app_label == "django_cache" else None

    db_for_write = db_for_read

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return (db == "cache") == (app_label == "django_cache")
