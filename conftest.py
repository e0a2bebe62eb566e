"""Each test has media folders and a cache of its own, not the operator's; Alice and Bob come when called."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache

from accounts.conditional import etags
from accounts.models import Artist
from portfolio_site.keeping import shelf
from portfolio_site.testing import make_artist


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--cycles", type=int, default=20, help="times that the drill of killed servers kills (20)")


@pytest.fixture
def figure(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Say what a drill measured: it is listed behind the last test."""
    return lambda words: record_property("figure", words)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    reports = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    told = [(report.nodeid, words) for report in reports for name, words in report.user_properties if name == "figure"]
    if told:
        terminalreporter.section("figures")
    for test, words in told:
        terminalreporter.line(f"{test.rpartition('::')[2]}: {words}")


@pytest.fixture(autouse=True)
def own_media(tmp_path: Path, settings: Any) -> Iterator[Path]:
    settings.MEDIA_ROOT = tmp_path / "media"
    for name in ("incoming", "originals", "masters", "renditions", "public"):
        (settings.MEDIA_ROOT / name).mkdir(parents=True)
    yield settings.MEDIA_ROOT
    shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)


@pytest.fixture(autouse=True)
def quick_settings(settings: Any) -> None:
    """What a test does not look at is kept cheap."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    settings.WHITENOISE_AUTOREFRESH = True  # else each new client lists all static files first
    settings.ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
    cache.clear()
    etags.clear()
    shelf.clear()


@pytest.fixture
def alice(db: None) -> Artist:
    return make_artist("alice")


@pytest.fixture
def bob(db: None) -> Artist:
    """Another artist, who has no say in what is Alice's."""
    return make_artist("bob")
