"""The profile in the studio, with a portrait, the public page's own Markdown, and one's own works as samples."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts import history
from accounts.admin import ArtistAdmin
from accounts.models import Artist
from accounts.ownership import on_own_row
from accounts.quoting import quoted
from artworks import labels
from artworks.answers import Refused
from artworks.forms import ReplaceForm
from artworks.intake import portrayed
from artworks.models import Artwork, ArtworkImage

SAMPLES = 3  # works that show a theme


class MarkdownArea(forms.Textarea):
    """A text and, beside it, how it reads on the page."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        area = super().render(name, value, attrs, renderer)
        return render_to_string("admin/accounts/artist/text.html", {"area": area, "text": value or ""})


class LookCards(forms.RadioSelect):
    """Choices with a sample each."""

    def __init__(self, kind: str, works: list[Artwork], choices: Any) -> None:
        super().__init__(choices=choices)
        self.kind, self.works = kind, works

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        choices = [(key, label, key == (value or "")) for key, label in self.choices]
        context = {"name": name, "kind": self.kind, "choices": choices, "works": self.works}
        return render_to_string("admin/accounts/artist/looks.html", context)

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        return ""


@admin.register(Artist)
class PortrayedArtistAdmin(ArtistAdmin):
    """The profile of an artist, as far as works and pages have to do with it."""

    def get_urls(self) -> Any:
        portrait = self.admin_site.admin_view(self.portrait_view)
        return [path("<path:object_id>/portrait/", portrait, name="accounts_artist_portrait"), *super().get_urls()]

    def get_form(self, request: HttpRequest, obj: Artist | None = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        works = list(Artwork.objects.alive().filter(artist=obj).for_cards()[:SAMPLES]) if obj else []
        for name, kind in (("theme", "theme"), ("wall_colour", "wall")):
            if name in form.base_fields:
                field = form.base_fields[name]
                field.widget = LookCards(kind, works, field.choices)
        for name in {"statement", "biography"} & set(form.base_fields):
            form.base_fields[name].widget = MarkdownArea(attrs={"rows": 7})
        return form

    @on_own_row
    def portrait_view(self, request: HttpRequest, artist: Artist) -> HttpResponse:
        """A picture of the artist comes, in place of the one before, or goes."""
        if "remove" in request.POST:
            if ArtworkImage.objects.filter(portrait_of=artist).delete()[0]:
                history.note(request.user, [artist], "unportrayed")
                self.say(request, _("Your page shows no portrait any more."))
        elif request.method == "POST":
            self.portray(request, artist)
        return HttpResponseRedirect(reverse("admin:accounts_artist_change", args=[artist.pk]))

    def portray(self, request: HttpRequest, artist: Artist) -> None:
        """Outside any transaction: opening a picture takes its time."""
        form = ReplaceForm(request.POST, request.FILES)
        if not form.is_valid():
            self.say(request, _("Choose a picture first."), messages.ERROR)
            return
        file = form.cleaned_data["picture"]
        try:
            with portrayed(artist, file):
                history.note(request.user, [artist], "portrayed")
        except Refused as refused:
            self.say(request, f"{quoted(file.name)}: {labels.refusal(refused)}", messages.ERROR)
        else:
            self.say(request, _("This is your portrait now."))

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        artist = context["original"]
        context |= {"portrait": getattr(artist, "portrait", None), "portrait_form": ReplaceForm(), "artist": artist}
        return super().render_change_form(request, context, *args, **kwargs)
