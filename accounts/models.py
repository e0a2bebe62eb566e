"""Users who log in, the artists they are, and the tokens their scripts carry."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models, transaction
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken, AuthTokenManager

from accounts.slugs import free_slug
from accounts.validators import currency_code, validate_links, web_address


class User(AbstractUser):  # type: ignore[django-manager-missing]
    """Who logs in, by name or by e-mail address."""

    email = models.EmailField(_("e-mail address"))

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


class Token(AbstractAuthToken):
    """What a script shows instead of a password: only a digest of it is kept."""

    name = models.CharField(_("name"), max_length=80, blank=True, help_text=_("What uses this token."))
    scopes = models.JSONField(_("scopes"), default=list, blank=True)
    last_used = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)

    objects = AuthTokenManager()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")

    def __str__(self) -> str:
        return self.name or f"{self.token_key}…"


class Artist(models.Model):
    """The public person a portfolio is about."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("user"))
    name = models.CharField(_("name"), max_length=120, help_text=_("As it stands on your wall labels."))
    slug = models.SlugField(
        _("address"), max_length=90, unique=True, blank=True, help_text=_("The last part of your page's address.")
    )
    statement = models.TextField(_("statement"), blank=True, help_text=_("About your work. Markdown."))
    biography = models.TextField(_("biography"), blank=True, help_text=_("About you. Markdown."))
    location = models.CharField(_("location"), max_length=120, blank=True)
    website = models.URLField(_("website"), blank=True, validators=[web_address])
    links = models.JSONField(_("links"), default=list, blank=True, validators=[validate_links])
    contact_email = models.EmailField(
        _("contact e-mail"), blank=True, help_text=_("Where enquiries go. It is never shown on a page.")
    )
    currency = models.CharField(_("currency"), max_length=3, default="EUR", validators=[currency_code])
    credit_line = models.CharField(_("credit line"), max_length=200, blank=True)
    licence_url = models.URLField(_("licence"), blank=True, validators=[web_address])
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name", "id"]
        verbose_name = _("artist")
        verbose_name_plural = _("artists")

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.slug:
            self.slug = free_slug(self.name, Artist.objects.exclude(pk=self.pk), "artist")
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("artist", args=[self.slug])


def create_artist(username: str, email: str, password: str | None, name: str, **user_fields: Any) -> Artist:
    """A user and the artist they are, both or neither."""
    with transaction.atomic():
        user = User.objects.create_user(username, email, password, **user_fields)
        return Artist.objects.create(user=user, name=name or username)
