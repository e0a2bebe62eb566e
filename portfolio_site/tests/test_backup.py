"""`manage.py backup` and `restore`: what an artist has is there again, on the real server."""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from portfolio_site.testing import make_image
from portfolio_site.tests.invariants import all_is_made, assert_consistent
from portfolio_site.tests.live import MANAGE, PASSWORD, Site, manage, running

pytestmark = [pytest.mark.server, pytest.mark.xdist_group("backup")]

ENDED = ("django_session", "accounts_invitation")  # what a restore does not bring back


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site with three works of Alice's, one gallery on show, and a purged one."""
    with running(tmp_path_factory.mktemp("site")) as site:
        site.join("alice")
        works = [
            site.upload("alice", make_image(90 + i, 60), title=f"Work {i}", alt_text="A gradient").json()["id"]
            for i in range(4)
        ]
        gallery = site.ask("POST", "/api/galleries", "alice", {"title": "Room", "visibility": "public"}).json()["id"]
        site.ask("POST", f"/api/galleries/{gallery}/artworks", "alice", {"artworks": works[:2]})
        assert site.ask("DELETE", f"/api/artworks/{works.pop()}?forever=1", "alice").status == 204
        yield site


@pytest.fixture(scope="module")
def kept(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of that site."""
    target = tmp_path_factory.mktemp("disk") / "backup"
    assert backup(site, target).returncode == 0
    return target


def backup(site: Site, target: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return site.manage("backup", str(target), *options)


def files(root: Path) -> dict[str, str]:
    """SHA-256 of every original below a media folder or backup."""
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted((root / "originals").glob("*/*"))
    }


def rows(database: Path, *, without: tuple[str, ...] = ()) -> dict[str, list[Any]]:
    """Everything in every table."""
    with sqlite3.connect(database) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name: sorted(connection.execute(f'SELECT * FROM "{name}"').fetchall(), key=repr)
            for name in names
            if name not in {"sqlite_sequence", *without}
        }


def newest(target: Path) -> Path:
    return target / "database" / json.loads((target / "backup.json").read_text())["database"]


def without_files(database: Path, root: Path) -> list[str]:
    """Rows whose original is missing, cut short or another."""
    with sqlite3.connect(database) as connection:
        found = connection.execute("SELECT original, byte_size, sha256 FROM artworks_artworkimage").fetchall()
    return [
        name
        for name, size, digest in found
        if not (root / name).is_file()
        or (root / name).stat().st_size != size
        or hashlib.sha256((root / name).read_bytes()).hexdigest() != digest
    ]


def test_a_site_is_the_same_again_on_another_machine(site: Site, kept: Path, tmp_path: Path) -> None:
    done = manage(tmp_path, "restore", str(kept))
    assert done.returncode == 0, done.stderr
    assert "3 images" in done.stdout and "./run" in done.stdout

    assert files(tmp_path / "media") == files(site.media)
    assert rows(tmp_path / "data" / "db.sqlite3", without=ENDED) == rows(newest(kept), without=ENDED)
    assert (tmp_path / "data" / "secret_key").read_text().strip() == (
        Path(site.environment["DATA_ROOT"]) / "secret_key"
    ).read_text().strip()
    for private in (tmp_path / "data" / "secret_key", tmp_path / "data" / "db.sqlite3", kept / "secret_key"):
        assert private.stat().st_mode & 0o077 == 0, private
    public = {path.name for path in (tmp_path / "media" / "public").iterdir() if path.is_symlink()}
    assert public == {path.name for path in (site.media / "public").iterdir() if path.is_symlink()}
    assert len(public) == 2

    with running(tmp_path) as again:
        again.tokens = site.tokens
        (gallery,) = again.ask("GET", "/api/galleries").json()["results"]
        works = again.ask("GET", f"/api/galleries/{gallery['id']}/artworks").json()["results"]
        pages = ["/", "/artists/alice/", gallery["page"].partition(str(again.port))[2]]
        pages += [work["page"].partition(str(again.port))[2] for work in works]
        for page in pages:
            assert again.ask("GET", page).status == 200, page
        for work in works:
            for rendition in work["renditions"].values():
                assert again.ask("GET", rendition["url"].partition(str(again.port))[2]).status == 200
        original = again.ask("GET", f"/api/artworks/{works[0]['id']}/original", "alice")
        assert original.status == 200
        assert again.upload("alice", make_image()).status == 201
        all_is_made(again)
        assert again.manage("check_media", "--older", "0").returncode == 0
    # A restored site goes on with the same backup.
    assert manage(tmp_path, "backup", str(kept)).returncode == 0


def test_doors_that_were_open_are_closed(site: Site, tmp_path: Path) -> None:
    invitation = urlsplit(site.manage("invite").stdout.strip()).path
    session = {"Cookie": sign_in(site, "alice")}
    assert site.ask("GET", invitation).status == site.ask("GET", "/accounts/", headers=session).status == 200
    assert backup(site, tmp_path / "disk").returncode == 0
    assert manage(tmp_path, "restore", str(tmp_path / "disk")).returncode == 0
    with running(tmp_path) as again:
        assert again.ask("GET", invitation).status == 404
        assert again.ask("GET", "/accounts/", headers=session).status == 302
        assert "sessionid" in sign_in(again, "alice")


def sign_in(site: Site, who: str) -> str:
    """The cookie of a new session."""
    answer = site.send_form("/accounts/login", login=who, password=PASSWORD)
    assert answer.status == 302, answer.body
    return answer.headers["set-cookie"].partition(";")[0]


def test_a_backup_taken_while_uploads_run_lacks_nothing(site: Site, tmp_path: Path) -> None:
    rows_seen = back_up_under_load(site, tmp_path, times=2)
    assert rows_seen
    assert manage(tmp_path / "0", "check_media", "--older", "0").returncode == 0


@pytest.mark.drill
def test_twenty_backups_under_load(tmp_path: Path, figure: Callable[[str], None]) -> None:
    with running(tmp_path, THROTTLE_UPLOAD="off", THROTTLE_WRITE="off") as site:
        site.join("alice")
        rows_seen = back_up_under_load(site, tmp_path, times=20)
        all_is_made(site)
        assert_consistent(site)
        tokens = site.tokens
    figure(
        f"{len(rows_seen)} backups under load restored, of {rows_seen} images: 0 without a file, 0 committed missing"
    )
    with running(tmp_path / "19") as restored:  # the last one serves
        restored.tokens = tokens
        all_is_made(restored)
        assert_consistent(restored)


def back_up_under_load(site: Site, tmp_path: Path, times: int) -> list[int]:
    """How many images each had, while three clients upload and purge; each is restored beside, into ``0``, ``1`` …"""
    acknowledged: list[int] = []
    done = threading.Event()

    def keep_uploading(number: int) -> None:
        """Works come, and now and then one goes for ever."""
        doomed = 0
        while not done.is_set():
            answer = site.upload("alice", make_image(100 + number, 50 + len(acknowledged) % 40))
            assert answer.status == 201, answer.body
            if doomed:
                site.ask("DELETE", f"/api/artworks/{doomed}?forever=1", "alice")
            doomed = 0 if doomed else answer.json()["id"]
            if not doomed:
                acknowledged.append(answer.json()["id"])

    uploads = [threading.Thread(target=keep_uploading, args=(i,)) for i in range(3)]
    for upload in uploads:
        upload.start()
    found = []
    try:
        target = tmp_path / "backup"
        for number in range(times):
            enough = len(acknowledged) + 3
            while len(acknowledged) < enough:
                time.sleep(0.05)
                assert all(upload.is_alive() for upload in uploads)
            before = set(acknowledged)
            result = backup(site, target)
            assert result.returncode == 0, result.stderr
            found.append(restored(target, tmp_path / str(number), before))
    finally:
        done.set()
        for upload in uploads:
            upload.join(60)
    return found


def restored(target: Path, folder: Path, committed: set[int]) -> int:
    """Put a backup back and look: each row has its file, and what was committed before it began is there."""
    done = manage(folder, "restore", str(target))
    assert done.returncode == 0, done.stderr
    database = folder / "data" / "db.sqlite3"
    assert without_files(newest(target), target) == without_files(database, folder / "media") == []
    with sqlite3.connect(database) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        there = {pk for (pk,) in connection.execute("SELECT id FROM artworks_artwork")}
        images = connection.execute("SELECT COUNT(*) FROM artworks_artworkimage").fetchone()[0]
    assert committed - there == set()
    return int(images)


def test_a_second_run_copies_nothing_and_verifies_what_is_there(site: Site, tmp_path: Path) -> None:
    target = tmp_path / "backup"
    assert backup(site, target).returncode == 0
    before = {path: path.stat().st_ino for path in target.glob("originals/*/*")}
    assert "0 files copied" in backup(site, target, "--verify").stdout
    assert {path: path.stat().st_ino for path in target.glob("originals/*/*")} == before

    spoilt = sorted(target.glob("originals/*/original.jpg"))[0]
    whole = spoilt.read_bytes()
    spoilt.write_bytes(whole[:-1] + b"?")
    assert manage(tmp_path / "nowhere", "restore", str(target), "--check").returncode == 3
    assert "1 file copied" in backup(site, target, "--verify").stdout
    assert spoilt.read_bytes() == whole
    assert manage(tmp_path / "nowhere", "restore", str(target), "--check").returncode == 0


def test_an_interrupted_run_goes_on_where_it_was(site: Site, tmp_path: Path) -> None:
    target = tmp_path / "backup"
    assert backup(site, target).returncode == 0
    (lost, *held) = sorted(target.glob("originals/*"))
    shutil.rmtree(lost)
    (held[0] / ".copying-original.jpg").write_bytes(b"half")
    shutil.rmtree(target / "database")
    (target / "backup.json").write_text("{}\n")
    assert "never finished" in manage(tmp_path / "site", "restore", str(target)).stderr

    assert "1 file copied" in backup(site, target).stdout
    assert not list(target.rglob(".copying-*"))
    assert manage(tmp_path / "site", "restore", str(target)).returncode == 0


def test_a_killed_run_leaves_only_whole_files_and_the_next_ends_it(site: Site, tmp_path: Path) -> None:
    target = tmp_path / "backup"
    with subprocess.Popen([*MANAGE, "backup", str(target)], env=site.environment, stdout=subprocess.DEVNULL) as process:
        end = time.monotonic() + 30
        while process.poll() is None and time.monotonic() < end:
            if len(list(target.glob("originals/*/original.jpg"))) >= 2:
                process.kill()
            time.sleep(0.001)
    there = files(site.media)
    for name, digest in files(target).items():
        assert Path(name).name.startswith(".copying-") or there[name] == digest
    assert backup(site, target).returncode == 0
    assert files(target) == there


def test_an_interrupted_restore_is_run_again(site: Site, kept: Path, tmp_path: Path) -> None:
    """A run that was stopped before the database was put in place has left originals."""
    for folder in sorted((kept / "originals").iterdir())[:1]:
        shutil.copytree(folder, tmp_path / "media" / "originals" / folder.name)
    assert manage(tmp_path, "prepare").returncode == 0
    assert manage(tmp_path, "restore", str(kept)).returncode == 0
    assert without_files(tmp_path / "data" / "db.sqlite3", tmp_path / "media") == []


def test_old_databases_go_and_what_they_alone_named(site: Site, tmp_path: Path) -> None:
    target = tmp_path / "backup"
    work = site.upload("alice", make_image(40, 40)).json()
    uuid = work["renditions"]["thumbnail"]["url"].split("/")[-2]
    assert backup(site, target, "--keep", "2").returncode == 0
    site.ask("DELETE", f"/api/artworks/{work['id']}?forever=1", "alice")
    for there in (True, False):
        time.sleep(1)  # copies are named by the second
        assert backup(site, target, "--keep", "2").returncode == 0
        assert (target / "originals" / uuid).exists() is there
    assert len(list((target / "database").iterdir())) == 2


def test_a_file_the_site_has_lost_is_told_and_its_copy_kept(site: Site, tmp_path: Path) -> None:
    target = tmp_path / "backup"
    assert backup(site, target).returncode == 0
    original = sorted((site.media / "originals").glob("*/original.jpg"))[0]
    content = original.read_bytes()
    try:
        for left in (None, b"cut", content[:-1] + b"?"):
            original.unlink(missing_ok=True)
            if left is not None:
                original.write_bytes(left)
            result = backup(site, target, "--verify")
            held = target / "originals" / original.parent.name / "original.jpg"
            assert held.read_bytes() == content
            if left is None or len(left) != len(content):
                assert result.returncode == 3
                assert "The backup holds a whole copy" in result.stderr
    finally:
        original.write_bytes(content)


@pytest.mark.parametrize("place", ["DATA_ROOT", "MEDIA_ROOT", "taken", "file", "other site", "read-only"])
def test_where_a_backup_cannot_go(site: Site, kept: Path, tmp_path: Path, place: str) -> None:
    target = tmp_path / "target"
    if place in site.environment:
        target = Path(site.environment[place]) / "backup"
    elif place == "taken":
        target.mkdir()
        (target / "taxes.txt").write_text("mine")
    elif place == "file":
        target.write_text("mine")
    elif place == "other site":
        shutil.copytree(kept, target)
        (target / "secret_key").write_text("x" * 50)
    else:
        target = Path("/proc/backup")
    result = backup(site, target)
    assert result.returncode == 1
    assert result.stderr.startswith("CommandError: ") and result.stderr.count("\n") == 1
    assert "Traceback" not in result.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="mounts a small disk")
def test_a_full_disk_is_said_and_changes_nothing(site: Site, kept: Path, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "none", str(disk)], check=False).returncode:
        pytest.skip("cannot mount here")
    try:
        result = backup(site, disk / "backup")
        assert result.returncode == 1
        assert "No room" in result.stderr
        assert not list((disk / "backup" / "database").iterdir())
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_site_that_holds_something_is_not_overwritten(site: Site, kept: Path, tmp_path: Path) -> None:
    served = site.manage("restore", str(kept), "--force")
    assert served.returncode == 1
    assert "being served" in served.stderr

    assert manage(tmp_path, "prepare").returncode == 0
    assert manage(tmp_path, "create_artist", "bob", "--email", "b@example.org", "--password-stdin").returncode in {
        0,
        1,
        2,
    }
    with sqlite3.connect(tmp_path / "data" / "db.sqlite3") as database:
        database.execute(
            "INSERT OR IGNORE INTO accounts_user (username, email, password, is_superuser, is_staff, is_active,"
            " first_name, last_name, date_joined) VALUES ('bob2', 'b2@example.org', '', 0, 0, 1, '', '', '2026-01-01')"
        )
    before = rows(tmp_path / "data" / "db.sqlite3")
    refused = manage(tmp_path, "restore", str(kept))
    assert refused.returncode == 1
    assert "not empty" in refused.stderr and "--force" in refused.stderr
    assert rows(tmp_path / "data" / "db.sqlite3") == before

    forced = manage(tmp_path, "restore", str(kept), "--force")
    assert forced.returncode == 0, forced.stderr
    (aside,) = (tmp_path / "data" / "copies").glob("before-restore-*-db.sqlite3")
    assert str(aside) in forced.stdout
    assert rows(aside) == before
    assert rows(tmp_path / "data" / "db.sqlite3", without=ENDED) == rows(newest(kept), without=ENDED)


def test_a_damaged_copy_is_refused_and_an_older_one_named(kept: Path, tmp_path: Path) -> None:
    source = tmp_path / "copy"
    shutil.copytree(kept, source)
    older = source / "database" / "2020-01-01-000000.sqlite3"
    shutil.copy(newest(source), older)
    for path in source.glob("database/*"):
        if path not in {older, newest(source)}:
            path.unlink()
    content = bytearray(newest(source).read_bytes())
    content[8192:20480] = bytes(12288)
    newest(source).write_bytes(content)
    refused = manage(tmp_path / "site", "restore", str(source))
    assert refused.returncode == 1
    assert f"--database {older.name}" in refused.stderr
    done = manage(tmp_path / "site", "restore", str(source), "--database", older.name)
    assert done.returncode == 0, done.stderr


def test_a_backup_that_lacks_an_original_restores_the_rest_and_says_which(kept: Path, tmp_path: Path) -> None:
    source = tmp_path / "copy"
    shutil.copytree(kept, source)
    lost = sorted(source.glob("originals/*"))[0]
    shutil.rmtree(lost)
    done = manage(tmp_path / "site", "restore", str(source))
    assert done.returncode == 3
    assert lost.name in done.stderr and "by Alice" in done.stderr
    assert len(files(tmp_path / "site" / "media")) == len(files(source))


def test_a_copy_of_a_newer_release_is_refused(kept: Path, tmp_path: Path) -> None:
    source = tmp_path / "copy"
    shutil.copytree(kept, source)
    with sqlite3.connect(newest(source)) as database:
        database.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('artworks', '9999_later', '')")
    label = json.loads((source / "backup.json").read_text())
    label["sha256"] = hashlib.sha256(newest(source).read_bytes()).hexdigest()
    (source / "backup.json").write_text(json.dumps(label))
    refused = manage(tmp_path / "site", "restore", str(source))
    assert refused.returncode == 1
    assert "newer release" in refused.stderr


def test_what_is_no_backup_is_said(kept: Path, tmp_path: Path) -> None:
    assert "no folder" in manage(tmp_path, "restore", str(tmp_path / "nothing")).stderr
    assert f"Did you mean {kept}?" in manage(tmp_path, "restore", str(kept.parent)).stderr
