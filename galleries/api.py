"""``/api/galleries``, ``/api/artists``, and ``/api/artworks`` with the galleries works hang in."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.http import Http404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.idempotency import once
from accounts.models import Artist, Scope
from accounts.permissions import OwnerOnly, artist_of
from accounts.serializers import absolute
from accounts.viewsets import HouseViewSet
from artworks import api as artworks
from artworks.models import Artwork, ArtworkImage, ArtworkQuerySet, Viewer
from artworks.serializers import PortraitSerializer
from galleries import told
from galleries.filters import ArtworkFilters, GalleryFilters
from galleries.models import Gallery, GalleryQuerySet, Placement
from galleries.serializers import (
    ArtistDetailSerializer,
    ArtistSerializer,
    ArtworkSerializer,
    GalleryDetailSerializer,
    GalleryOrderSerializer,
    GallerySerializer,
    HangSerializer,
    OrderSerializer,
    RearrangedSerializer,
    TakeDownSerializer,
    UploadSerializer,
    tag_of_order,
)


def with_places(works: ArtworkQuerySet, viewer: Viewer) -> ArtworkQuerySet:
    """With what a work's JSON shows: its tags, and the galleries the viewer sees it in."""
    places = Gallery.objects.visible_to(viewer).select_related("artist")
    return works.for_cards().prefetch_related("tags", Prefetch("galleries", places))


def fronts() -> QuerySet[Placement]:
    """Of each gallery the placement on its card: the chosen cover where it hangs there, else the first work."""
    hung = Placement.objects.filter(gallery=OuterRef("gallery"), artwork__deleted_at=None)
    ranked = hung.annotate(chosen=Q(artwork=F("gallery__cover"))).order_by("-chosen", "position", "id")
    return Placement.objects.filter(pk=Subquery(ranked.values("pk")[:1])).select_related("artwork__image")


def galleries_for(viewer: Viewer) -> GalleryQuerySet:
    """Galleries a viewer sees, with the covers they see, by artist and then in their order."""
    covers = Artwork.objects.visible_to(viewer).alive()
    seen = Gallery.objects.visible_to(viewer).counted().select_related("artist")
    shown = (Prefetch("cover", covers), Prefetch("placements", fronts(), to_attr="front"))
    return seen.prefetch_related(*shown).order_by("artist__name", "artist_id", "position", "id")


def walls_for(viewer: Viewer) -> GalleryQuerySet:
    """The same with all that hangs in them, in order: six queries, however much it is."""
    works = with_places(Artwork.objects.visible_to(viewer), viewer)
    hung = Placement.objects.filter(artwork__deleted_at=None).prefetch_related(Prefetch("artwork", works))
    return galleries_for(viewer).prefetch_related(Prefetch("placements", hung, to_attr="hung"))


def order_of(gallery: Gallery) -> dict[str, list[int]]:
    return {"artworks": list(gallery.wall().values_list("artwork", flat=True))}


class ArtworkViewSet(artworks.ArtworkViewSet):
    """Works: everyone's public ones, and all of one's own."""

    serializer_class = ArtworkSerializer
    upload_serializer_class = UploadSerializer
    filterset_class = ArtworkFilters

    def get_queryset(self) -> ArtworkQuerySet:
        return with_places(super().get_queryset(), self.request.user)


