"""How artists are invited."""

from datetime import timedelta
from hashlib import sha256
from secrets import token_urlsafe
from typing import Self

from django.conf import settings
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.artists import Artist, become_artist
from accounts.models.users import User, new_user

INVITATION_LASTS = timedelta(days=7)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> Self:
        """Those that still lead in. A first-run invitation does so only while nobody is here."""
        now = models.Q(used_at=None, expires_at__gt=timezone.now())
        return self.filter(now, ~models.Exists(User.objects.all()) | models.Q(first=False))

    def issue(self, lasts: timedelta, note: str = "", created_by: User | None = None) -> "tuple[Invitation, str]":
        """An invitation and its secret, which is shown this once: only its digest is kept."""
        secret = token_urlsafe(32)
        invitation = self.create(
            digest=digest_of(secret),
            note=note,
            created_by=created_by,
            expires_at=timezone.now() + lasts,
            first=not User.objects.exists(),
        )
        return invitation, secret

    def by_secret(self, secret: str) -> "Invitation | None":
        return self.open().filter(digest=digest_of(secret)).first()


def digest_of(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


class Invitation(models.Model):
    """An address at which one person may make one artist's account."""

    digest = models.CharField(max_length=64, unique=True, editable=False)
    note = models.CharField(_("for whom"), max_length=120, blank=True, help_text=_("Only you see this."))
    first = models.BooleanField(_("makes the site's keeper"), default=False, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("made by")
    )
    created_at = models.DateTimeField(_("made"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"))
    used_at = models.DateTimeField(_("used"), null=True, blank=True, editable=False)
    used_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("used by")
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")

    def __str__(self) -> str:
        return self.note or str(_("An artist"))

    @staticmethod
    def path(secret: str) -> str:
        return reverse("account_join", args=[secret])

    def accept(self, username: str, email: str, password: str, name: str) -> Artist:
        """Make the account it leads to, once: Invitation.DoesNotExist for whoever comes second."""
        user = new_user(username, email, password, is_superuser=self.first)
        with transaction.atomic():
            if not Invitation.objects.open().filter(pk=self.pk).update(used_at=timezone.now()):
                raise Invitation.DoesNotExist
            user.save()
            Invitation.objects.filter(pk=self.pk).update(used_by=user)
            return become_artist(user, name)


def first_run_path() -> str | None:
    """Where the first artist of an empty site makes the account; None once anybody is here. Older ones end."""
    if User.objects.exists():
        return None
    Invitation.objects.filter(first=True, used_at=None).delete()
    invitation, secret = Invitation.objects.issue(INVITATION_LASTS)
    return invitation.path(secret)
