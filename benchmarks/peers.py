"""Peers, each through the public call its users make, with its cache missed on purpose; all write their file.

Every function takes a path, widths and a format (Pillow's name), and runs in a process of its own.
"""

import os
import shutil
import tempfile
import urllib.request
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from PIL import Image

Image.MAX_IMAGE_PIXELS = None
QUALITY = {"JPEG": 82, "AVIF": 60}
ENDINGS = {"JPEG": "jpg", "AVIF": "avif"}


@cache
def media(*apps: str) -> Path:
    """Django set up for one peer; its media folder."""
    import django
    from django.conf import settings

    root = Path(tempfile.mkdtemp(prefix="media-"))
    settings.configure(
        SECRET_KEY="x" * 50,
        USE_TZ=True,
        MEDIA_ROOT=str(root),
        MEDIA_URL="/m/",
        STATIC_URL="/s/",
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", *apps],
        THUMBNAIL_QUALITY=QUALITY["JPEG"],
        WAGTAILIMAGES_JPEG_QUALITY=QUALITY["JPEG"],
        WAGTAILIMAGES_MAX_IMAGE_PIXELS=None,
        WAGTAIL_SITE_NAME="x",
        WAGTAILADMIN_BASE_URL="http://localhost",
    )
    django.setup()
    return root


def linked(root: Path, path: str) -> str:
    target = root / Path(path).name
    if not target.exists():
        target.symlink_to(path)
    return target.name


def imagekit(path: str, widths: list[int], format: str, options: dict[str, Any] | None = None) -> None:
    """An `ImageSpec` with `ResizeToFit`, as its documentation shows."""
    root = media("imagekit")
    from django.core.files.storage import default_storage
    from imagekit import ImageSpec
    from imagekit.cachefiles import ImageCacheFile
    from imagekit.processors import ResizeToFit

    quality = {"quality": QUALITY[format]} if options is None else options
    for width in widths:
        members = {"processors": [ResizeToFit(width, width, upscale=False)], "format": format, "options": quality}
        spec = type("Spec", (ImageSpec,), members)
        with default_storage.open(linked(root, path)) as source:
            ImageCacheFile(spec(source), name=f"ik/{uuid4().hex}.{ENDINGS[format]}").generate(force=True)


def sorl(path: str, widths: list[int], format: str) -> None:
    root = media("sorl.thumbnail")
    from django.core.management import call_command
    from sorl.thumbnail import default, get_thumbnail

    if not hasattr(sorl, "ready"):
        call_command("migrate", run_syncdb=True, verbosity=0)
        sorl.ready = True  # type: ignore[attr-defined]
    for width in widths:
        default.kvstore.clear()
        shutil.rmtree(root / "cache", ignore_errors=True)
        get_thumbnail(linked(root, path), f"{width}x{width}", format=format, quality=QUALITY[format], upscale=False)


def easy(path: str, widths: list[int], format: str) -> None:
    root = media("easy_thumbnails")
    from django.core.files.storage import default_storage
    from easy_thumbnails.files import get_thumbnailer

    for width in widths:
        with default_storage.open(linked(root, path)) as file:
            maker = get_thumbnailer(file, relative_name=f"{uuid4().hex}.jpg")
            made = maker.generate_thumbnail({"size": (width, width), "quality": QUALITY[format], "upscale": False})
            default_storage.save(f"et/{uuid4().hex}.jpg", made)


def wagtail(path: str, widths: list[int], format: str) -> None:
    parts = ("wagtail", "wagtail.users", "wagtail.admin", "wagtail.documents", "wagtail.search", "wagtail.images")
    root = media("taggit", *parts)
    from django.core.files.storage import default_storage
    from wagtail.images import get_image_model
    from wagtail.images.models import Filter

    with Image.open(path) as header:
        size = dict(zip(("width", "height"), header.size, strict=True))
    for width in widths:
        image = get_image_model()(id=1, title="x", file=linked(root, path), collection_id=1, **size)
        made = image.generate_rendition_file(Filter(spec=f"max-{width}x{width}|format-{format.lower()}"))
        default_storage.save(f"wt/{uuid4().hex}.jpg", made)
        image.file.close()


def thumbor(path: str, widths: list[int], format: str) -> None:
    """Over HTTP, from a running thumbor."""
    for width in widths:
        filters = f"filters:format({format.lower()}):quality({QUALITY[format]})"
        address = f"{os.environ['THUMBOR']}/unsafe/fit-in/{width}x{width}/{filters}/{Path(path).name}"
        with urllib.request.urlopen(address, timeout=120) as answer:
            answer.read()
