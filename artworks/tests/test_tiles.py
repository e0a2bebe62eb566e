"""Deep zoom: every tile is there and right, under the same rule of sight, and gone with its work."""

import io
import re
from pathlib import Path

import pytest
from django.test import Client
from PIL import Image, ImageChops, ImageStat

from artworks import sight, tiles
from artworks.models import Artwork, ArtworkImage
from artworks.tasks import cut_tiles, warm
from galleries.models import Gallery
from portfolio_site.testing import (
    client_of,
    make_artist,
    make_gallery,
    make_image,
    make_picture,
    make_work,
    through_layer,
)

pytestmark = pytest.mark.django_db(transaction=True)
WIDTH, HEIGHT = 2700, 1500


@pytest.fixture
def work() -> Artwork:
    work = make_work(make_artist(), make_image(WIDTH, HEIGHT, quality=95))
    make_gallery(work.artist, work)
    cut_tiles.call(work.image.pk)
    return work


def base(work: Artwork) -> str:
    return f"/images/{work.image.uuid}/tiles"


def addresses(info: dict) -> list[tuple[str, tuple[int, int, int, int], int]]:
    """Every tile that a viewer may ask for by the info (IIIF Image API 3.0, 5.4), its box and its factor."""
    width, height, found = info["width"], info["height"], []
    side = info["tiles"][0]["width"]
    for factor in info["tiles"][0]["scaleFactors"]:
        step = side * factor
        for left in range(0, width, step):
            for top in range(0, height, step):
                w, h = min(step, width - left), min(step, height - top)
                region = "full" if (w, h) == (width, height) else f"{left},{top},{w},{h}"
                size = f"{-(-w // factor)},{-(-h // factor)}"
                found.append((f"{region}/{size}/0/default.jpg", (left, top, left + w, top + h), factor))
    return found


def test_every_tile_of_the_info_is_served_and_shows_its_part(work: Artwork) -> None:
    client, whole = Client(), make_picture(WIDTH, HEIGHT)
    answer = client.get(f"{base(work)}/info.json")
    info = answer.json()
    assert (info["width"], info["height"], info["profile"]) == (WIDTH, HEIGHT, "level0")
    assert info["id"] == f"http://testserver{base(work)}"
    for address, box, factor in addresses(info):
        tile = client.get(f"{base(work)}/{address}")
        assert tile.status_code == 200, address
        with Image.open(io.BytesIO(b"".join(tile.streaming_content))) as picture:
            expected = whole.crop(box).resize(picture.size, Image.Resampling.BOX)
            assert max(ImageStat.Stat(ImageChops.difference(picture, expected)).mean) < 4, (address, factor)
            assert picture.info.get("icc_profile")
    assert {f"{s['width']},{s['height']}" for s in info["sizes"]} == {addresses(info)[-1][0].split("/")[1]}


def test_tiles_are_sent_without_django_while_public(work: Artwork) -> None:
    path = f"{base(work)}/0,0,512,512/512,512/0/default.jpg"
    status, _, content = through_layer(path)
    assert status == "200 OK" and content[:2] == b"\xff\xd8" and content[-2:] == b"\xff\xd9"
    status, _, part = through_layer(path, HTTP_RANGE="bytes=2-5")
    assert (status, part) == ("206 Partial Content", content[2:6])
    for odd in ("0,0,512,512/511,512/0/default.jpg", "info.json", "../tiles.zip", "0,0,512,512/512,512/90/default.jpg"):
        assert through_layer(f"{base(work)}/{odd}")[0] == "299 Django", odd


def test_hidden_with_the_work(work: Artwork) -> None:
    paths = [f"{base(work)}/info.json", f"{base(work)}/0,0,512,512/512,512/0/default.jpg"]
    Gallery.objects.get().hide()
    for path in paths:
        assert Client().get(path).status_code == 404
        assert client_of(make_artist(f"bob{len(path)}")).get(path).status_code == 404
        mine = client_of(work.artist).get(path)
        assert (mine.status_code, mine["Cache-Control"]) == (200, "private, no-store")
    work.purge()
    assert not Path(sight.folder("renditions") / str(work.image.uuid)).exists()


def test_a_turned_picture_is_tiled_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    stream = io.BytesIO()
    make_picture(WIDTH, HEIGHT).transpose(Image.Transpose.ROTATE_90).save(stream, "JPEG", exif=exif, quality=95)
    work = make_work(make_artist(), stream.getvalue())
    cut_tiles.call(work.image.pk)
    answer = client_of(work.artist).get(f"{base(work)}/512,0,512,512/512,512/0/default.jpg")
    with Image.open(io.BytesIO(b"".join(answer.streaming_content))) as tile:
        expected = make_picture(WIDTH, HEIGHT).crop((512, 0, 1024, 512))
        assert max(ImageStat.Stat(ImageChops.difference(tile, expected)).mean) < 4


def test_small_works_need_none(settings: object) -> None:
    work = make_work(make_artist(), make_image(900, 600))
    assert not tiles.wanted(work.image)
    warm.call(work.image.pk)
    assert not ArtworkImage.objects.get().has_tiles
    assert client_of(work.artist).get(f"{base(work)}/info.json").status_code == 404


def test_no_address_of_a_tile_leads_elsewhere(work: Artwork) -> None:
    for member in ("../../originals/x", "0,0,512,512/512,512/0/default.png", "%2e%2e/tiles.zip", "tiles.zip", ""):
        assert Client().get(f"{base(work)}/{member}").status_code == 404
    assert re.fullmatch(r"[\w-]+", str(work.image.uuid))
