"""Signing in and out and all that belongs to an account, for pages, studio and browsable API alike.

The names are those allauth asks for, but for `account`, `account_join`, `account_leave` and `account_left`.
"""

from allauth.account import views as allauth
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from django.urls import path, re_path

from accounts import views
from accounts.views import by_mail, door

reset = by_mail("password")

urlpatterns = [
    path("", views.account, name="account"),
    path("login", door(allauth.login), name="account_login"),
    path("logout", door(allauth.logout), name="account_logout"),
    path("inactive", door(allauth.account_inactive), name="account_inactive"),
    path("reauthenticate", door(allauth.reauthenticate), name="account_reauthenticate"),
    # Becoming an artist here
    path("signup", views.signup, name="account_signup"),
    path("join/<str:secret>", views.join, name="account_join"),
    # The address
    path("email", views.change_email, name="account_email"),
    path("email/sent", door(allauth.email_verification_sent), name="account_email_verification_sent"),
    path("email/confirm/<str:key>", door(allauth.confirm_email), name="account_confirm_email"),
    # The password
    path("password", door(allauth.password_change), name="account_change_password"),
    path("password/set", door(allauth.password_set), name="account_set_password"),
    path("password/reset", door(reset(allauth.password_reset)), name="account_reset_password"),
    path("password/reset/sent", door(reset(allauth.password_reset_done)), name="account_reset_password_done"),
    path(
        "password/reset/done", door(allauth.password_reset_from_key_done), name="account_reset_password_from_key_done"
    ),
    re_path(
        r"^password/reset/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)$",
        door(allauth.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    # The second factor
    path("second-factor", door(mfa.index), name="mfa_index"),
    path("second-factor/code", door(mfa.authenticate), name="mfa_authenticate"),
    path("second-factor/reauthenticate", door(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("second-factor/app", door(totp.activate_totp), name="mfa_activate_totp"),
    path("second-factor/app/remove", door(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("second-factor/recovery", door(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("second-factor/recovery/new", door(codes.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("second-factor/recovery/download", door(codes.download_recovery_codes), name="mfa_download_recovery_codes"),
    # Leaving
    path("leave", views.leave, name="account_leave"),
    path("left", views.left, name="account_left"),
]
