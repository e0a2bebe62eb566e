from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_init, post_migrate, post_save, pre_migrate
from django.utils.translation import gettext_lazy as _


class ArtworksConfig(AppConfig):
    name = "artworks"
    verbose_name = _("Artworks")

    def ready(self) -> None:
        from artworks import signals  # noqa: F401

        # ImageKit looks at every row of every model for a changed source. A master's name never changes.
        for signal in (post_init, post_save):
            signal.disconnect(dispatch_uid="ik_spec_field_receivers")
        pre_migrate.connect(take_index_down, sender=self)
        post_migrate.connect(put_index_up, sender=self)


def take_index_down(using: str, **kwargs: Any) -> None:
    from artworks import indexing

    if using == "default":
        indexing.take_down()


def put_index_up(using: str, **kwargs: Any) -> None:
    """After the tables that it follows are there, and after any of them was made anew."""
    from artworks import indexing

    if using == "default":
        indexing.install()
