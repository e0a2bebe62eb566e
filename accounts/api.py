"""Signing in and out, oneself, one's tokens, and where to begin."""

from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.account.utils import filter_users_by_email
from allauth.core import ratelimit
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.core.exceptions import ValidationError as ModelError
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import permissions, status
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.serializers import CharField, Serializer
from rest_framework.viewsets import GenericViewSet

from accounts.models import LOCKED_FOR, Token, User
from accounts.problems import Problem
from accounts.renderers import NOWHERE
from accounts.serializers import (
    ArtistSerializer,
    ChangeSerializer,
    LoginSerializer,
    MeSerializer,
    NewTokenSerializer,
    RegisterSerializer,
    TokenSerializer,
    WelcomeSerializer,
)
from accounts.stages import awaits_confirmation
from accounts.viewsets import Personal


class AuthViewSet(Personal, GenericViewSet):
    """Signing up, in and out, and oneself."""

    permission_classes = [permissions.IsAuthenticated]
    queryset = Token.objects.none()  # the browsable page of a list asks for one
    serializer_class: type[Serializer] = Serializer  # and that of an action without a body, for a form
    scopes = {"me": None, "logout": None}
    # No authentication where one signs in: an expired token must not lock out who wants a new one.
    door: dict[str, Any] = {
        "methods": ["post"],
        "detail": False,
        "authentication_classes": [],
        "permission_classes": [],
    }

    @extend_schema(responses={201: WelcomeSerializer, 202: inline_serializer("Sent", {"detail": CharField()})})
    @action(**door, serializer_class=RegisterSerializer)
    def register(self, request: Request) -> Response:
        """A new user and the artist they are. Only where sign-up is open.

        Signed in at once (201); where the site sends mail, only once the address is confirmed (202).
        """
        if not get_adapter().is_open_for_signup(request._request):
            raise Problem(status.HTTP_403_FORBIDDEN, "signup_closed", "New accounts are made by the site's keeper.")
        if not ratelimit.consume(request._request, action="signup"):
            raise too_many_attempts(60)
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        if not settings.EMAIL_CONFIGURED:
            return self.welcome(serializer.save(), status.HTTP_201_CREATED)
        email = serializer.validated_data["email"].lower()
        mail_link(
            request, email, lambda: EmailAddress.objects.create(user=serializer.save(), email=email, primary=True)
        )
        return Response({"detail": _("Follow the link we sent to your e-mail address.")}, status.HTTP_202_ACCEPTED)

    @extend_schema(responses=WelcomeSerializer)
    @action(**door, serializer_class=LoginSerializer)
    def login(self, request: Request) -> Response:
        """A new token for a name and a password. It is shown this once, and lasts 30 days."""
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        user = authenticated(request, **serializer.validated_data)
        if user is None:
            raise Problem(
                status.HTTP_401_UNAUTHORIZED, "invalid_credentials", "The user name or the password is not right."
            )
        if settings.EMAIL_CONFIGURED and awaits_confirmation(user):
            raise Problem(
                status.HTTP_401_UNAUTHORIZED,
                "email_not_confirmed",
                "Follow the link we sent to your e-mail address first. Signing in on the page sends another one.",
            )
        if is_mfa_enabled(user, [Authenticator.Type.TOTP]):
            raise Problem(
                status.HTTP_401_UNAUTHORIZED,
                "second_factor_required",
                "This account has a second factor. Make a token in the studio, and use that.",
            )
        return self.welcome(user, status.HTTP_200_OK)

    def welcome(self, user: User, status: int) -> Response:
        """A new token. It is shown this once: only its digest is kept."""
        token, secret = Token.objects.create(user=user, name="API login")
        user_logged_in.send(sender=type(user), request=self.request._request, user=user)
        self.request.user = user
        artist = getattr(user, "artist", None)
        body = {
            "token": secret,
            "expiry": token.expiry,
            "artist": artist and ArtistSerializer(artist, context=self.get_serializer_context()).data,
        }
        return Response(body, status)

    @extend_schema(request=None, responses={204: None})
    @action(methods=["post"], detail=False)
    def logout(self, request: Request) -> Response:
        """End this token, or this session. Others live on."""
        if isinstance(request.auth, Token):
            request.auth.delete()
            user_logged_out.send(sender=type(request.user), request=request._request, user=request.user)
        else:
            logout(request._request)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(responses=MeSerializer)
    @action(methods=["get"], detail=False, serializer_class=ChangeSerializer)
    def me(self, request: Request) -> Response:
        """Who one is, and with which token."""
        return self.oneself(request)

    @extend_schema(responses=MeSerializer)
    @me.mapping.patch
    def change_me(self, request: Request) -> Response:
        """Change one's own name for signing in, or, with the password, one's e-mail address.

        Where the site sends mail, the address changes once the new one is confirmed.
        """
        user: Any = request.user
        serializer = self.get_serializer(user, data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        password = serializer.validated_data.pop("current_password", "")
        email = serializer.validated_data.get("email", user.email)
        if email != user.email:
            confirm(request, password)
            if settings.EMAIL_CONFIGURED and email.lower() != user.email.lower():
                del serializer.validated_data["email"]
                wish = EmailAddress.objects.add_new_email
                mail_link(request, email.lower(), lambda: wish(request._request, user, email, send_verification=False))
        serializer.save()
        return self.oneself(request)

    def oneself(self, request: Request) -> Response:
        token = request.auth if isinstance(request.auth, Token) else None
        user = self.get_serializer(request.user).data
        return Response(user | {"token": token and TokenSerializer(token).data})

    @extend_schema(responses=TokenSerializer(many=True))
    @action(methods=["get"], detail=False, serializer_class=TokenSerializer, pagination_class=None)
    def tokens(self, request: Request) -> Response:
        """One's tokens, the newest first. Their secrets are not kept."""
        return Response(self.get_serializer(self.own_tokens(), many=True).data)

    @extend_schema(responses={201: NewTokenSerializer})
    @tokens.mapping.post
    def make_token(self, request: Request) -> Response:
        """A new token: `token` is shown this once. It opens no more than the token that makes it."""
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        token = serializer.save()
        return Response(serializer.data | {"token": token.secret}, status.HTTP_201_CREATED)

    @extend_schema(responses={204: None})
    @tokens.mapping.delete
    def revoke_all(self, request: Request) -> Response:
        """End all tokens, the one this came with included."""
        self.own_tokens().delete()
        return Response(status=status.HTTP_204_NO_CONTENT)

    @action(methods=["delete"], detail=False, url_path=r"tokens/(?P<key>[\w-]{1,25})", serializer_class=TokenSerializer)
    def revoke(self, request: Request, key: str) -> Response:
        """End one token."""
        if not self.own_tokens().filter(token_key=key).delete()[0]:
            raise Http404
        return Response(status=status.HTTP_204_NO_CONTENT)

    def own_tokens(self) -> QuerySet[Token]:
        return Token.objects.filter(user=self.request.user.pk).order_by("-created")


def authenticated(request: Request, username: str, password: str) -> User | None:
    """The user, asked as allauth's login page asks: name by name its limit on wrong passwords counts both."""
    credentials = {"username": username, "password": password}
    if "@" in username:
        credentials["email"] = username
    try:
        user = get_adapter().authenticate(request._request, **credentials)
    except ModelError:
        raise too_many_attempts(LOCKED_FOR) from None
    return user if user is not None and user.is_active else None


def confirm(request: Request, password: str) -> None:
    """A lost password is mailed to the address: a copied session or token must not move it elsewhere."""
    if authenticated(request, request.user.username, password) != request.user:
        words = _("Send your password with another e-mail address.")
        raise ValidationError({"current_password": [words]}, code="wrong_password")


def mail_link(request: Request, email: str, make: Callable[[], EmailAddress]) -> None:
    """To whom confirms an address with it. Where it has an account already, only who reads its mail is told so."""
    if not ratelimit.consume(request._request, action="confirm_email", key=email):
        raise too_many_attempts(180)
    if filter_users_by_email(email):
        get_adapter().send_account_already_exists_mail(email)
        return
    with transaction.atomic():
        address = make()
    address.send_confirmation(request._request, signup=not request.user.is_authenticated)


def too_many_attempts(seconds: int) -> Problem:
    return Problem(
        status.HTTP_429_TOO_MANY_REQUESTS, "too_many_attempts", "Too many attempts. Wait a few minutes.", wait=seconds
    )


ADDRESSES = {"type": "object", "additionalProperties": {"type": "string", "format": "uri"}}


class RootView(Personal):
    """Where to begin."""

    @extend_schema(responses={(200, "application/json"): ADDRESSES})
    def get(self, request: Request) -> Response:
        """The addresses to begin with."""
        names = {
            "artists": "api-artist-list",
            "artworks": "api-artwork-list",
            "upload": "api-artwork-upload",
            "galleries": "api-gallery-list",
            "tags": "api-tag-list",
            "login": "api-auth-login",
            "register": "api-auth-register",
            "logout": "api-auth-logout",
            "me": "api-auth-me",
            "tokens": "api-auth-tokens",
            "schema": "api-schema",
            "docs": "api-docs",
        }
        return Response({name: reverse(route, request=request) for name, route in names.items()})

    def get_view_name(self) -> str:
        return "Portfolio API"


class NowhereView(Personal):
    """Below ``/api/`` even what does not exist answers in the API's own words."""

    permission_classes = []

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise Http404

    def get_view_name(self) -> str:
        return NOWHERE
