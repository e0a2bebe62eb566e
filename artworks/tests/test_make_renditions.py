"""`manage.py make_renditions` makes what is missing, and with --all everything anew; stopped, it goes on."""

import io
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from artworks.management.commands import make_renditions
from artworks.models import ArtworkImage
from artworks.storage import rendition_folder
from portfolio_site.testing import make_artist, make_image, make_work


def run(*options: str) -> str:
    said = io.StringIO()
    call_command("make_renditions", *options, stdout=said)
    return said.getvalue()


@pytest.mark.django_db
class TestMaking:
    def test_what_is_missing_is_made_and_the_rest_is_left(self) -> None:
        image = make_work(make_artist(), make_image(900, 600)).image
        thumbnail = Path(image.thumbnail.path)
        before = thumbnail.stat().st_mtime_ns
        assert "1 of 1 images" in run()
        assert all(rendition.path.exists() for rendition in image.every_rendition())
        assert thumbnail.stat().st_mtime_ns == before
        image.refresh_from_db()
        assert image.state == "ready"
        run("--all")
        assert thumbnail.stat().st_mtime_ns != before
        assert "0 made" in run("--missing")

    def test_a_broken_one_does_not_stop_the_others(self) -> None:
        artist = make_artist()
        broken, sound = make_work(artist).image, make_work(artist).image
        Path(broken.master.path).unlink()
        Path(broken.original.path).unlink()
        with pytest.raises(CommandError, match="could not be made"):
            run("--all")
        assert all(rendition.path.exists() for rendition in sound.every_rendition())
        broken.refresh_from_db()
        assert broken.state == "processing" and Path(broken.thumbnail.path).exists()

    def test_tiles_that_a_restore_did_not_bring_are_cut(self) -> None:
        image = make_work(make_artist(), make_image(2600, 100)).image
        run()
        tiles = rendition_folder(image.uuid) / "tiles.zip"
        before = tiles.stat().st_mtime_ns
        assert ArtworkImage.objects.get().has_tiles
        run()
        assert tiles.stat().st_mtime_ns == before
        tiles.unlink()
        run()
        assert tiles.exists()

    def test_an_interruption_is_said_in_a_line_and_leaves_nothing_half(self, monkeypatch: pytest.MonkeyPatch) -> None:
        image = make_work(make_artist(), make_image(900, 600)).image

        def interrupted(*arguments: Any) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(make_renditions, "settle", interrupted)
        with pytest.raises(CommandError, match="Run it again") as stopped:
            run("--all")
        assert stopped.value.returncode == 130
        monkeypatch.undo()
        assert not list(rendition_folder(image.uuid).glob(".making-*"))
        assert "Going on" in run("--all")
        assert "Going on" not in run("--all")


class Copy:
    """A site of its own, whose command is run as an operator does."""

    def __init__(self, root: Path) -> None:
        self.renditions = root / "media" / "renditions"
        roots = {"DATA_ROOT": str(root / "data"), "MEDIA_ROOT": str(root / "media")}
        self.environment = os.environ | roots | {"DJANGO_SETTINGS_MODULE": "portfolio_site.settings"}
        subprocess.run([*MANAGE, "migrate", "-v0"], env=self.environment, cwd=settings.BASE_DIR, check=True)
        subprocess.run([sys.executable, "-c", THREE_WORKS], env=self.environment, cwd=settings.BASE_DIR, check=True)

    def start(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*MANAGE, "make_renditions", "--all"],
            env=self.environment,
            cwd=settings.BASE_DIR,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            # A shell lets nothing that it starts in the background hear of ^C, these tests included.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )

    def times(self) -> dict[Path, int]:
        return {path: path.stat().st_mtime_ns for path in self.renditions.glob("*/[0-9]*.*")}


MANAGE = [sys.executable, "manage.py"]
THREE_WORKS = """
import django
django.setup()
from portfolio_site.testing import make_artist, make_image, make_work
artist = make_artist()
for _ in range(3):
    make_work(artist, make_image(800, 500))
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    return Copy(tmp_path_factory.mktemp("copy"))


@pytest.mark.parametrize("blow", [signal.SIGINT, signal.SIGKILL])
def test_stopped_in_the_middle_it_goes_on_without_doing_anything_twice(copy: Copy, blow: signal.Signals) -> None:
    before = copy.times()
    process, done = copy.start(), {}
    while len(done) < 4:
        assert process.poll() is None, process.stdout and process.stdout.read()
        time.sleep(0.01)
        done = {path: when for path, when in copy.times().items() if before.get(path) != when}
    process.send_signal(blow)
    said, _ = process.communicate(timeout=60)
    done = {path: when for path, when in copy.times().items() if before.get(path) != when}
    assert process.returncode == (130 if blow == signal.SIGINT else -signal.SIGKILL)
    assert "Traceback" not in said and ("Run it again" in said) == (blow == signal.SIGINT)

    again = copy.start()
    said, _ = again.communicate(timeout=120)
    assert again.returncode == 0 and "Going on" in said and "3 of 3 images" in said
    after = copy.times()
    assert {path: after[path] for path in done} == done
    assert not any(before.get(path) == when for path, when in after.items())
    assert re.search(rf"\b{len(after) - len(done)} made, {len(done)} were there", said)
