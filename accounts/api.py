"""The API's ground: what every view set here does alike, and signing in."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.core import ratelimit
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.core.exceptions import ValidationError as ModelError
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import patch_vary_headers
from rest_framework import permissions, status
from rest_framework.decorators import action
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from accounts.models import LOCKED_FOR, Token, User
from accounts.permissions import OwnerWrites
from accounts.problems import Problem
from accounts.serializers import ArtistSerializer, LoginSerializer, RegisterSerializer, TokenSerializer, UserSerializer


class Personal(APIView):
    """An answer depends on who asks: no cache gives one's to another."""

    def finalize_response(  # type: ignore[override]
        self, request: Request, response: HttpResponseBase, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        response = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[arg-type]
        patch_vary_headers(response, ["Accept", "Authorization", "Cookie"])
        response.headers.setdefault("Cache-Control", "private, no-store" if known(request) else "no-cache")
        return response


def known(request: Request) -> bool:
    try:
        return bool(request.user.is_authenticated)
    except APIException:  # bad credentials, in a request that was refused before they were looked at
        return False


class HouseViewSet(Personal, GenericViewSet):
    """Anyone reads what they may see, its artist changes it, and a change answers with what it made."""

    permission_classes = [OwnerWrites]
    lookup_value_regex = "[0-9]{1,18}"  # what SQLite can hold

    def filter_queryset(self, queryset: Any) -> Any:
        return super().filter_queryset(queryset) if self.action == "list" else queryset

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.paged(self.filter_queryset(self.get_queryset()))

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return Response(self.get_serializer(self.get_object()).data)

    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.change(partial=True)

    def change(self, *, partial: bool) -> Response:
        serializer = self.get_serializer(self.get_object(), data=self.request.data, partial=partial)
        serializer.is_valid(raise_exception=True)
        return self.shown(serializer.save().pk)

    def shown(self, pk: int, status: int = status.HTTP_200_OK, headers: dict[str, str] | None = None) -> Response:
        """A thing as it reads now, with all that its representation needs."""
        thing = get_object_or_404(self.get_queryset(), pk=pk)
        return Response(self.get_serializer(thing).data, status, headers=headers)

    def paged(self, queryset: Any, serializer_class: Any = None) -> Response:
        page = self.paginate_queryset(queryset)
        make = serializer_class or self.get_serializer_class()
        return self.get_paginated_response(make(page, many=True, context=self.get_serializer_context()).data)


class AuthViewSet(Personal, GenericViewSet):
    """Signing up, in and out, and oneself."""

    permission_classes = [permissions.IsAuthenticated]
    # No authentication where one signs in: an expired token must not lock out who wants a new one.
    door: dict[str, Any] = {
        "methods": ["post"],
        "detail": False,
        "authentication_classes": [],
        "permission_classes": [],
    }

    @action(**door, serializer_class=RegisterSerializer)
    def register(self, request: Request) -> Response:
        if not get_adapter().is_open_for_signup(request._request):
            raise Problem(status.HTTP_403_FORBIDDEN, "signup_closed", "New accounts are made by the site's keeper.")
        if not ratelimit.consume(request._request, action="signup"):
            raise too_many_attempts(60)
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        return self.welcome(serializer.save(), status.HTTP_201_CREATED)

    @action(**door, serializer_class=LoginSerializer)
    def login(self, request: Request) -> Response:
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        user = authenticated(request, **serializer.validated_data)
        if user is None:
            raise Problem(
                status.HTTP_401_UNAUTHORIZED, "invalid_credentials", "The user name or the password is not right."
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

    @action(methods=["post"], detail=False)
    def logout(self, request: Request) -> Response:
        if isinstance(request.auth, Token):
            request.auth.delete()
            user_logged_out.send(sender=type(request.user), request=request._request, user=request.user)
        else:
            logout(request._request)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @action(methods=["get"], detail=False, serializer_class=UserSerializer)
    def me(self, request: Request) -> Response:
        return self.oneself(request)

    @me.mapping.patch
    def change_me(self, request: Request) -> Response:
        serializer = self.get_serializer(request.user, data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        serializer.save()
        return self.oneself(request)

    def oneself(self, request: Request) -> Response:
        token = request.auth if isinstance(request.auth, Token) else None
        user = self.get_serializer(request.user).data
        return Response(user | {"token": token and TokenSerializer(token).data})


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


def too_many_attempts(seconds: int) -> Problem:
    return Problem(
        status.HTTP_429_TOO_MANY_REQUESTS, "too_many_attempts", "Too many attempts. Wait a few minutes.", wait=seconds
    )


class RootView(Personal):
    """Where to begin."""

    def get(self, request: Request) -> Response:
        names = {
            "artists": "api-artist-list",
            "artworks": "api-artwork-list",
            "upload": "api-artwork-upload",
            "galleries": "api-gallery-list",
            "login": "api-auth-login",
            "register": "api-auth-register",
            "logout": "api-auth-logout",
            "me": "api-auth-me",
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
        return "Not found"
