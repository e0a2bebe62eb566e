"""Galleries, and what hangs in them."""

from collections.abc import Iterable
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Count, Max, Min, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Artist
from accounts.slugs import FormerAddress, at, free_slug, remember
from artworks import sight
from artworks.models import Artwork, Viewer

# Of a work and its image: much of a row's cost, and on no wall.
NOT_ON_WALLS = (
    "description",
    "private_notes",
    "price",
    "currency",
    "created_at",
    "updated_at",
    *(
        f"image__{name}"
        for name in (
            "colour",
            "captured",
            "sha256",
            "original",
            "source_filename",
            "created_at",
            "byte_size",
            "attempts",
        )
    ),
)


class GalleryQuerySet(models.QuerySet["Gallery"]):
    def public(self) -> Self:
        return self.filter(visibility=Gallery.Visibility.PUBLIC).exclude(artist__in=Artist.objects.leaving())

    def owned_by(self, viewer: Viewer) -> Self:
        return self.filter(artist__user=viewer.pk) if viewer.is_authenticated else self.none()

    def visible_to(self, viewer: Viewer) -> Self:
        """Public ones, and one's own."""
        if not viewer.is_authenticated:
            return self.public()
        return self.filter(Q(pk__in=Gallery.objects.public().values("pk")) | Q(artist__user=viewer.pk))

    def counted(self) -> Self:
        """With ``artworks_count``: the works on the wall, those in the trash left out."""
        hanging = Q(placements__artwork__deleted_at=None)
        return self.annotate(artworks_count=Count("placements", filter=hanging))

    def arrange(self, ids: list[int]) -> None:
        """Put these galleries into this order; it names each of them once."""
        with transaction.atomic():
            galleries = self.in_bulk()
            for position, pk in enumerate(ids):
                galleries[pk].position = position
            Gallery.objects.bulk_update(galleries.values(), ["position"], batch_size=500)

    def at(self, artist_slug: str, slug: str) -> "Gallery | None":
        """What is at this address, else what was there last."""
        found = self.filter(artist__slug=artist_slug, slug=slug).first()
        return found or at(self.filter(artist=at(Artist.objects.staying(), artist_slug)), slug)

    def covered(self) -> Self:
        """With ``shown_cover``: the chosen cover, else the first work on the wall; None where nothing hangs."""
        wall = Placement.objects.filter(gallery=OuterRef("pk"), artwork__deleted_at=None).values("artwork")
        return self.annotate(
            shown_cover=Coalesce(Subquery(wall.filter(artwork=OuterRef("cover"))[:1]), Subquery(wall[:1]))
        )

    def dated(self) -> Self:
        """With ``first_year`` and ``last_year``. Reads every work on the walls."""
        hanging = Q(placements__artwork__deleted_at=None)
        return self.annotate(
            first_year=Min("placements__artwork__year", filter=hanging),
            last_year=Max("placements__artwork__year", filter=hanging),
        ).order_by("position", "id")  # grouping drops the model's own order


