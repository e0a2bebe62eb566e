from typing import Any

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate

# What the API and the pages show, and of users only whether they are leaving.
SHOWN: dict[str, tuple[str, ...]] = {
    "accounts.User": ("leaving_at",),
    "accounts.Artist": (),
    "artworks.Artwork": (),
    "artworks.ArtworkImage": (),
    "artworks.Tag": (),
    "artworks.Artwork_tags": (),
    "galleries.Gallery": (),
    "galleries.Placement": (),
    "portfolio_site.SiteDetails": (),
}


class PortfolioSiteConfig(AppConfig):
    name = "portfolio_site"

    def ready(self) -> None:
        post_migrate.connect(count_changes, sender=self)


def count_changes(using: str, **kwargs: Any) -> None:
    """After the tables are there, and after any of them was made anew."""
    from accounts import versions

    if using == "default":
        for name, columns in SHOWN.items():
            versions.count_changes(apps.get_model(name), *columns)
