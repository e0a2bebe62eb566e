"""The URL map of the API. No trailing slash; one is tolerated, with the same answer and no redirect.

The root itself, ``/api``, stands in `portfolio_site.urls`.
"""

from django.urls import re_path
from rest_framework.routers import SimpleRouter

from accounts.api import AuthViewSet, NowhereView
from galleries.api import ArtistViewSet, ArtworkViewSet, GalleryViewSet

router = SimpleRouter()
router.trailing_slash = "/?"
router.register("auth", AuthViewSet, "api-auth")
router.register("artists", ArtistViewSet, "api-artist")
router.register("artworks", ArtworkViewSet, "api-artwork")
router.register("galleries", GalleryViewSet, "api-gallery")

urlpatterns = [
    *router.urls,
    re_path(r"", NowhereView.as_view()),
]
