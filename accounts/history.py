"""Who changed what: one line in the admin's own log for each change, whether it came by a form or by the API.

What is kept are the names of fields and the titles of things, never what was written in them.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any, cast

from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.auth.models import AnonymousUser
from django.contrib.contenttypes.models import ContentType
from django.db import models

from accounts.models import User

FLAGS = {"added": ADDITION, "uploaded": ADDITION, "deleted": DELETION}
NAMED_AT_MOST = 3  # things that one line names; of the others it says how many they are


def note(user: User | AnonymousUser, things: Iterable[models.Model], deed: str, **details: Any) -> None:
    """What a user has done, in one insert however many things it was done to. The words for it are `retelling`'s."""
    write(lines(user, things, deed, **details))


def lines(user: User | AnonymousUser, things: Iterable[models.Model], deed: str, **details: Any) -> list[LogEntry]:
    """The same not yet written, so that several deeds of one request go together."""
    said = {"changed": {"fields": details["fields"]}} if deed == "changed" else {deed: details}
    return [
        LogEntry(
            user_id=cast(int, user.pk),
            content_type=ContentType.objects.get_for_model(thing),
            object_id=str(thing.pk),
            object_repr=str(thing)[:200],
            action_flag=FLAGS.get(deed, CHANGE),
            change_message=json.dumps([said]),
        )
        for thing in things
    ]


def write(entries: Iterable[LogEntry]) -> None:
    LogEntry.objects.bulk_create(entries)


def named(things: Iterable[models.Model]) -> dict[str, Any]:
    """Things as another thing's line names them: the first few by their titles, all by their number."""
    every = list(things)
    return {"count": len(every), "titles": [str(thing) for thing in every[:NAMED_AT_MOST]]}


def changing(thing: models.Model, values: Mapping[str, Any]) -> list[str]:
    """Which fields these values would change."""
    return [name for name, value in values.items() if differs(getattr(thing, name, None), value)]


def differs(before: Any, value: Any) -> bool:
    if hasattr(before, "all"):  # tags, by their names
        return {str(one) for one in before.all()} != {str(one) for one in value}
    return bool(before != value)
