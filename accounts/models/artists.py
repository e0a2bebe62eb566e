"""The artists that users are."""

from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.looks import AS_THE_SITE, Theme, Wall
from accounts.models.users import User, new_user
from accounts.signals import rights_changed
from accounts.slugs import FormerAddress, free_slug, remember
from accounts.validators import currency_code, validate_links, web_address

WATCHED = {"slug", "reserves_ai_training"}  # of an artist: what else follows when they change


class ArtistQuerySet(models.QuerySet["Artist"]):
    def staying(self) -> Self:
        """Who has not left. Of those who have, nothing is seen anywhere but in a superuser's admin."""
        return self.filter(user__leaving_at=None)

    def leaving(self) -> Self:
        return self.filter(user__leaving_at__isnull=False)


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
    permission_url = models.URLField(
        _("where to ask for permission"),
        blank=True,
        validators=[web_address],
        help_text=_("A page that tells how to get a picture of yours for a book, a poster or anything else."),
    )
    reserves_ai_training = models.BooleanField(
        _("ask that no AI is trained on my work"),
        default=True,
        help_text=_(
            "Your pages and pictures then say so in every way that machines read. Those are requests, not locks: most "
            "companies heed them, some do not. Sizes of a picture that are made already keep what stands inside them."
        ),
    )
    theme = models.CharField(
        _("theme"),
        max_length=10,
        blank=True,
        choices=[*AS_THE_SITE, *Theme.choices],
        help_text=_("The lettering and the spacing of your pages. Your works are shown whole in each of them."),
    )
    wall_colour = models.CharField(
        _("wall"),
        max_length=10,
        blank=True,
        choices=[*AS_THE_SITE, *Wall.choices],
        help_text=_("What your works hang on at first. A visitor who chooses another wall keeps that one."),
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ArtistQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        verbose_name = _("artist")
        verbose_name_plural = _("artists")

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.slug:
            self.slug = free_slug(self.name, Artist.objects.exclude(pk=self.pk), "artist")
        watched = WATCHED & set(kwargs.get("update_fields") or WATCHED)
        with transaction.atomic():
            before = Artist.objects.filter(pk=self.pk).values(*watched).first() if self.pk and watched else None
            super().save(*args, **kwargs)
            changed = {name for name, value in (before or {}).items() if value != getattr(self, name)}
            if before and "slug" in changed:
                remember(self, before["slug"])
            if "reserves_ai_training" in changed:
                rights_changed.send(sender=User, user=self.user)

    def get_absolute_url(self) -> str:
        return reverse("artist", args=[self.slug])


class FormerArtistAddress(FormerAddress):
    artist = models.ForeignKey(Artist, models.CASCADE, related_name="former_addresses")


def artists_group() -> Group:
    """What every artist belongs to, and has the studio's rights from."""
    return Group.objects.get_or_create(name="Artists")[0]


def create_artist(username: str, email: str, password: str | None, name: str, **user_fields: Any) -> Artist:
    """A user and the artist they are, both or neither."""
    user = new_user(username, email, password, **user_fields)
    with transaction.atomic():
        user.save()
        return become_artist(user, name)


def become_artist(user: User, name: str = "") -> Artist:
    """Make a saved user an artist, who works in the studio: Django's admin, for which one is staff."""
    with transaction.atomic():
        if not user.is_staff:
            user.is_staff = True
            user.save(update_fields=["is_staff"])
        user.groups.add(artists_group())
        return Artist.objects.create(user=user, name=name.strip() or user.username)
