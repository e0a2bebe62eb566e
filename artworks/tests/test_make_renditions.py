"""`manage.py make_renditions` makes what is missing, and with --all everything anew."""

import io
from pathlib import Path

import pytest
from django.core.management import call_command

from portfolio_site.testing import make_artist, make_image, make_work

pytestmark = pytest.mark.django_db


def run(*options: str) -> str:
    said = io.StringIO()
    call_command("make_renditions", *options, stdout=said)
    return said.getvalue()


def test_what_is_missing_is_made_and_the_rest_is_left() -> None:
    image = make_work(make_artist(), make_image(900, 600)).image
    thumbnail = Path(image.thumbnail.path)
    before = thumbnail.stat().st_mtime_ns
    assert "1 of 1 images" in run()
    assert all(rendition.path.exists() for rendition in image.every_rendition())
    assert thumbnail.stat().st_mtime_ns == before
    run("--all")
    assert thumbnail.stat().st_mtime_ns != before


def test_a_broken_one_does_not_stop_the_others() -> None:
    artist = make_artist()
    broken, sound = make_work(artist).image, make_work(artist).image
    Path(broken.master.path).unlink()
    assert "could not be made" in run("--all")
    assert all(rendition.path.exists() for rendition in sound.every_rendition())
