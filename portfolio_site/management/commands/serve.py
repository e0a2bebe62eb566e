"""`manage.py serve`: the site, ready for visitors."""

import os
import sys
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand


class Command(BaseCommand):
    help = "Serve the site: web workers and one task worker, until Ctrl-C or SIGTERM."
    requires_system_checks: list[str] = []

    def handle(self, **options: Any) -> None:
        """Become `portfolio_site.server`: the parent of the workers needs little of what Django has loaded by now."""
        os.environ["PYTHONPATH"] = str(settings.BASE_DIR)
        os.execv(sys.executable, [sys.executable, "-P", "-m", "portfolio_site.server"])  # noqa: S606
