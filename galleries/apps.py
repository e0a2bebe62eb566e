from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class GalleriesConfig(AppConfig):
    name = "galleries"
    verbose_name = _("Galleries")

    def ready(self) -> None:
        from galleries import signals  # noqa: F401

        post_migrate.connect(give_artists_their_rights, sender=self)


RIGHTS = {
    "accounts.artist": ("view", "change"),
    "accounts.token": ("view", "add", "change", "delete"),
    "artworks.artwork": ("view", "add", "change", "delete"),
    "artworks.tag": ("view", "add", "change", "delete"),
    "galleries.gallery": ("view", "add", "change", "delete"),
    "galleries.placement": ("view", "add", "change", "delete"),
}


def give_artists_their_rights(using: str, **kwargs: Any) -> None:
    """What artists may do in the studio; ownership narrows it to their own. A keeper's further rights stay."""
    from django.apps import apps as current
    from django.contrib.auth.management import create_permissions
    from django.contrib.auth.models import Permission

    from accounts.models import artists_group

    if using != "default":
        return
    for label in ("accounts", "artworks", "galleries"):
        create_permissions(current.get_app_config(label), verbosity=0, using=using)
    wanted = {
        (app, f"{right}_{model}")
        for (app, model), rights in ((label.split("."), rights) for label, rights in RIGHTS.items())
        for right in rights
    }
    found = Permission.objects.filter(content_type__app_label__in={app for app, _name in wanted})
    group = artists_group()
    group.permissions.add(
        *(
            right
            for right in found.select_related("content_type")
            if (right.content_type.app_label, right.codename) in wanted
        )
    )
