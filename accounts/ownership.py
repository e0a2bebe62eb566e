"""The studio shows artists their own: what every admin, inline, choice and form of theirs is built on."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponseBase
from django.utils.text import capfirst

from accounts.models import Artist
from accounts.permissions import owns
from accounts.remembered import Remembered

RowView = Callable[[Any, HttpRequest, Any], HttpResponseBase]
PlainView = Callable[[Any, HttpRequest, str], HttpResponseBase]


def artist_at(request: HttpRequest) -> Artist | None:
    """The artist whose studio this is; a keeper of the site need not be one."""
    return getattr(request.user, "artist", None)


class Owned:
    """For model admins and inlines: rows, choices and rights end at one's own; a superuser's do not.

    ``owner`` is the query path from a row to its user.
    """

    owner = "artist__user"

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)  # type: ignore[misc]
        return rows if request.user.is_superuser else rows.filter(**{self.owner: request.user.pk})

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_view_permission(request, obj) and self.may_touch(request, obj)  # type: ignore[misc]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self.may_touch(request, obj)  # type: ignore[misc]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and self.may_touch(request, obj)  # type: ignore[misc]

    def may_touch(self, request: HttpRequest, obj: Any) -> bool:
        """``obj`` is a row, or what an inline's rows belong to."""
        return obj is None or bool(request.user.is_superuser) or owns(request.user, obj)  # type: ignore[arg-type]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        self.narrow(db_field, request, kwargs)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        self.narrow(db_field, request, kwargs)
        return super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]

    def narrow(self, db_field: Any, request: HttpRequest, options: dict[str, Any]) -> None:
        """What a field may point to is what its own admin shows; of what has none, nothing."""
        if not request.user.is_superuser:
            model = db_field.remote_field.model
            related = self.admin_site._registry.get(model)  # type: ignore[attr-defined]
            seen = isinstance(related, Owned)
            options["queryset"] = related.get_queryset(request) if seen else model._default_manager.none()


class OwnedForm(forms.ModelForm):
    """A new row belongs to its maker from the start, so that its rules are checked with an owner."""

    artist: Artist | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance._state.adding and self.artist:
            self.instance.artist = self.artist

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() - {"artist"}  # type: ignore[misc]


class RowField(forms.ModelChoiceField):
    """One of the rows a formset has read, by its id: to ask for each again would be a thousand queries."""

    def __init__(self, formset: Any, **kwargs: Any) -> None:
        super().__init__(formset.model._default_manager.none(), required=False, widget=forms.HiddenInput, **kwargs)
        self.formset = formset

    def to_python(self, value: Any) -> models.Model | None:
        if value in self.empty_values:
            return None
        row = self.formset._existing_object(int(value)) if str(value).isdecimal() else None
        if row is None:
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return row


class OwnRows(forms.BaseModelFormSet):
    """Rows are named by ids that come back with the form: one outside its own rows is one that does not exist.

    Django asks the whole table, and so tells another's row from none.
    """

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        name = self.model._meta.pk.name  # type: ignore[union-attr]
        form.fields[name] = RowField(self, initial=form.fields[name].initial)


class OwnedAdmin(Owned, Remembered):
    """The admin of something that belongs to an artist."""

    form: Any = OwnedForm
    list_title: Any = ""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and artist_at(request) is not None

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.artist = artist_at(request)  # type: ignore[attr-defined]
        return form

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        title = {"title": self.list_title or capfirst(self.opts.verbose_name_plural)}
        return super().changelist_view(request, title | (extra_context or {}))

    def get_list_filter(self, request: HttpRequest) -> Any:
        """Whose it is matters only to who sees everybody's."""
        filters = list(super().get_list_filter(request))
        return [*filters, "artist"] if request.user.is_superuser else filters

    def get_list_display(self, request: HttpRequest) -> Any:
        columns = list(super().get_list_display(request))
        return [*columns, "artist"] if request.user.is_superuser else columns

    def get_changelist_formset(self, request: HttpRequest, **kwargs: Any) -> Any:
        return super().get_changelist_formset(request, formset=OwnRows, **kwargs)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[list[Any], dict[str, int], set[str], list]:
        """What is named before a deletion is what was chosen. What goes with it has no name an artist would know."""
        names = [str(thing) for thing in objs]
        return names, {str(self.opts.verbose_name_plural): len(names)}, set(), []

    def say(self, request: HttpRequest, words: Any, level: int = messages.SUCCESS) -> None:
        self.message_user(request, words, level)


def on_own_row(view: RowView) -> PlainView:
    """A page of the studio about one row: what one may not see is answered as what does not exist."""

    @wraps(view)
    def page(self: OwnedAdmin, request: HttpRequest, object_id: str) -> HttpResponseBase:
        row = self.get_object(request, unquote(object_id))
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, unquote(object_id))  # type: ignore[attr-defined]
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        return view(self, request, row)

    return page


class KeepersOnly:
    """For what only a superuser has to do with, whatever rights somebody has been given by hand."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return bool(request.user.is_superuser)

    has_change_permission = has_delete_permission = has_view_permission

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)
