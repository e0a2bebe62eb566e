"""Look the site over."""

from typing import Any

from django.core.management import BaseCommand, CommandError

from portfolio_site.doctor import EXAMINATIONS, Finding


class Command(BaseCommand):
    help = "Look the whole site over: what is wrong, and what mends it. Changes nothing; safe while the site runs."
    requires_system_checks: list[str] = []

    def handle(self, **options: Any) -> None:
        wrong = 0
        for name, examine in EXAMINATIONS.items():
            found = self.examined(name, examine)
            wrong += sum(finding.wrong for finding in found)
            self.stdout.write(f"{name}: {'' if found else 'well'}")
            for finding in found:
                self.stdout.write(f"  {'!' if finding.wrong else '-'} {finding.words}\n    {finding.mend}")
        if wrong:
            raise CommandError(f"{wrong} to mend.")
        self.stdout.write("All is well.")

    def examined(self, name: str, examine: Any) -> list[Finding]:
        """One examination that fails is a finding too, and no reason to leave out the others."""
        try:
            return list(examine())
        except Exception as error:
            return [Finding(f"This could not be looked at: {error}", "Is the site prepared? ./run --setup")]
