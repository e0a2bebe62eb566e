"""The version of the content: a number that every change of what can be shown makes larger.

While it stands still, an answer given once may be given again. SQLite's own triggers count, so that no bulk
update and no hand at the database is missed.
"""

from typing import Any

from django.db import connections, models

from accounts.models import ContentVersion

COUNT = """
CREATE TRIGGER IF NOT EXISTS "{name}" AFTER {event} ON "{table}" BEGIN
    INSERT INTO "{counter}" (id, number) VALUES (1, abs(random() / 2))
    ON CONFLICT (id) DO UPDATE SET number = number + 1;
END
"""


def current() -> int:
    """One query. It starts at random, so that no restored database repeats a number that meant something else."""
    return ContentVersion.objects.values_list("number", flat=True).first() or 0


def count_changes(model: type[models.Model], *columns: str, using: str = "default") -> None:
    """Make every insert, update and delete of the model's rows count; with ``columns`` only updates of those.

    Altering a table in a migration drops its triggers: call this after each.
    """
    table = model._meta.db_table
    events = [f"UPDATE OF {', '.join(columns)}"] if columns else ["INSERT", "UPDATE", "DELETE"]
    names: dict[str, Any] = {"table": table, "counter": ContentVersion._meta.db_table}
    with connections[using].cursor() as cursor:
        for event in events:
            name = f"{table}_counts_{event.split()[0].lower()}"
            cursor.execute(COUNT.format(name=name, event=event, **names))
