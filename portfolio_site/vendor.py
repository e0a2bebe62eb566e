"""Single files of other people's packages, served below ``vendor/``: what is not installed, pages do without."""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

DEEP_ZOOM = "openseadragon/build/openseadragon/openseadragon.min.js"
# A script that names its map wants it collected too.
FILES = (DEEP_ZOOM, f"{DEEP_ZOOM}.map")
# The page that reads the API's document. Its style sheet names its map, which must be there to be collected.
SWAGGER_FILES = tuple(
    f"swagger-ui-dist/{name}" for name in ("swagger-ui-bundle.js", "swagger-ui.css", "swagger-ui.css.map")
)


def swagger_folder() -> Path:
    """Where the Python package keeps the npm one."""
    spec = find_spec("drf_spectacular_sidecar")
    assert spec and spec.origin, "requirements.txt names it"
    return Path(spec.origin).parent / "static" / "drf_spectacular_sidecar"


class VendorFinder(BaseFinder):
    """A package holds maps, sources and builds by the dozen; only what is named above is collected."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.npm = folder(Path(settings.BASE_DIR) / "node_modules")
        self.swagger = folder(swagger_folder())

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        found = [storage.path(name) for name, storage in self.list([]) if path == f"vendor/{name}"]
        return found if find_all else next(iter(found), [])

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, FileSystemStorage]]:
        for storage, names in ((self.npm, FILES), (self.swagger, SWAGGER_FILES)):
            yield from ((name, storage) for name in names if storage.exists(name))


def folder(path: Path) -> FileSystemStorage:
    storage = FileSystemStorage(location=path)
    storage.prefix = "vendor"  # type: ignore[attr-defined]  # what collectstatic puts before the path
    return storage