class GalleryViewSet(HouseViewSet):
    """Galleries: everyone's public ones, and all of one's own. A new one is private."""

    filterset_class = GalleryFilters

    def get_queryset(self) -> GalleryQuerySet:
        if self.action in {"artworks", "take_down", "destroy", "order"} or self.brief:
            return Gallery.objects.visible_to(self.request.user).select_related("artist")
        return galleries_for(self.request.user) if self.action == "list" else walls_for(self.request.user)

    def get_serializer_class(self) -> type[serializers.BaseSerializer]:
        return GallerySerializer if self.action == "list" else GalleryDetailSerializer

    @once
    def create(self, request: Request) -> Response:
        """A new gallery. It is private until its `visibility` is changed."""
        with transaction.atomic():
            serializer = self.get_serializer(data=request.data)
            serializer.is_valid(raise_exception=True)
            gallery = serializer.save(artist=artist_of(request))
            self.note("added", gallery)
            pk = gallery.pk
            place = absolute(request, reverse("api-gallery-detail", args=[pk]))
            return self.keep(self.shown(pk, status.HTTP_201_CREATED, {"Location": place}))

    def update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """All that is written; what is left out and has a default goes back to it."""
        return self.change(partial=False)

    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The works that hung in it stay."""
        with self.unchanged():
            gallery = self.get_object()
            self.note("deleted", gallery)
            gallery.delete()
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(responses=ArtworkSerializer(many=True))
    @action(detail=True, filterset_class=None)
    def artworks(self, request: Request, pk: str) -> Response:
        """What hangs here, in order."""
        works = with_places(Artwork.objects.visible_to(request.user).alive(), request.user)
        hanging = works.filter(placements__gallery=self.get_object())
        return self.paged(hanging.order_by("placements__position", "placements__id"), ArtworkSerializer)

    @extend_schema(request=HangSerializer, responses=RearrangedSerializer)
    @artworks.mapping.post
    @once
    def hang(self, request: Request, pk: str) -> Response:
        """Hang works at the end of the wall; one that hangs already keeps its place."""
        with self.unchanged():
            return self.keep(self.rearranged(HangSerializer))

    @extend_schema(request=TakeDownSerializer, responses=RearrangedSerializer)
    @action(methods=["post"], detail=True, url_path="take-down")
    def take_down_several(self, request: Request, pk: str) -> Response:
        """Take works off this wall. The works stay."""
        with self.unchanged():
            return self.rearranged(TakeDownSerializer)

    @extend_schema(responses=OrderSerializer)
    @action(detail=True)
    def order(self, request: Request, pk: str) -> Response:
        """The ids of what hangs here, in order, with an ETag of the order alone."""
        return Response(order_of(self.get_object()))

    @extend_schema(request=OrderSerializer, responses={200: RearrangedSerializer, 204: None})
    @order.mapping.put
    def rearrange(self, request: Request, pk: str) -> Response:
        """Hang everything in a new order. The answer's ETag is that of the order, for the next `If-Match`.

        With `Prefer: return=minimal` that is all that is answered: to read a whole wall back takes its time.
        """
        with self.unchanged():
            response = self.rearranged(OrderSerializer)
            response.headers["ETag"] = tag_of_order(order_of(Gallery(pk=int(pk))))
            return response

    @action(methods=["delete"], detail=True, url_path="artworks/(?P<artwork>[0-9]{1,18})")
    def take_down(self, request: Request, pk: str, artwork: str) -> Response:
        """Take a work off this wall. The work itself stays."""
        with self.unchanged():
            gallery = self.get_object()
            placement = gallery.wall().filter(artwork=artwork).first()
            if placement is None or not gallery.take_down(placement.artwork):
                raise Http404
            told.moved(request.user, "taken_down", gallery, [placement.artwork])
        return Response(status=status.HTTP_204_NO_CONTENT)

    @property
    def brief(self) -> bool:
        """Whether whoever rearranges has no use for the whole gallery (RFC 7240)."""
        return self.action in {"rearrange", "take_down_several"} and "return=minimal" in self.request.headers.get(
            "Prefer", ""
        )

    def note_change(self, thing: Any, fields: Sequence[str]) -> None:
        """Who sees it is a deed of its own."""
        if "visibility" in fields:
            self.note("published" if thing.is_public else "hidden", thing)
        super().note_change(thing, [name for name in fields if name != "visibility"])

    def rearranged(self, serializer_class: Any) -> Response:
        gallery = self.get_object()
        serializer = serializer_class(gallery, data=self.request.data, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        serializer.save()
        told.rearranged(self.request.user, gallery, serializer.results)
        if self.brief:
            return Response(status=status.HTTP_204_NO_CONTENT, headers={"Preference-Applied": "return=minimal"})
        response = self.shown(gallery.pk)
        response.data["results"] = serializer.results
        return response


class ArtistViewSet(HouseViewSet):
    """Artists: the list has those with public work, and oneself; each has a page of their own."""

    scopes = {"portrait": Scope.UPLOAD}

    def get_queryset(self) -> QuerySet[Artist]:
        artists = Artist.objects.staying().select_related("portrait")
        if self.action == "list":
            public = Artwork.objects.public().filter(artist=OuterRef("pk"))
            return artists.filter(Exists(public) | Q(user=self.request.user.pk))
        if self.action in {"galleries", "order", "rearrange", "remove_portrait"}:
            return artists
        return artists.prefetch_related(Prefetch("galleries", walls_for(self.request.user)))

    def get_serializer_class(self) -> type[serializers.BaseSerializer]:
        return ArtistSerializer if self.action == "list" else ArtistDetailSerializer

    @extend_schema(responses=GalleryOrderSerializer)
    @action(detail=True, permission_classes=[OwnerOnly])
    def order(self, request: Request, pk: str) -> Response:
        """The ids of one's galleries, in order, with an ETag of the order alone."""
        return self.order_of(self.get_object())

    @extend_schema(request=GalleryOrderSerializer, responses=GalleryOrderSerializer)
    @order.mapping.put
    def rearrange(self, request: Request, pk: str) -> Response:
        """Put all one's galleries into a new order."""
        with self.unchanged():
            artist = self.get_object()
            serializer = GalleryOrderSerializer(artist, data=request.data)
            serializer.is_valid(raise_exception=True)
            serializer.save()
            self.note("ordered_galleries", artist)
            response = self.order_of(artist)
            response.headers["ETag"] = tag_of_order(response.data)
            return response

    def order_of(self, artist: Artist) -> Response:
        return Response({"galleries": list(artist.galleries.values_list("id", flat=True))})

    @extend_schema(request=PortraitSerializer)
    @action(methods=["put"], detail=True, permission_classes=[OwnerOnly], parser_classes=[MultiPartParser])
    def portrait(self, request: Request, pk: str) -> Response:
        """A picture of the artist, in place of the one before."""
        serializer = PortraitSerializer(self.get_object(), data=request.data, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        with serializer.portrayed():
            self.refuse_stale()
            self.note("portrayed", serializer.instance)
        return self.shown(int(pk))

    @extend_schema(responses={204: None})
    @portrait.mapping.delete
    def remove_portrait(self, request: Request, pk: str) -> Response:
        """The artist shows no picture any more."""
        with self.unchanged():
            artist = self.get_object()
            if ArtworkImage.objects.filter(portrait_of=artist).delete()[0]:
                self.note("unportrayed", artist)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(responses=GallerySerializer(many=True))
    @action(detail=True)
    def galleries(self, request: Request, pk: str) -> Response:
        """The artist's galleries, in order."""
        return self.paged(galleries_for(request.user).filter(artist=self.get_object()), GallerySerializer)
