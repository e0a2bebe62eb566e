"""Works' pictures."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from imagekit.models import ImageSpecField

from accounts.models import Artist
from artworks import labels, metadata
from artworks.models.sighted import ArtworkImageQuerySet
from artworks.renditions import FORMATS, Display, Master, Preview, Rendition, Thumbnail, ladder
from artworks.storage import OriginalStorage


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
    def public_colour_line(self) -> str:
        """The same without a profile's own name, which may be that of a person or a device."""
        return labels.colour(self.colour, for_strangers=True)

    @property
    def warnings(self) -> dict[str, str]:
        """What its artist should know of the file, by code."""
        return labels.colour_warnings(self.colour) | labels.size_warnings(self.image_width, self.image_height)

    @property
    def ratio(self) -> float:
        """Width over height of the upright picture."""
        return self.image_width / self.image_height
