"""Galleries as JSON, and the works and artists that name them."""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, cast

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer

from accounts.conditional import etag_of
from accounts.models import Artist
from accounts.serializers import ArtistLinkSerializer, OwnedSerializer, OwnField, PageField
from accounts.serializers import ArtistSerializer as Profile
from artworks import serializers as artworks
from artworks.models import Artwork
from artworks.serializers import LARGEST_ID, IdsField, RenditionsField, numbered, own_works
from galleries.models import Gallery, Placement


class GalleryLinkSerializer(serializers.ModelSerializer[Gallery]):
    """A gallery as a work names it."""

    page = PageField()

    class Meta:
        model = Gallery
        fields = ("id", "title", "page")


class ArtworkSerializer(artworks.ArtworkSerializer):
    """A work, and where the viewer can see it hang."""

    galleries = GalleryLinkSerializer(many=True, read_only=True)
    visibility = serializers.SerializerMethodField()

    class Meta(artworks.ArtworkSerializer.Meta):
        fields = (*artworks.ArtworkSerializer.Meta.fields, "visibility", "galleries")

    @extend_schema_field({"type": "string", "enum": Gallery.Visibility.values})
    def get_visibility(self, artwork: Artwork) -> str:
        """By the rule of sight, from the galleries already at hand."""
        public = not artwork.trashed and any(gallery.is_public for gallery in artwork.galleries.all())
        return Gallery.Visibility.PUBLIC if public else Gallery.Visibility.PRIVATE


class UploadSerializer(artworks.UploadSerializer):
    """A new work, hung where it is wanted at once."""

    galleries = OwnField(many=True, queryset=Gallery.objects.all(), required=False, write_only=True)

    class Meta(artworks.UploadSerializer.Meta):
        fields = (*artworks.UploadSerializer.Meta.fields, "galleries")

    @contextmanager
    def taken_in(self, until_told: ExitStack) -> Iterator[Artwork]:
        walls = self.validated_data.pop("galleries", [])
        with super().taken_in(until_told) as artwork:
            for gallery in walls:
                gallery.hang([artwork])
            yield artwork


class CoverImageSerializer(serializers.Serializer[Placement]):
    """The picture on a gallery's card."""

    artwork = serializers.IntegerField(source="artwork_id")
    alt_text = serializers.CharField(source="artwork.alt")
    renditions = RenditionsField(source="artwork.image")


class GallerySerializer(OwnedSerializer[Gallery]):
    """A gallery as lists show it."""

    artist = ArtistLinkSerializer(read_only=True)
    cover = OwnField(queryset=Artwork.objects.alive(), allow_null=True, required=False)
    cover_image = serializers.SerializerMethodField()
    page = PageField()
    artworks_count = serializers.IntegerField(read_only=True)

    class Meta:
        model = Gallery
        fields: tuple[str, ...] = (
            "id",
            "artist",
            "title",
            "slug",
            "description",
            "layout",
            "visibility",
            "position",
            "page",
            "cover",
            "cover_image",
            "artworks_count",
            "created_at",
            "updated_at",
        )
        owner_only = ()

    @extend_schema_field(CoverImageSerializer(allow_null=True))
    def get_cover_image(self, gallery: Any) -> dict[str, Any] | None:
        return CoverImageSerializer(gallery.front[0], context=self.context).data if gallery.front else None

    def validate_slug(self, slug: str) -> str:
        own = Gallery.objects.owned_by(self.context["request"].user)
        own = own.exclude(pk=getattr(self.instance, "pk", 0))
        if slug and own.filter(slug=slug).exists():
            raise serializers.ValidationError(_("You already have a gallery at this address."), code="unique")
        return slug


class WallField(serializers.ListSerializer):
    """The works on a gallery's wall, from the placements its queryset prefetched as ``hung``."""

    def to_representation(self, data: Any) -> Any:
        # A work that was hidden between the two queries is missing from its placement.
        works = (getattr(placement, "artwork", None) for placement in data)
        return super().to_representation([work for work in works if work])


class GalleryDetailSerializer(GallerySerializer):
    """A gallery with all that hangs in it, in order."""

    artworks = WallField(child=ArtworkSerializer(), source="hung", read_only=True)

    class Meta(GallerySerializer.Meta):
        fields = (*GallerySerializer.Meta.fields, "artworks")


class ArtistSerializer(Profile):
    """An artist, with a picture."""

    portrait = RenditionsField(read_only=True, allow_null=True)

    class Meta(Profile.Meta):
        fields = (*Profile.Meta.fields, "portrait")


