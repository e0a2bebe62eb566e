"""An address at which one artist makes an account."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import timedelta
from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand

from accounts.models import INVITATION_LASTS, Invitation


def days(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 365:
        raise ArgumentTypeError("between 1 and 365")
    return int(text)


class Command(BaseCommand):
    help = "Print an address at which one artist makes an account, once. On an empty site it makes the keeper's."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--days", type=days, default=INVITATION_LASTS.days, help="how long it leads in (7)")
        parser.add_argument("--name", default="", help="for whom; only superusers see this")

    def handle(self, *, days: int, name: str, **options: Any) -> None:
        invitation, secret = Invitation.objects.issue(timedelta(days=days), name[:120])
        self.stdout.write(own_origin() + invitation.path(secret))
        until = f"{invitation.expires_at:%d %B %Y, %H:%M} UTC"
        self.stderr.write(f"It works once, until {until}. Nobody can show it again: send it on now.")


def own_origin() -> str:
    """The site's address as this machine knows it, for a link that no request asks for."""
    host = "localhost" if ip_address(settings.HOST).is_unspecified else settings.HOST
    return settings.SITE_URL or f"http://{f'[{host}]' if ':' in host else host}:{settings.PORT}"