class Gallery(models.Model):
    """An ordered arrangement of one artist's works."""

    class Visibility(models.TextChoices):
        PRIVATE = "private", _("Private: only you")
        PUBLIC = "public", _("Public: everyone")

    class Layout(models.TextChoices):
        JUSTIFIED = "justified", _("Rows: every work at the same height")
        MASONRY = "masonry", _("Columns: every work at the same width")
        SINGLE = "single", _("One work after the other")

    artist = models.ForeignKey(Artist, models.CASCADE, related_name="galleries", verbose_name=_("artist"))
    title = models.CharField(_("title"), max_length=200)
    slug = models.SlugField(_("address"), max_length=90, blank=True)
    description = models.TextField(_("description"), blank=True, help_text=_("Markdown."))
    layout = models.CharField(_("layout"), max_length=10, choices=Layout, default=Layout.JUSTIFIED)
    visibility = models.CharField(_("who sees it"), max_length=10, choices=Visibility, default=Visibility.PRIVATE)
    position = models.PositiveIntegerField(_("position"), default=0)
    cover = models.ForeignKey(
        Artwork, models.SET_NULL, null=True, blank=True, related_name="cover_of", verbose_name=_("cover")
    )
    artworks = models.ManyToManyField(Artwork, through="Placement", related_name="galleries")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    artworks_count: int  # by counted()
    shown_cover: int | None  # by covered()

    objects = GalleryQuerySet.as_manager()

    class Meta:
        ordering = ["position", "id"]
        verbose_name = _("gallery")
        verbose_name_plural = _("galleries")
        constraints = [
            models.UniqueConstraint(
                fields=["artist", "slug"],
                name="gallery_address_is_unique_per_artist",
                violation_error_message=_("You already have a gallery at this address."),
            ),
            models.CheckConstraint(
                condition=Q(visibility__in=["private", "public"]), name="gallery_visibility_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A save that hides takes the public links away before it commits."""
        if not self.slug:
            self.slug = free_slug(self.title, self.artist.galleries.exclude(pk=self.pk), "gallery")
        if self._state.adding and not self.position:
            last = self.artist.galleries.aggregate(last=Max("position"))["last"]
            self.position = 0 if last is None else last + 1
        moves = bool(self.pk) and "slug" in (kwargs.get("update_fields") or {"slug"})
        # What hangs here is read under the write lock: a work hung a moment before must not keep its link.
        with transaction.atomic(), sight.changing(self.hanging_ids()):
            before = Gallery.objects.filter(pk=self.pk).values_list("slug", flat=True).first() if moves else None
            super().save(*args, **kwargs)
            if before and before != self.slug:
                remember(self, before)

    def get_absolute_url(self) -> str:
        return reverse("gallery", args=[self.artist.slug, self.slug])

    def clean(self) -> None:
        if self.cover is not None and self.cover.artist_id != self.artist_id:
            raise ValidationError(
                {"cover": ValidationError(_("Choose one of your own works."), code="unknown_artwork")}
            )

    @property
    def is_public(self) -> bool:
        return self.visibility == self.Visibility.PUBLIC

    def publish(self) -> None:
        self.visibility = self.Visibility.PUBLIC
        self.save(update_fields=["visibility", "updated_at"])

    def hide(self) -> None:
        self.visibility = self.Visibility.PRIVATE
        self.save(update_fields=["visibility", "updated_at"])

    def hanging_ids(self) -> list[int]:
        """Ids of the works on the wall, in order, those in the trash included."""
        return list(self.placements.values_list("artwork", flat=True)) if self.pk else []

    def wall(self) -> models.QuerySet["Placement"]:
        """What hangs here, in order."""
        return self.placements.filter(artwork__deleted_at=None).select_related("artwork__image", "artwork__artist")

    def layout_for(self, count: int) -> str:
        """A single work hangs alone, whatever the layout."""
        return self.layout if count > 1 else self.Layout.SINGLE

    def works(self) -> list[Artwork]:
        """What hangs here, in order, with all that a page shows of it."""
        hung = Artwork.objects.alive().filter(placements__gallery=self).select_related("image").defer(*NOT_ON_WALLS)
        works = list(hung.order_by("placements__position", "placements__id"))
        for work in works:
            work.artist = self.artist
        return works

    def hang(self, artworks: Iterable[Artwork]) -> None:
        """Hang works at the end of the wall, in the order given; one that hangs already keeps its place."""
        works = list(artworks)
        if any(work.artist_id != self.artist_id for work in works):
            raise ValidationError(_("Only your own works hang in your gallery."), code="unknown_artwork")
        with sight.changing([work.pk for work in works]):
            hanging = set(self.hanging_ids())
            new = [work for work in dict.fromkeys(works) if work.pk not in hanging]
            last = self.placements.aggregate(last=Max("position"))["last"]
            first = 0 if last is None else last + 1
            Placement.objects.bulk_create(
                Placement(gallery=self, artwork=work, position=first + index) for index, work in enumerate(new)
            )

    def take_down(self, artwork: Artwork) -> bool:
        """Take a work off this wall; the work itself stays. False when it did not hang here."""
        return bool(self.placements.filter(artwork=artwork).delete()[0])

    def take_down_several(self, ids: list[int]) -> set[int]:
        """Take works (ids) off this wall; answers those that hung here."""
        with transaction.atomic():
            placements = list(self.wall().filter(artwork__in=ids))
            self.placements.filter(pk__in=[placement.pk for placement in placements]).delete()
        return {placement.artwork_id for placement in placements}

    def arrange(self, ids: list[int]) -> None:
        """Hang in this order: ``ids`` names every work on the wall once. Works in the trash go last."""
        with transaction.atomic():
            hung = self.placements.filter(artwork__deleted_at=None)
            placements = {placement.artwork_id: placement for placement in hung}
            if len(ids) != len(placements) or set(ids) != set(placements):
                raise ValidationError(
                    _("Name every work that hangs in the gallery once, in the new order."), code="incomplete_order"
                )
            resting = self.placements.exclude(artwork__in=ids)
            ordered = enumerate([placements[pk] for pk in ids] + list(resting))
            moved = [placement for position, placement in ordered if placement.move_to(position)]
            Placement.objects.bulk_update(moved, ["position"])

    def rehang(self, places: dict[int, int]) -> None:
        """Hang some works (ids) at other places, counted from 1; the others keep their order."""
        with transaction.atomic():
            wall = list(self.wall().values_list("artwork", flat=True))
            order = [pk for pk in wall if pk not in places]
            for place, pk in sorted((place, pk) for pk, place in places.items() if pk in wall):
                order.insert(place - 1, pk)
            self.arrange(order)

    def move(self, steps: int) -> None:
        """Further back among the artist's galleries; nearer to the front where ``steps`` is negative."""
        with transaction.atomic():
            order = list(self.artist.galleries.all())
            at = order.index(self)
            order.insert(max(0, at + steps), order.pop(at))
            for position, gallery in enumerate(order):
                gallery.position = position
            Gallery.objects.bulk_update(order, ["position"])


class FormerGalleryAddress(FormerAddress):
    gallery = models.ForeignKey(Gallery, models.CASCADE, related_name="former_addresses")


class Placement(models.Model):
    """One artwork hanging in one gallery at a position."""

    gallery = models.ForeignKey(Gallery, models.CASCADE, related_name="placements", verbose_name=_("gallery"))
    artwork = models.ForeignKey(Artwork, models.CASCADE, related_name="placements", verbose_name=_("artwork"))
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "id"]
        verbose_name = _("placement")
        verbose_name_plural = _("placements")
        constraints = [
            models.UniqueConstraint(fields=["gallery", "artwork"], name="artwork_hangs_once_per_gallery"),
        ]
        indexes = [
            models.Index(fields=["artwork", "gallery"], name="placement_of_artwork"),
            models.Index(fields=["gallery", "position", "id"], name="placement_order"),
        ]

    def __str__(self) -> str:
        return f"{self.artwork} in {self.gallery}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """The work that hung here before, if it was another, is looked at as well."""
        with transaction.atomic():
            before = Placement.objects.filter(pk=self.pk).values_list("artwork", flat=True)
            with sight.changing([self.artwork_id, *before]):
                super().save(*args, **kwargs)

    def move_to(self, position: int) -> bool:
        """Not saved. False where it hangs there already."""
        before, self.position = self.position, position
        return before != position

    def clean(self) -> None:
        if self.artwork_id is None:  # the form says so itself
            return
        if self.gallery.artist_id != self.artwork.artist_id:
            raise ValidationError(_("Only your own works hang in your gallery."), code="unknown_artwork")