class ArtistDetailSerializer(ArtistSerializer):
    """An artist, their galleries in order, and the works within each in order."""

    galleries = GalleryDetailSerializer(many=True, read_only=True)

    class Meta(ArtistSerializer.Meta):
        model = Artist
        fields = (*ArtistSerializer.Meta.fields, "galleries")


class HangSerializer(serializers.Serializer[Gallery]):
    """``{"artwork": 7}`` or ``{"artworks": [7, 9]}``: one's own works, hung at the end of the wall."""

    artwork = serializers.IntegerField(required=False, min_value=0, max_value=LARGEST_ID)
    artworks = IdsField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if len(attrs) != 1:
            raise serializers.ValidationError({"artworks": [_("Name one artwork, or a list of artworks.")]}, "required")
        [(name, given)] = attrs.items()
        named = numbered(name, given) if isinstance(given, list) else {name: given}
        return {"works": own_works(self.context["request"], named, Artwork.objects.alive())}

    def update(self, instance: Gallery, validated_data: dict[str, Any]) -> Gallery:
        hanging = set(instance.hanging_ids())
        instance.hang(validated_data["works"])
        self.results = [
            {"artwork": work.pk, "result": "unchanged" if work.pk in hanging else "hung"}
            for work in validated_data["works"]
        ]
        return instance


class PlacedSerializer(serializers.Serializer[Any]):
    """What became of one work."""

    artwork = serializers.IntegerField()
    result = serializers.ChoiceField(["hung", "moved", "taken_down", "unchanged"])


class RearrangedSerializer(GalleryDetailSerializer):
    """A gallery after works were hung, moved or taken down, with a result for each."""

    results = PlacedSerializer(many=True, read_only=True)

    class Meta(GalleryDetailSerializer.Meta):
        fields = (*GalleryDetailSerializer.Meta.fields, "results")


class TakeDownSerializer(serializers.Serializer[Gallery]):
    """``{"artworks": [7, 9]}``: off this wall. The works stay."""

    artworks = IdsField()

    def update(self, instance: Gallery, validated_data: dict[str, Any]) -> Gallery:
        ids = list(dict.fromkeys(validated_data["artworks"]))
        gone = instance.take_down_several(ids)
        self.results = [{"artwork": pk, "result": "taken_down" if pk in gone else "unchanged"} for pk in ids]
        return instance


def tag_of_order(order: dict[str, list[int]]) -> str:
    """The ETag that reading this order answers."""
    return etag_of(JSONRenderer().render(order))


def refuse_unless_whole(name: str, ids: list[int], expected: list[int]) -> None:
    """An order names everything once. What is wrong is said item by item."""
    counted, known = Counter(ids), set(expected)
    errors: dict[str, list[Any]] = {}
    for item, pk in numbered(name, ids).items():
        if pk not in known:
            errors[item] = [_("This is not here.")]
        elif counted[pk] > 1:
            errors[item] = [_("This is named more than once.")]
    if left_out := [str(pk) for pk in expected if pk not in counted]:
        errors[name] = [_("These are missing: %s.") % ", ".join(left_out)]
    if errors:
        raise serializers.ValidationError(errors, code="incomplete_order")


class OrderSerializer(serializers.Serializer[Gallery]):
    """``{"artworks": [9, 4, 7]}``: every work on the wall, once, in the new order."""

    artworks = IdsField()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        wall = cast(Gallery, self.instance).wall()
        refuse_unless_whole("artworks", attrs["artworks"], list(wall.values_list("artwork", flat=True)))
        return attrs

    def update(self, instance: Gallery, validated_data: dict[str, Any]) -> Gallery:
        ids = validated_data["artworks"]
        before = list(instance.wall().values_list("artwork", flat=True))
        instance.arrange(ids)
        self.results = [
            {"artwork": pk, "result": "unchanged" if pk == old else "moved"}
            for pk, old in zip(ids, before, strict=True)
        ]
        return instance


class GalleryOrderSerializer(serializers.Serializer[Artist]):
    """``{"galleries": [2, 5, 1]}``: all galleries of an artist, once, in the new order."""

    galleries = IdsField()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        own = Gallery.objects.filter(artist=cast(Artist, self.instance))
        refuse_unless_whole("galleries", attrs["galleries"], list(own.values_list("id", flat=True)))
        return attrs

    def update(self, instance: Artist, validated_data: dict[str, Any]) -> Artist:
        Gallery.objects.filter(artist=instance).arrange(validated_data["galleries"])
        return instance
