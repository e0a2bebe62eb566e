"""What the site says of itself on every page, kept where no page needs a query for it.

The database holds the truth and is backed up; `publish` writes it to a small file, and every process reads that file
again once it has changed. `manage.py prepare` writes it before the site is served.
"""

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse


@dataclass(frozen=True)
class Details:
    """Texts are Markdown; a link takes the place of its text."""

    name: str = ""
    keeper_name: str = ""
    keeper_contact: str = ""
    imprint: str = ""
    imprint_link: str = ""
    privacy: str = ""
    privacy_link: str = ""
    permission_url: str = ""
    reserves_ai_training: bool = True
    theme: str = "museum"
    wall_colour: str = ""

    @property
    def imprint_url(self) -> str:
        """Where the imprint is; empty where there is none."""
        return self.imprint_link or (reverse("imprint") if self.imprint else "")

    @property
    def privacy_url(self) -> str:
        return self.privacy_link or (reverse("privacy") if self.privacy else "")


def word_on_ai(request: HttpRequest) -> Any:
    """Whose ``reserves_ai_training`` and ``permission_url`` count for this answer: the artist's whose it is, else the
    site's."""
    return getattr(request, "ruled_by", None) or published()


_known: tuple[tuple[str, int, int], Details] | None = None


def file() -> Path:
    return settings.DATA_ROOT / "site.json"


def published() -> Details:
    """As every page shows them: one look at the file's date, and the file is read when that has changed."""
    global _known
    path = file()
    try:
        status = path.stat()
    except OSError:
        return Details()
    state = (str(path), status.st_mtime_ns, status.st_ino)
    if _known is None or _known[0] != state:
        _known = state, read(path)
    return _known[1]


def read(path: Path) -> Details:
    """A file that another release has written, or that is no longer whole, counts for what it still says."""
    with suppress(OSError, ValueError, TypeError):
        found = json.loads(path.read_text(encoding="utf-8"))
        known = asdict(Details())
        return Details(**{name: type(known[name])(found[name]) for name in known if name in found})
    return Details()


def publish(details: Details) -> None:
    """Where nothing has changed the file stays as it is."""
    path = file()
    if read(path) == details:
        return
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_text(json.dumps(asdict(details), ensure_ascii=False, indent=2), encoding="utf-8")
    temporary.replace(path)
