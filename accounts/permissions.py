"""Who may change what."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from rest_framework import permissions, status
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.models import Artist, User
from accounts.problems import Problem


def owns(viewer: User | AnonymousUser, thing: Any) -> bool:
    """Whether an artist, or something of an artist's, is the viewer's own."""
    return getattr(thing, "artist", thing).user_id == viewer.pk


def artist_of(request: Request) -> Artist:
    """The caller as an artist, where `OwnerWrites` has let them in."""
    assert request.user.is_authenticated
    return request.user.artist


class OwnerWrites(permissions.BasePermission):
    """Anyone reads what they see; its artist changes it. Asked before a body is parsed."""

    message = "Only its owner may do this."

    def has_permission(self, request: Request, view: APIView) -> bool:
        if request.method in permissions.SAFE_METHODS:
            return True
        if request.user.is_authenticated and not hasattr(request.user, "artist"):
            raise Problem(status.HTTP_403_FORBIDDEN, "no_artist", "This user is no artist, and has nothing to change.")
        return request.user.is_authenticated

    def has_object_permission(self, request: Request, view: APIView, obj: Any) -> bool:
        return request.method in permissions.SAFE_METHODS or owns(request.user, obj)


class OwnerOnly(OwnerWrites):
    """What nobody but its artist sees, though others may see the thing it belongs to."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return bool(request.user.is_authenticated) and super().has_permission(request, view)

    def has_object_permission(self, request: Request, view: APIView, obj: Any) -> bool:
        return owns(request.user, obj)


class KeepsOriginals(permissions.IsAuthenticated):
    """Originals are their owner's, and a superuser's, who keeps the house."""

    message = "Originals are for their owner only."

    def has_object_permission(self, request: Request, view: APIView, obj: Any) -> bool:
        return owns(request.user, obj) or bool(request.user.is_superuser)
