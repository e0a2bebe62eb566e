"""An artist's account from the command line."""

from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import BaseCommand, CommandError

from accounts.models import User, create_artist


class Command(BaseCommand):
    help = "Make an artist's account. Without --password it is asked for."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("email")
        parser.add_argument("--name", default="", help="as it stands on wall labels; else the username")
        parser.add_argument("--password", help="better left out: others may read it in the shell's history")
        parser.add_argument("--superuser", action="store_true", help="may manage the whole site in the admin")

    def handle(self, **given: Any) -> None:
        password = given["password"] or getpass("Password: ")
        user = User(username=given["username"], email=given["email"])
        try:
            validate_password(password, user)
            user.password = password
            user.full_clean()
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        rights = {"is_superuser": given["superuser"]}
        artist = create_artist(user.username, user.email, password, given["name"], **rights)
        self.stdout.write(f"{artist.name} can sign in as {user.username}.")
