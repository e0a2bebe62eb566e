"""What an artist's scripts carry, and what they were answered."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken, AuthTokenManager


class Scope(models.TextChoices):
    """What a token opens. Adding works is a scope of its own, for scripts that shall do nothing else."""

    READ = "read", _("read")
    WRITE = "write", _("change")
    UPLOAD = "upload", _("upload works")


def every_scope() -> list[str]:
    return list(Scope.values)


class Token(AbstractAuthToken):
    """What a script shows instead of a password: only a digest of it is kept."""

    name = models.CharField(_("name"), max_length=80, blank=True, help_text=_("What uses this token."))
    scopes = models.JSONField(_("scopes"), default=every_scope, blank=True)
    last_used = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)

    objects = AuthTokenManager()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")

    def __str__(self) -> str:
        return self.name or f"{self.token_key}…"


class KeptAnswer(models.Model):
    """What a request with an ``Idempotency-Key`` was answered, kept by the transaction that did what it asked for."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    request_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField(default=dict)
    body = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="key_has_one_answer")]

    def __str__(self) -> str:
        return self.key
