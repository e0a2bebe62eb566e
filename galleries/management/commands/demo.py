"""A portfolio worth looking at, on an empty site."""

import hashlib
import secrets
import tomllib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from accounts.models import Artist, User, create_artist
from artworks.intake import received
from artworks.models import Artwork
from artworks.storage import folder
from artworks.tasks import warm
from artworks.uploads import IncomingFile
from galleries.demo import art
from galleries.models import Gallery

ADMIN = "admin"
LOGINS = "demo_logins"


class Command(BaseCommand):
    help = "Fill an empty site with three artists and their works. Run twice, it does nothing new."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--scale", type=float, default=1.0, help="paint smaller, for a quick look (0.1 to 1)")

    def handle(self, *, scale: float, **options: Any) -> None:
        record = tomllib.loads(art.RECORD.read_text(encoding="utf-8"))
        if Artist.objects.exclude(user__username__in=[a["username"] for a in record["artists"]]).exists():
            raise CommandError("This site has artists already. The demo fills empty sites only.")
        passwords = self.logins([ADMIN, *(artist["username"] for artist in record["artists"])])
        artists = {spec["slug"]: self.artist(spec, passwords) for spec in record["artists"]}
        if not User.objects.filter(username=ADMIN).exists():
            User.objects.create_superuser(ADMIN, "admin@example.org", passwords[ADMIN])
        for done, spec in enumerate(record["works"], start=1):
            gallery_spec = next(g for g in record["galleries"] if g["slug"] == spec["gallery"])
            artist = artists[gallery_spec["artist"]]
            if not artist.artworks.filter(title=spec["title"]).exists():
                self.stdout.write(f"  painting {done} of {len(record['works'])}: {spec['title']}")
                self.hang(spec, self.gallery(gallery_spec, artist), scale)
        self.stdout.write("The demo is hung. Sign in as:")
        for username, password in passwords.items():
            self.stdout.write(f"  {username:<8} {password}")

    def logins(self, usernames: list[str]) -> dict[str, str]:
        """Passwords made once and kept, so that a second run can say them again."""
        path = settings.DATA_ROOT / LOGINS
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text("\n".join(f"{name} {secrets.token_urlsafe(9)}" for name in usernames))
        return dict(line.split() for line in path.read_text().splitlines())

    def artist(self, spec: dict[str, Any], passwords: dict[str, str]) -> Artist:
        username = spec["username"]
        artist = Artist.objects.filter(user__username=username).first()
        if artist is None:
            artist = create_artist(username, spec["email"], passwords[username], spec["name"])
            for field in ("slug", "location", "statement", "biography"):
                setattr(artist, field, spec.get(field, ""))
            artist.save()
        return artist

    def gallery(self, spec: dict[str, Any], artist: Artist) -> Gallery:
        """Public from its first day: a later run must not open what was hidden since."""
        fields = {
            "title": spec["title"],
            "description": spec["description"],
            "visibility": Gallery.Visibility.PUBLIC,
        }
        return Gallery.objects.get_or_create(artist=artist, slug=spec["slug"], defaults=fields)[0]

    def hang(self, spec: dict[str, Any], gallery: Gallery, scale: float) -> None:
        """Paint one work and take it in as an upload is taken in."""
        path = folder("incoming") / f"{spec['key']}.{spec['picture']['format']}"
        art.paint(spec["key"], path, scale)
        with (
            IncomingFile(path.open("rb"), path.name, None, path.stat().st_size, digest(path)) as incoming,
            received(incoming, gallery.artist) as image,
        ):
            artwork = Artwork.objects.create_with_image(image, **label(spec))
        artwork.set_tags(spec.get("tags", []))
        gallery.hang([artwork])
        warm.enqueue(artwork.image.pk)


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def label(spec: dict[str, Any]) -> dict[str, Any]:
    """The fields of an artwork that the record gives."""
    names = {field.name for field in Artwork._meta.concrete_fields} & set(spec)
    focal = dict(zip(("focal_x", "focal_y"), spec.get("focal_point", ()), strict=False))
    return {name: spec[name] for name in names} | focal
