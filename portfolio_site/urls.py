"""The URL map of the whole site."""

from django.contrib import admin
from django.urls import include, path

from portfolio_site import views

urlpatterns = [
    path("livez", views.livez),
    path("readyz", views.readyz),
    path("admin/", admin.site.urls),
    path("accounts/", include("accounts.urls")),
    path("", include("artworks.urls")),
    path("", include("galleries.urls")),
]
