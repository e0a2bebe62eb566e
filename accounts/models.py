"""Users who log in, the artists they are, how they are invited, and what their scripts carry and were answered."""

from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address
from secrets import token_urlsafe
from typing import Any, Self

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AbstractUser, Group
from django.contrib.sessions.models import Session
from django.db import models, transaction
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken, AuthTokenManager

from accounts.looks import AS_THE_SITE, Theme, Wall
from accounts.signals import rights_changed, whereabouts_changed
from accounts.slugs import FormerAddress, free_slug, remember
from accounts.validators import currency_code, validate_links, web_address

GRACE = timedelta(days=30)  # between leaving and being forgotten
INVITATION_LASTS = timedelta(days=7)
WATCHED = {"slug", "reserves_ai_training"}  # of an artist: what else follows when they change
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

    def accept(self, username: str, email: str, password: str, name: str) -> "Artist":
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


def own_origin() -> str:
    """The site's address as this machine knows it, for links that no request asks for."""
    host = "localhost" if ip_address(settings.HOST).is_unspecified else settings.HOST
    return settings.SITE_URL or f"http://{f'[{host}]' if ':' in host else host}:{settings.PORT}"


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


def new_user(username: str, email: str, password: str | None, **fields: Any) -> User:
    """A user not saved yet: hashing a password is slow on purpose, and no transaction should wait for it."""
    user = User(username=User.normalize_username(username), email=email.lower(), **fields)
    user.set_password(password)
    return user


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


class ContentVersion(models.Model):
    """One row: a number that grows with whatever the API can show. Triggers write it: `accounts.versions`."""

    number = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.number)
