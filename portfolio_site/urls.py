"""The URL map of the whole site."""

from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from accounts.api import RootView
from accounts.views import admin_login
from portfolio_site import languages, rights, signs, views, visiting

handler500 = "portfolio_site.views.failed"

urlpatterns = [
    path("livez", views.livez),
    path("readyz", views.readyz),
    path("robots.txt", rights.robots, name="robots"),
    path(".well-known/tdmrep.json", rights.tdmrep, name="tdmrep"),
    path("language/", languages.language, name="language"),
    re_path(r"^imprint/?$", views.imprint, name="imprint"),
    re_path(r"^privacy/?$", views.privacy, name="privacy"),
    path("admin/login/", admin_login),
    path("admin/password_change/", RedirectView.as_view(pattern_name="account_change_password")),
    path("admin/rights/", signs.page, name="rights"),
    path("admin/as-visitor/", visiting.change, name="as-visitor"),
    # Django's own would lead any artist to any row's page, and so tell its title by the address.
    path("admin/r/<path:path>", views.nowhere, name="on-site"),
    path("admin/", admin.site.urls),
    path("accounts/", include("accounts.urls")),
    re_path(r"^api/?$", RootView.as_view(), name="api-root"),
    path("api/", include("portfolio_site.api_urls")),
    path("", include("artworks.urls")),
    path("", include("galleries.urls")),
]
