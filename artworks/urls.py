"""Addresses of images. Pages live in `galleries`."""

from django.urls import path

from artworks import views

urlpatterns = [
    path("images/<uuid:uuid>/<int:width>.<str:format>", views.rendition, name="rendition"),
]
