"""``/api/galleries``, ``/api/artists``, and ``/api/artworks`` with the galleries works hang in."""

from typing import Any

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.http import Http404
from django.urls import reverse
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import HouseViewSet
from accounts.models import Artist
from accounts.permissions import artist_of
from accounts.serializers import absolute
from artworks import api as artworks
from artworks.models import Artwork, ArtworkQuerySet, Viewer
from galleries.filters import ArtworkFilters, GalleryFilters
from galleries.models import Gallery, GalleryQuerySet, Placement
from galleries.serializers import (
    ArtistDetailSerializer,
    ArtistSerializer,
    ArtworkSerializer,
    GalleryDetailSerializer,
    GallerySerializer,
    HangSerializer,
    OrderSerializer,
    UploadSerializer,
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
        whole = self.action not in {"list", "artworks", "take_down", "destroy"}
        return walls_for(self.request.user) if whole else galleries_for(self.request.user)

    def get_serializer_class(self) -> type[serializers.BaseSerializer]:
        return GallerySerializer if self.action == "list" else GalleryDetailSerializer

    def create(self, request: Request) -> Response:
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        pk = serializer.save(artist=artist_of(request)).pk
        return self.shown(
            pk, status.HTTP_201_CREATED, {"Location": absolute(request, reverse("api-gallery-detail", args=[pk]))}
        )

    def update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.change(partial=False)

    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The works that hung in it stay."""
        self.get_object().delete()
        return Response(status=status.HTTP_204_NO_CONTENT)

    @action(detail=True, filterset_class=None)
    def artworks(self, request: Request, pk: str) -> Response:
        """What hangs here, in order."""
        works = with_places(Artwork.objects.visible_to(request.user).alive(), request.user)
        hanging = works.filter(placements__gallery=self.get_object())
        return self.paged(hanging.order_by("placements__position", "placements__id"), ArtworkSerializer)

    @artworks.mapping.post
    def hang(self, request: Request, pk: str) -> Response:
        """Hang works at the end of the wall; one that hangs already keeps its place."""
        return self.rearranged(HangSerializer)

    @action(methods=["put"], detail=True)
    def order(self, request: Request, pk: str) -> Response:
        """Hang everything in a new order."""
        return self.rearranged(OrderSerializer)

    @action(methods=["delete"], detail=True, url_path="artworks/(?P<artwork>[0-9]{1,18})")
    def take_down(self, request: Request, pk: str, artwork: str) -> Response:
        """Take a work off this wall. The work itself stays."""
        gallery = self.get_object()
        placement = gallery.wall().filter(artwork=artwork).first()
        if placement is None or not gallery.take_down(placement.artwork):
            raise Http404
        return Response(status=status.HTTP_204_NO_CONTENT)

    def rearranged(self, serializer_class: type[serializers.BaseSerializer]) -> Response:
        gallery = self.get_object()
        serializer = serializer_class(gallery, data=self.request.data, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        serializer.save()
        return self.shown(gallery.pk)


class ArtistViewSet(HouseViewSet):
    """Artists: the list has those with public work, and oneself; each has a page of their own."""

    def get_queryset(self) -> QuerySet[Artist]:
        artists = Artist.objects.staying().select_related("portrait")
        if self.action == "list":
            public = Artwork.objects.public().filter(artist=OuterRef("pk"))
            return artists.filter(Exists(public) | Q(user=self.request.user.pk))
        if self.action == "galleries":
            return artists
        return artists.prefetch_related(Prefetch("galleries", walls_for(self.request.user)))

    def get_serializer_class(self) -> type[serializers.BaseSerializer]:
        return ArtistSerializer if self.action == "list" else ArtistDetailSerializer

    @action(detail=True)
    def galleries(self, request: Request, pk: str) -> Response:
        """The artist's galleries, in order."""
        return self.paged(galleries_for(request.user).filter(artist=self.get_object()), GallerySerializer)
