"""A work's pictures as JSON: what the file is, and where its renditions are."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.serializers import absolute
from artworks.models import ArtworkImage


class ImageFactsSerializer(serializers.ModelSerializer[ArtworkImage]):
    format = serializers.CharField(source="image_format")
    width = serializers.IntegerField(source="image_width")
    height = serializers.IntegerField(source="image_height")
    bytes = serializers.IntegerField(source="byte_size")
    colour = serializers.CharField(source="public_colour_line")

    class Meta:
        model = ArtworkImage
        fields = ("format", "width", "height", "bytes", "sha256", "colour")


RENDITION = {
    "type": "object",
    "properties": {
        "url": {"type": "string", "format": "uri"},
        "width": {"type": "integer"},
        "height": {"type": "integer"},
    },
    "required": ["url", "width", "height"],
}


@extend_schema_field(
    {
        "type": "object",
        "properties": dict.fromkeys(("thumbnail", "preview", "display"), RENDITION),
        "required": ["thumbnail", "preview", "display"],
    }
)
class RenditionsField(serializers.Field):
    """The addresses and sizes of an image's renditions: arithmetic, made yet or not."""

    def to_representation(self, value: ArtworkImage) -> dict[str, Any]:
        request = self.context["request"]
        return {
            name: {"url": absolute(request, rendition.url), "width": rendition.width, "height": rendition.height}
            for name, rendition in value.renditions.items()
        }


class KeptImageSerializer(ImageFactsSerializer):
    """A picture of a work, the one it shows now or a former one: its artist's own business."""

    current = serializers.SerializerMethodField()
    colour = serializers.CharField(source="colour_line")
    renditions = RenditionsField(source="*", read_only=True)

    class Meta(ImageFactsSerializer.Meta):
        fields: tuple[str, ...] = (  # type: ignore[assignment]
            "uuid",
            "current",
            *ImageFactsSerializer.Meta.fields,
            "source_filename",
            "renditions",
            "created_at",
        )

    def get_current(self, image: ArtworkImage) -> bool:
        return image.pk == self.context["artwork"].image_id
