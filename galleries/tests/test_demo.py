"""`manage.py demo` fills an empty site, and leaves alone what was changed since."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from galleries.demo import art
from galleries.models import Gallery
from portfolio_site.testing import make_picture

pytestmark = pytest.mark.django_db


def test_a_second_run_opens_nothing_that_was_hidden(settings: Any, tmp_path: Path, monkeypatch: Any) -> None:
    settings.DATA_ROOT = tmp_path
    monkeypatch.setattr(art, "paint", lambda key, path, scale: make_picture().save(path))
    call_command("demo", stdout=io.StringIO())
    works = {gallery.title: gallery.wall().count() for gallery in Gallery.objects.public()}
    assert len(works) == 6
    hidden = Gallery.objects.public()[0]
    hidden.hide()
    own = Gallery.objects.create(artist=hidden.artist, title="In the making")
    call_command("demo", stdout=io.StringIO())
    private = Gallery.objects.filter(visibility=Gallery.Visibility.PRIVATE)
    assert set(private) == {hidden, own}
    assert Gallery.objects.count() == 7
