"""The URL map of the API. No trailing slash; one is tolerated, with the same answer and no redirect.

The root itself, ``/api``, stands in `portfolio_site.urls`.
"""

from django.urls import re_path
from rest_framework.routers import Route, SimpleRouter

from accounts.api import AuthViewSet, NowhereView
from artworks.api import TagViewSet
from galleries.api import ArtistViewSet, ArtworkViewSet, GalleryViewSet
from galleries.markdown_api import MarkdownView
from portfolio_site.openapi import views as openapi


class Router(SimpleRouter):
    """With PATCH on a whole list, for the view sets that have it."""

    def __init__(self) -> None:
        super().__init__()
        self.trailing_slash = "/?"
        whole = self.routes[0]
        assert isinstance(whole, Route)
        whole.mapping["patch"] = "edit_several"


router = Router()
router.register("auth", AuthViewSet, "api-auth")
router.register("artists", ArtistViewSet, "api-artist")
router.register("artworks", ArtworkViewSet, "api-artwork")
router.register("galleries", GalleryViewSet, "api-gallery")
router.register("tags", TagViewSet, "api-tag")

urlpatterns = [
    *router.urls,
    re_path(r"^markdown/?$", MarkdownView.as_view(), name="api-markdown"),
    re_path(r"^schema/?$", openapi.schema, name="api-schema"),
    re_path(r"^docs/?$", openapi.docs, name="api-docs"),
    re_path(r"", NowhereView.as_view(schema=None)),
]
