"""`manage.py check_media` finds what a crash left behind, and with --fix mends it."""

import io
import time
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from artworks import sight
from artworks.housekeeping import sweep
from artworks.models import Artwork, ArtworkImage
from artworks.storage import arriving, folder, rendition_folder
from artworks.tasks import warm
from galleries.models import Gallery
from portfolio_site.testing import make_artist, make_gallery, make_image, make_work

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def work() -> Artwork:
    work = make_work(make_artist(), make_image(1500, 900))
    make_gallery(work.artist, work)
    return work


def check(*options: str) -> list[str]:
    """What the command says; its last line is left out."""
    said = io.StringIO()
    with suppress(CommandError):
        call_command("check_media", "--older", "0", *options, stdout=said)
    return [line for line in said.getvalue().splitlines() if line != "Media and database agree."]


def test_a_sound_house_has_no_findings(work: Artwork) -> None:
    assert check() == []


def test_leftovers_are_found_left_alone_while_young_and_swept(work: Artwork) -> None:
    (folder("incoming") / "half.upload").write_bytes(b"half")
    (folder("originals") / "no-such-row").mkdir()
    (folder("renditions") / "no-such-row").mkdir()
    Path(work.image.thumbnail.path).with_name(".making-x").write_bytes(b"half")
    call_command("check_media", "--fix", stdout=io.StringIO())
    assert len(check()) == 4
    assert len(check("--fix")) == 4
    assert check() == []
    assert Path(work.image.original.path).exists()


def test_what_a_crash_left_is_swept_unasked_and_what_an_older_database_does_not_know_is_not(work: Artwork) -> None:
    cut_off, unknown = folder("originals") / str(uuid4()), folder("originals") / str(uuid4())
    for stray in (cut_off, unknown):
        stray.mkdir()
        (stray / "original.jpg").write_bytes(b"whole")
    arriving(cut_off.name).touch()
    arriving(work.image.uuid).touch()  # killed between the commit and the answer
    (folder("incoming") / "half.upload").write_bytes(b"half")
    (folder("renditions") / cut_off.name).mkdir()
    sight.unlink([work.image.uuid])
    sweep(before=time.time() - 60)
    assert cut_off.exists() and len(list(folder("incoming").glob("*.*"))) == 3  # young: an upload may be under way
    sweep(before=time.time() + 1)
    assert not cut_off.exists() and unknown.exists() and Path(work.image.original.path).exists()
    assert list(folder("incoming").glob("*.*")) == []
    assert ["unknown" for line in check() if unknown.name in line] == ["unknown"] and len(check()) == 1


def test_links_follow_the_rule_of_sight(work: Artwork) -> None:
    link = folder("public") / str(work.image.uuid)
    sight.unlink([work.image.uuid])
    assert check("--fix") and link.is_symlink()
    Gallery.objects.update(visibility="private")  # as a crash, or a hand in the database, might
    assert Client().get(work.image.thumbnail.url).status_code == 404
    assert check("--fix") and not link.is_symlink()


def test_what_is_moved_away_meanwhile_or_has_an_odd_name_stops_nothing(work: Artwork) -> None:
    (folder("incoming") / "gone.upload").symlink_to("/nowhere")
    (folder("incoming") / "under-way.tiles").mkdir()
    (folder("public") / "odd").symlink_to("/nowhere")
    assert len(check("--fix")) == 3
    assert check() == []


def test_a_master_nobody_misses_and_one_that_is_nobodys(work: Artwork) -> None:
    Path(work.image.master.path).unlink()
    assert check() == []
    (folder("masters") / "nobodys.ppm").touch()
    assert check("--fix") == ["mended: masters/nobodys.ppm belongs to no image"]
    assert check() == []


@pytest.mark.parametrize("left", [0, 1, -1, -40])
def test_a_rendition_without_its_end_is_made_again(work: Artwork, left: int) -> None:
    warm.call(work.image.pk)
    assert check() == []
    for rendition in work.image.every_rendition():
        whole = rendition.path.read_bytes()
        rendition.path.write_bytes(whole[:left])
        assert [rendition.path.name in line for line in check()] == [True]
        assert "mended" in check("--fix")[0]
        assert b"".join(Client().get(rendition.url).streaming_content) == whole
    assert check() == []


def test_a_broken_image_with_a_sound_original_is_tried_again(work: Artwork) -> None:
    ArtworkImage.objects.update(state="broken", attempts=5)
    assert len(check()) == 1
    assert "mended" in check("--fix")[0]
    work.image.refresh_from_db()
    assert work.image.state == "ready" and Path(work.image.preview.path).exists()
    assert Client().get(work.image.preview.url).status_code == 200
    assert check() == []


def test_what_cannot_be_mended_is_not_called_mended(work: Artwork) -> None:
    original = Path(work.image.original.path)
    original.write_bytes(bytes(original.stat().st_size))
    ArtworkImage.objects.update(state="broken", attempts=5)
    assert "mended" not in check("--fix")[0]
    work.image.refresh_from_db()
    assert work.image.state == "broken"
    assert not list(folder("incoming").glob("*.master"))
    assert "mended" not in check("--fix")[0] and len(check()) == 1


def test_lost_tiles_are_cut_again(work: Artwork) -> None:
    big = make_work(work.artist, make_image(2600, 100))
    warm.call(big.image.pk)
    tiles = rendition_folder(big.image.uuid) / "tiles.zip"
    tiles.unlink()
    assert "tiles" in check()[0]
    assert "mended" in check("--fix")[0] and tiles.exists()
    assert check() == []


def test_a_missing_or_short_original_is_said_and_nothing_is_removed(work: Artwork) -> None:
    original = Path(work.image.original.path)
    original.write_bytes(original.read_bytes()[:-1])
    assert "missing or cut short" in check("--fix")[0]
    assert "missing or cut short" in check()[0]
    assert original.exists() and ArtworkImage.objects.exists()


def test_with_the_wrong_database_no_original_is_removed() -> None:
    for number in range(12):
        (folder("originals") / f"somebodys-{number}").mkdir()
    assert "right database" in check("--fix")[0]
    assert len(list(folder("originals").glob("somebodys-*"))) == 12
