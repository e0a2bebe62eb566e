"""Artworks, their images, and the rule of sight."""

import uuid
from datetime import timedelta
from typing import Any, Self

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from imagekit.models import ImageSpecField

from accounts.models import Artist
from accounts.validators import currency_code, web_address
from artworks import labels, metadata, sight
from artworks.renditions import FORMATS, Display, Master, Preview, Rendition, Thumbnail, ladder
from artworks.storage import OriginalStorage
from artworks.validators import positive, validate_share, validate_year

Viewer = AbstractBaseUser | AnonymousUser
TRASH_LASTS = timedelta(days=30)
UNTITLED = "Untitled"


class ArtworkQuerySet(models.QuerySet["Artwork"]):
    def alive(self) -> Self:
        """Not in the trash."""
        return self.filter(deleted_at=None)

    def public(self) -> Self:
        return self.filter(self.shown())

    def shown(self) -> Q:
        """The rule of sight: a work is seen where it hangs."""
        placements = self.model._meta.get_field("placements").related_model._default_manager  # type: ignore[union-attr]
        hangs = placements.filter(artwork=OuterRef("pk"), gallery__visibility="public")
        return Q(Exists(hangs), deleted_at=None) & ~Q(artist__in=Artist.objects.leaving())

    def owned_by(self, viewer: Viewer) -> Self:
        return self.filter(artist__user=viewer.pk) if viewer.is_authenticated else self.none()

    def visible_to(self, viewer: Viewer) -> Self:
        """What a viewer may see, on every surface; a superuser is an ordinary viewer."""
        if not viewer.is_authenticated:
            return self.public()
        return self.filter(self.shown() | Q(artist__user=viewer.pk))

    def create_with_image(self, image: "ArtworkImage", **fields: Any) -> "Artwork":
        """Save an image that has arrived, and the work it shows: both or neither."""
        with transaction.atomic():
            image.save()
            artwork = self.create(artist=image.artist, image=image, **fields)
            image.artwork = artwork
            image.save(update_fields=["artwork"])
        return artwork

    def for_cards(self) -> Self:
        """With all that a card or a list row shows."""
        return self.select_related("artist", "image")


class ArtworkImageQuerySet(models.QuerySet["ArtworkImage"]):
    def public(self) -> Self:
        """Current images of public works, and portraits."""
        return self.filter(self.shown())

    def linked(self) -> Self:
        """Public ones that may go out without asking anybody: those of artists who reserve AI training, as most do."""
        return self.public().filter(artist__reserves_ai_training=True)

    def visible_to(self, viewer: Viewer) -> Self:
        """Public ones, and all of one's own, former ones too."""
        if not viewer.is_authenticated:
            return self.public()
        return self.filter(self.shown() | Q(artist__user=viewer.pk))

    def shown(self) -> Q:
        """Not the portrait of an artist who leaves: a test in accounts/tests/test_leaving.py holds it."""
        current = Q(current_of__in=Artwork.objects.public().values("pk"))
        return current | Q(portrait_of__in=Artist.objects.staying().values("pk"))


def used_by(artist: Artist) -> tuple[int, int]:
    """How many works an artist keeps here, and how many bytes of originals."""
    used = ArtworkImage.objects.filter(artist=artist).aggregate(used=Sum("byte_size"))["used"]
    return Artwork.objects.filter(artist=artist).count(), used or 0


def original_name(image: "ArtworkImage", filename: str) -> str:
    return f"originals/{image.uuid}/{filename}"


