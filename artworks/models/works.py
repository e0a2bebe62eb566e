"""Works, each with its one image."""

from datetime import timedelta
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from accounts.models import Artist
from accounts.validators import currency_code, web_address
from artworks import labels, sight
from artworks.models.images import ArtworkImage
from artworks.models.sighted import ArtworkQuerySet
from artworks.models.tags import Tag, tag_slug
from artworks.validators import positive, validate_share, validate_year

TRASH_LASTS = timedelta(days=30)
UNTITLED = "Untitled"


class Artwork(models.Model):
    """One work, with its one image."""

    class Availability(models.TextChoices):
        NOT_FOR_SALE = "not_for_sale", _("Not for sale")
        AVAILABLE = "available", _("Available")
        RESERVED = "reserved", _("Reserved")
        SOLD = "sold", _("Sold")

    artist = models.ForeignKey(Artist, models.CASCADE, related_name="artworks", verbose_name=_("artist"))
    image = models.OneToOneField(
        ArtworkImage, models.RESTRICT, related_name="current_of", verbose_name=_("image"), editable=False
    )
    title = models.CharField(_("title"), max_length=200, default=UNTITLED)
    year = models.SmallIntegerField(
        _("year"), null=True, blank=True, validators=[validate_year], help_text=_("The number to sort by.")
    )
    date_text = models.CharField(
        _("date in words"), max_length=60, blank=True, help_text=_("Shown instead of the year: “c. 1998–2001”.")
    )
    medium = models.CharField(
        _("medium"), max_length=200, blank=True, help_text=_("What it is made of: “Oil on canvas”.")
    )
    height_cm = models.DecimalField(
        _("height in cm"), max_digits=8, decimal_places=2, null=True, blank=True, validators=[positive]
    )
    width_cm = models.DecimalField(
        _("width in cm"), max_digits=8, decimal_places=2, null=True, blank=True, validators=[positive]
    )
    depth_cm = models.DecimalField(
        _("depth in cm"), max_digits=8, decimal_places=2, null=True, blank=True, validators=[positive]
    )
    dimensions_variable = models.BooleanField(_("dimensions variable"), default=False)
    edition = models.CharField(_("edition"), max_length=60, blank=True, help_text=_("As you write it: “3/25 + 2 AP”."))
    description = models.TextField(
        _("description"), blank=True, help_text=_("The story of the work. Markdown. Public.")
    )
    alt_text = models.CharField(
        _("alt text"),
        max_length=500,
        blank=True,
        help_text=_("What one sees, in about thirty words, for people who cannot see it."),
    )
    availability = models.CharField(
        _("availability"), max_length=12, choices=Availability, default=Availability.NOT_FOR_SALE
    )
    price = models.DecimalField(
        _("price"), max_digits=12, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    currency = models.CharField(_("currency"), max_length=3, blank=True, validators=[currency_code])
    credit_line = models.CharField(_("credit line"), max_length=200, blank=True)
    licence_url = models.URLField(_("licence"), blank=True, validators=[web_address])
    private_notes = models.TextField(_("private notes"), blank=True, help_text=_("Only you ever see these."))
    tags = models.ManyToManyField(Tag, blank=True, related_name="artworks", verbose_name=_("tags"))
    focal_x = models.FloatField(_("focal point, from the left"), default=0.5, validators=[validate_share])
    focal_y = models.FloatField(_("focal point, from the top"), default=0.5, validators=[validate_share])
    deleted_at = models.DateTimeField(_("in the trash since"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ArtworkQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = _("artwork")
        verbose_name_plural = _("artworks")
        indexes = [
            models.Index(fields=["artist", "-created_at", "-id"], name="artwork_of_artist"),
            models.Index(fields=["-created_at", "-id"], condition=Q(deleted_at=None), name="artwork_newest"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(focal_x__range=(0, 1), focal_y__range=(0, 1)), name="artwork_focal_point_is_inside"
            ),
            models.CheckConstraint(
                condition=Q(availability__in=["not_for_sale", "available", "reserved", "sold"]),
                name="artwork_availability_is_known",
            ),
            models.CheckConstraint(condition=Q(price=None) | Q(price__gte=0), name="artwork_price_is_not_negative"),
            models.CheckConstraint(
                condition=(Q(height_cm=None) | Q(height_cm__gt=0))
                & (Q(width_cm=None) | Q(width_cm__gt=0))
                & (Q(depth_cm=None) | Q(depth_cm__gt=0)),
                name="artwork_dimensions_are_positive",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.title = self.title.strip() or UNTITLED
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        slug = slugify(self.title)[:60].strip("-_")
        return reverse("artwork", args=[f"{self.pk}-{slug}" if slug else str(self.pk)])

    @property
    def date(self) -> str:
        """The date as the label shows it."""
        return self.date_text or (str(self.year) if self.year is not None else "")

    @property
    def dimensions(self) -> str:
        """As the label shows them: what is measured, else that they vary, else nothing."""
        measured = labels.in_cm(self.height_cm, self.width_cm, self.depth_cm)
        return measured or (labels.variable() if self.dimensions_variable else "")

    @property
    def dimensions_in_inches(self) -> str:
        return labels.in_inches(self.height_cm, self.width_cm, self.depth_cm)

    @property
    def alt(self) -> str:
        """What a screen reader says: the alt text, else the title; never a file name."""
        return self.alt_text or self.title

    @property
    def trashed(self) -> bool:
        return self.deleted_at is not None

    def trash(self) -> None:
        """Off every wall at once, restorable for thirty days; its places are kept."""
        with sight.changing([self.pk]):
            self.deleted_at = timezone.now()
            self.save(update_fields=["deleted_at", "updated_at"])

    def restore(self) -> None:
        """Back into the same places."""
        with sight.changing([self.pk]):
            self.deleted_at = None
            self.save(update_fields=["deleted_at", "updated_at"])

    def purge(self) -> None:
        """Gone, with its images and their files; the files go after the commit."""
        with sight.changing([self.pk]):
            self.delete()

    def replace_image(self, image: ArtworkImage) -> None:
        """A new picture in the same place; the former one stays with the artwork, seen by its owner only."""
        with sight.changing([self.pk]):
            image.artist, image.artwork = self.artist, self
            image.save()
            self.image = image
            self.save(update_fields=["image", "updated_at"])

    def duplicates(self) -> ArtworkQuerySet:
        """Other works of the artist that show the same file."""
        same = Artwork.objects.filter(artist=self.artist_id, image__sha256=self.image.sha256)
        return same.exclude(pk=self.pk).order_by("id")

    def bring_back_image(self, image: ArtworkImage) -> None:
        """Show one of its former pictures again."""
        with sight.changing([self.pk]):
            self.image = image
            self.save(update_fields=["image", "updated_at"])

    def set_tags(self, names: list[str]) -> None:
        """Exactly these tags, in the artist's own words; new words are added to them."""
        wanted = {slug: name for name in names if (slug := tag_slug(name))}
        Tag.objects.bulk_create(
            [Tag(artist=self.artist, slug=slug, name=name[:60]) for slug, name in wanted.items()], ignore_conflicts=True
        )
        self.tags.set(Tag.objects.filter(artist=self.artist, slug__in=wanted))

    def change_tags(self, add: list[str], remove: list[str]) -> None:
        gone = {tag_slug(name) for name in remove}
        kept = [tag.name for tag in self.tags.all() if tag.slug not in gone]
        if add or len(kept) < len(self.tags.all()):
            self.set_tags([*kept, *add])


def used_by(artist: Artist) -> tuple[int, int]:
    """How many works an artist keeps here, and how many bytes of originals."""
    used = ArtworkImage.objects.filter(artist=artist).aggregate(used=Sum("byte_size"))["used"]
    return Artwork.objects.filter(artist=artist).count(), used or 0
