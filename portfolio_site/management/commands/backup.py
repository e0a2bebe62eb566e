"""`manage.py backup`: a whole copy of the site, while it serves."""

from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError

from portfolio_site.backing_up import back_up
from portfolio_site.backups import Backup
from portfolio_site.copying import Stopped, counted, size

NOT_BACKED_UP, SOMETHING_MISSING = 1, 3


def at_least_one(value: str) -> int:
    if not value.isdigit() or int(value) < 1:
        raise ArgumentTypeError("expected a whole number from 1")
    return int(value)


class Command(BaseCommand):
    help = (
        "Copy the database, the originals and the secret key to a folder. Only what is new is copied. "
        "Ends with 0; with 1 where nothing was backed up; with 3 where the backup is made, but the site lacks files."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("target", type=Path, help="a folder of its own, best on another disk")
        parser.add_argument(
            "--keep", type=at_least_one, default=7, metavar="N", help="database copies to keep (default: 7)"
        )
        parser.add_argument("--verify", action="store_true", help="read every file in the backup, not only new ones")

    def handle(self, *, target: Path, keep: int, verify: bool, **options: Any) -> None:
        try:
            done = back_up(Backup(target), self.say, keep=keep, every_byte=verify)
        except Stopped as problem:
            raise CommandError(str(problem), returncode=NOT_BACKED_UP) from None
        self.say(f"Backed up {done.images} images: {counted(done.copied)} copied, {size(done.bytes)}.")
        if done.forgotten:
            self.say(f"Removed {done.forgotten} images that no kept database names any more.")
        self.say(f"The database is {done.database}")
        if done.troubles:
            for trouble in done.troubles:
                self.stderr.write(trouble)
            raise CommandError(
                f"The backup is made, but the site itself has {counted(len(done.troubles))} missing or damaged.",
                returncode=SOMETHING_MISSING,
            )

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
