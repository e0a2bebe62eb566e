"""Files die after the commit that deleted their row; the public link dies inside it."""

from functools import partial
from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver

from accounts.models import User
from accounts.signals import rights_changed, whereabouts_changed
from artworks import sight, storage
from artworks.models import ArtworkImage


@receiver(post_delete, sender=ArtworkImage)
def remove_files(instance: ArtworkImage, **kwargs: Any) -> None:
    sight.unlink([instance.uuid])
    transaction.on_commit(partial(storage.remove_files, instance.uuid))


@receiver([whereabouts_changed, rights_changed], sender=User)
def follow_artist(user: User, **kwargs: Any) -> None:
    """Links follow their artist's whereabouts, and word on AI; some at a time: a query has only so many parameters."""
    uuids = list(ArtworkImage.objects.filter(artist__user=user).values_list("uuid", flat=True))
    for start in range(0, len(uuids), 500):
        sight.changed([], uuids[start : start + 500])
