from typing import Any

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

# What the API shows, and of users only whether they are leaving.
SHOWN: dict[str, tuple[str, ...]] = {
    "accounts.User": ("leaving_at",),
    "accounts.Artist": (),
    "artworks.Artwork": (),
    "artworks.ArtworkImage": (),
    "artworks.Tag": (),
    "artworks.Artwork_tags": (),
    "galleries.Gallery": (),
    "galleries.Placement": (),
}


class PortfolioSiteConfig(AppConfig):
    name = "portfolio_site"
    verbose_name = _("Site")

    def ready(self) -> None:
        from portfolio_site import logs

        post_migrate.connect(count_changes, sender=self)
        logs.watch_doors()


def count_changes(using: str, **kwargs: Any) -> None:
    """After the tables are there, and after any of them was made anew."""
    from accounts import versions

    if using == "default":
        for name, columns in SHOWN.items():
            versions.count_changes(apps.get_model(name), *columns)
