"""The trash in the studio: works go there, come back, or are deleted for ever."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts import history
from accounts.ownership import OwnedAdmin, on_own_row
from artworks.admin.addresses import back_to, list_address
from artworks.models import Artwork

IN_THE_TRASH = {"restore", "purge"}  # what is done with works there


class Trash(OwnedAdmin):
    """The part of the works' admin that throws away, restores and deletes."""

    actions: Any = ["into_the_trash", "restore", "purge"]

    def get_urls(self) -> Any:
        one, several = (self.admin_site.admin_view(view) for view in (self.restore_view, self.restore_several_view))
        return [
            path("restore/", several, name="artworks_artwork_restore_several"),
            path("<path:object_id>/restore/", one, name="artworks_artwork_restore"),
            *super().get_urls(),
        ]

    def get_actions(self, request: HttpRequest) -> Any:
        """In the trash one restores, elsewhere all the rest; Django's own deleting knows no trash."""
        trash = request.GET.get("shelf") == "trash"
        actions = super().get_actions(request)
        return {name: actions[name] for name in self.actions if name in actions and (name in IN_THE_TRASH) == trash}

    def hung(self, works: Sequence[Artwork]) -> str:
        """Where works in the trash hung, in a sentence; who knows of galleries says it."""
        return ""

    @admin.action(description=gettext_lazy("Move to the trash"), permissions=["delete"])
    def into_the_trash(self, request: HttpRequest, works: QuerySet[Artwork]) -> None:
        for work in (chosen := list(works)):
            work.trash()
        history.note(request.user, chosen, "trashed")
        self.say_trashed(request, chosen)

    def say_trashed(self, request: HttpRequest, works: Sequence[Artwork]) -> None:
        """With where they hung, and with the way back."""
        words = ngettext(
            "“%(title)s” is in the trash. For thirty days you can restore it.",
            "%(count)d works are in the trash. For thirty days you can restore them.",
            len(works),
        )
        said = words % {"count": len(works), "title": works[0].title if works else ""}
        link = format_html('<a href="{}?shelf=trash">{}</a>', list_address(), _("Open the trash"))
        self.say(request, format_html("{} {} {} {}", said, self.hung(works), self.undo(works), link))

    def undo(self, works: Iterable[Artwork]) -> SafeString:
        """The button in a message that brings works back: its form, with the token, stands on every page."""
        return format_html(
            '<button form="undo" formaction="{}" name="works" value="{}">{}</button>',
            reverse("admin:artworks_artwork_restore_several"),
            ",".join(str(work.pk) for work in works),
            _("Undo"),
        )

    @admin.action(description=gettext_lazy("Restore"), permissions=["change"])
    def restore(self, request: HttpRequest, works: QuerySet[Artwork]) -> None:
        chosen = list(works.exclude(deleted_at=None))
        for work in chosen:
            work.restore()
        history.note(request.user, chosen, "restored")
        words = ngettext(
            "%(count)d work is back, and hangs where it hung.",
            "%(count)d works are back, and hang where they hung.",
            len(chosen),
        )
        self.say(request, words % {"count": len(chosen)})

    def restore_several_view(self, request: HttpRequest) -> HttpResponse:
        """Undo: what has just been thrown away comes back. One's own, whatever else is named."""
        named = request.POST.get("works", "").split(",")
        ids = [int(pk) for pk in named if pk.isdecimal() and len(pk) < 19]
        works = self.get_queryset(request).filter(pk__in=ids)
        if request.method == "POST" and self.has_change_permission(request) and works.exists():
            self.restore(request, works)
        return HttpResponseRedirect(list_address())

    @admin.action(description=gettext_lazy("Delete for ever"), permissions=["delete"])
    def purge(self, request: HttpRequest, works: QuerySet[Artwork]) -> HttpResponse | None:
        """Asked first. Only what lies in the trash goes."""
        chosen = list(works.exclude(deleted_at=None))
        if "confirmed" not in request.POST:
            context = {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": _("Delete for ever?"),
                "works": chosen,
                "field": ACTION_CHECKBOX_NAME,
            }
            return TemplateResponse(request, "admin/artworks/artwork/purge.html", context)
        history.note(request.user, chosen, "deleted")
        for work in chosen:
            work.purge()
        words = ngettext("%(count)d work is gone for ever.", "%(count)d works are gone for ever.", len(chosen))
        self.say(request, words % {"count": len(chosen)})
        return None

    @on_own_row
    def restore_view(self, request: HttpRequest, work: Artwork) -> HttpResponse:
        if request.method == "POST":
            work.restore()
            history.note(request.user, [work], "restored")
            self.say(request, _("“%(title)s” is back, and hangs where it hung.") % {"title": work.title})
        return back_to(work)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """Most of what is deleted is not gone; `delete_model` writes down what it did."""

    def delete_model(self, request: HttpRequest, obj: Artwork) -> None:
        """First into the trash; out of the trash for ever."""
        history.note(request.user, [obj], "deleted" if obj.trashed else "trashed")
        if obj.trashed:
            obj.purge()
        else:
            obj.trash()

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: int) -> HttpResponse:
        """Said by what has become of it."""
        if work := Artwork.objects.filter(pk=obj_id).first():
            self.say_trashed(request, [work])
        else:
            self.say(request, _("“%(title)s” is gone for ever.") % {"title": obj_display})
        return HttpResponseRedirect(list_address())
