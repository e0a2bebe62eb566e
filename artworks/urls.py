"""Addresses of images. Pages live in `galleries`."""

from django.urls import path, re_path

from artworks import sending, views

urlpatterns = [
    path("images/<uuid:uuid>/<int:width>.<str:format>", views.rendition, name="rendition"),
    path("images/<uuid:uuid>/tiles/info.json", views.tiles_info, name="tiles-info"),
    re_path(rf"^images/(?P<uuid>{sending.UUID})/tiles/(?P<member>{sending.TILE})$", views.tile, name="tile"),
]
