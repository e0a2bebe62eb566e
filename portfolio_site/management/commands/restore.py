"""`manage.py restore`: a site from its backup."""

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command

from portfolio_site.backups import Backup
from portfolio_site.copying import Stopped, counted, in_words, size
from portfolio_site.restoring import Outcome, Restore, chosen_database, refuse_other_user
from portfolio_site.restoring import check as lacking
from portfolio_site.server import take_site

NOT_RESTORED, SOMETHING_MISSING = 1, 3


class Command(BaseCommand):
    help = (
        "Put a backup in the place of an empty site that is not being served. An interrupted run is simply run again. "
        "Ends with 0; with 1 where nothing was restored; with 3 where the backup lacks originals."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", type=Path, help="the folder that `manage.py backup` wrote")
        parser.add_argument("--check", action="store_true", help="only read the whole backup and say what it lacks")
        parser.add_argument("--database", default="", metavar="NAME", help="another database copy than the newest")
        parser.add_argument("--force", action="store_true", help="though the site is not empty; its database is kept")

    def handle(self, *, source: Path, check: bool, database: str, force: bool, **options: Any) -> None:
        backup = Backup(source)
        try:
            with in_words(backup.root):
                chosen = chosen_database(backup, database)
                missing = self.check_only(backup, chosen) if check else self.restore(backup, chosen, force=force)
        except Stopped as problem:
            raise CommandError(str(problem), returncode=NOT_RESTORED) from None
        for line in missing:
            self.stderr.write(f"missing  {line}")
        if missing:
            raise CommandError(f"{len(missing)} originals are missing.", returncode=SOMETHING_MISSING)

    def check_only(self, backup: Backup, database: Path) -> list[str]:
        missing = lacking(backup, database, self.say, every_byte=True)
        if not missing:
            self.say("The backup is whole. Nothing was changed.")
        return missing

    def restore(self, backup: Backup, database: Path, *, force: bool) -> list[str]:
        refuse_other_user()
        for line in lacking(backup, database, self.say):
            self.say(f"  not in the backup: {line}")
        try:
            _lock = take_site()
        except SystemExit as served:
            raise Stopped(f"{served} Stop it first; nothing was changed.") from None
        done = Restore(backup, database, self.say).run(
            lambda: call_command("prepare", stdout=self.stdout, stderr=self.stderr), force=force
        )
        self.tell(done, backup, database)
        return done.missing

    def tell(self, done: Outcome, backup: Backup, database: Path) -> None:
        self.say(f"Restored the database of {database.stem} (UTC) and {done.images - len(done.missing)} images.")
        self.say(
            f"Copied {counted(done.copied)}, {size(done.bytes)}; smaller pictures are made when they are asked for."
        )
        for path in done.aside:
            self.say(f"What was here before is kept: {path}")
        if backup.key.read_text().strip() != settings.SECRET_KEY and "SECRET_KEY" in os.environ:
            self.say("SECRET_KEY is set in the environment and is not the backup's: everybody has to sign in again.")
        self.say("Now start the site: ./run")

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
