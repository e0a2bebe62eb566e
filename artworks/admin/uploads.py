"""Uploading works in the studio: many files at once, each with its answer."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import history
from accounts.ownership import OwnedAdmin, on_own_row
from accounts.quoting import quoted
from artworks import labels
from artworks.admin.addresses import address_of, back_to, list_address
from artworks.answers import Refused
from artworks.forms import ReplaceForm, UploadForm
from artworks.intake import replaced, taken_in
from artworks.models import Artwork
from artworks.titles import title_of
from artworks.uploads import IncomingFile

Refusal = tuple[str, Refused]  # a file's name, and why it was not taken
NAMED_AT_MOST = 20  # files that were not taken, in messages


class Uploads(OwnedAdmin):
    """The part of the works' admin that takes files in."""

    upload_form: type[UploadForm] = UploadForm

    def get_urls(self) -> Any:
        replace = self.admin_site.admin_view(self.replace_view)
        return [path("<path:object_id>/replace/", replace, name="artworks_artwork_replace"), *super().get_urls()]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Each good file becomes a work; of each of the others it is said, by its name, why it did not."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        initial = {name: request.GET[name] for name in self.upload_form.base_fields if name in request.GET}
        form = self.make_upload_form(request, initial)
        if request.method == "POST" and form.is_valid():
            works, refusals = self.take_in(request, form)
            for words in self.refusals_said(refusals):
                self.say(request, words, messages.ERROR)
            if works:
                self.say(request, self.welcome(works, form))
                self.say_colours(request, works)
                return HttpResponseRedirect(self.next_page(works, form))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "add": True,
            "title": _("Upload works"),
            "form": form,
            "largest": settings.UPLOAD_MAX_BYTES,
            "of_many": {code: labels.warning_of_many(code, "%count%") for code in labels.WARNINGS},
        }
        return TemplateResponse(request, "admin/artworks/artwork/upload.html", context)

    def make_upload_form(self, request: HttpRequest, initial: dict[str, Any]) -> UploadForm:
        sent = request.method == "POST"
        return self.upload_form(request.POST if sent else None, request.FILES if sent else None, initial=initial)

    def settle(self, work: Artwork, form: UploadForm) -> None:
        """What else belongs into the transaction that makes a work."""

    def take_in(self, request: HttpRequest, form: UploadForm) -> tuple[list[Artwork], list[Refusal]]:
        """The works that came, and by its name each file that did not."""
        works: list[Artwork] = []
        refusals: list[Refusal] = []
        for file in form.cleaned_data["pictures"]:
            try:
                with taken_in(file, request.user.artist, title=title_of(file.name)) as work:  # type: ignore[union-attr]
                    self.settle(work, form)
            except Refused as refused:
                refusals.append((file.name, refused))
            else:
                works.append(work)
                self.log_addition(request, work, [{"added": {}}])
        return works, refusals

    def refusals_said(self, refusals: list[Refusal]) -> list[str]:
        said = [f"{quoted(name)}: {labels.refusal(refused)}" for name, refused in refusals]
        if rest := said[NAMED_AT_MOST:]:
            said[NAMED_AT_MOST:] = [_("… and %(count)d files more were not taken.") % {"count": len(rest)}]
        return said

    def welcome(self, works: list[Artwork], form: UploadForm) -> str:
        words = ngettext(
            "%(count)d work is here. Only you can see it until it hangs in a public gallery.",
            "%(count)d works are here. Only you can see them until they hang in a public gallery.",
            len(works),
        )
        return words % {"count": len(works)}

    def say_colours(self, request: HttpRequest, works: list[Artwork]) -> None:
        """What was found in one file; of many, one sentence for each kind of warning."""
        if len(works) == 1 and works[0].image.colour:
            self.say(request, f"{quoted(works[0].image.source_filename)}: {works[0].image.colour_line}", messages.INFO)
        warned: dict[str, list[str]] = {}
        for work in works:
            for code, message in work.image.warnings.items():
                warned.setdefault(code, []).append(f"{quoted(work.image.source_filename)}: {message}")
        for code, said in warned.items():
            words = said[0] if len(said) == 1 else labels.warning_of_many(code, len(said))
            self.say(request, words, messages.WARNING)

    def wall_of(self, form: UploadForm) -> str:
        """The page of the wall that new works hang on at once, where there is one."""
        return ""

    def next_page(self, works: list[Artwork], form: UploadForm) -> str:
        return self.wall_of(form) or (address_of(works[0]) if len(works) == 1 else list_address())

    @on_own_row
    def replace_view(self, request: HttpRequest, work: Artwork) -> HttpResponse:
        """Another picture: asked and answered outside any transaction, since opening it takes its time."""
        form = ReplaceForm(request.POST, request.FILES)
        if request.method != "POST" or not form.is_valid():
            if request.method == "POST":
                self.say(request, _("Choose a picture first."), messages.ERROR)
            return back_to(work)
        file: IncomingFile = form.cleaned_data["picture"]
        try:
            with replaced(work, file):
                history.note(request.user, [work], "replaced")
        except Refused as refused:
            self.say(request, f"{quoted(file.name)}: {labels.refusal(refused)}", messages.ERROR)
        else:
            self.say(request, _("“%(title)s” shows the new picture. The former one is kept.") % {"title": work.title})
            self.say_colours(request, [work])
        return back_to(work)
