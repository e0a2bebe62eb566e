"""How many of a work's sizes exist: told to its artist, and to nobody else."""

from typing import Any

import pytest
from django.core.management import call_command

from accounts.models import Artist
from artworks.making import make
from artworks.models import Artwork
from artworks.storage import rendition_folder
from artworks.tasks import warm
from portfolio_site.testing import client_of, make_artist, make_gallery, make_image, make_work

pytestmark = pytest.mark.django_db


def told(artist: Artist | None, work: Artwork) -> Any:
    answer = client_of(artist).get(f"/api/artworks/{work.pk}/progress")
    return answer.json() if answer.status_code == 200 else answer.status_code


def test_its_artist_is_told_and_nobody_else(alice: Artist) -> None:
    work = make_work(alice, make_image(900, 600))
    make_gallery(alice, work)
    sizes = len(work.image.every_rendition())
    assert sizes > 3 and told(alice, work) == {"state": "processing", "made": 1, "of": sizes, "tiles": None}
    warm.call(work.image.pk)
    assert told(alice, work) == {"state": "ready", "made": sizes, "of": sizes, "tiles": None}
    assert (told(None, work), told(make_artist("bob"), work)) == (401, 403)


def test_the_works_etag_does_not_move_with_it(alice: Artist) -> None:
    work = make_work(alice, make_image(900, 600))
    client, path = client_of(alice), f"/api/artworks/{work.pk}"
    etag = client.get(path)["ETag"]
    make(work.image.every_rendition()[-1])
    assert told(alice, work)["made"] == 2
    assert client.get(path)["ETag"] == etag


def test_tiles_are_told_of_where_there_are_to_be_some(alice: Artist) -> None:
    work = make_work(alice, make_image(2600, 100))
    assert told(alice, work)["tiles"] is False
    call_command("make_renditions", verbosity=0)
    assert told(alice, work)["tiles"] is True


def test_files_that_are_no_sizes_of_it_do_not_count(alice: Artist) -> None:
    work = make_work(alice)
    for name in (".making-x", "123.jpg", "400.webp"):
        (rendition_folder(work.image.uuid) / name).touch()
    assert told(alice, work)["made"] == 1
