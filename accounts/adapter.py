"""What allauth asks the house."""

import logging
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from accounts.models import User, become_artist

logger = logging.getLogger(__name__)
NOT_RIGHT = _("The name or the password is not right.")


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up only where it is open, one limit on wrong passwords for all doors, mail only where there is mail."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": NOT_RIGHT,
        "email_password_mismatch": NOT_RIGHT,
        "incorrect_password": _("This is not your password."),
        "too_many_login_attempts": _("Too many attempts. Wait a quarter of an hour, then try again."),
        "rate_limited": _("Too many attempts. Wait a quarter of an hour, then try again."),
        "email_taken": _("Another account already uses this e-mail address."),
        "username_taken": _("This name is taken. Choose another one."),
        "duplicate_email": _("This is your address already."),
    }

    # --- Signing up -------------------------------------------------------------------------------

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return settings.SIGNUP == "open"

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        with transaction.atomic():
            user = super().save_user(request, user, form, commit)
            if commit:
                become_artist(user, form.cleaned_data.get("name", ""))
        return user

    def get_login_stages(self) -> list[str]:
        ours = {"allauth.account.stages.EmailVerificationStage": "accounts.stages.EmailVerificationStage"}
        return [ours.get(stage, stage) for stage in super().get_login_stages()]

    # --- Signing in -------------------------------------------------------------------------------

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Told an address twice, as name and as address, allauth hashes twice where it is known and once where not."""
        if credentials.get("username"):
            credentials.pop("email", None)
        return super().authenticate(request, **credentials)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """An account's own, by whatever name and under whatever host it is asked for."""
        login = (credentials.get("username") or credentials.get("email") or "").lower()
        named = Q(username__iexact=login) | Q(email__iexact=login) | Q(emailaddress__email__iexact=login)
        pk = User.objects.filter(named).values_list("pk", flat=True).first()
        return f"name:{login}" if pk is None else f"user:{pk}"

    def is_safe_url(self, url: str) -> bool:
        """On this very host: allauth would also lead to the other names this site has, on any port."""
        request = self.request
        return url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account")

    def is_ajax(self, request: HttpRequest) -> bool:
        return False  # scripts have the API

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:
        return reverse("account" if self.request.user.is_authenticated else settings.LOGIN_URL)

    # --- Mail -------------------------------------------------------------------------------------

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A mail that cannot be sent is the keeper's business, and must not tell a stranger who has an account."""
        if not settings.EMAIL_CONFIGURED:
            return
        try:
            super().send_mail(template_prefix, email, context)
        except OSError:
            logger.exception("A mail could not be sent: %s", template_prefix)

    def send_account_already_exists_mail(self, email: str) -> None:
        """In the time that a new account takes, which is that of a password's hash."""
        make_password(email)
        super().send_account_already_exists_mail(email)

    def format_email_subject(self, subject: str) -> str:
        host = urlsplit(settings.SITE_URL).hostname or self.request.get_host()
        return f"[{host}] {subject}"

    def get_reset_password_from_key_url(self, key: str) -> str:
        return on_site(super().get_reset_password_from_key_url(key))

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        return on_site(super().get_email_confirmation_url(request, emailconfirmation))

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Not when somebody else has come to use the address since the mail was sent."""
        others = User.objects.exclude(pk=email_address.user_id)
        if others.filter(email__iexact=email_address.email).exists():
            words = "account/messages/email_confirmation_failed.txt"
            self.add_message(request, messages.ERROR, words, {"email": email_address.email})
            return False
        return super().confirm_email(request, email_address)


class MFAAdapter(DefaultMFAAdapter):
    """How the site names itself in an authenticator app."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This code is not right. A code lives for half a minute: try the next one."),
    }

    def get_totp_label(self, user: User) -> str:
        return user.username


def on_site(address: str) -> str:
    """The same path under the configured name: a link in a mail must not follow a visitor's Host header."""
    return settings.SITE_URL + urlsplit(address).path if settings.SITE_URL else address
