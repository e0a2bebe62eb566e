"""Galleries in the studio: their list, order, publishing, and the page of one."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.forms import Textarea
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts import history
from accounts.ownership import on_own_row
from artworks.admin import picture_of
from artworks.models import Artwork
from galleries.admin.previews import Previewing
from galleries.admin.remembered import WallRemembered
from galleries.admin.walls import Hanging, Wall, live
from galleries.admin.words import address_of
from galleries.forms import GalleryForm
from galleries.models import Gallery
from galleries.serializers import tag_of_order


class GalleryList(ChangeList):
    """Rows with their counts, and with the work on their cover."""

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> Any:
        rows: Any = super().get_queryset(request, exclude_parameters)
        return rows.counted().covered().order_by("artist__name", "artist", "position", "id")

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        rows = list(self.result_list)
        works = Artwork.objects.for_cards().in_bulk([row.shown_cover for row in rows])
        for row in rows:
            row.front = works.get(row.shown_cover)
        self.result_list = rows
        self.order_tag = self.tag_of(rows, request)

    def tag_of(self, rows: list[Gallery], request: HttpRequest) -> str:
        """Of the order of these rows, where they are all of one's own galleries: only then it can be changed."""
        whole = len(rows) == self.full_result_count
        own = bool(rows) and all(row.artist.user_id == request.user.pk for row in rows)
        return tag_of_order({"galleries": [row.pk for row in rows]}) if whole and own else ""


