"""What is made of an image while it is purged, and what may be made of one that has lost its original."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from artworks import making, masters, sight, tiles
from artworks.making import make
from artworks.models import Artwork
from artworks.storage import remove_files
from portfolio_site.testing import make_artist, make_image, make_work

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def work() -> Artwork:
    return make_work(make_artist(), make_image(1500, 1000))


def test_a_purged_work_gets_no_new_folder(work: Artwork) -> None:
    preview = work.image.renditions["preview"]
    work.purge()
    with pytest.raises(FileNotFoundError):
        make(preview)
    assert not preview.path.parent.exists()


def test_what_is_made_while_a_work_is_purged_does_not_stay(work: Artwork, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its folder is looked through, and not empty when it is to go: a size has been begun in between."""
    preview = work.image.renditions["preview"]

    def purged_meanwhile(temporary: Path, suffix: str) -> bool:
        content = temporary.read_bytes()
        remove_files(work.image.uuid)
        temporary.parent.mkdir()
        temporary.write_bytes(content)
        return True

    monkeypatch.setattr(making, "has_end", purged_meanwhile)
    with pytest.raises(FileNotFoundError):
        make(preview)
    assert not preview.path.parent.exists()


def test_a_master_developed_while_a_work_is_purged_does_not_stay(
    work: Artwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut = masters.cut

    def purged_meanwhile(*job: Any) -> Any:
        report = cut(*job)
        remove_files(work.image.uuid)
        return report

    monkeypatch.setattr(masters, "cut", purged_meanwhile)
    with pytest.raises(FileNotFoundError):
        masters.remake(work.image)
    assert not Path(work.image.master.path).exists()


def test_tiles_cut_while_a_work_is_purged_do_not_stay(work: Artwork, monkeypatch: pytest.MonkeyPatch) -> None:
    ask = tiles.decoder.ask

    def purged_meanwhile(job: Any, **limits: Any) -> Any:
        answer = ask(job, **limits)
        remove_files(work.image.uuid)
        (sight.folder("renditions") / str(work.image.uuid)).mkdir()
        return answer

    monkeypatch.setattr(tiles.decoder, "ask", purged_meanwhile)
    with pytest.raises(FileNotFoundError):
        tiles.make(work.image)
    assert not (sight.folder("renditions") / str(work.image.uuid)).exists()


def test_where_the_original_is_lost_sizes_are_still_cut_from_the_master(work: Artwork) -> None:
    preview = work.image.renditions["preview"]
    masters.develop(work.image, 20)
    shutil.rmtree(Path(work.image.original.path).parent)
    assert make(preview).stat().st_size > 0
