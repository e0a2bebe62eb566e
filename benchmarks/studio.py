"""The studio of one artist, on a database of many works.

Runs with the project's own Python; DATA_ROOT names the database, which is made and filled once.
"""

import gc
import os
import sys
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portfolio_site.settings")
WORKS = int(os.environ["WORKS"])
# A database of its own for each size.
os.environ["DATA_ROOT"] = os.path.join(os.environ["DATA_ROOT"], f"studio-{WORKS}")

import django

django.setup()

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Artist, create_artist
from artworks import indexing
from artworks.models import Artwork, ArtworkImage, Tag
from galleries.models import Gallery, Placement

LARGEST_WALL, GALLERIES, SMALL_WALL = 300, 6, 8
MEDIA = ("Oil on linen", "Ink on paper", "Etching", "Charcoal", "Gouache on board")
settings.ALLOWED_HOSTS = ["testserver"]


def fill() -> Artist:
    call_command("migrate", verbosity=0)
    if artist := Artist.objects.first():
        return artist
    indexing.take_down()  # filled once, below
    artist = create_artist("ada", "ada@example.org", None, "Ada")
    images = ArtworkImage.objects.bulk_create([picture(artist, number) for number in range(WORKS)], batch_size=1000)
    works = Artwork.objects.bulk_create(
        [work(artist, image, number) for number, image in enumerate(images)], batch_size=1000
    )
    names = (f"series {each}" for each in range(20))
    tags = Tag.objects.bulk_create(Tag(artist=artist, name=name, slug=name.replace(" ", "-")) for name in names)
    links = [
        Artwork.tags.through(artwork=each, tag=tags[(number + step) % 20])
        for number, each in enumerate(works)
        for step in (0, 7)
    ]
    Artwork.tags.through.objects.bulk_create(links, batch_size=1000)
    hang(artist, "Wall", works[:LARGEST_WALL])
    for number in range(GALLERIES - 1):
        hang(artist, f"Room {number}", works[number : number + SMALL_WALL])
    indexing.install()
    return artist


def picture(artist: Artist, number: int) -> ArtworkImage:
    name = f"{number:05}"
    return ArtworkImage(
        artist=artist, image_format="JPEG", byte_size=1, sha256=name.rjust(64, "0"), state="ready",
        image_width=3000, image_height=2000 + number % 1000, master_width=2400, master_height=1600 + number % 800,
        original=f"originals/{name}", master=f"masters/{name}.ppm", source_filename=f"scan {name}.jpg",
    )  # fmt: skip


def work(artist: Artist, image: ArtworkImage, number: int) -> Artwork:
    """Every tenth is a lantern."""
    thing = "Lantern" if number % 10 == 0 else "Harbour"
    return Artwork(
        artist=artist, image=image, title=f"{thing} {number}", medium=MEDIA[number % len(MEDIA)],
        year=None if number % 7 == 0 else 1980 + number % 40, height_cm=Decimal(60), width_cm=Decimal(80),
        alt_text="" if number % 3 == 0 else "Low light on still water.", edition="3/25", price=Decimal(1200),
    )  # fmt: skip


def hang(artist: Artist, title: str, works: list[Artwork]) -> None:
    gallery = Gallery.objects.create(artist=artist, title=title)
    Placement.objects.bulk_create(
        Placement(gallery=gallery, artwork=each, position=at) for at, each in enumerate(works)
    )


artist = fill()
client = Client()
client.force_login(artist.user, backend="allauth.account.auth_backends.AuthenticationBackend")
LIST = "/admin/artworks/artwork/"
WHERE = {
    "first screen": "/admin/",
    "list": LIST,
    "list, last page": f"{LIST}?p={-(-WORKS // 24)}",
    "list, with counts": f"{LIST}?_facets=True",
    "grid": f"{LIST}?view=grid",
    "search, all found": f"{LIST}?q=scan",
    "search, a tenth": f"{LIST}?q=lantern",
    "search in the grid, a tenth": f"{LIST}?q=lantern&view=grid",
    "queue of alt texts": f"{LIST}alt-texts/",
    "wall of 300 / of 50": f"/admin/galleries/gallery/{Gallery.objects.get(title='Wall').pk}/change/",
}
gc.collect()
gc.freeze()  # as `portfolio_site.wsgi` does


def read(name: str, times: int = 4) -> None:
    for _ in range(times):
        assert client.get(WHERE[name]).status_code == 200


def pages() -> list[str]:
    return list(WHERE)


def queries(name: str) -> int:
    read(name, 1)
    with CaptureQueriesContext(connection) as seen:
        read(name, 1)
    return len(seen)
