"""The cache that all processes share, where it cannot be written."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import OperationalError, connections

from accounts.tests.browser import Browser, api_login
from portfolio_site.testing import PASSWORD, make_artist

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "cache"])


@pytest.fixture(autouse=True)
def in_the_database(settings: Any) -> None:
    settings.CACHES = {"default": {"BACKEND": "portfolio_site.database.Cache", "LOCATION": "cache"}}


@pytest.fixture
def full() -> Iterator[None]:
    """The file of the cache may not grow, and has no room left."""
    with connections["cache"].cursor() as cursor:
        cursor.execute("PRAGMA max_page_count = 1")  # which is not less than there are
        for size in (5_000, 500, 50):
            fill(size)
        yield
        cursor.execute("PRAGMA max_page_count = 4294967294")


def fill(size: int) -> None:
    with pytest.raises(OperationalError, match="full"):
        for number in range(1_000):
            cache.add(f"{size} {number}", "x" * size)


def test_a_key_is_added_once() -> None:
    assert cache.add("key", "one")
    assert not cache.add("key", "two")
    assert cache.get("key") == "one"


def test_a_full_disk_is_no_key_that_is_there(full: None) -> None:
    with pytest.raises(OperationalError, match="full"):
        cache.add("key", "x" * 50)
    assert cache.get("key") is None


def test_whoever_signs_in_is_told_of_the_disk_not_to_wait_for_others(full: None) -> None:
    make_artist("alice")
    answer = api_login("alice", PASSWORD)
    assert (answer.status_code, answer.json()["code"]) == (507, "disk_full")
    assert Browser(raise_request_exception=False).sign_in("alice", PASSWORD).status_code == 507
