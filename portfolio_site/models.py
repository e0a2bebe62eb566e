"""The one row in which the site's keeper says what the site is called and who stands behind it."""

from dataclasses import fields
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from accounts.looks import AS_THE_DEVICE, Theme, Wall
from accounts.validators import web_address
from portfolio_site.details import Details, publish

ONLY = 1
EITHER = _("Write a text or give an address, not both.")


class SiteDetails(models.Model):
    """What every page may show of the site itself; pages read it from `portfolio_site.details`."""

    name = models.CharField(
        _("name of the site"),
        max_length=80,
        blank=True,
        help_text=_("Shown in the browser's tab, and where a page of yours is shared."),
    )
    keeper_name = models.CharField(
        _("keeper"),
        max_length=120,
        blank=True,
        help_text=_("Who looks after this site: the person an artist asks for an account or a new password."),
    )
    keeper_contact = models.CharField(
        _("how to reach the keeper"),
        max_length=200,
        blank=True,
        help_text=_("An e-mail address, a telephone number or a web address. Anyone can read it."),
    )
    imprint = models.TextField(
        _("imprint"), blank=True, help_text=_("Who answers for this site, and how to write to them. Markdown.")
    )
    imprint_link = models.URLField(
        _("imprint elsewhere"),
        blank=True,
        validators=[web_address],
        help_text=_("Its address, where you have an imprint on another site already."),
    )
    privacy = models.TextField(
        _("privacy"), blank=True, help_text=_("What this site keeps of its visitors, and for how long. Markdown.")
    )
    privacy_link = models.URLField(
        _("privacy elsewhere"),
        blank=True,
        validators=[web_address],
        help_text=_("Its address, where you have such a page on another site already."),
    )
    reserves_ai_training = models.BooleanField(
        _("ask that no AI is trained on this site"),
        default=True,
        help_text=_(
            "For robots.txt, and for every page that is no artist's own; artists say it for their own pages and "
            "pictures in their profiles. Those are requests, not locks: most companies heed them, some do not."
        ),
    )
    permission_url = models.URLField(
        _("where to ask for permission"),
        blank=True,
        validators=[web_address],
        help_text=_("A page that tells whom to ask who wants to train an AI all the same."),
    )
    theme = models.CharField(
        _("theme"),
        max_length=10,
        default=Theme.MUSEUM,
        choices=Theme,
        help_text=_("The lettering and the spacing of all pages; artists may choose another for their own."),
    )
    wall_colour = models.CharField(
        _("wall"),
        max_length=10,
        blank=True,
        choices=[*AS_THE_DEVICE, *Wall.choices],
        help_text=_("What works hang on at first. Artists may choose for their pages, and every visitor for all."),
    )

    class Meta:
        verbose_name = verbose_name_plural = _("site details")
        constraints = [models.CheckConstraint(condition=models.Q(pk=ONLY), name="site_has_one_row_of_details")]

    def __str__(self) -> str:
        return self.name or str(_("This site"))

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.pk = ONLY
        super().save(*args, **kwargs)
        transaction.on_commit(self.publish)

    @classmethod
    def current(cls) -> "SiteDetails":
        """The row, or what it would say before it was ever saved."""
        return cls.objects.filter(pk=ONLY).first() or cls(pk=ONLY)

    def clean(self) -> None:
        for text, link in (("imprint", "imprint_link"), ("privacy", "privacy_link")):
            if getattr(self, text) and getattr(self, link):
                raise ValidationError({link: EITHER})

    @classmethod
    def publish(cls) -> None:
        """Have every page show the row as it is now; read under the write lock, so that the last one to save counts."""
        with transaction.atomic():
            publish(cls.current().as_details())

    def as_details(self) -> Details:
        return Details(**{field.name: getattr(self, field.name) for field in fields(Details)})
