from django.apps import AppConfig


class ArtworksConfig(AppConfig):
    name = "artworks"

    def ready(self) -> None:
        from artworks import signals  # noqa: F401
