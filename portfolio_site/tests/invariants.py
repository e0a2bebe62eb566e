"""What holds of a site after whatever was done to it. Every drill asks here, and a fault is told in words."""

import hashlib
import re
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

from portfolio_site.testing import make_image
from portfolio_site.tests.live import Site, until

PAGES = 40  # public ones that are looked at, of each kind


def assert_consistent(site: Site, acknowledged: Mapping[int, str] | None = None, *, who: str = "alice") -> None:
    """Of a site that serves, with ``acknowledged``: SHA-256 of the bytes sent, by the id that a 201 gave."""
    assert_kept(site, acknowledged)
    wrong = [*failing_pages(site), *refused_upload(site, who), *left_over(site)]
    assert not wrong, "\n".join(wrong)


def assert_kept(site: Site, acknowledged: Mapping[int, str] | None = None) -> None:
    """Rows, files and database alone, of a site that still has much to prepare."""
    wrong = [*lost(site, acknowledged or {}), *without_true_file(site), *unsound_database(site)]
    assert not wrong, "\n".join(wrong)


def rows(site: Site, query: str) -> list[tuple]:
    """Read beside the server, as it is on the disk."""
    with closing(sqlite3.connect(f"file:{site.data}/db.sqlite3?mode=ro", uri=True, timeout=20)) as database:
        return database.execute(query).fetchall()


def lost(site: Site, acknowledged: Mapping[int, str]) -> Iterator[str]:
    """What was answered with 201 and is not there, or is another."""
    query = "SELECT w.id, i.sha256 FROM artworks_artwork w JOIN artworks_artworkimage i ON i.id = w.image_id"
    there = dict(rows(site, query))
    for pk, sha256 in acknowledged.items():
        if pk not in there:
            yield f"work {pk} was acknowledged and has no row"
        elif there[pk] != sha256:
            yield f"work {pk} shows another file than was sent"


def without_true_file(site: Site) -> Iterator[str]:
    for name, size, sha256 in rows(site, "SELECT original, byte_size, sha256 FROM artworks_artworkimage"):
        path = site.media / name
        if not path.is_file() or path.stat().st_size != size:
            yield f"{name} is missing or cut short"
        elif digest(path) != sha256:
            yield f"{name} is not what its row says"


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def unsound_database(site: Site) -> Iterator[str]:
    for (line,) in rows(site, "PRAGMA integrity_check"):
        if line != "ok":
            yield line
    for row in rows(site, "PRAGMA foreign_key_check"):
        yield f"{row} refers to nothing"


def failing_pages(site: Site) -> Iterator[str]:
    """Every kind of public page, as the site map lists them, and the pictures on them."""
    pages, pictures = ["/", "/search/?q=a", "/api/artworks", "/api/galleries", "/feed.xml"], set()
    for part in re.findall(r"<loc>[^<]*?(/sitemap[^<]*)</loc>", site.ask("GET", "/sitemap.xml").body.decode()):
        pages += re.findall(r"<loc>https?://[^/<]*([^<]*)</loc>", site.ask("GET", part).body.decode())[:PAGES]
    for page in pages:
        answer = site.ask("GET", page)
        if answer.status != 200 or b"Traceback" in answer.body:
            yield f"{page} answers {answer.status}"
        pictures |= set(re.findall(r'src="(/images/[^"]+)"', answer.body.decode()))
    for picture in sorted(pictures)[:PAGES]:
        answer = site.ask("GET", picture)
        if answer.status != 200 or not answer.body:
            yield f"{picture} answers {answer.status} with {len(answer.body)} bytes"


def refused_upload(site: Site, who: str) -> Iterator[str]:
    answer = site.upload(who, make_image(70, 50), title="After all that")
    if answer.status != 201:
        yield f"an upload answers {answer.status}: {answer.body[:300]!r}"


def left_over(site: Site) -> Iterator[str]:
    """By the site's own command, once what was left to do is done; and by looking."""
    all_is_made(site)
    done = site.manage("check_media", "--older", "0")
    if done.returncode:
        yield f"check_media: {done.stdout}{done.stderr}"
    known = {Path(name).parent.name for (name,) in rows(site, "SELECT original FROM artworks_artworkimage")}
    for name in ("originals", "renditions"):
        for folder in (site.media / name).iterdir():
            if folder.is_dir() and folder.name not in known:
                yield f"{name}/{folder.name} belongs to no image"


def all_is_made(site: Site, seconds: float = 300) -> None:
    """Return once no picture waits to be prepared, and no task that is due; the last year stands for at once."""
    waiting = "SELECT COUNT(*) FROM artworks_artworkimage WHERE state = 'processing'"
    due = """SELECT COUNT(*) FROM django_tasks_database_dbtaskresult
        WHERE status = 'RUNNING' OR status = 'READY' AND (run_after <= datetime('now') OR run_after >= '9999')"""
    until(lambda: rows(site, waiting) == rows(site, due) == [(0,)], seconds)
    time.sleep(0.2)
