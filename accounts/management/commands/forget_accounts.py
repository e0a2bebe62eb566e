"""Accounts whose thirty days of grace are over go for good, with all works and files."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand
from django.utils import timezone

from accounts.models import GRACE, User


class Command(BaseCommand):
    help = "Remove for ever who left more than thirty days ago. The task worker does this by itself."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say who would go")

    def handle(self, *, dry_run: bool, verbosity: int = 1, **options: Any) -> None:
        overdue = User.objects.filter(leaving_at__lt=timezone.now() - GRACE)
        for user in overdue:
            if not dry_run:
                user.forget()
            if verbosity:
                self.stdout.write(f"{'Would forget' if dry_run else 'Forgot'} {user.username}.")
