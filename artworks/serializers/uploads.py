"""Requests that bring a file: a new work, another picture for one, a portrait."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, cast

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers, status

from accounts.models import Artist
from accounts.permissions import artist_of
from accounts.problems import MENDED_IN, Problem
from artworks import labels
from artworks.answers import Refused
from artworks.intake import portrayed, replaced, taken_in
from artworks.models import Artwork
from artworks.serializers.works import ArtworkSerializer
from artworks.titles import title_of

STATUS = {
    "too_large": status.HTTP_413_REQUEST_ENTITY_TOO_LARGE,
    "too_many_pixels": status.HTTP_413_REQUEST_ENTITY_TOO_LARGE,
    "needs_too_much_memory": status.HTTP_413_REQUEST_ENTITY_TOO_LARGE,
    "quota_full": status.HTTP_403_FORBIDDEN,
    "duplicate": status.HTTP_409_CONFLICT,
    "busy": status.HTTP_503_SERVICE_UNAVAILABLE,
    "not_writable": status.HTTP_503_SERVICE_UNAVAILABLE,
    "disk_full": status.HTTP_507_INSUFFICIENT_STORAGE,
}
BUSY_FOR = 5  # s


@contextmanager
def explained() -> Iterator[None]:
    """A file that the block refuses is answered with the problem that stands for it."""
    try:
        yield
    except Refused as refused:
        code, detail = refused.code, labels.refusal(refused)
        number = STATUS.get(code, status.HTTP_400_BAD_REQUEST)
        wait = {"busy": BUSY_FOR, "not_writable": MENDED_IN, "disk_full": MENDED_IN}.get(code)
        reason: dict[str, Any] = {"code": code, "message": detail}
        if "artwork" in refused.values:
            reason["artwork"] = refused.values["artwork"]
        raise Problem(number, code, detail, {"image": [reason]}, wait) from refused


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
    title_from_file = serializers.BooleanField(
        default=False,
        write_only=True,
        help_text="A work sent without a title takes one from its file's name: `blue-hour_02.jpg` is “Blue hour 02”.",
    )
    if_duplicate = serializers.ChoiceField(
        ["keep", "refuse"],
        default="keep",
        write_only=True,
        help_text="`refuse`: 409 `duplicate` where a work of yours shows this very file.",
    )

    class Meta(ArtworkSerializer.Meta):
        fields = (
            "image",
            "title_from_file",
            "if_duplicate",
            *(name for name in ArtworkSerializer.Meta.fields if name != "image"),
        )

    @contextmanager
    def taken_in(self, until_told: ExitStack) -> Iterator[Artwork]:
        """The new work; what the block does belongs to the transaction that makes its rows."""
        fields = dict(self.validated_data)
        file, unless_here = fields.pop("image"), fields.pop("if_duplicate") == "refuse"
        if fields.pop("title_from_file") and not fields.get("title"):
            fields["title"] = title_of(file.name)
        artist = artist_of(self.context["request"])
        with explained(), taken_in(file, artist, unless_here=unless_here, until_told=until_told, **fields) as artwork:
            yield artwork


class NewImageSerializer(serializers.Serializer[Artwork]):
    """Another picture for a work that stays."""

    image = OneFileField(write_only=True)

    @contextmanager
    def replaced(self, check: Callable[[], None], until_told: ExitStack) -> Iterator[None]:
        """``check`` may still object, and the block belongs to the transaction that changes the row."""
        with explained(), replaced(cast(Artwork, self.instance), self.validated_data["image"], check, until_told):
            yield


class PortraitSerializer(serializers.Serializer[Artist]):
    """A picture of the artist."""

    image = OneFileField(write_only=True)

    @contextmanager
    def portrayed(self) -> Iterator[None]:
        """The block may still object, in the transaction that changes the rows."""
        with explained(), portrayed(cast(Artist, self.instance), self.validated_data["image"]):
            yield
