"""Signing in and out, for pages, studio and browsable API alike."""

from allauth.account import views
from django.urls import path

urlpatterns = [
    path("login", views.login, name="account_login"),
    path("logout", views.logout, name="account_logout"),
    path("signup", views.signup, name="account_signup"),
    path("inactive", views.account_inactive, name="account_inactive"),
]
