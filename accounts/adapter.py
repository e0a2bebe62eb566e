"""What allauth asks the house."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from accounts.models import Artist, User


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up only where it is open; who signs up becomes an artist."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return settings.SIGNUP == "open"

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        with transaction.atomic():
            user = super().save_user(request, user, form, commit)
            if commit:
                Artist.objects.create(user=user, name=user.get_full_name() or user.username)
        return user
