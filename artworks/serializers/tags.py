"""Tags as JSON: an artist's own words."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.utils import html

from accounts.permissions import artist_of
from artworks.models import Tag, tag_slug


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
        if not all(tag_slug(name) for name in names):
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
        slug = tag_slug(name)
        if not slug:
            raise serializers.ValidationError(_("A tag needs a letter or a digit."), code="invalid")
        own = Tag.objects.filter(artist=artist_of(self.context["request"]), slug=slug)
        if own.exclude(pk=getattr(self.instance, "pk", 0)).exists():
            raise serializers.ValidationError(_("You already have this tag."), code="unique")
        return name

    def update(self, instance: Tag, validated_data: dict[str, Any]) -> Tag:
        if "name" in validated_data:
            instance.name = validated_data["name"]
            instance.slug = tag_slug(instance.name)
            instance.save(update_fields=["name", "slug"])
        return instance
