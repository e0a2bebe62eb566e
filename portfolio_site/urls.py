"""The URL map of the whole site."""

from django.contrib import admin
from django.urls import include, path, re_path

from accounts.api import RootView
from portfolio_site import views

urlpatterns = [
    path("livez", views.livez),
    path("readyz", views.readyz),
    path("admin/", admin.site.urls),
    path("accounts/", include("accounts.urls")),
    re_path(r"^api/?$", RootView.as_view(), name="api-root"),
    path("api/", include("portfolio_site.api_urls")),
    path("", include("artworks.urls")),
    path("", include("galleries.urls")),
]
