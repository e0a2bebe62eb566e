"""Forms of works in the studio: many files at once, and a work's record in an artist's words."""

import re
from pathlib import PurePath
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.ownership import OwnedForm
from artworks.models import UNTITLED, Artwork, Tag, tag_slug

COUNTED_BY_A_CAMERA = re.compile(
    r"(?:_?(?:img|dsc[nf]?|pxl|mvimg|image|photo|picture|scan|screenshot|untitled|p|whatsapp image))?[\s_\-\d().:]*",
    re.IGNORECASE,
)


def title_of(filename: str) -> str:
    """The title a file's name suggests: ``blue-hour_02.jpg`` is "Blue hour 02", ``IMG_2041.jpg`` has none."""
    stem = PurePath(filename).stem
    if COUNTED_BY_A_CAMERA.fullmatch(stem):
        return UNTITLED
    words = " ".join(re.sub(r"[_\-]+", " ", stem).split())[:200]
    return words[:1].upper() + words[1:] or UNTITLED


class SeveralFiles(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One file or many. An empty one is refused later with the others' faults: it must not stop the good ones."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> Any:
        files = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(file, initial) for file in files or [None]]


class UploadForm(forms.Form):
    """New works, a file each."""

    pictures = FilesField(
        label=_("Pictures"),
        allow_empty_file=True,
        widget=SeveralFiles(attrs={"accept": "image/*,.heic,.heif,.avif,.tif,.tiff"}),
        help_text=_("JPEG, PNG, WebP, TIFF, AVIF or HEIC, as large as you have them. One file becomes one work."),
        error_messages={"required": _("Choose at least one picture.")},
    )


class ReplaceForm(forms.Form):
    """Another picture for a work that stays."""

    picture = forms.FileField(
        label=_("New picture"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": "image/*,.heic,.heif,.avif,.tif,.tiff"}),
        error_messages={"required": _("Choose a picture.")},
    )


class WordsField(forms.CharField):
    """Tags in the artist's own words, with commas between them."""

    def clean(self, value: Any) -> Any:
        words = [word.strip() for word in super().clean(value).split(",") if word.strip()]
        if not all(tag_slug(word) for word in words):
            raise ValidationError(_("A tag needs a letter or a digit."), code="invalid")
        if any(len(word) > 60 for word in words):
            raise ValidationError(_("A tag has at most 60 letters."), code="max_length")
        return words


class ArtworkForm(OwnedForm):
    words = WordsField(
        label=_("Tags"),
        required=False,
        help_text=_("Your own words for finding works again, with commas: “portrait, blue, winter”."),
    )

    class Meta:
        model = Artwork
        fields = "__all__"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "words" in self.fields and self.instance.pk:
            self.initial["words"] = ", ".join(tag.name for tag in self.instance.tags.all())


class RowForm(forms.ModelForm):
    """One row of the list of works, where each field says which work it belongs to."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if name != "id":
                field.widget.attrs["aria-label"] = f"{field.label}: {self.instance}"


class TagForm(OwnedForm):
    class Meta:
        model = Tag
        fields = ["name"]

    def clean_name(self) -> str:
        name = self.cleaned_data["name"].strip()
        self.instance.slug = tag_slug(name)
        if not self.instance.slug:
            raise ValidationError(_("A tag needs a letter or a digit."), code="invalid")
        if Tag.objects.filter(artist=self.instance.artist, slug=self.instance.slug).exclude(pk=self.instance.pk):
            raise ValidationError(_("You have this tag already."), code="unique")
        return name
