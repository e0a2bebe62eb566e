"""What a supervisor asks."""

from pathlib import Path

import pytest
from django.db import OperationalError
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client


def test_livez_answers_without_a_database(client: Client) -> None:
    answer = client.get("/livez")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_readyz_is_ok(client: Client) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_readyz_names_what_fails(client: Client, own_media: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (own_media / "incoming").rmdir()
    (own_media / "incoming").touch()
    assert client.get("/readyz").json() == {"status": "unavailable", "failing": ["media"]}

    def no_database(*_: object) -> None:
        raise OperationalError

    monkeypatch.setattr(MigrationRecorder.Migration.objects.none().__class__, "exists", no_database)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["failing"]) == (503, ["database", "media"])