class ArtworkImage(models.Model):
    """A work's picture: one original, never changed; a replaced picture is a new row with a new uuid."""

    class State(models.TextChoices):
        PROCESSING = "processing", _("being prepared")
        READY = "ready", _("ready")
        BROKEN = "broken", _("broken")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    artist = models.ForeignKey(Artist, models.CASCADE, related_name="images", verbose_name=_("artist"))
    artwork = models.ForeignKey(
        "Artwork", models.CASCADE, null=True, blank=True, related_name="images", verbose_name=_("artwork")
    )
    portrait_of = models.OneToOneField(
        Artist, models.CASCADE, null=True, blank=True, related_name="portrait", verbose_name=_("portrait of")
    )
    original = models.FileField(_("original"), storage=OriginalStorage(), upload_to=original_name, max_length=200)
    master = models.FileField(_("master"), storage=OriginalStorage(), upload_to=original_name, max_length=200)
    image_format = models.CharField(_("format"), max_length=10)
    image_width = models.PositiveIntegerField(_("width in pixels"))
    image_height = models.PositiveIntegerField(_("height in pixels"))
    master_width = models.PositiveIntegerField(editable=False)
    master_height = models.PositiveIntegerField(editable=False)
    byte_size = models.PositiveBigIntegerField(_("bytes"))
    sha256 = models.CharField(max_length=64)
    source_filename = models.CharField(_("file name as uploaded"), max_length=255, blank=True)
    placeholder = models.TextField(blank=True, editable=False)
    average_colour = models.CharField(max_length=7, blank=True, editable=False)
    colour = models.JSONField(_("colour"), default=dict, blank=True)
    captured = models.JSONField(_("captured metadata"), default=dict, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PROCESSING)
    has_tiles = models.BooleanField(default=False, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    thumbnail = ImageSpecField(source="master", spec=Thumbnail)
    preview = ImageSpecField(source="master", spec=Preview)
    display = ImageSpecField(source="master", spec=Display)

    objects = ArtworkImageQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("image")
        verbose_name_plural = _("images")
        indexes = [
            models.Index(fields=["artist", "sha256"], name="image_duplicates"),
            models.Index(fields=["created_at"], condition=Q(state="processing"), name="image_to_warm"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(image_width__gt=0, image_height__gt=0, master_width__gt=0, master_height__gt=0),
                name="image_has_sides",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["processing", "ready", "broken"]), name="image_state_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_filename or self.uuid} ({self.image_width} × {self.image_height})"

    @property
    def renditions(self) -> dict[str, Rendition]:
        """The named renditions by name: addresses and sizes by arithmetic, no file touched."""
        return {name: getattr(self, name).generator for name in ("thumbnail", "preview", "display")}

    def every_rendition(self) -> list[Rendition]:
        """All that a page may ask for, in the order in which it is missed most: the named ones first."""
        steps = [step for suffix in reversed(FORMATS) for step in ladder(self.master, suffix)]
        every = {(each.width, each.suffix): each for each in [*self.renditions.values(), *steps]}
        shared = Master(self.master.storage.path(str(self.master.name)))
        for each in every.values():
            each.master = shared
        return list(every.values())

    def rendition(self, width: int, suffix: str) -> Rendition | None:
        """The one of this width and format; None where the image has no such."""
        return next((r for r in self.every_rendition() if (r.width, r.suffix) == (width, suffix)), None)

    @property
    def rights(self) -> bytes:
        """What every rendition says of its maker, as an XMP packet."""
        artist = self.artist
        notice = artist.credit_line or f"© {artist.name}"
        return metadata.rights(artist.name, notice, artist.licence_url, reserved=artist.reserves_ai_training)

    @property
    def colour_line(self) -> str:
        """What was found and what is served: "Adobe RGB (1998), 16 bit, served as sRGB; colours outside sRGB: 3 %"."""
        return labels.colour(self.colour)

    @property
    def warnings(self) -> dict[str, str]:
        """What its artist should know of the file, by code."""
        return labels.colour_warnings(self.colour) | labels.size_warnings(self.image_width, self.image_height)

    @property
    def ratio(self) -> float:
        """Width over height of the upright picture."""
        return self.image_width / self.image_height


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
        return labels.in_cm(self.height_cm, self.width_cm, self.depth_cm)

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
