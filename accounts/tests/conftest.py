from typing import Any

import pytest
from django.core import mail


@pytest.fixture
def post_office(settings: Any) -> list[Any]:
    """Mail is configured, and lands here."""
    settings.EMAIL_CONFIGURED, settings.ACCOUNT_EMAIL_VERIFICATION = True, "mandatory"
    settings.SITE_URL = "https://art.example"
    return mail.outbox
