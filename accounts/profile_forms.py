"""Forms of an artist's own things in the studio: the profile, and tokens for scripts."""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Artist, Scope, Token, every_scope
from accounts.ownership import OwnedForm
from accounts.validators import validate_links


class LinksField(forms.CharField):
    """Links as an artist writes them, a line each: ``Title https://…``. Cleaned, the list that is stored."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(f"{link['title']} {link['url']}" for link in value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        lines = [line.split() for line in super().clean(value).splitlines() if line.strip()]
        links = [{"title": " ".join(words[:-1]) or words[-1], "url": words[-1]} for words in lines]
        try:
            validate_links(links)
        except ValidationError as error:
            message = _("Write each link on a line of its own: its title, a space, and its address with https://.")
            raise ValidationError(message, code="links") from error
        return links

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class ArtistForm(forms.ModelForm):
    links = LinksField(
        label=_("Links"), required=False, help_text=_("One a line, as in: Instagram https://instagram.com/you")
    )

    class Meta:
        model = Artist
        fields = "__all__"  # noqa: DJ007 - the admin says which


class TokenForm(OwnedForm):
    """A new token, or another name for one. What it opens and when it ends is said once."""

    DAYS = {"30": _("in 30 days"), "365": _("in a year"), "": _("never")}

    OPENS = {
        Scope.READ: _("Read everything, private works included"),
        Scope.WRITE: _("Change works, galleries and the profile"),
        Scope.UPLOAD: _("Upload works"),
    }

    opens = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=list(OPENS.items()),
        initial=every_scope,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    ends = forms.ChoiceField(label=_("Ends"), choices=list(DAYS.items()), initial="365", required=False)

    class Meta:
        model = Token
        fields = ["name"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True

    def clean_opens(self) -> list[str]:
        if self.instance._state.adding and not self.cleaned_data["opens"]:
            raise ValidationError(_("Choose at least one."), code="required")
        return self.cleaned_data["opens"]

    def lasts(self) -> timedelta | None:
        days = self.cleaned_data["ends"]
        return timedelta(days=int(days)) if days else None
