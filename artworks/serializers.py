"""Artworks as JSON, and the upload of one."""

from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers, status
from rest_framework.utils import html

from accounts.permissions import artist_of
from accounts.problems import Problem
from accounts.serializers import ArtistLinkSerializer, OwnedSerializer, PageField, absolute
from artworks import labels
from artworks.answers import Refused
from artworks.intake import replace, taken_in
from artworks.models import Artwork, ArtworkImage

STATUS = {
    "too_large": status.HTTP_413_REQUEST_ENTITY_TOO_LARGE,
    "too_many_pixels": status.HTTP_413_REQUEST_ENTITY_TOO_LARGE,
    "needs_too_much_memory": status.HTTP_413_REQUEST_ENTITY_TOO_LARGE,
    "busy": status.HTTP_503_SERVICE_UNAVAILABLE,
    "disk_full": status.HTTP_507_INSUFFICIENT_STORAGE,
}
BUSY_FOR = 5  # s


def refusal(refused: Refused) -> Problem:
    """The problem a refused file stands for."""
    code, detail = refused.code, refused.detail
    number = STATUS.get(code, status.HTTP_400_BAD_REQUEST)
    wait = BUSY_FOR if number == status.HTTP_503_SERVICE_UNAVAILABLE else None
    return Problem(number, code, detail, {"image": [{"code": code, "message": detail}]}, wait)


class TagsField(serializers.ListField):
    """Tag names: a list, and in a form also one text with commas."""

    child = serializers.CharField(max_length=60)

    def __init__(self, **kwargs: Any) -> None:
        style = {"base_template": "input.html"}
        super().__init__(required=False, initial="", max_length=100, style=style, **kwargs)  # type: ignore[arg-type]

    def get_value(self, dictionary: Any) -> Any:
        value = super().get_value(dictionary)
        if html.is_html_input(dictionary) and isinstance(value, list):
            return [name for text in value for name in text.split(",") if name.strip()]
        return value

    def to_internal_value(self, data: Any) -> list[str]:
        names = super().to_internal_value(data)
        if not all(slugify(name, allow_unicode=True) for name in names):
            raise serializers.ValidationError(_("A tag needs a letter or a digit."), code="invalid")
        return names

    def to_representation(self, data: Any) -> list[str]:
        return [str(tag) for tag in (data if isinstance(data, list) else data.all())]


class FocalPointSerializer(serializers.Serializer[Artwork]):
    x = serializers.FloatField(source="focal_x", min_value=0, max_value=1, initial=0.5)
    y = serializers.FloatField(source="focal_y", min_value=0, max_value=1, initial=0.5)


class ImageFactsSerializer(serializers.ModelSerializer[ArtworkImage]):
    format = serializers.CharField(source="image_format")
    width = serializers.IntegerField(source="image_width")
    height = serializers.IntegerField(source="image_height")
    bytes = serializers.IntegerField(source="byte_size")
    colour = serializers.CharField(source="colour_line")

    class Meta:
        model = ArtworkImage
        fields = ("format", "width", "height", "bytes", "sha256", "colour")


class RenditionsField(serializers.Field):
    """The addresses and sizes of an image's renditions: arithmetic, made yet or not."""

    def to_representation(self, value: ArtworkImage) -> dict[str, Any]:
        request = self.context["request"]
        return {
            name: {"url": absolute(request, rendition.url), "width": rendition.width, "height": rendition.height}
            for name, rendition in value.renditions.items()
        }


class ArtworkSerializer(OwnedSerializer[Artwork]):
    artist = ArtistLinkSerializer(read_only=True)
    tags = TagsField()
    focal_point = FocalPointSerializer(source="*", required=False)
    page = PageField()
    state = serializers.CharField(source="image.state", read_only=True)
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

    def get_warnings(self, artwork: Artwork) -> list[dict[str, str]]:
        found = labels.colour_warnings(artwork.image.colour)
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


class OneFileField(serializers.FileField):
    """The one file of a request."""

    default_error_messages = {
        "required": _("Send the picture as a file, in the field “image”."),
        "one_file_only": _("Send one file, in the field “image”. Each work has a request of its own."),
    }

    def run_validation(self, data: Any = serializers.empty) -> Any:
        files = self.context["request"].FILES
        if sum(len(several) for _name, several in files.lists()) > 1:
            self.fail("one_file_only")
        return super().run_validation(data)


class UploadSerializer(ArtworkSerializer):
    """A new work: its file, and any of its fields."""

    image = OneFileField(write_only=True)  # type: ignore[assignment]

    class Meta(ArtworkSerializer.Meta):
        fields = ("image", *(name for name in ArtworkSerializer.Meta.fields if name != "image"))

    def create(self, validated_data: dict[str, Any]) -> Artwork:
        incoming, artist = validated_data.pop("image"), artist_of(self.context["request"])
        try:
            with taken_in(incoming, artist, **validated_data) as artwork:
                self.settle(artwork)
        except Refused as refused:
            raise refusal(refused) from refused
        return artwork

    def settle(self, artwork: Artwork) -> None:
        """What else belongs into the transaction that makes the rows."""


class NewImageSerializer(serializers.Serializer[Artwork]):
    """Another picture for a work that stays."""

    image = OneFileField(write_only=True)

    def update(self, instance: Artwork, validated_data: dict[str, Any]) -> Artwork:
        try:
            replace(instance, validated_data["image"])
        except Refused as refused:
            raise refusal(refused) from refused
        return instance
