"""Works in the studio: uploading, their record, the trash. `galleries.admin` registers them, with where they hang."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.forms import Textarea
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.ownership import KeepersOnly, OwnedAdmin, on_own_row
from artworks.answers import Refused
from artworks.forms import ArtworkForm, ReplaceForm, RowForm, TagForm, UploadForm, title_of
from artworks.intake import replace, taken_in
from artworks.models import Artwork, ArtworkImage, Tag
from artworks.uploads import IncomingFile

Refusal = tuple[str, Refused]  # a file's name, and why it was not taken
NAMED_AT_MOST = 20  # files that were not taken, in messages


def picture_of(artwork: Artwork, alt: str) -> SafeString:
    rendition = artwork.image.renditions["thumbnail"]
    return format_html(
        '<img src="{}" width="{}" height="{}" alt="{}" loading="lazy">',
        rendition.url,
        rendition.width,
        rendition.height,
        alt,
    )


class ShelfFilter(admin.SimpleListFilter):
    """Where works are. What is in the trash is seen only by who looks there."""

    title = gettext_lazy("where")
    parameter_name = "shelf"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [("trash", _("In the trash"))]

    def choices(self, changelist: Any) -> Any:
        every, *others = super().choices(changelist)
        return [every | {"display": _("All works")}, *others]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.exclude(deleted_at=None) if self.value() == "trash" else queryset.alive()


class LackFilter(admin.SimpleListFilter):
    """What a wall label or a blind visitor still misses."""

    title = gettext_lazy("still missing")
    parameter_name = "lacks"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [("alt", _("Alt text")), ("date", _("Year")), ("medium", _("Medium")), ("title", _("Title"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        lacking = {
            "alt": Q(alt_text=""),
            "date": Q(year=None, date_text=""),
            "medium": Q(medium=""),
            "title": Q(title="Untitled"),
        }
        return queryset.filter(lacking.get(self.value() or "", Q()))


class ArtworkAdmin(OwnedAdmin):
    form = ArtworkForm
    list_title = gettext_lazy("Works")
    upload_form: type[UploadForm] = UploadForm
    shelf_filter: type[ShelfFilter] = ShelfFilter
    list_display: Any = ["picture", "title", "year", "availability", "prepared"]
    list_display_links: Any = ["picture"]
    list_editable = ["title", "year", "availability"]
    list_select_related = ["artist", "image"]
    list_per_page = 50
    search_fields = ["title", "medium", "description", "tags__name", "image__source_filename"]
    search_help_text = gettext_lazy("Title, medium, description, tag or file name")
    sortable_by = ["title", "year"]
    actions = ["into_the_trash", "restore", "purge"]
    fieldsets = (
        (gettext_lazy("On the wall label"), {"fields": ["title", ("year", "date_text"), "medium"]}),
        (gettext_lazy("Size"), {"fields": [("height_cm", "width_cm", "depth_cm"), "edition"]}),
        (gettext_lazy("In words"), {"fields": ["description", "alt_text", "words"]}),
        (gettext_lazy("For sale"), {"fields": ["availability", ("price", "currency")]}),
        (gettext_lazy("Only for you"), {"fields": ["private_notes"]}),
        (
            gettext_lazy("Credit and licence"),
            {
                "fields": ["credit_line", "licence_url"],
                "classes": ["collapse"],
                "description": gettext_lazy("Left empty, what your profile says holds."),
            },
        ),
        (
            gettext_lazy("Where a cover is cut"),
            {
                "fields": [("focal_x", "focal_y")],
                "classes": ["collapse"],
                "description": gettext_lazy(
                    "Covers show a part of the picture, round this point: 0 is the left or the top, 1 the right or the "
                    "bottom. On its own page the work is always shown whole."
                ),
            },
        ),
    )

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if lines := {"description": 5, "alt_text": 2, "private_notes": 3}.get(db_field.name):
            kwargs["widget"] = Textarea(attrs={"rows": lines})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    # --- The list ---------------------------------------------------------------------------------

    def get_list_filter(self, request: HttpRequest) -> Any:
        own = [self.shelf_filter, "availability", LackFilter, "image__state"]
        return [*own, "artist"] if request.user.is_superuser else own

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> Any:
        return super().get_changelist_form(request, form=RowForm, **kwargs)

    @admin.display(description=gettext_lazy("picture"))
    def picture(self, artwork: Artwork) -> SafeString:
        return picture_of(artwork, _("Edit “%(title)s”") % {"title": artwork.title})

    @admin.display(description="")
    def prepared(self, artwork: Artwork) -> str:
        """A word only where something is not as it should be."""
        ready = artwork.image.state == ArtworkImage.State.READY
        return "" if ready else str(artwork.image.get_state_display())

    def get_actions(self, request: HttpRequest) -> Any:
        """In the trash one restores, elsewhere one throws away."""
        offered = {"restore", "purge"} if request.GET.get("shelf") == "trash" else {"into_the_trash"}
        actions = super().get_actions(request)
        return {name: action for name, action in actions.items() if name in offered or name not in self.actions}

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
        return format_html('{} <a href="{}?shelf=trash">{}</a>', words, self.list_address(), _("Open the trash"))

    def list_address(self) -> str:
        return reverse("admin:artworks_artwork_changelist")

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

    # --- Uploading --------------------------------------------------------------------------------

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Each good file becomes a work; of each of the others it is said, by its name, why it did not."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        initial = {name: request.GET[name] for name in self.upload_form.base_fields if name in request.GET}
        form = self.make_upload_form(request, initial)
        one_by_one = request.headers.get("Accept") == "application/json"
        if request.method == "POST" and form.is_valid():
            works, refusals = self.take_in(request, form)
            if one_by_one:
                return JsonResponse(self.told(works, refusals, form))
            for words in self.refusals_said(refusals):
                self.say(request, words, messages.ERROR)
            if works:
                self.say(request, self.welcome(works, form))
                return HttpResponseRedirect(self.next_page(works, form))
        elif one_by_one:
            return JsonResponse(
                {"refused": " ".join(str(error) for errors in form.errors.values() for error in errors)}
            )
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "add": True,
            "title": _("Upload works"),
            "form": form,
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

    def told(self, works: list[Artwork], refusals: list[Refusal], form: UploadForm) -> dict[str, Any]:
        """For the script that sends one file at a time: where its work is now, or why there is none."""
        for _name, refused in refusals:
            return {"refused": refused.detail, "again": refused.code == "decoder_busy"}
        return {"next": self.wall_of(form) or self.list_address()}

    def refusals_said(self, refusals: list[Refusal]) -> list[str]:
        said = [f"“{name}”: {refused.detail}" for name, refused in refusals]
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

    def wall_of(self, form: UploadForm) -> str:
        """The page of the wall that new works hang on at once, where there is one."""
        return ""

    def next_page(self, works: list[Artwork], form: UploadForm) -> str:
        one = reverse("admin:artworks_artwork_change", args=[works[0].pk])
        return self.wall_of(form) or (one if len(works) == 1 else self.list_address())

    # --- One work ---------------------------------------------------------------------------------

    def get_urls(self) -> Any:
        own = [
            path(
                "<path:object_id>/replace/",
                self.admin_site.admin_view(self.replace_view),
                name="artworks_artwork_replace",
            ),
            path(
                "<path:object_id>/restore/",
                self.admin_site.admin_view(self.restore_view),
                name="artworks_artwork_restore",
            ),
        ]
        return own + super().get_urls()

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        context |= {
            "artwork": context["original"],
            "artist": context["original"].artist,
            "replace_form": ReplaceForm(),
            "show_save_and_add_another": False,
            "title": context["original"].title,
            "subtitle": None,
        }
        return super().render_change_form(request, context, *args, **kwargs)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if "words" in form.changed_data:
            form.instance.set_tags(form.cleaned_data["words"])

    @staticmethod
    def back_to(work: Artwork) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:artworks_artwork_change", args=[work.pk]))

    @on_own_row
    def replace_view(self, request: HttpRequest, work: Artwork) -> HttpResponse:
        """Another picture: asked and answered outside any transaction, since opening it takes its time."""
        form = ReplaceForm(request.POST, request.FILES)
        if request.method != "POST" or not form.is_valid():
            if request.method == "POST":
                self.say(request, _("Choose a picture first."), messages.ERROR)
            return self.back_to(work)
        file: IncomingFile = form.cleaned_data["picture"]
        try:
            replace(work, file)
        except Refused as refused:
            self.say(request, f"“{file.name}”: {refused.detail}", messages.ERROR)
        else:
            self.log_change(request, work, _("Replaced the picture."))
            self.say(request, _("“%(title)s” shows the new picture. The former one is kept.") % {"title": work.title})
        return self.back_to(work)

    @on_own_row
    def restore_view(self, request: HttpRequest, work: Artwork) -> HttpResponse:
        if request.method == "POST":
            work.restore()
            self.log_change(request, work, _("Restored from the trash."))
            self.say(request, _("“%(title)s” is back, and hangs where it hung.") % {"title": work.title})
        return self.back_to(work)

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
        return HttpResponseRedirect(self.list_address())


@admin.register(ArtworkImage)
class ArtworkImageAdmin(KeepersOnly, admin.ModelAdmin):
    """Images are never changed: what is here is to be read."""

    list_display = ["__str__", "artist", "artwork", "image_format", "byte_size", "state", "attempts", "created_at"]
    list_filter = ["state", "image_format"]
    list_select_related = ["artist", "artwork"]
    search_fields = ["source_filename", "sha256", "uuid"]
    exclude = ["original", "master"]  # they have no address to link to

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Tag)
class TagAdmin(OwnedAdmin):
    form = TagForm
    list_display = ["name"]
    search_fields = ["name"]
    fields = ["name"]
