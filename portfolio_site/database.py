"""The cache lives in a database file of its own, so that losing it loses nothing."""

from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.db import DatabaseCache
from django.db import DatabaseError, IntegrityError, connections, transaction


class CacheRouter:
    """The cache's table in ``cache``, everything else in ``default``."""

    def db_for_read(self, model: Any, **hints: Any) -> str | None:
        return "cache" if model._meta.app_label == "django_cache" else None

    db_for_write = db_for_read

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return (db == "cache") == (app_label == "django_cache")


class Cache(DatabaseCache):
    """Its `add` raises :exc:`DatabaseError` where it cannot write, on a full disk for one.

    Django's own says that the key is there already. allauth locks by keys, and told whoever signed in to wait for
    those who had tried too often.
    """

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        failures = []

        def noted(execute: Any, *args: Any) -> Any:
            try:
                return execute(*args)
            except IntegrityError:
                raise  # another process was first
            except DatabaseError as error:
                failures.append(error)
                raise

        with connections["cache"].execute_wrapper(noted), transaction.atomic("cache"):
            added: bool = super().add(key, value, timeout, version)
        if failures:
            raise failures[0]
        return added
