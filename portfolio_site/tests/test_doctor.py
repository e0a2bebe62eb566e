"""`manage.py doctor` finds what ails a site, and each finding names what mends it."""

import io
import os
import shutil
import sqlite3
from collections import namedtuple
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from PIL import features

from accounts.models import User
from artworks.models import ArtworkImage
from artworks.tasks import warm
from galleries.models import Gallery
from portfolio_site import doctor
from portfolio_site.testing import make_artist, make_work

pytestmark = pytest.mark.django_db
Usage = namedtuple("Usage", "total used free")


@pytest.fixture(autouse=True)
def kept_site(settings: Any, tmp_path: Path, monkeypatch: Any) -> None:
    """A site as its keeper wants it, on the open internet."""
    monkeypatch.delenv("DJANGO_ALLOW_ASYNC_UNSAFE", raising=False)  # set where tests drive a browser
    settings.DATA_ROOT = tmp_path / "data"
    settings.DATA_ROOT.mkdir(mode=0o700)
    (settings.DATA_ROOT / "secret_key").write_text("x" * 50)
    settings.SITE_URL, settings.SERVED_OVER_HTTPS = "https://art.example", True
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = 3600, True
    settings.SECURE_HSTS_PRELOAD, settings.EMAIL_CONFIGURED = True, True
    keeper = make_artist("keeper", is_superuser=True).user
    Authenticator.objects.create(user=keeper, type=Authenticator.Type.TOTP, data={})


def said() -> str:
    out = io.StringIO()
    try:
        call_command("doctor", stdout=out)
    except CommandError as wrong:
        return f"{out.getvalue()}{wrong}"
    return out.getvalue()


def test_a_sound_site_is_well() -> None:
    make_work(make_artist("alice"))
    assert said().splitlines()[-1] == "All is well."
    assert "!" not in said()


def test_pictures_that_could_not_be_prepared_and_files_that_are_gone() -> None:
    work, lost = make_work(make_artist("alice")), make_work(make_artist("bob"))
    ArtworkImage.objects.filter(pk=work.image.pk).update(state="broken")
    Path(lost.image.original.path).unlink()
    told = said()
    assert "! 1 pictures could not be prepared." in told and "make_renditions --missing" in told
    assert "is missing or cut short\n    Only a backup has it" in told
    assert told.endswith("3 to mend.")  # a broken picture whose original is there is media's to mend, too


def test_tasks_that_nobody_works_on(settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}
    warm.enqueue(1)
    assert "wait to be prepared" not in said()
    DBTaskResult.objects.update(enqueued_at=timezone.now() - timedelta(hours=1))
    assert "! 1 pictures wait to be prepared" in said()


def test_a_disk_that_is_nearly_full_and_secrets_that_others_read(
    settings: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(10**12, 10**12 - 5 * 2**20, 5 * 2**20))
    assert "! 5 MB are left on the disk of DATA_ROOT." in said()
    monkeypatch.setattr(doctor, "others_get_to", lambda path: True)
    settings.DATA_ROOT.chmod(0o755)
    assert f"chmod o= {settings.DATA_ROOT}" in said()


def test_a_network_disk(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text("/dev/sda1 / ext4 rw 0 0\nnas:/art /srv nfs4 rw 0 0\n/dev/sdb1 /srv/local xfs rw 0 0\n")
    found = {path: doctor.kind_of_disk(Path(path), mounts) for path in ("/srv/data", "/srv/local/data", "/home")}
    assert found == {"/srv/data": "nfs4", "/srv/local/data": "xfs", "/home": "ext4"}


def test_an_open_address_and_a_house_without_keeper(settings: Any) -> None:
    settings.SITE_URL, settings.SERVED_OVER_HTTPS = "http://art.example", False
    assert "! SITE_URL is not https" in said()
    Authenticator.objects.all().delete()
    assert "- A password alone opens the whole site: keeper." in said()
    User.objects.update(is_superuser=False)
    assert "! Nobody keeps this site.\n    Make an account the keeper's" in said()


def test_a_database_that_is_older_than_the_programs() -> None:
    MigrationRecorder.Migration.objects.filter(app="artworks").latest("id").delete()
    assert "! The database is older than the programs.\n    Stop the site and start it again with ./run." in said()


def test_rows_that_name_rows_that_are_gone() -> None:
    with transaction.atomic():
        Gallery.objects.bulk_create([Gallery(artist_id=987, title="Stray", slug="stray")])
        assert "! 1 rows name rows that are gone.\n    Bring back a backup" in said()
        transaction.set_rollback(True)


def test_a_database_file_with_a_garbled_page(tmp_path: Path, monkeypatch: Any) -> None:
    path = tmp_path / "garbled.sqlite3"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE words (word TEXT UNIQUE)")
        database.executemany("INSERT INTO words VALUES (?)", [(f"{number:0100}",) for number in range(1000)])
        database.commit()
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 4096 // 2 * 4096)
        file.write(bytes(4096))
    garbled = connection.copy()
    garbled.settings_dict |= {"NAME": str(path)}
    monkeypatch.setattr(doctor, "connection", garbled)
    try:
        assert "! The database file is damaged.\n    Bring back a backup: manage.py restore" in said()
    finally:
        garbled.close()


def test_what_the_machine_lacks(settings: Any, monkeypatch: Any) -> None:
    settings.DEBUG = True
    monkeypatch.setattr(features, "check", lambda module: module != "avif")
    monkeypatch.setattr(os, "access", lambda path, mode: path != settings.MEDIA_ROOT)
    told = said()
    assert "! DEBUG is on" in told and "Unset DEBUG" in told
    assert "! This Pillow was built without avif.\n    Delete .venv" in told
    assert f"! MEDIA_ROOT={settings.MEDIA_ROOT} cannot be written.\n    Give it to the user" in told


def test_what_cannot_be_looked_at_is_a_finding(monkeypatch: Any) -> None:
    def fail() -> Any:
        raise OSError("no such disk")

    monkeypatch.setitem(doctor.EXAMINATIONS, "Disks", fail)
    assert "! This could not be looked at: no such disk" in said()
