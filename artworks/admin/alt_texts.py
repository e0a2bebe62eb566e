"""Alt texts in the studio, one work after the other: those that have none yet, newest first."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.ownership import OwnedAdmin
from accounts.quoting import quoted
from artworks import alt_texts
from artworks.models import Artwork, ArtworkQuerySet

ROUND = 12  # works in a row, before one is asked whether to go on


class AltTextForm(forms.ModelForm):
    class Meta:
        model = Artwork
        fields = ["alt_text"]
        widgets = {"alt_text": forms.Textarea(attrs={"rows": 4, "maxlength": 500, "autofocus": True})}


class AltTexts(OwnedAdmin):
    """The part of the works' admin that asks for one alt text after the other.

    In the address `after` is the work before, and `left` says how many of this round are still to come.
    """

    def get_urls(self) -> Any:
        queue = self.admin_site.admin_view(self.alt_texts_view)
        return [path("alt-texts/", queue, name="artworks_artwork_alt_texts"), *super().get_urls()]

    def alt_texts_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_change_permission(request):
            raise PermissionDenied
        # Of one's own: a keeper sees everybody's works, but knows best what is on theirs.
        lacking = Artwork.objects.owned_by(request.user).alive().filter(alt_text="").for_cards().order_by("-id")  # type: ignore[arg-type]
        if request.method == "POST":
            return self.take_alt_text(request)
        after = request.GET.get("after", "")
        work = (lacking.filter(pk__lt=int(after)) if number(after) else lacking).first()
        left = min(int(request.GET["left"]), ROUND) if number(request.GET.get("left", "")) else ROUND
        return self.alt_text_page(request, work if left else None, lacking, left)

    def take_alt_text(self, request: HttpRequest) -> HttpResponse:
        """What is written, unless somebody else has written meanwhile; then the next one."""
        pk = request.POST.get("work", "")
        work = self.get_queryset(request).alive().filter(pk=pk).first() if number(pk) else None
        if work is None:
            return HttpResponseRedirect(address())
        form = AltTextForm(request.POST, instance=work)
        if work.alt_text:
            said = _("“%(title)s” has an alt text already; it was written elsewhere meanwhile.")
            self.say(request, said % {"title": work.title}, messages.WARNING)
        elif not form.is_valid():
            for reason in form.errors.get("alt_text", []):
                self.say(request, reason, messages.ERROR)
        elif text := form.cleaned_data["alt_text"]:
            work.save(update_fields=["alt_text", "updated_at"])
            self.log_change(request, work, [{"changed": {"fields": ["alt_text"]}}])
            for hint in alt_texts.hints(text, work.title):
                self.say(request, f"{quoted(work.title)}: {hint}", messages.INFO)
        left = request.POST.get("left", "")
        return HttpResponseRedirect(address(after=work.pk, left=max(0, int(left) - 1) if number(left) else ROUND))

    def alt_text_page(self, request: HttpRequest, work: Artwork | None, lacking: ArtworkQuerySet, left: int) -> Any:
        count = lacking.count()
        words = ngettext("%(count)d work still lacks an alt text.", "%(count)d works still lack an alt text.", count)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "object": work,  # the way back to the list
            "title": _("Alt texts"),
            "work": work,
            "form": AltTextForm(instance=work),
            "count": count,
            "told": words % {"count": count},
            "left": left,
            "place": ROUND - left + 1,
            "round": min(ROUND, count + ROUND - left),
            "next": address(after=work.pk, left=left - 1) if work else "",
            "again": address(),
            "hints": alt_texts.sentences(),
            "patterns": {"file": alt_texts.FILE_NAME, "opening": alt_texts.OPENINGS},
            "about": alt_texts.ABOUT,
            "most": alt_texts.MOST,
        }
        return TemplateResponse(request, "admin/artworks/artwork/alt_texts.html", context)


def number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19


def address(**query: int) -> str:
    place = reverse("admin:artworks_artwork_alt_texts")
    return f"{place}?{urlencode(query)}" if query else place
