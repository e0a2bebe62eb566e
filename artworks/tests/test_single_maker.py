"""However many want a rendition at once, one makes it."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from artworks.masters import develop
from portfolio_site.testing import make_artist, make_image, make_work

pytestmark = pytest.mark.django_db

PROCESSES, ROUNDS = 4, 12


def test_four_processes_and_one_maker(tmp_path: Path, settings: Any) -> None:
    image, log = make_work(make_artist(), make_image(1500, 1000)).image, tmp_path / "log"
    develop(image, 20)
    command = [sys.executable, "-m", "artworks.tests.maker", log, image.master.path, str(image.uuid), "1500", "1000"]
    environment = os.environ | {
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        "DJANGO_SETTINGS_MODULE": "portfolio_site.settings",
    }
    makers = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1, env=environment)
        for _ in range(PROCESSES)
    ]
    path = Path(image.thumbnail.path).with_name("800.jpg")
    sizes = set()
    try:
        assert [maker.stdout.readline() for maker in makers] == ["ready\n"] * PROCESSES
        for _ in range(ROUNDS):
            path.unlink(missing_ok=True)
            for maker in makers:
                maker.stdin.write("go\n")
            sizes |= {maker.stdout.readline() for maker in makers}
    finally:
        for maker in makers:
            maker.communicate(timeout=20)
    assert log.read_text().count("made") == ROUNDS
    assert sizes == {f"{path.stat().st_size}\n"}
    assert not list(path.parent.glob(".making*"))
