"""Artists' own words for their works."""

from django.db import models
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from accounts.models import Artist


def tag_slug(name: str) -> str:
    """What two spellings of the same tag have in common; empty where a name has no letter and no digit."""
    return slugify(name, allow_unicode=True)[:60]


class Tag(models.Model):
    """An artist's own word for some of their works."""

    artist = models.ForeignKey(Artist, models.CASCADE, related_name="tags")
    name = models.CharField(_("name"), max_length=60)
    slug = models.SlugField(max_length=60, allow_unicode=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        constraints = [models.UniqueConstraint(fields=["artist", "slug"], name="tag_is_one_word_of_its_artist")]

    def __str__(self) -> str:
        return self.name
