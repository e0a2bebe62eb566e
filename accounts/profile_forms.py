"""Forms of an artist's own things in the studio: the profile, and tokens for scripts."""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.models import Artist, Scope, Token, every_scope
from accounts.ownership import OwnedForm
from accounts.validators import validate_links

MOST_LINKS = 50


class LinkRows(forms.Widget):
    """A row for each link, name and address, and some empty ones: a script adds, moves and removes rows."""

    template_name = "admin/accounts/artist/links.html"
    use_fieldset = True
    EMPTY = 2

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        rows = [*(value or []), *({"title": "", "url": ""} for _row in range(self.EMPTY))]
        return render_to_string(self.template_name, {"name": name, "rows": rows})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """None where nothing was said of links at all."""
        if f"{name}-url" not in data:
            return None
        titles, urls = data.getlist(f"{name}-title"), data.getlist(f"{name}-url")
        return [{"title": title, "url": url} for title, url in zip(titles, urls, strict=False)]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return f"{name}-url" not in data


class LinksField(forms.Field):
    """Links as the list that is stored. An address may come without its https://, and without a name."""

    widget = LinkRows

    def clean(self, value: Any) -> Any:
        links = [tidy(link) for link in value or [] if (link["title"] + link["url"]).strip()]
        if len(links) > MOST_LINKS:
            raise ValidationError(_("Keep at most %d links.") % MOST_LINKS, code="links")
        for link in links:
            try:
                validate_links([link])
            except ValidationError as error:
                words = _("“%(link)s” needs an address, such as https://example.org.")
                raise ValidationError(words % {"link": link["title"] or link["url"]}, code="links") from error
        return links

    def has_changed(self, initial: Any, data: Any) -> bool:
        rows = [tidy(link) for link in data or [] if (link["title"] + link["url"]).strip()]
        return rows != (initial or [])


def tidy(link: dict[str, str]) -> dict[str, str]:
    title, url = link["title"].strip(), link["url"].strip()
    if url and "://" not in url and ":" not in url:
        url = f"https://{url}"
    return {"title": title or url.partition("://")[2].rstrip("/") or url, "url": url}


class ArtistForm(forms.ModelForm):
    links = LinksField(
        label=_("Links"),
        required=False,
        help_text=_("Your shop, a gallery that shows you, Instagram. They stand on your page in this order."),
    )

    class Meta:
        model = Artist
        fields = "__all__"  # noqa: DJ007 - the admin says which
        help_texts = {
            "name": _("As it stands on your wall labels and at the top of your page."),
            "location": _("Where you work: “Bergen, Norway”. Leave it empty to say nothing."),
            "statement": _("What your work is about, in your own voice: a few sentences. *Stars* make italics."),
            "biography": _("Who you are, where you studied, what you have shown. An empty line begins a paragraph."),
            "website": _("Another site of yours, with its https://."),
            "contact_email": _("Where people who ask about a work reach you. It is never shown on a page."),
            "credit_line": _("Whom a picture of your work names: “Photo: Kari Moe”, “Courtesy of Galleri Nord”."),
            "licence_url": _(
                "Only if you let others use your pictures: the address of the licence, as those of Creative Commons. "
                "Empty means: all rights are yours."
            ),
            "permission_url": _(
                "A page that tells how to get a picture of yours for a book, a poster or anything else."
            ),
            "currency": _("Three letters, for prices that name no other: EUR, USD, NOK."),
            "slug": _("The last part of your page's address. If you change it, the old address leads to the new one."),
        }


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
