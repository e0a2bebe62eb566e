"""The history of a thing in words, for its page in the studio."""

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.quoting import quoted

# `who` is "You", a name, or "The keeper of this site": a translation that needs no ending for it is the best.
SENTENCES: dict[str, Any] = {
    "added": _("%(who)s made it"),
    "uploaded": _("%(who)s uploaded it"),
    "changed": _("%(who)s changed %(fields)s"),
    "deleted": _("%(who)s deleted it"),
    "trashed": _("%(who)s moved it to the trash"),
    "restored": _("%(who)s restored it from the trash"),
    "replaced": _("%(who)s replaced the picture"),
    "brought_back": _("%(who)s brought a former picture back"),
    "removed_image": _("%(who)s deleted a former picture for ever"),
    "portrayed": _("%(who)s set the portrait"),
    "unportrayed": _("%(who)s took the portrait away"),
    "published": _("%(who)s published it"),
    "hidden": _("%(who)s made it private"),
    "ordered": _("%(who)s changed the order"),
    "ordered_galleries": _("%(who)s changed the order of the galleries"),
    "hung": _("%(who)s hung %(titles)s"),
    "taken_down": _("%(who)s took down %(titles)s"),
    "hung_in": _("%(who)s hung it in %(titles)s"),
    "taken_from": _("%(who)s took it down from %(titles)s"),
}
# Several fields are one thing to who fills them in.
FIELDS = {
    **dict.fromkeys(
        ("height_cm", "width_cm", "depth_cm", "dimensions_variable", "size", "dimensions"), _("dimensions")
    ),
    **dict.fromkeys(("focal_x", "focal_y"), _("focal point")),
    **dict.fromkeys(("words", "add_tags", "remove_tags"), _("tags")),
    "reserves_ai_training": _("the word on AI training"),
    "permission_url": _("the address for permissions"),
    "front": _("cover"),
}


class Told(NamedTuple):
    when: datetime
    words: str

    @property
    def moment(self) -> str:
        """``today, 14:03``; of days before yesterday the date."""
        then, today = timezone.localtime(self.when), timezone.localdate()
        near = {today: _("today, %s"), today - timedelta(days=1): _("yesterday, %s")}
        if then.date() in near:
            return str(near[then.date()] % date_format(then, "TIME_FORMAT"))
        return date_format(then, "DATETIME_FORMAT")


def entries(thing: Model) -> QuerySet[LogEntry]:
    """What was done to a thing, the latest first."""
    kind = ContentType.objects.get_for_model(thing)
    log = LogEntry.objects.filter(content_type=kind, object_id=str(thing.pk))
    return log.select_related("user__artist").order_by("-action_time", "-pk")


def told(log: Iterable[LogEntry], model: type[Model], viewer: Any) -> list[Told]:
    return [Told(entry.action_time, line) for entry in log for line in sentences(entry, model, who(entry, viewer))]


def who(entry: LogEntry, viewer: Any) -> str:
    """Whose hand it was. Artists are told of no other person than themselves."""
    if entry.user_id == viewer.pk:
        return gettext("You")
    if not viewer.is_superuser:
        return gettext("The keeper of this site")
    return str(getattr(entry.user, "artist", entry.user))


def sentences(entry: LogEntry, model: type[Model], name: str) -> list[str]:
    """A line for each deed; what some earlier version wrote in words of its own is said as it stands."""
    try:
        deeds = [deed for part in json.loads(entry.change_message) for deed in part.items()]
    except (ValueError, AttributeError):
        deeds = [({1: "added", 3: "deleted"}.get(entry.action_flag, ""), {})]
    said = [SENTENCES[deed] % ({"who": name} | words(details, model)) for deed, details in deeds if deed in SENTENCES]
    return list(dict.fromkeys(said)) or [f"{name}: {gettext(entry.change_message or 'Changed.')}"]


def words(details: dict[str, Any], model: type[Model]) -> dict[str, str]:
    return {
        "fields": get_text_list(list(dict.fromkeys(labels(details.get("fields", []), model))), gettext("and")),
        "titles": titles(details.get("titles", []), details.get("count", 0)),
    }


def labels(names: Iterable[str], model: type[Model]) -> Iterator[str]:
    for name in names:
        label: Any = FIELDS.get(name, name)
        if name not in FIELDS:
            with suppress(FieldDoesNotExist):
                label = getattr(model._meta.get_field(name), "verbose_name", name)
        yield str(label)


def titles(names: list[str], count: int) -> str:
    said = [quoted(name) for name in names]
    if more := count - len(names):
        said.append(ngettext("%(count)d more", "%(count)d more", more) % {"count": more})
    return get_text_list(said, gettext("and"))
