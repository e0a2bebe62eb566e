"""Galleries as JSON, and the works and artists that name them."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.models import Artist
from accounts.serializers import ArtistLinkSerializer, OwnedSerializer, OwnField, PageField
from accounts.serializers import ArtistSerializer as Profile
from artworks import serializers as artworks
from artworks.models import Artwork
from artworks.serializers import RenditionsField
from galleries.models import Gallery, Placement

LARGEST_ID = 2**63 - 1


class GalleryLinkSerializer(serializers.ModelSerializer[Gallery]):
    """A gallery as a work names it."""

    page = PageField()

    class Meta:
        model = Gallery
        fields = ("id", "title", "page")


class ArtworkSerializer(artworks.ArtworkSerializer):
    """A work, and where the viewer can see it hang."""

    galleries = GalleryLinkSerializer(many=True, read_only=True)

    class Meta(artworks.ArtworkSerializer.Meta):
        fields = (*artworks.ArtworkSerializer.Meta.fields, "galleries")


class UploadSerializer(artworks.UploadSerializer):
    """A new work, hung where it is wanted at once."""

    galleries = OwnField(many=True, queryset=Gallery.objects.all(), required=False, write_only=True)

    class Meta(artworks.UploadSerializer.Meta):
        fields = (*artworks.UploadSerializer.Meta.fields, "galleries")

    def create(self, validated_data: dict[str, Any]) -> Artwork:
        self.walls: list[Gallery] = validated_data.pop("galleries", [])
        return super().create(validated_data)

    def settle(self, artwork: Artwork) -> None:
        for gallery in self.walls:
            gallery.hang([artwork])


class CoverImageSerializer(serializers.Serializer[Placement]):
    """The picture on a gallery's card."""

    artwork = serializers.IntegerField(source="artwork_id")
    alt_text = serializers.CharField(source="artwork.alt")
    renditions = RenditionsField(source="artwork.image")


class GallerySerializer(OwnedSerializer[Gallery]):
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
    portrait = RenditionsField(read_only=True, allow_null=True)

    class Meta(Profile.Meta):
        fields = (*Profile.Meta.fields, "portrait")


class ArtistDetailSerializer(ArtistSerializer):
    """An artist, their galleries in order, and the works within each in order."""

    galleries = GalleryDetailSerializer(many=True, read_only=True)

    class Meta(ArtistSerializer.Meta):
        model = Artist
        fields = (*ArtistSerializer.Meta.fields, "galleries")


class IdsField(serializers.ListField):
    child = serializers.IntegerField(min_value=0, max_value=LARGEST_ID)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=10_000, **kwargs)


class HangSerializer(serializers.Serializer[Gallery]):
    """``{"artwork": 7}`` or ``{"artworks": [7, 9]}``: one's own works, hung at the end of the wall."""

    artwork = serializers.IntegerField(required=False, min_value=0, max_value=LARGEST_ID)
    artworks = IdsField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if len(attrs) != 1:
            raise serializers.ValidationError({"artworks": [_("Name one artwork, or a list of artworks.")]}, "required")
        [(name, given)] = attrs.items()
        ids = given if isinstance(given, list) else [given]
        works = Artwork.objects.alive().owned_by(self.context["request"].user).in_bulk(ids)
        if len(works) < len(set(ids)):
            # The same words for another's work and for none at all, and no word on which it was.
            raise serializers.ValidationError({name: [_("You have no such artwork.")]}, "unknown_artwork")
        return {"works": [works[pk] for pk in ids]}

    def update(self, instance: Gallery, validated_data: dict[str, Any]) -> Gallery:
        instance.hang(validated_data["works"])
        return instance


class OrderSerializer(serializers.Serializer[Gallery]):
    """``{"artworks": [9, 4, 7]}``: every work on the wall, once, in the new order."""

    artworks = IdsField()

    def update(self, instance: Gallery, validated_data: dict[str, Any]) -> Gallery:
        instance.arrange(validated_data["artworks"])
        return instance
