"""What the doors do beside answering: mail they send, passwords they hash."""

from typing import Any

import pytest
from django.contrib.auth import hashers
from django.core import mail


@pytest.fixture
def post_office(settings: Any) -> list[Any]:
    """Mail is configured, and lands here."""
    settings.EMAIL_CONFIGURED, settings.ACCOUNT_EMAIL_VERIFICATION = True, "mandatory"
    settings.SITE_URL = "https://art.example"
    return mail.outbox


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """One for each password that is hashed: it is what takes time at a door."""
    counted: list[str] = []
    hasher = hashers.get_hasher().__class__
    encode = hasher.encode
    monkeypatch.setattr(hasher, "encode", lambda self, *a, **k: counted.append("") or encode(self, *a, **k))
    return counted
