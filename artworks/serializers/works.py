"""A work as JSON."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.permissions import owns
from accounts.serializers import ArtistLinkSerializer, OwnedSerializer, PageField
from artworks import dimensions
from artworks.models import Artwork, ArtworkImage
from artworks.serializers.images import ImageFactsSerializer, RenditionsField
from artworks.serializers.tags import TagsField


class DimensionsField(serializers.CharField):
    """The size in one line, as a label says it and as people write it: ``60 x 80 x 3 cm``, ``variable``."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, allow_blank=True, max_length=120, **kwargs)

    def run_validation(self, data: Any = serializers.empty) -> dimensions.Size:
        return dimensions.read(super().run_validation(data))


class FocalPointSerializer(serializers.Serializer[Artwork]):
    x = serializers.FloatField(source="focal_x", min_value=0, max_value=1, initial=0.5)
    y = serializers.FloatField(source="focal_y", min_value=0, max_value=1, initial=0.5)


def duplicate_warnings(artwork: Artwork) -> list[dict[str, Any]]:
    """Of which works a new one shows the same file."""
    message = _("You have uploaded this very file before.")
    return [{"code": "duplicate", "message": message, "artwork": other.pk} for other in artwork.duplicates()[:10]]


WARNINGS = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "code": {"type": "string"},
            "message": {"type": "string"},
            "artwork": {
                "type": "integer",
                "description": "Of which work it is a duplicate.",
            },
        },
        "required": ["code", "message"],
    },
}


class ArtworkSerializer(OwnedSerializer[Artwork]):
    artist = ArtistLinkSerializer(read_only=True)
    dimensions = DimensionsField()
    tags = TagsField()
    focal_point = FocalPointSerializer(source="*", required=False)
    page = PageField()
    state = serializers.ChoiceField(ArtworkImage.State.choices, source="image.state", read_only=True)
    image = ImageFactsSerializer(read_only=True)
    renditions = RenditionsField(source="image", read_only=True)
    source_filename = serializers.CharField(source="image.source_filename", read_only=True)
    captured = serializers.JSONField(source="image.captured", read_only=True)
    warnings = serializers.SerializerMethodField()

    class Meta:
        model = Artwork
        fields: tuple[str, ...] = (
            "id",
            "artist",
            "title",
            "year",
            "date_text",
            "medium",
            "height_cm",
            "width_cm",
            "depth_cm",
            "dimensions",
            "dimensions_in_inches",
            "edition",
            "description",
            "alt_text",
            "availability",
            "price",
            "currency",
            "credit_line",
            "licence_url",
            "tags",
            "focal_point",
            "page",
            "state",
            "image",
            "renditions",
            "private_notes",
            "source_filename",
            "captured",
            "warnings",
            "deleted_at",
            "created_at",
            "updated_at",
        )
        read_only_fields = ("deleted_at",)
        owner_only = ("private_notes", "source_filename", "captured", "warnings", "deleted_at")
        extra_kwargs = {"title": {"allow_blank": True}}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One line about the size stands for its sides; sides beside it must say the same."""
        size: dimensions.Size | None = attrs.pop("dimensions", None)
        if size is None:
            measured = any(attrs.get(name) for name in dimensions.SIDES)
            return attrs | ({"dimensions_variable": False} if measured else {})
        sides = size.fields()
        if any(attrs[name] != sides[name] for name in dimensions.SIDES if name in attrs):
            words = _("“dimensions” and the sides in cm say different things. Send one or the other.")
            raise serializers.ValidationError({"dimensions": [words]}, code="conflicting_dimensions")
        if self.instance and str(size) == self.instance.dimensions:
            return attrs  # as it is said already: which side is the unknown one stays known
        return attrs | sides

    @extend_schema_field(WARNINGS)
    def get_warnings(self, artwork: Artwork) -> list[dict[str, str]]:
        found = artwork.image.warnings
        return [{"code": code, "message": message} for code, message in found.items()]

    def to_representation(self, instance: Artwork) -> dict[str, Any]:
        """What a work leaves empty, its artist's profile says. Only its artist is told the name of a colour profile."""
        data = super().to_representation(instance)
        if owns(self.context["request"].user, instance):
            data["image"]["colour"] = instance.image.colour_line
        for name in ("currency", "credit_line", "licence_url"):
            data[name] = data[name] or getattr(instance.artist, name)
        return data

    def update(self, instance: Artwork, validated_data: dict[str, Any]) -> Artwork:
        tags = validated_data.pop("tags", None)
        with transaction.atomic():
            artwork = super().update(instance, validated_data)
            if tags is not None:
                artwork.set_tags(tags)
        return artwork


# What can be written of a work: a bulk edit names some of these.
WRITTEN = {name for name, field in ArtworkSerializer().get_fields().items() if not field.read_only}
