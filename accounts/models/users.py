"""Users who log in."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AbstractUser
from django.contrib.sessions.models import Session
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.signals import whereabouts_changed

GRACE = timedelta(days=30)  # between leaving and being forgotten
LOCKED_FOR = 900  # s without another try after ten wrong passwords; the window of settings.ACCOUNT_RATE_LIMITS


class User(AbstractUser):  # type: ignore[django-manager-missing]
    """Who logs in, by name or by e-mail address."""

    email = models.EmailField(_("e-mail address"))
    leaving_at = models.DateTimeField(_("leaving since"), null=True, blank=True, editable=False)

    class Meta(AbstractUser.Meta):
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="email_belongs_to_one_user",
                violation_error_message=_("Another account already uses this e-mail address."),
            ),
            models.UniqueConstraint(
                Lower("username"),
                name="username_belongs_to_one_user",
                violation_error_message=_("This name is taken. Choose another one."),
            ),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A new password ends what the old one opened, and an address given up opens no door any more."""
        renewed = not self._state.adding and self._password is not None  # type: ignore[attr-defined]
        moved = not self._state.adding and "email" in (kwargs.get("update_fields") or {"email"})
        super().save(*args, **kwargs)
        if renewed:  # the sessions are Django's to end
            self.auth_token_set.all().delete()
        if moved:
            kept = models.Q(primary=True) | models.Q(verified=True)
            self.emailaddress_set.filter(kept).exclude(email__iexact=self.email).delete()  # type: ignore[attr-defined]

    @property
    def is_last_keeper(self) -> bool:
        """The only superuser left: nobody could bring them back, or let anyone in."""
        others = User.objects.filter(is_superuser=True, is_active=True).exclude(pk=self.pk)
        return self.is_superuser and not others.exists()

    @property
    def forgotten_at(self) -> datetime | None:
        """When someone who leaves is gone for good."""
        return self.leaving_at and self.leaving_at + GRACE

    def leave(self) -> None:
        """Gone from the site at once, with all work; for thirty days a superuser can bring everything back."""
        with transaction.atomic():
            self.leaving_at, self.is_active = timezone.now(), False
            self.save(update_fields=["leaving_at", "is_active"])
            self.auth_token_set.all().delete()
            whereabouts_changed.send(sender=User, user=self)
        self.end_sessions()

    def come_back(self) -> None:
        """As it was before leaving; one signs in anew."""
        with transaction.atomic():
            self.leaving_at, self.is_active = None, True
            self.save(update_fields=["leaving_at", "is_active"])
            whereabouts_changed.send(sender=User, user=self)

    def forget(self) -> None:
        """Gone for ever, with all works and their files, unless a superuser was quicker."""
        with transaction.atomic():
            if User.objects.filter(pk=self.pk, leaving_at__isnull=False).exists():
                self.delete()

    def end_sessions(self) -> None:
        """Django keeps no note of whose a session is: each is opened, which is cheap enough for so rare a need."""
        for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
            if session.get_decoded().get(SESSION_KEY) == str(self.pk):
                session.delete()


def new_user(username: str, email: str, password: str | None, **fields: Any) -> User:
    """A user not saved yet: hashing a password is slow on purpose, and no transaction should wait for it."""
    user = User(username=User.normalize_username(username), email=email.lower(), **fields)
    user.set_password(password)
    return user
