"""Image bytes over HTTP: which sizes there are, how they are sent, and what happens when files are gone."""

import io
import logging
import os
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from PIL import Image, ImageCms

from accounts.locks import taken
from artworks import making
from artworks.making import make
from artworks.models import Artwork
from artworks.tasks import warm
from portfolio_site.testing import (
    client_of,
    make_artist,
    make_gallery,
    make_image,
    make_work,
    through_layer,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def work() -> Artwork:
    return make_work(make_artist(), make_image(1500, 1000))


def urls(work: Artwork) -> list[str]:
    return [rendition.url for rendition in work.image.renditions.values()]


def test_the_named_renditions_have_permanent_addresses_by_width(work: Artwork) -> None:
    assert urls(work) == [f"/images/{work.image.uuid}/{width}.jpg" for width in (400, 1200, 1500)]
    every = {rendition.url.rpartition("/")[2] for rendition in work.image.every_rendition()}
    assert every == {f"{width}.{suffix}" for suffix in ("jpg", "avif") for width in (400, 600, 850, 1200, 1500)}
    assert work.image.thumbnail.url == urls(work)[0]


def test_ranges_validators_and_head(work: Artwork) -> None:
    client, url = client_of(work.artist), urls(work)[0]
    whole = client.get(url)
    content = b"".join(whole.streaming_content)
    assert content == Path(work.image.thumbnail.path).read_bytes()
    part = client.get(url, headers={"range": "bytes=10-19"})
    assert (part.status_code, b"".join(part.streaming_content)) == (206, content[10:20])
    assert part["Content-Range"] == f"bytes 10-19/{len(content)}"
    tail = client.get(url, headers={"range": "bytes=-5"})
    assert b"".join(tail.streaming_content) == content[-5:]
    assert client.get(url, headers={"range": f"bytes={len(content)}-"}).status_code == 416
    stale = client.get(url, headers={"range": "bytes=0-4", "if-range": '"other"'})
    assert stale.status_code == 200
    assert client.get(url, headers={"if-none-match": f'W/{whole["ETag"]}, "x"'}).status_code == 304
    assert client.get(url, headers={"if-modified-since": whole["Last-Modified"]}).status_code == 304
    head = client.head(url)
    assert (head.status_code, head["Content-Length"]) == (200, str(len(content)))
    for span in ("bytes=0-3", f"bytes={len(content)}-"):  # RFC 9110, 14.2: ranges are of GET alone
        head = client.head(url, headers={"range": span})
        assert (head.status_code, head["Content-Length"]) == (200, str(len(content)))
        assert "Content-Range" not in head
    assert whole["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in whole["Content-Security-Policy"]


def test_other_sizes_and_formats_do_not_exist(work: Artwork) -> None:
    client, base = client_of(work.artist), f"/images/{work.image.uuid}"
    sizes = ["401.jpg", "1700.jpg", "0.jpg", "99999.jpg"]
    for name in [*sizes, "400.webp", "400", "400.jpg/", "../originals/400.jpg", "master.jpg"]:
        assert client.get(f"{base}/{name}").status_code == 404, name


def test_a_missing_rendition_is_made_again_as_it_was(work: Artwork) -> None:
    path = Path(work.image.thumbnail.path)
    first = path.read_bytes()
    path.unlink()
    assert client_of(work.artist).get(urls(work)[0]).status_code == 200
    assert path.read_bytes() == first
    assert path.stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("public", [True, False])
def test_an_empty_rendition_is_none(work: Artwork, public: bool) -> None:
    make_gallery(work.artist, work, visibility="public" if public else "private")
    path = Path(work.image.thumbnail.path)
    first = path.read_bytes()
    path.write_bytes(b"")
    assert not public or through_layer(urls(work)[0])[0] == "299 Django"
    assert b"".join(client_of(work.artist).get(urls(work)[0]).streaming_content) == first


def test_what_the_disk_cannot_read_shows_its_placeholder(work: Artwork) -> None:
    make_gallery(work.artist, work)
    path = Path(work.image.thumbnail.path)
    path.unlink()
    path.mkdir()  # opened like a file, and no byte of it can be read
    (path / "x").touch()
    assert through_layer(urls(work)[0])[0] == "299 Django"
    answer = Client().get(urls(work)[0])
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")


@pytest.mark.parametrize("suffix", ["jpg", "avif"])
def test_a_rendition_that_the_disk_took_only_a_part_of_is_none(
    work: Artwork, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    """Pillow says nothing where a disk fills up in its last write."""
    rendition = work.image.rendition(600, suffix)
    assert rendition is not None
    write = type(rendition).write

    def cut_short(self: Any, target: Path) -> None:
        write(self, target)
        os.truncate(target, target.stat().st_size - 10)

    monkeypatch.setattr(type(rendition), "write", cut_short)
    with pytest.raises(OSError, match="No room"):
        make(rendition)
    assert not rendition.path.exists() and not list(rendition.path.parent.glob(".making-*"))
    monkeypatch.undo()
    assert make(rendition).exists()


def test_every_step_of_the_ladder_is_made_when_it_is_asked_for(work: Artwork) -> None:
    client = client_of(work.artist)
    for rendition in work.image.every_rendition():
        answer = client.get(rendition.url)
        assert answer["Content-Type"] == {"jpg": "image/jpeg", "avif": "image/avif"}[rendition.suffix]
        with Image.open(rendition.path) as picture:
            assert picture.size == (rendition.width, rendition.height)
            assert picture.format == {"jpg": "JPEG", "avif": "AVIF"}[rendition.suffix]
            profile = ImageCms.ImageCmsProfile(io.BytesIO(picture.info["icc_profile"]))
            assert "sRGB" in ImageCms.getProfileDescription(profile)


def test_a_small_picture_is_never_enlarged() -> None:
    image = make_work(make_artist("bob"), make_image(300, 200)).image
    assert [(r.width, r.suffix) for r in image.every_rendition()] == [(300, "jpg"), (300, "avif")]


def test_with_all_places_taken_a_picture_waits_and_then_says_when_to_come_back(
    work: Artwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making.make, "__kwdefaults__", {"force": False, "patience": 0.1})
    places = [making.lock_file(f"place-{place}") for place in range(making.PLACES)]
    with ExitStack() as held:
        for place in places:
            held.enter_context(taken([place], 0))
        answer = client_of(work.artist).get(urls(work)[1])
        assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert client_of(work.artist).get(urls(work)[1]).status_code == 200


@pytest.mark.parametrize(
    "harm",
    [
        Path.unlink,
        lambda master: master.write_bytes(b""),
        lambda master: master.write_bytes(master.read_bytes()[:-200]),
        lambda master: master.write_bytes(make_image(300, 200)),
    ],
    ids=["missing", "empty", "cut short", "another file"],
)
def test_a_damaged_master_is_developed_again_for_whoever_looks(work: Artwork, harm: Callable[[Path], object]) -> None:
    master = Path(work.image.master.path)
    make(work.image.renditions["preview"])
    whole, preview = master.read_bytes(), Path(work.image.preview.path)
    first = preview.read_bytes()
    harm(master)
    preview.unlink()
    answer = client_of(work.artist).get(urls(work)[1])
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert master.read_bytes() == whole and preview.read_bytes() == first


def test_with_neither_master_nor_original_an_image_shows_its_placeholder(
    work: Artwork, caplog: pytest.LogCaptureFixture
) -> None:
    Path(work.image.master.path).unlink()
    Path(work.image.original.path).unlink()
    answer = client_of(work.artist).get(urls(work)[1])
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    warned = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert [str(work.image.uuid) in line for line in warned] == [True]
    assert client_of(work.artist).get(urls(work)[0]).status_code == 200


def harmed(path: Path, how: str) -> None:
    if how == "missing":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[: 0 if how == "empty" else -300])


@pytest.mark.parametrize("how", ["missing", "empty", "cut short"])
@pytest.mark.parametrize("what", ["original", "master", "both", "renditions"])
def test_no_harm_to_a_file_breaks_a_page(what: str, how: str) -> None:
    """Where the original is whole nothing is lost for good; else the placeholder stands in, and the site says so."""
    work = make_work(make_artist(), make_image(500, 330))
    make_gallery(work.artist, work)
    warm.call(work.image.pk)
    made = [rendition.path for rendition in work.image.every_rendition()]
    files = {"original": [Path(work.image.original.path)], "master": [Path(work.image.master.path)], "renditions": made}
    for path in files.get(what, files["original"] + files["master"]):
        harmed(path, how)
    if what != "renditions":
        for path in made:
            path.unlink()
    for _ in range(3):
        assert Client().get(work.get_absolute_url()).status_code == Client().get("/").status_code == 200
        for url in urls(work):
            answer = Client().get(url)
            assert answer.status_code == 200 and answer["Content-Type"] in {"image/jpeg", "image/webp"}
    out, lost = io.StringIO(), what in {"original", "both"}
    with suppress(CommandError):
        call_command("check_media", "--older", "0", "--fix", stdout=out)
    assert ("missing or cut short" in out.getvalue()) == lost
    if not lost:
        for url in urls(work):
            answer = Client().get(url)
            with Image.open(io.BytesIO(b"".join(answer.streaming_content))) as picture:
                picture.load()
        again = io.StringIO()
        call_command("check_media", "--older", "0", stdout=again)
        assert again.getvalue() == "Media and database agree.\n"


def test_nginx_is_told_where_the_file_lies(work: Artwork, settings: Any) -> None:
    settings.ACCEL_PREFIX = "/protected/"
    answer = client_of(work.artist).get(urls(work)[0])
    assert answer["X-Accel-Redirect"] == f"/protected/renditions/{work.image.uuid}/400.jpg"
    assert answer["Content-Type"] == "image/jpeg"
