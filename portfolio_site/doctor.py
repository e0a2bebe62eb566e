"""What ails a site: each finding is one line, and the next says what mends it. Nothing is changed by looking."""

import os
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core import checks
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from PIL import features

from accounts.models import User
from artworks import housekeeping
from artworks.models import ArtworkImage
from artworks.tasks import OVERDUE

WORKS_IN_HAND = 20  # uploads of the largest size that the disk should still have room for
LEFT_ALONE = 3600.0  # s; younger files may belong to an upload under way
# Their locks do not hold between machines, and SQLite's log needs shared memory: https://sqlite.org/wal.html
REMOTE = {"nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "ceph", "glusterfs"}


@dataclass(frozen=True)
class Finding:
    """One that is not ``wrong`` may be as its keeper wants it."""

    words: str
    mend: str
    wrong: bool = True


Findings = Iterator[Finding]


def database() -> Findings:
    with connection.cursor() as cursor:
        if cursor.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            yield Finding("The database file is damaged.", "Bring back a backup: manage.py restore (docs/backup.md).")
        strays = len(cursor.execute("PRAGMA foreign_key_check").fetchall())
    if strays:
        yield Finding(f"{strays} rows name rows that are gone.", "Bring back a backup: manage.py restore.")
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        yield Finding("The database is older than the programs.", "Stop the site and start it again with ./run.")


def disk() -> Findings:
    for name in ("DATA_ROOT", "MEDIA_ROOT"):
        root: Path = getattr(settings, name)
        if not os.access(root, os.W_OK):
            yield Finding(f"{name}={root} cannot be written.", "Give it to the user who runs the site: chown -R.")
        free, needed = shutil.disk_usage(root).free, WORKS_IN_HAND * 100 * settings.MEGABYTE
        if free < needed:
            words = f"{free // settings.MEGABYTE} MB are left on the disk of {name}."
            yield Finding(words, "Make room, or move the folder to a larger disk (docs/settings.md).")
        if (kind := kind_of_disk(root)) in REMOTE and name == "DATA_ROOT":
            words = f"The database lies on a network disk ({kind}), where SQLite's locks do not hold."
            yield Finding(words, "Move DATA_ROOT to a disk of this machine. Media may stay where they are.")


def kind_of_disk(path: Path, mounts: Path = Path("/proc/self/mounts")) -> str:
    """The type of the file system that a path is on; empty where the system does not tell."""
    if not mounts.exists():
        return ""
    lines = [line.split(" ") for line in mounts.read_text().splitlines()]
    above = [(point, kind) for _device, point, kind, *_ in lines if path.is_relative_to(point)]
    return max(above, key=lambda found: len(found[0]), default=("", ""))[1]


def secrets() -> Findings:
    for path in (settings.DATA_ROOT, settings.DATA_ROOT / "secret_key", settings.DATA_ROOT / "db.sqlite3"):
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & (stat.S_IROTH | stat.S_IWOTH) and others_get_to(path):
            yield Finding(f"Other users of this machine can read {path}.", f"chmod o= {path}")
    if settings.DEBUG:
        yield Finding("DEBUG is on: errors show the site's insides to visitors.", "Unset DEBUG, and start anew.")


def others_get_to(path: Path) -> bool:
    return all(parent.stat().st_mode & stat.S_IXOTH for parent in path.parents)


def address() -> Findings:
    if not settings.SITE_URL:
        mend = "For the open internet set SITE_URL=https://… and put a proxy in front (docs/deploy.md)."
        yield Finding("SITE_URL is unset: the site speaks plain HTTP.", mend, wrong=False)
        return
    if not settings.SERVED_OVER_HTTPS:
        mend = "Set it to the https:// address of your proxy (docs/deploy.md)."
        yield Finding("SITE_URL is not https: passwords travel in the open.", mend)
    for message in checks.run_checks(include_deployment_checks=True):
        if message.level >= checks.WARNING and message.id not in settings.SILENCED_SYSTEM_CHECKS:
            yield Finding(f"{message.msg} ({message.id})", message.hint or "See Django's deployment checklist.")


def people() -> Findings:
    keepers = User.objects.filter(is_superuser=True, is_active=True)
    if not keepers.exists():
        mend = "Start the site: it prints the address at which the first account is made."
        if User.objects.exists():
            mend = "Make an account the keeper's: manage.py createsuperuser."
        yield Finding("Nobody keeps this site.", mend)
    without = keepers.filter(authenticator=None)
    if settings.SITE_URL and without.exists():
        names = ", ".join(without.values_list("username", flat=True)[:5])
        yield Finding(f"A password alone opens the whole site: {names}.", "Set up a second factor: /accounts/.", False)
    if not settings.EMAIL_CONFIGURED:
        mend = "Set EMAIL_URL (docs/settings.md). Until then a keeper sets new ones."
        yield Finding("Nobody can be sent a new password: no mail is set up.", mend, wrong=False)


def images() -> Findings:
    for module in ("jpg", "webp", "avif", "littlecms2"):
        if not features.check(module):
            mend = "Delete .venv and start ./run: it installs the builds that requirements.txt names."
            yield Finding(f"This Pillow was built without {module}.", mend)
    broken = ArtworkImage.objects.filter(state=ArtworkImage.State.BROKEN).count()
    if broken:
        mend = "See which: /admin/artworks/artworkimage/?state__exact=broken. Then manage.py make_renditions --missing."
        yield Finding(f"{broken} pictures could not be prepared.", mend)
    found = list(housekeeping.findings(LEFT_ALONE))
    for finding in found[:10]:
        mend = "manage.py check_media --fix" if finding.mend else "Only a backup has it: manage.py restore."
        yield Finding(f"Media: {finding.words}", mend)
    if found[10:]:
        yield Finding(f"Media: {len(found) - 10} findings more.", "manage.py check_media names them all.")


def tasks() -> Findings:
    late = timezone.now() - timedelta(seconds=2 * OVERDUE)
    waiting = DBTaskResult.objects.ready().filter(enqueued_at__lte=late).count()
    if waiting and not DBTaskResult.objects.filter(finished_at__gte=late).exists():
        mend = "Is the site running? ./run starts its task worker; its log says why it ended."
        yield Finding(f"{waiting} pictures wait to be prepared, and none was in the last ten minutes.", mend)


EXAMINATIONS: dict[str, Callable[[], Findings]] = {
    "Database": database,
    "Disks": disk,
    "Secrets": secrets,
    "Address": address,
    "People": people,
    "Pictures": images,
    "Work in the background": tasks,
}
