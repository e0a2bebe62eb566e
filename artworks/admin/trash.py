"""The trash in the studio: works go there, come back, or are deleted for ever."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.ownership import OwnedAdmin, on_own_row
from artworks.admin.addresses import back_to, list_address
from artworks.models import Artwork

IN_THE_TRASH = {"restore", "purge"}  # what is done with works there


class Trash(OwnedAdmin):
    """The part of the works' admin that throws away, restores and deletes."""

    actions: Any = ["into_the_trash", "restore", "purge"]

    def get_urls(self) -> Any:
        restore = self.admin_site.admin_view(self.restore_view)
        return [path("<path:object_id>/restore/", restore, name="artworks_artwork_restore"), *super().get_urls()]

    def get_actions(self, request: HttpRequest) -> Any:
        """In the trash one restores, elsewhere all the rest; Django's own deleting knows no trash."""
        trash = request.GET.get("shelf") == "trash"
        actions = super().get_actions(request)
        return {name: actions[name] for name in self.actions if name in actions and (name in IN_THE_TRASH) == trash}

    @admin.action(description=gettext_lazy("Move to the trash"), permissions=["delete"])
    def into_the_trash(self, request: HttpRequest, works: QuerySet[Artwork]) -> None:
        for work in (chosen := list(works)):
            work.trash()
            self.log_change(request, work, _("Moved to the trash."))
        words = ngettext(
            "%(count)d work is in the trash, and hangs nowhere now. For thirty days you can restore it.",
            "%(count)d works are in the trash, and hang nowhere now. For thirty days you can restore them.",
            len(chosen),
        )
        self.say(request, self.with_trash_link(words % {"count": len(chosen)}))

    def with_trash_link(self, words: str) -> SafeString:
        return format_html('{} <a href="{}?shelf=trash">{}</a>', words, list_address(), _("Open the trash"))

    @admin.action(description=gettext_lazy("Restore"), permissions=["change"])
    def restore(self, request: HttpRequest, works: QuerySet[Artwork]) -> None:
        for work in (chosen := list(works)):
            work.restore()
            self.log_change(request, work, _("Restored from the trash."))
        words = ngettext(
            "%(count)d work is back, and hangs where it hung.",
            "%(count)d works are back, and hang where they hung.",
            len(chosen),
        )
        self.say(request, words % {"count": len(chosen)})

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
        self.log_deletions(request, chosen)  # type: ignore[arg-type]
        for work in chosen:
            work.purge()
        words = ngettext("%(count)d work is gone for ever.", "%(count)d works are gone for ever.", len(chosen))
        self.say(request, words % {"count": len(chosen)})
        return None

    @on_own_row
    def restore_view(self, request: HttpRequest, work: Artwork) -> HttpResponse:
        if request.method == "POST":
            work.restore()
            self.log_change(request, work, _("Restored from the trash."))
            self.say(request, _("“%(title)s” is back, and hangs where it hung.") % {"title": work.title})
        return back_to(work)

    def delete_model(self, request: HttpRequest, obj: Artwork) -> None:
        """First into the trash; out of the trash for ever."""
        if obj.trashed:
            obj.purge()
        else:
            obj.trash()

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: int) -> HttpResponse:
        """Said by what has become of it."""
        if Artwork.objects.filter(pk=obj_id).exists():
            words = _("“%(title)s” is in the trash, and hangs nowhere now. For thirty days you can restore it.")
            self.say(request, self.with_trash_link(words % {"title": obj_display}))
        else:
            self.say(request, _("“%(title)s” is gone for ever.") % {"title": obj_display})
        return HttpResponseRedirect(list_address())
