"""``/api/artworks``: works, their pictures and their originals. What speaks of galleries is added in `galleries`."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import history
from accounts.idempotency import once
from accounts.models import Scope
from accounts.pagination import Stream
from accounts.permissions import KeepsOriginals, OwnerOnly
from accounts.problems import Problem
from accounts.serializers import absolute
from accounts.viewsets import HouseViewSet
from artworks import labels
from artworks.answers import Refused
from artworks.filters import ArtworkFilters
from artworks.models import Artwork, ArtworkImage, ArtworkQuerySet, Tag
from artworks.progress import progress
from artworks.serializers import (
    ArtworkSerializer,
    BulkEditSerializer,
    KeptImageSerializer,
    NewImageSerializer,
    SelectionSerializer,
    TagSerializer,
    UploadSerializer,
    duplicate_warnings,
)
from artworks.serializers.uploads import BUSY_FOR
from artworks.stripping.pieces import cannot
from artworks.views import send_original

KEPT_IMAGE = "images/(?P<uuid>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"


def results(*words: str) -> serializers.Serializer:
    """The shape of an answer with a result for each work."""
    name = words[0].title()
    one: dict[str, serializers.Field] = {
        "artwork": serializers.IntegerField(),
        "result": serializers.ChoiceField(words),
    }
    return inline_serializer(f"{name}Results", {"results": inline_serializer(f"{name}Result", one, many=True)})


PROGRESS = inline_serializer(
    "Progress",
    {
        "state": serializers.ChoiceField(ArtworkImage.State.choices),
        "made": serializers.IntegerField(help_text="Sizes that exist."),
        "of": serializers.IntegerField(),
        "tiles": serializers.BooleanField(
            allow_null=True, help_text="Whether those for deep zoom exist; null where there are to be none."
        ),
    },
)


class ForeverSerializer(serializers.Serializer[Any]):
    forever = serializers.BooleanField(default=False)


class OriginalSerializer(serializers.Serializer[Any]):
    metadata = serializers.ChoiceField(
        ["all", "none"],
        default="all",
        help_text="`none`: the same pixels, bit for bit, without position, names, comments and all else that does not "
        "show; the colour profile and the orientation stay. Such a file comes whole, without ranges and ETag.",
    )


class ArtworkViewSet(HouseViewSet):
    """Works: everyone's public ones, and all of one's own."""

    scopes = {"upload": Scope.UPLOAD, "image": Scope.UPLOAD}
    serializer_class: type[serializers.BaseSerializer] = ArtworkSerializer
    filterset_class: Any = ArtworkFilters
    pagination_class = Stream
    upload_serializer_class: type[serializers.BaseSerializer] = UploadSerializer

    def get_queryset(self) -> ArtworkQuerySet:
        user = self.request.user
        every = self.action == "original" and user.is_superuser  # originals are the house-keeper's, too
        works = Artwork.objects.all() if every else Artwork.objects.visible_to(user)
        return works.for_cards().prefetch_related("tags")

    @extend_schema(parameters=[ForeverSerializer])
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Into the trash for thirty days; with ``?forever=1`` gone at once, with its files."""
        wish = ForeverSerializer(data=request.query_params)
        wish.is_valid(raise_exception=True)
        with self.unchanged():
            artwork = self.get_object()
            if wish.validated_data["forever"]:
                self.note("deleted", artwork)
                artwork.purge()
            elif not artwork.trashed:
                artwork.trash()
                self.note("trashed", artwork)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=None)
    @action(methods=["post"], detail=True)
    def restore(self, request: Request, pk: str) -> Response:
        """Out of the trash, back into the same places."""
        with self.unchanged():
            artwork = self.get_object()
            if artwork.trashed:
                artwork.restore()
                self.note("restored", artwork)
        return self.shown(artwork.pk)

    @action(methods=["post"], detail=False, parser_classes=[MultiPartParser])
    @once
    def upload(self, request: Request) -> Response:
        """A new work from a multipart form: the file in `image`, and any other field of the work."""
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        with ExitStack() as until_told:
            with serializer.taken_in(until_told) as artwork:
                self.note("uploaded", artwork)
                answer = self.answering(lambda: self.uploaded(artwork))
            return answer()

    def uploaded(self, artwork: Artwork) -> Response:
        place = absolute(self.request, reverse("api-artwork-detail", args=[artwork.pk]))
        response = self.shown(artwork.pk, status.HTTP_201_CREATED, {"Location": place})
        response.data["warnings"] += duplicate_warnings(artwork)
        return response

    @action(methods=["put"], detail=True, parser_classes=[MultiPartParser])
    @once
    def image(self, request: Request, pk: str) -> Response:
        """Another picture for the same work; its places and its page stay."""
        artwork = self.get_object()
        serializer = self.get_serializer(artwork, data=request.data)
        serializer.is_valid(raise_exception=True)
        with ExitStack() as until_told:
            with serializer.replaced(self.refuse_stale, until_told):
                self.note("replaced", artwork)
                answer = self.answering(lambda: self.shown(artwork.pk))
            return answer()

    @extend_schema(parameters=[OriginalSerializer])
    @action(detail=True, permission_classes=[KeepsOriginals])
    def original(self, request: Request, pk: str) -> HttpResponseBase:
        """The bytes as they were uploaded; with ``?metadata=none`` without what they say of themselves."""
        return self.sent(self.get_object().image)

    @extend_schema(request=BulkEditSerializer, responses=results("changed"))
    def edit_several(self, request: Request) -> Response:
        """The same change to several works of one's own: all or none, with a result for each."""
        with transaction.atomic():
            serializer = self.get_serializer(data=request.data)
            serializer.is_valid(raise_exception=True)
            noted = serializer.changing()
            results = serializer.save()
            history.write(
                line for work, fields in noted for line in history.lines(request.user, [work], "changed", fields=fields)
            )
            return Response({"results": results})

    @extend_schema(request=SelectionSerializer, responses=results("trashed", "unchanged"))
    @action(methods=["post"], detail=False, url_path="trash")
    def trash_several(self, request: Request) -> Response:
        """Several works into the trash."""
        return self.moved("trashed", lambda work: not work.trashed, Artwork.trash)

    @extend_schema(request=SelectionSerializer, responses=results("restored", "unchanged"))
    @action(methods=["post"], detail=False, url_path="restore")
    def restore_several(self, request: Request) -> Response:
        """Several works out of the trash."""
        return self.moved("restored", lambda work: work.trashed, Artwork.restore)

    def moved(self, done: str, due: Callable[[Artwork], bool], move: Callable[[Artwork], None]) -> Response:
        with transaction.atomic():
            serializer = self.get_serializer(data=self.request.data)
            serializer.is_valid(raise_exception=True)
            told = [
                {"artwork": work.pk, "result": done if due(work) else "unchanged"}
                for work in serializer.validated_data["artworks"]
            ]
            moving = [work for work in serializer.validated_data["artworks"] if due(work)]
            for work in moving:
                move(work)
            self.note(done, *moving)
            return Response({"results": told})

    @extend_schema(responses=PROGRESS)
    @action(detail=True, permission_classes=[OwnerOnly])
    def progress(self, request: Request, pk: str) -> Response:
        """How many of the picture's sizes exist yet: apart from the work, whose ETag must not move with every file."""
        image = self.get_object().image
        return Response({"state": image.state, **progress(image)._asdict()})

    @extend_schema(responses=KeptImageSerializer(many=True))
    @action(detail=True, permission_classes=[OwnerOnly], pagination_class=None)
    def images(self, request: Request, pk: str) -> Response:
        """The pictures of a work: the one it shows, and those it showed before."""
        artwork = self.get_object()
        context = {**self.get_serializer_context(), "artwork": artwork}
        return Response(KeptImageSerializer(artwork.images.all(), many=True, context=context).data)

    @action(methods=["delete"], detail=True, permission_classes=[OwnerOnly], url_path=KEPT_IMAGE)
    def remove_image(self, request: Request, pk: str, uuid: str) -> Response:
        """A former picture goes for ever, with its files."""
        with self.unchanged():
            artwork, image = self.kept_image(uuid)
            if image.pk == artwork.image_id:
                detail = "The work shows this picture. Replace it first, or move the work to the trash."
                raise Problem(status.HTTP_409_CONFLICT, "current_image", detail)
            image.delete()
            self.note("removed_image", artwork)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=None)
    @action(methods=["post"], detail=True, permission_classes=[OwnerOnly], url_path=f"{KEPT_IMAGE}/restore")
    def restore_image(self, request: Request, pk: str, uuid: str) -> Response:
        """The work shows one of its former pictures again."""
        with self.unchanged():
            artwork, image = self.kept_image(uuid)
            artwork.bring_back_image(image)
            self.note("brought_back", artwork)
        return self.shown(artwork.pk)

    @extend_schema(parameters=[OriginalSerializer])
    @action(detail=True, permission_classes=[OwnerOnly], url_path=f"{KEPT_IMAGE}/original")
    def former_original(self, request: Request, pk: str, uuid: str) -> HttpResponseBase:
        """The bytes of any of its pictures as they were uploaded; with ``?metadata=none`` as of the one it shows."""
        return self.sent(self.kept_image(uuid)[1])

    def sent(self, image: ArtworkImage) -> HttpResponseBase:
        wish = OriginalSerializer(data=self.request.query_params)
        wish.is_valid(raise_exception=True)
        try:
            return send_original(self.request._request, image, **wish.validated_data)
        except Refused as refused:
            if refused.code == "busy":
                busy = status.HTTP_503_SERVICE_UNAVAILABLE
                raise Problem(busy, "busy", labels.refusal(refused), wait=BUSY_FOR) from refused
            raise Problem(status.HTTP_409_CONFLICT, "cannot_strip", labels.refusal(cannot())) from refused

    def kept_image(self, uuid: str) -> tuple[Artwork, ArtworkImage]:
        artwork = self.get_object()
        return artwork, get_object_or_404(artwork.images, uuid=uuid)

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        """A body is read as its action wants it, and answered with the whole work."""
        bodies: dict[str, type[serializers.BaseSerializer]]
        bodies = {
            "upload": self.upload_serializer_class,
            "image": NewImageSerializer,
            "edit_several": BulkEditSerializer,
            "trash_several": SelectionSerializer,
            "restore_several": SelectionSerializer,
        }
        reads = bodies.get(self.action)
        answers = args and "data" not in kwargs
        if reads is None or answers:
            return super().get_serializer(*args, **kwargs)
        return reads(*args, **{"context": self.get_serializer_context(), **kwargs})


class TagViewSet(HouseViewSet):
    """One's own tags: renamed or removed for all works at once. New ones come with the works that carry them."""

    permission_classes = [OwnerOnly]
    serializer_class = TagSerializer

    def get_queryset(self) -> QuerySet[Tag]:
        alive = Count("artworks", filter=Q(artworks__deleted_at=None))
        return Tag.objects.filter(artist__user=self.request.user.pk).annotate(artworks_count=alive).order_by("name")

    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The works stay."""
        with self.unchanged():
            tag = self.get_object()
            self.note("deleted", tag)
            tag.delete()
        return Response(status=status.HTTP_204_NO_CONTENT)
