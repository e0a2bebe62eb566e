"""Forms of works in the studio: many files at once, and a work's record in an artist's words."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.ownership import OwnedForm
from artworks import dimensions
from artworks.models import Artwork, Tag, tag_slug


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
    """A work's record. Its size is one line, as a label has it."""

    size = forms.CharField(
        label=_("Dimensions"),
        required=False,
        max_length=120,
        help_text=_("Height × width × depth: “60 x 80”, “60 x 80 x 3 cm”, “24 x 31 1/2 in”, or “variable”."),
    )
    words = WordsField(
        label=_("Tags"),
        required=False,
        help_text=_("Your own words for finding works again, with commas: “portrait, blue, winter”."),
    )

    class Meta:
        model = Artwork
        fields = "__all__"
        help_texts = {
            "title": _("As it stands on the wall label. A work without one is “Untitled”."),
            "year": _("A number, to sort by."),
            "date_text": _("Shown instead of the year: “c. 1998–2001”."),
            "medium": _("What it is made of: “Oil on canvas”, “Inkjet print on cotton paper”."),
            "edition": _("As you write it: “3/25 + 2 AP”. Empty for a work there is one of."),
            "description": _(
                "The story of the work, for everyone to read: two or three sentences help people to stay with it. "
                "*Stars* make italics."
            ),
            "alt_text": _(
                "What one sees, in about thirty words, for people who cannot see it: “A woman in a red coat crosses an "
                "empty square”. No need to say that it is a picture."
            ),
            "availability": _("A dot and a word on the label. A price is shown only where the work can still be had."),
            "price": _("A number. Empty, for a work that is available, means: price on request."),
            "currency": _("Three letters, such as EUR. Empty: the one of your profile."),
            "private_notes": _("Where it is stored, who bought it, what it is insured for: only you ever see this."),
            "credit_line": _("Whom the picture names: “Photo: Kari Moe”."),
            "licence_url": _("The address of a licence, if others may use this picture. None means: they may not."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "words" in self.fields and self.instance.pk:
            self.initial["words"] = ", ".join(tag.name for tag in self.instance.tags.all())
            self.initial["size"] = self.instance.dimensions
            self.fields["words"].widget.attrs["data-words"] = "own-tags"
            self.fields["medium"].widget.attrs["list"] = "own-media"

    def clean_size(self) -> str:
        """What stands there as it stood keeps its sides: of “60 cm” alone nobody knows whether it is the height."""
        text: str = self.cleaned_data["size"]
        size = dimensions.read(text)
        if str(size) != self.instance.dimensions:
            for name, value in size.fields().items():
                setattr(self.instance, name, value)
        return text


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