@admin.register(Gallery)
class GalleryAdmin(WallRemembered, Hanging, Previewing):
    form = GalleryForm
    inlines = [Wall]
    list_display: Any = ["picture", "title", "works", "seen_by", "order"]
    list_display_links: Any = ["title"]
    list_filter = ["visibility"]
    list_select_related = ["artist"]
    search_fields = ["title"]
    sortable_by = ()
    actions = ["publish", "hide", "delete_selected"]
    fieldsets = (
        (None, {"fields": ["title", "description", "layout"]}),
        (gettext_lazy("Address of its page"), {"fields": ["slug"], "classes": ["collapse"]}),
    )
    first_fieldsets = ((None, {"fields": ["title", "description"]}),)

    def get_fieldsets(self, request: HttpRequest, obj: Gallery | None = None) -> Any:
        return self.fieldsets if obj else self.first_fieldsets

    def get_inlines(self, request: HttpRequest, obj: Gallery | None) -> Any:
        return self.inlines if obj else []

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "description":
            kwargs["widget"] = Textarea(attrs={"rows": 4})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    # --- The list ---------------------------------------------------------------------------------

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return GalleryList

    @admin.display(description=gettext_lazy("cover"))
    def picture(self, gallery: Any) -> SafeString | str:
        return picture_of(gallery.front, "") if gallery.front else ""

    @admin.display(description=gettext_lazy("works"))
    def works(self, gallery: Gallery) -> str:
        count = gallery.artworks_count
        return ngettext("%(count)d work", "%(count)d works", count) % {"count": count}

    @admin.display(description=gettext_lazy("who sees it"))
    def seen_by(self, gallery: Gallery) -> SafeString:
        name, words, verb = (
            ("hide", _("Everyone"), _("Make private"))
            if gallery.is_public
            else ("publish", _("Only you"), _("Publish"))
        )
        return format_html(
            '<span class="seen {}">{}</span> <button name="_{}" value="{}" aria-label="{}: {}">{}</button>',
            gallery.visibility,
            words,
            name,
            gallery.pk,
            verb,
            gallery.title,
            verb,
        )

    @admin.display(description=gettext_lazy("order"))
    def order(self, gallery: Gallery) -> SafeString:
        ways = (("up", "↑", _("Move “%(title)s” up")), ("down", "↓", _("Move “%(title)s” down")))
        buttons = ((name, gallery.pk, words % {"title": gallery.title}, arrow) for name, arrow, words in ways)
        anchor = format_html('<span id="row-{}"></span>', gallery.pk)
        return anchor + format_html_join("", '<button name="_{}" value="{}" aria-label="{}">{}</button>', buttons)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """With a row's own buttons: they work without a script."""
        if request.method == "POST":
            for name, press in self.buttons.items():
                if name in request.POST:
                    return press(self, request, request.POST[name])  # type: ignore[return-value]
        return super().changelist_view(request, extra_context)  # type: ignore[return-value]

    @on_own_row
    def press_up(self, request: HttpRequest, gallery: Gallery) -> HttpResponse:
        gallery.move(-1)
        return HttpResponseRedirect(f"{request.get_full_path()}#row-{gallery.pk}")

    @on_own_row
    def press_down(self, request: HttpRequest, gallery: Gallery) -> HttpResponse:
        gallery.move(1)
        return HttpResponseRedirect(f"{request.get_full_path()}#row-{gallery.pk}")

    @on_own_row
    def press_publish(self, request: HttpRequest, gallery: Gallery) -> HttpResponse:
        self.publish(request, [gallery])
        return HttpResponseRedirect(request.get_full_path())

    @on_own_row
    def press_hide(self, request: HttpRequest, gallery: Gallery) -> HttpResponse:
        self.hide(request, [gallery])
        return HttpResponseRedirect(request.get_full_path())

    buttons = {"_up": press_up, "_down": press_down, "_publish": press_publish, "_hide": press_hide}

    @admin.action(description=gettext_lazy("Publish: everyone can see it"), permissions=["change"])
    def publish(self, request: HttpRequest, galleries: Any) -> None:
        for gallery in galleries:
            gallery.publish()
            history.note(request.user, [gallery], "published")
            self.say_who_sees(request, gallery)

    @admin.action(description=gettext_lazy("Make private: only you can see it"), permissions=["change"])
    def hide(self, request: HttpRequest, galleries: Any) -> None:
        for gallery in galleries:
            gallery.hide()
            history.note(request.user, [gallery], "hidden")
            self.say_who_sees(request, gallery)

    def say_who_sees(self, request: HttpRequest, gallery: Gallery) -> None:
        """A gallery without works is public and yet nobody finds it: that has to be said, too."""
        if not gallery.is_public:
            words = _("Only you can see “%(title)s” now.")
        elif gallery.wall().exists():
            words = _("Everyone can see “%(title)s” now:")
        else:
            words = _("“%(title)s” is public. Visitors find no way to it until a work hangs there:")
        address = gallery.get_absolute_url()
        shown = request.build_absolute_uri(address)
        self.say(
            request,
            format_html('{} <a href="{}">{}</a>', words % {"title": gallery.title}, address, shown)
            if gallery.is_public
            else words % {"title": gallery.title},
        )

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        for gallery in queryset:
            gallery.delete()

    # --- One gallery ------------------------------------------------------------------------------

    def save_model(self, request: HttpRequest, obj: Gallery, form: Any, change: bool) -> None:
        if "front" in form.changed_data and "front" in form.data:  # where the wall is alive, the API is told
            obj.cover = form.cleaned_data["front"]
        if "_publish" in request.POST:
            obj.visibility = Gallery.Visibility.PUBLIC
        elif "_hide" in request.POST:
            obj.visibility = Gallery.Visibility.PRIVATE
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if step := self.step(request):
            wall, by = list(form.instance.wall().values_list("artwork", flat=True)), step[1]
            if step[0] in wall:
                form.instance.rehang({step[0]: min(max(1, wall.index(step[0]) + 1 + by), len(wall))})

    @staticmethod
    def step(request: HttpRequest) -> tuple[int, int] | None:
        """The work that a button of the wall moves, and by how many places."""
        for name, by in (("_up", -1), ("_down", 1)):
            if request.POST.get(name, "").isdecimal():
                return int(request.POST[name]), by
        return None

    def response_add(self, request: HttpRequest, obj: Gallery, post_url_continue: str | None = None) -> HttpResponse:
        self.say(request, _("“%(title)s” is made. Only you can see it. Now hang works in it.") % {"title": obj.title})
        return HttpResponseRedirect(address_of(obj))

    def response_change(self, request: HttpRequest, obj: Gallery) -> HttpResponse:
        if step := self.step(request):
            return HttpResponseRedirect(f"{address_of(obj)}#work-{step[0]}")
        if "_publish" in request.POST or "_hide" in request.POST:
            self.say_who_sees(request, obj)
            return HttpResponseRedirect(address_of(obj))
        return super().response_change(request, obj)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        if gallery := context.get("original"):
            context |= {"title": gallery.title, "subtitle": None, "show_save_and_add_another": False}
            context["live"] = live(request, gallery)
        else:
            context |= {"title": _("New gallery"), "show_save_and_add_another": False, "show_save_and_continue": False}
        return super().render_change_form(request, context, *args, **kwargs)
