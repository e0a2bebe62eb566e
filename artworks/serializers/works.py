"""A work as JSON."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.serializers import ArtistLinkSerializer, OwnedSerializer, PageField
from artworks.models import Artwork, ArtworkImage
from artworks.serializers.images import ImageFactsSerializer, RenditionsField
from artworks.serializers.tags import TagsField


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

    @extend_schema_field(WARNINGS)
    def get_warnings(self, artwork: Artwork) -> list[dict[str, str]]:
        found = artwork.image.warnings
        return [{"code": code, "message": message} for code, message in found.items()]

    def to_representation(self, instance: Artwork) -> dict[str, Any]:
        """What a work leaves empty, its artist's profile says."""
        data = super().to_representation(instance)
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
