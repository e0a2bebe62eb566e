"""Single files of npm packages, served below ``vendor/``. Where npm never ran there are none, and pages do without."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

FILES = ("sortablejs/modular/sortable.core.esm.js",)


class VendorFinder(BaseFinder):
    """A package holds maps, sources and builds by the dozen; only what `FILES` names is collected."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.storage = FileSystemStorage(location=Path(settings.BASE_DIR) / "node_modules")
        self.storage.prefix = "vendor"  # type: ignore[attr-defined]  # what collectstatic puts before the path

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        found = [self.storage.path(name) for name, _storage in self.list([]) if path == f"vendor/{name}"]
        return found if find_all else next(iter(found), [])

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, FileSystemStorage]]:
        for name in FILES:
            if self.storage.exists(name):
                yield name, self.storage
