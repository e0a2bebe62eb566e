"""The doors: allauth's views with pages of our own, and what it has none for — invitations, and leaving."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import EmailAddress
from allauth.account.utils import perform_login
from allauth.account.views import email
from allauth.account.views import signup as allauth_signup
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.models import Authenticator
from django import forms
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.forms import JoinForm, ReauthenticateByCodeForm, ReauthenticateForm
from accounts.models import LOCKED_FOR, Invitation, User

View = Callable[..., HttpResponseBase]
HAVE_TO_WAIT = {"too_many_login_attempts", "rate_limited"}
TAKEN = _("Somebody has just taken this name or this e-mail address. Choose another one.")


def door(view: View) -> View:
    """A page that no browser keeps, and 429 for whoever has guessed too often."""

    @never_cache
    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        form = (getattr(response, "context_data", None) or {}).get("form")
        return told_to_wait(response) if isinstance(form, forms.BaseForm) and has_to_wait(form) else response

    return shown


def has_to_wait(form: forms.BaseForm) -> bool:
    errors = form.errors.as_data().values() if form.is_bound else ()
    return any(error.code in HAVE_TO_WAIT for several in errors for error in several)


def told_to_wait(response: HttpResponseBase) -> HttpResponseBase:
    response.status_code = 429
    response.headers["Retry-After"] = str(LOCKED_FOR)
    return response


def by_mail(what: str) -> Callable[[View], View]:
    """Where the site sends no mail, a page that would says whom to ask instead."""

    def decorator(view: View) -> View:
        @wraps(view)
        def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if settings.EMAIL_CONFIGURED:
                return view(request, *args, **kwargs)
            return render(request, "accounts/no_mail.html", {"what": what})

        return shown

    return decorator


@require_safe
@door
@login_required
def account(request: HttpRequest) -> HttpResponse:
    """All that belongs to an account, on one page."""
    has_code = get_mfa_adapter().is_mfa_enabled(request.user, [Authenticator.Type.TOTP])
    return render(request, "accounts/account.html", {"has_code": has_code})


@door
@login_required
@by_mail("e-mail")
def change_email(request: HttpRequest) -> HttpResponseBase:
    """allauth's page; it only knows an address once there is a row for it."""
    assert isinstance(request.user, User)
    known = EmailAddress.objects.filter(user=request.user)
    if request.user.email and not known.filter(primary=True).exists():
        known.filter(email__iexact=request.user.email).delete()
        known.create(user=request.user, email=request.user.email.lower(), primary=True, verified=True)
    return email(request)


@door
def signup(request: HttpRequest) -> HttpResponseBase:
    try:
        return allauth_signup(request)
    except IntegrityError:  # two at the same moment: the second look finds the first one's name
        return allauth_signup(request)


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@door
def join(request: HttpRequest, secret: str) -> HttpResponseBase:
    """Where an invitation leads. Looking uses nothing up."""
    invitation = Invitation.objects.by_secret(secret)
    if invitation is None:
        return led_nowhere(request)
    form = JoinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return enter(request, invitation.accept(**form.cleaned_data).user)
        except Invitation.DoesNotExist:
            return led_nowhere(request)
        except IntegrityError:
            form.add_error(None, TAKEN)
    response = render(request, "accounts/join.html", {"form": form, "invitation": invitation})
    response.headers["Referrer-Policy"] = "same-origin"  # the address is the secret
    return response


def led_nowhere(request: HttpRequest) -> HttpResponse:
    """Used, expired, mistyped or never made: one answer for all of them."""
    return render(request, "accounts/invitation_gone.html", status=404)


def enter(request: HttpRequest, user: User) -> HttpResponseBase:
    """Signed in with the password just chosen, and on to the studio."""
    logout(request)
    record_authentication(request, user, method="password", username=user.username)
    return perform_login(request, user, email_verification="none", redirect_url=reverse(settings.LOGIN_REDIRECT_URL))


@sensitive_post_parameters("password", "code")
@require_http_methods(["GET", "HEAD", "POST"])
@door
@login_required
def leave(request: HttpRequest) -> HttpResponseBase:
    """Delete my account: by password, and by code where there is a second factor."""
    user = request.user
    assert isinstance(user, User)
    given = request.POST if request.method == "POST" and not user.is_last_keeper else None
    proofs: list[forms.Form] = [ReauthenticateForm(given, user=user)]
    if get_mfa_adapter().is_mfa_enabled(user, [Authenticator.Type.TOTP]):
        # Left alone until the password is right: looking at a recovery code uses it up.
        proofs.append(ReauthenticateByCodeForm(given if proofs[0].is_valid() else None, user=user))
    if all(form.is_valid() for form in proofs):
        user.leave()
        logout(request)
        return redirect("account_left")
    response = render(request, "accounts/leave.html", {"proofs": proofs, "goes": what_goes(user)})
    return told_to_wait(response) if any(has_to_wait(form) for form in proofs) else response


def what_goes(user: User) -> dict[str, int]:
    """How much there is of what leaving takes away."""
    artist = getattr(user, "artist", None)
    counted = {"works": artist.artworks.count(), "galleries": artist.galleries.count()} if artist else {}
    return counted | {"tokens": user.auth_token_set.count()}


@require_safe
@door
def left(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/left.html")


@door
def admin_login(request: HttpRequest) -> HttpResponseBase:
    """The admin's door is the site's: no second form to guess passwords at."""
    wish = request.GET.get(REDIRECT_FIELD_NAME, "")
    safe = url_has_allowed_host_and_scheme(wish, {request.get_host()}, require_https=request.is_secure())
    target = wish if safe else reverse("admin:index")
    if not request.user.is_authenticated:
        return redirect_to_login(target)
    if not request.user.is_staff:
        raise PermissionDenied
    return redirect(target)
