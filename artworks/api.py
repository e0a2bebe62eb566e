"""``/api/artworks``: works, their pictures and their originals. What speaks of galleries is added in `galleries`."""

from typing import Any

from django.http import HttpResponseBase
from django.urls import reverse
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import HouseViewSet
from accounts.permissions import KeepsOriginals
from accounts.serializers import absolute
from artworks.filters import ArtworkFilters
from artworks.models import Artwork, ArtworkQuerySet
from artworks.serializers import ArtworkSerializer, NewImageSerializer, UploadSerializer
from artworks.views import send_original


class ForeverSerializer(serializers.Serializer[Any]):
    forever = serializers.BooleanField(default=False)


class ArtworkViewSet(HouseViewSet):
    """Works: everyone's public ones, and all of one's own."""

    serializer_class: type[serializers.BaseSerializer] = ArtworkSerializer
    filterset_class: Any = ArtworkFilters
    upload_serializer_class: type[serializers.BaseSerializer] = UploadSerializer

    def get_queryset(self) -> ArtworkQuerySet:
        user = self.request.user
        every = self.action == "original" and user.is_superuser  # originals are the house-keeper's, too
        works = Artwork.objects.all() if every else Artwork.objects.visible_to(user)
        return works.for_cards().prefetch_related("tags")

    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Into the trash for thirty days; with ``?forever=1`` gone at once, with its files."""
        wish = ForeverSerializer(data=request.query_params)
        wish.is_valid(raise_exception=True)
        artwork = self.get_object()
        if wish.validated_data["forever"]:
            artwork.purge()
        elif not artwork.trashed:
            artwork.trash()
        return Response(status=status.HTTP_204_NO_CONTENT)

    @action(methods=["post"], detail=True)
    def restore(self, request: Request, pk: str) -> Response:
        """Out of the trash, back into the same places."""
        artwork = self.get_object()
        if artwork.trashed:
            artwork.restore()
        return self.shown(artwork.pk)

    @action(methods=["post"], detail=False, parser_classes=[MultiPartParser])
    def upload(self, request: Request) -> Response:
        """A new work from a multipart form: the file in `image`, and any other field of the work."""
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        pk = serializer.save().pk
        return self.shown(
            pk, status.HTTP_201_CREATED, {"Location": absolute(request, reverse("api-artwork-detail", args=[pk]))}
        )

    @action(methods=["put"], detail=True, parser_classes=[MultiPartParser])
    def image(self, request: Request, pk: str) -> Response:
        """Another picture for the same work; its places and its page stay."""
        serializer = self.get_serializer(self.get_object(), data=request.data)
        serializer.is_valid(raise_exception=True)
        return self.shown(serializer.save().pk)

    @action(detail=True, permission_classes=[KeepsOriginals])
    def original(self, request: Request, pk: str) -> HttpResponseBase:
        """The bytes as they were uploaded."""
        return send_original(request._request, self.get_object().image)

    def get_serializer(self, *args: Any, **kwargs: Any) -> serializers.BaseSerializer:
        """A body is read as its action wants it, and answered with the whole work."""
        bodies: dict[str, type[serializers.BaseSerializer]]
        bodies = {"upload": self.upload_serializer_class, "image": NewImageSerializer}
        reads = bodies.get(self.action)
        answers = args and "data" not in kwargs
        if reads is None or answers:
            return super().get_serializer(*args, **kwargs)
        return reads(*args, **kwargs, context=self.get_serializer_context())
