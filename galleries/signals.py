"""However a placement goes, its work's public link follows the rule of sight."""

from typing import Any

from django.db.models.signals import post_delete
from django.dispatch import receiver

from artworks import sight
from galleries.models import Placement


@receiver(post_delete, sender=Placement)
def sight_changed(instance: Placement, **kwargs: Any) -> None:
    sight.changed([instance.artwork_id])
