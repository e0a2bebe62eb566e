"""Renditions ahead of their first visitor: after a restore, or when their making has changed."""

from argparse import ArgumentParser
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from django.core.management import BaseCommand

from artworks.making import PLACES, make
from artworks.models import ArtworkImage
from artworks.renditions import Rendition


class Command(BaseCommand):
    help = "Make every rendition that is missing. Interrupted and run again, it goes on where it was."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="throw all of them away first")
        parser.add_argument("--missing", action="store_true", help="only what is missing (this is the default)")

    def handle(self, **options: Any) -> None:
        images = ArtworkImage.objects.select_related("artist").order_by("pk")
        if options["all"]:
            for image in images.iterator(200):
                for rendition in image.every_rendition():
                    rendition.path.unlink(missing_ok=True)
        total, failed = images.count(), 0
        with ThreadPoolExecutor(PLACES) as makers:
            for done, image in enumerate(images.iterator(50), start=1):
                failed += list(makers.map(made, image.every_rendition())).count(False)
                self.stdout.write(f"\r{done} of {total} images", ending="")
                self.stdout.flush()
        self.stdout.write(f"\n{failed} could not be made: manage.py check_media says why." if failed else "")


def made(rendition: Rendition) -> bool:
    with suppress(OSError, ValueError):
        return make(rendition, patience=float("inf")).exists()
    return False
