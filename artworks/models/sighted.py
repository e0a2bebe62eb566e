"""The rule of sight: who sees which works and images. Every surface asks here."""

from typing import TYPE_CHECKING, Any, Self

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q

from accounts.models import Artist

if TYPE_CHECKING:
    from artworks.models.images import ArtworkImage
    from artworks.models.works import Artwork

Viewer = AbstractBaseUser | AnonymousUser


def related(model: Any, name: str) -> Any:
    """The manager of a model that this module cannot import, since it is made later."""
    return model._meta.get_field(name).related_model._default_manager


class ArtworkQuerySet(models.QuerySet["Artwork"]):
    def alive(self) -> Self:
        """Not in the trash."""
        return self.filter(deleted_at=None)

    def public(self) -> Self:
        return self.filter(self.shown())

    def shown(self) -> Q:
        """The rule of sight: a work is seen where it hangs."""
        hangs = related(self.model, "placements").filter(artwork=OuterRef("pk"), gallery__visibility="public")
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
        current = Q(current_of__in=related(self.model, "current_of").public().values("pk"))
        return current | Q(portrait_of__in=Artist.objects.staying().values("pk"))
