"""The API's list of works and the public pages, on a database of many works.

Runs with the project's own Python; DATA_ROOT names the database, which is made and filled once.
"""

import base64
import json
import os
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portfolio_site.settings")
# A database of its own for each size.
os.environ["DATA_ROOT"] = os.path.join(os.environ["DATA_ROOT"], os.environ["WORKS"])

import django

django.setup()

from django.conf import settings
from django.core.management import call_command
from django.http import HttpResponse
from django.template import engines
from django.urls import path
from rest_framework.test import APIClient

from accounts.models import create_artist
from artworks import indexing
from artworks.models import Artwork, ArtworkImage
from galleries.models import Gallery, Placement
from portfolio_site import urls

WORKS, ARTISTS, WALL, SMALL_WALL = int(os.environ["WORKS"]), 10, 500, 30
settings.ALLOWED_HOSTS = ["testserver"]
client, etags = APIClient(), dict[str, str]()
empty = engines["django"].from_string("")
urls.urlpatterns.insert(0, path("empty", lambda request: HttpResponse(empty.render({}, request))))


def fill() -> None:
    call_command("migrate", verbosity=0)
    if Artwork.objects.exists():
        return
    indexing.take_down()  # filled once, below, instead of a hundred thousand times
    for number in range(ARTISTS):
        artist = create_artist(f"artist{number}", f"artist{number}@example.org", None, f"Artist {number}")
        images = [row(artist, f"{number}-{each}") for each in range(WORKS // ARTISTS)]
        ArtworkImage.objects.bulk_create(images, batch_size=1000)
        works = [Artwork(artist=artist, image=image, title=f"Work {image.sha256}", year=1990) for image in images]
        Artwork.objects.bulk_create(works, batch_size=1000)
        for start in range(0, len(works), WALL):
            hang(artist, f"Room {start}", works[start : start + WALL])
    indexing.install()
    # Whose pages are the same whatever hangs elsewhere.
    ada = create_artist("ada", "ada@example.org", None, "Ada")
    for room in ("First", "Second", "Third"):
        images = ArtworkImage.objects.bulk_create([row(ada, f"{room}-{each}") for each in range(SMALL_WALL)])
        works = [Artwork(artist=ada, image=image, title=f"{room} lantern", year=1990) for image in images]
        for work in Artwork.objects.bulk_create(works):
            work.set_tags(["lamps"])
        hang(ada, room, works)


def hang(artist: Any, title: str, works: list[Artwork]) -> None:
    wall = Gallery.objects.create(artist=artist, title=title, visibility="public")
    hung = [Placement(gallery=wall, artwork=work, position=at) for at, work in enumerate(works)]
    Placement.objects.bulk_create(hung, batch_size=1000)


def row(artist: Any, name: str) -> ArtworkImage:
    sides = {"image_width": 3000, "image_height": 2000, "master_width": 2400, "master_height": 1600}
    files = {"original": f"originals/{name}", "master": f"masters/{name}.ppm"}
    return ArtworkImage(
        artist=artist, image_format="JPEG", byte_size=1, sha256=name.rjust(64, "0"), state="ready", **sides, **files
    )


def addresses() -> dict[str, str]:
    """The first page, and the one that ends with the oldest work but a few."""
    oldest = Artwork.objects.order_by("created_at", "id")[40]
    position = [False, oldest.created_at.isoformat(), oldest.pk]
    cursor = base64.urlsafe_b64encode(json.dumps(position).encode()).decode()
    gallery = Gallery.objects.get(artist__slug="ada", title="Second")
    return {
        "first": "/api/artworks",
        "deep": f"/api/artworks?cursor={cursor}",
        "empty template": "/empty",
        "home": "/",
        "artist": "/artists/ada/",
        "gallery": gallery.get_absolute_url(),
        "artwork": gallery.artworks.first().get_absolute_url(),
        "search": "/search/?q=second+lantern",
        "tag": "/artists/ada/tags/lamps/",
    }


fill()
WHERE = addresses()


def read(name: str, times: int = 10) -> None:
    for _ in range(times):
        answer = client.get(WHERE[name])
        assert answer.status_code == 200 and len(answer.json()["results"]) == 24
        etags[name] = answer["ETag"]


def not_modified(name: str, times: int = 10) -> None:
    for _ in range(times):
        assert client.get(WHERE[name], headers={"If-None-Match": etags[name]}).status_code == 304


def visit(name: str, times: int = 10) -> None:
    """As a stranger, who gets a kept page where there is one."""
    for _ in range(times):
        assert client.get(WHERE[name]).status_code == 200


def make(name: str, times: int = 10) -> None:
    """The page made anew each time: one with a question of its own is never kept."""
    address = WHERE[name] + ("&" if "?" in WHERE[name] else "?") + "anew=1"
    for _ in range(times):
        assert client.get(address).status_code == 200
