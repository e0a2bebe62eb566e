"""An upload's answer waits for a first master only; whatever else is asked for has the whole one developed before."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from PIL import Image

from artworks import masters
from artworks.answers import Refused
from artworks.making import make
from artworks.models import Artwork, ArtworkImage
from artworks.tasks import warm
from artworks.tests.test_rendition import urls
from portfolio_site.testing import client_of, make_artist, make_image, make_work

pytestmark = pytest.mark.django_db


@pytest.fixture
def work() -> Artwork:
    return make_work(make_artist(), make_image(3000, 2000))


def size_of(path: str) -> tuple[int, int]:
    with Image.open(path) as picture:
        return picture.size


def test_the_answer_waits_for_the_thumbnail_only(work: Artwork) -> None:
    assert size_of(work.image.master.path) == (400, 267)
    assert size_of(work.image.thumbnail.path) == (400, 267)
    assert (work.image.master_width, work.image.master_height) == (2400, 1600)


@pytest.mark.parametrize(("size", "turn"), [((3000, 2000), 1), ((3000, 2000), 6), ((6000, 600), 1)])
def test_where_many_wait_the_answer_waits_for_the_proof_only(
    size: tuple[int, int], turn: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    exif = Image.Exif()
    exif[0x0112] = turn
    content = make_image(*size, exif=exif.tobytes())
    calm = make_work(make_artist(), content)
    monkeypatch.setattr("artworks.intake.MANY", 0)
    hurried = make_work(calm.artist, content)
    assert not Path(hurried.image.thumbnail.path).exists()
    for told in ("image_width", "image_height", "master_width", "master_height", "colour", "captured"):
        assert getattr(hurried.image, told) == getattr(calm.image, told)
    assert client_of(calm.artist).get(hurried.image.thumbnail.url).status_code == 200
    assert size_of(hurried.image.thumbnail.path) == size_of(calm.image.thumbnail.path)
    warm.call(hurried.image.pk)
    assert ArtworkImage.objects.get(pk=hurried.image.pk).state == "ready"


def test_a_size_asked_for_at_once_is_sharp(work: Artwork) -> None:
    answer = client_of(work.artist).get(work.image.display.url)
    assert answer.status_code == 200
    assert size_of(work.image.display.path) == size_of(work.image.master.path) == (2400, 1600)


def test_the_task_develops_the_whole_one(work: Artwork) -> None:
    warm.call(work.image.pk)
    assert size_of(work.image.master.path) == (2400, 1600)
    assert ArtworkImage.objects.get().state == "ready"


@pytest.mark.parametrize(("size", "turn", "first"), [((2600, 3900), 1, (400, 600)), ((3900, 2600), 6, (400, 600))])
def test_a_first_master_is_upright(size: tuple[int, int], turn: int, first: tuple[int, int]) -> None:
    exif = Image.Exif()
    exif[0x0112] = turn
    image = make_work(make_artist(), make_image(*size, exif=exif.tobytes())).image
    assert size_of(image.master.path) == size_of(image.thumbnail.path) == first


@pytest.mark.parametrize("format", ["PNG", "WEBP"])
def test_what_is_not_shrunk_while_it_loads_is_decoded_once(format: str) -> None:
    work = make_work(make_artist(), make_image(3000, 600, format=format), name=f"work.{format.lower()}")
    assert size_of(work.image.master.path) == (2400, 480)


def test_an_old_one_is_dropped_and_developed_again_when_it_is_missed(work: Artwork) -> None:
    warm.call(work.image.pk)
    master, display = Path(work.image.master.path), Path(work.image.display.path)
    first = display.read_bytes()
    assert masters.drop_old() == 0 and master.exists()
    assert masters.drop_old(timedelta(0)) == 1 and not master.exists()
    display.unlink()
    assert client_of(work.artist).get(work.image.display.url).status_code == 200
    assert display.read_bytes() == first


def test_it_goes_with_its_image(work: Artwork, django_capture_on_commit_callbacks: Any) -> None:
    master = Path(work.image.master.path)
    assert master.exists()
    with django_capture_on_commit_callbacks(execute=True):
        work.purge()
    assert not master.exists()


@pytest.mark.django_db(transaction=True)
def test_however_many_ask_one_develops(work: Artwork, monkeypatch: pytest.MonkeyPatch) -> None:
    developed: list[str] = []
    remake = masters.remake

    def counted(image: Any) -> Any:
        developed.append(image.uuid)
        return remake(image)

    def ask(rendition: Any) -> Path:
        try:
            return make(rendition)
        finally:
            connection.close()

    monkeypatch.setattr(masters, "remake", counted)
    with ThreadPoolExecutor(8) as pool:
        assert all(path.exists() for path in pool.map(ask, work.image.every_rendition()))
    assert len(developed) == 1


def test_an_original_that_went_bad_shows_its_placeholder(work: Artwork, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise Refused("broken_image", "It broke.")

    monkeypatch.setattr("artworks.masters.decoder.ask", refuse)
    answer = client_of(work.artist).get(urls(work)[1])
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    with pytest.raises(OSError, match="It broke"):
        warm.call(work.image.pk)
