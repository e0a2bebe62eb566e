"""Requests about several works at once."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts import history
from artworks.models import Artwork, ArtworkQuerySet
from artworks.serializers.tags import TagsField
from artworks.serializers.works import WRITTEN, ArtworkSerializer

LARGEST_ID = 2**63 - 1


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

    def changing(self) -> list[tuple[Artwork, list[str]]]:
        """Of each work that will change, the fields that will: for its history."""
        given = self.validated_data
        more = ["tags"] if given.get("add_tags") or given.get("remove_tags") else []
        found = [(work, history.changing(work, given.get("changes", {}))) for work in given["artworks"]]
        return [(work, list(dict.fromkeys([*fields, *more]))) for work, fields in found if fields or more]

    def save(self, **kwargs: Any) -> list[dict[str, Any]]:
        """A result for each work, in the order asked for."""
        given = self.validated_data
        form = ArtworkSerializer(context=self.context)
        for work in given["artworks"]:
            form.update(work, dict(given.get("changes", {})))
            work.change_tags(add=given.get("add_tags", []), remove=given.get("remove_tags", []))
        return [{"artwork": work.pk, "result": "changed"} for work in given["artworks"]]
