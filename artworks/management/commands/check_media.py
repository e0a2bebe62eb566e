"""Hold the files against the rows."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError

from artworks.housekeeping import findings


class Command(BaseCommand):
    help = "Compare media with the database, and with --fix mend what can be mended."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--fix", action="store_true", help="mend what can be mended")
        parser.add_argument(
            "--older", type=float, default=60, metavar="MINUTES", help="leave younger leftovers alone (default: 60)"
        )

    def handle(self, *, fix: bool, older: float, **options: Any) -> None:
        left = 0
        for finding in findings(older * 60):
            if fix and finding.mend is not None and finding.mend() is not False:
                self.stdout.write(f"mended: {finding.words}")
            else:
                left += 1
                self.stdout.write(finding.words)
        if left:
            raise CommandError(f"{left} to mend." + ("" if fix else " Run with --fix to mend what can be mended."))
        self.stdout.write("Media and database agree.")
