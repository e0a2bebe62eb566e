"""Artworks as JSON, and the upload of one."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers, status
from rest_framework.utils import html

from accounts.models import Artist
from accounts.permissions import artist_of
from accounts.problems import Problem
from accounts.serializers import ArtistLinkSerializer, OwnedSerializer, PageField, absolute
from artworks.answers import Refused
from artworks.intake import portrayed, replaced, taken_in
from artworks.models import Artwork, ArtworkImage, ArtworkQuerySet, Tag

STATUS = {
    "too_large": status.HTTP_413_REQUEST_ENTITY_TOO_LARGE,
    "too_many_pixels": status.HTTP_413_REQUEST_ENTITY_TOO_LARGE,
    "needs_too_much_memory": status.HTTP_413_REQUEST_ENTITY_TOO_LARGE,
    "quota_full": status.HTTP_403_FORBIDDEN,
    "busy": status.HTTP_503_SERVICE_UNAVAILABLE,
    "disk_full": status.HTTP_507_INSUFFICIENT_STORAGE,
}
BUSY_FOR = 5  # s
LARGEST_ID = 2**63 - 1


def refusal(refused: Refused) -> Problem:
    """The problem a refused file stands for."""
    code, detail = refused.code, refused.detail
    number = STATUS.get(code, status.HTTP_400_BAD_REQUEST)
    wait = BUSY_FOR if number == status.HTTP_503_SERVICE_UNAVAILABLE else None
    return Problem(number, code, detail, {"image": [{"code": code, "message": detail}]}, wait)


@extend_schema_field({"type": "array", "items": {"type": "string", "minLength": 1, "maxLength": 60}, "maxItems": 100})
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


class TagSerializer(serializers.ModelSerializer[Tag]):
    """An artist's own word, and how many of their works carry it."""

    artworks_count = serializers.IntegerField(read_only=True)

    class Meta:
        model = Tag
        fields = ("id", "name", "slug", "artworks_count")
        read_only_fields = ("slug",)

    def validate_name(self, name: str) -> str:
        slug = slugify(name, allow_unicode=True)[:60]
        if not slug:
            raise serializers.ValidationError(_("A tag needs a letter or a digit."), code="invalid")
        own = Tag.objects.filter(artist=artist_of(self.context["request"]), slug=slug)
        if own.exclude(pk=getattr(self.instance, "pk", 0)).exists():
            raise serializers.ValidationError(_("You already have this tag."), code="unique")
        return name

    def update(self, instance: Tag, validated_data: dict[str, Any]) -> Tag:
        if "name" in validated_data:
            instance.name = validated_data["name"]
            instance.slug = slugify(instance.name, allow_unicode=True)[:60]
            instance.save(update_fields=["name", "slug"])
        return instance


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

    @contextmanager
    def taken_in(self) -> Iterator[Artwork]:
        """The new work; what the block does belongs to the transaction that makes its rows."""
        fields = dict(self.validated_data)
        try:
            with taken_in(fields.pop("image"), artist_of(self.context["request"]), **fields) as artwork:
                yield artwork
        except Refused as refused:
            raise refusal(refused) from refused


class IdsField(serializers.ListField):
    child = serializers.IntegerField(min_value=0, max_value=LARGEST_ID)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 10_000, **kwargs})


def numbered(name: str, ids: list[int]) -> dict[str, int]:
    """The items of a list by the names that errors have for them: ``artworks.0``."""
    return {f"{name}.{index}": pk for index, pk in enumerate(ids)}


def own_works(request: Any, named: dict[str, int], works: ArtworkQuerySet) -> list[Artwork]:
    """One's own works by their ids, each once, in that order. Another's answers like none."""
    found = works.owned_by(request.user).in_bulk(list(named.values()))
    errors = {name: [_("You have no such artwork.")] for name, pk in named.items() if pk not in found}
    if errors:
        raise serializers.ValidationError(errors, code="unknown_artwork")
    return [found[pk] for pk in dict.fromkeys(named.values())]


class SelectionSerializer(serializers.Serializer[Any]):
    """Several of one's own works. All are done, or none: what stands in the way is named item by item."""

    artworks = IdsField(allow_empty=False, max_length=1000)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        works = Artwork.objects.for_cards().prefetch_related("tags")
        named = numbered("artworks", attrs["artworks"])
        return attrs | {"artworks": own_works(self.context["request"], named, works)}


@extend_schema_field({"$ref": "#/components/schemas/PatchedArtworkRequest"})
class ChangesField(serializers.DictField):
    """Any fields of a work that can be changed."""


class BulkEditSerializer(SelectionSerializer):
    """The same change to several works: only the fields named in ``changes``; tags can also be added and removed."""

    changes = ChangesField(required=False)
    add_tags = TagsField()
    remove_tags = TagsField()

    def validate_changes(self, changes: dict[str, Any]) -> dict[str, Any]:
        unknown = [name for name in changes if name not in WRITTEN]
        if unknown:
            raise serializers.ValidationError(
                {name: [_("Works have no such field that can be changed.")] for name in unknown}, code="unknown_field"
            )
        form = ArtworkSerializer(data=changes, partial=True, context=self.context)
        form.is_valid(raise_exception=True)
        return form.validated_data

    def save(self, **kwargs: Any) -> list[dict[str, Any]]:
        """A result for each work, in the order asked for."""
        given = self.validated_data
        form = ArtworkSerializer(context=self.context)
        for work in given["artworks"]:
            form.update(work, dict(given.get("changes", {})))
            work.change_tags(add=given.get("add_tags", []), remove=given.get("remove_tags", []))
        return [{"artwork": work.pk, "result": "changed"} for work in given["artworks"]]


class PortraitSerializer(serializers.Serializer[Artist]):
    """A picture of the artist."""

    image = OneFileField(write_only=True)

    def update(self, instance: Artist, validated_data: dict[str, Any]) -> Artist:
        try:
            portrayed(instance, validated_data["image"])
        except Refused as refused:
            raise refusal(refused) from refused
        return instance


class NewImageSerializer(serializers.Serializer[Artwork]):
    """Another picture for a work that stays."""

    image = OneFileField(write_only=True)

    @contextmanager
    def replaced(self) -> Iterator[None]:
        """The block may still object, in the transaction that changes the row."""
        try:
            with replaced(cast(Artwork, self.instance), self.validated_data["image"]):
                yield
        except Refused as refused:
            raise refusal(refused) from refused
