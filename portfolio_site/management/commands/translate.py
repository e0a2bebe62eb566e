"""Bring the translations up to the sources, and say what they still lack."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Write every new string into locale/*/django.po, compile the catalogues, and list what is not translated."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            from portfolio_site import catalogues
        except ModuleNotFoundError as error:
            raise CommandError(f"{error}: install requirements-dev.txt first.") from error
        for language, _name in settings.LANGUAGES:
            if language != settings.LANGUAGE_CODE:
                lacking = catalogues.faults(catalogues.renew(language))
                for fault in lacking:
                    self.stdout.write(f"{language}: {fault}")
                self.stdout.write(f"{language}: {len(lacking)} strings are still to be translated.")
