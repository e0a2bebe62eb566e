"""The environment: documented one to one, and checked before anything starts."""

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from portfolio_site import environment

ROOT = Path(settings.BASE_DIR)
DOCUMENTED = re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "docs" / "settings.md").read_text(), re.MULTILINE)

NONSENSE = [
    "PORT=abc",
    "PORT=0",
    "HOST=nonsense",
    "SITE_URL=nonsense",
    "SITE_URL=ftp://art.example",
    "SITE_URL=https://art.example/path",
    "SITE_URL=https://art.example:99999",
    "SITE_URL=https://user:word@art.example",
    "SITE_URL=https://art.example#top",
    "SIGNUP=maybe",
    "DEBUG=perhaps",
    "SECRET_KEY=too-short",
    "TRUSTED_PROXY_HOPS=-1",
    "DATABASE_URL=nonsense",
    "DATABASE_URL=oracle://user:word@host/name",
    "DATABASE_URL=postgres://user:word@host/",
    "CORS_ALLOWED_ORIGINS=https://art.example/path",
    "CORS_ALLOWED_ORIGINS=https://art.example,*",
    "UPLOAD_MAX_MB=1e3",
    "DECODE_MEMORY_MB=1",
    "WEB_WORKERS=1.5",
    "EMAIL_URL=nonsense",
    "EMAIL_FROM=nonsense",
    "TIME_ZONE=Mars/Base",
    "ACCEL_PREFIX=protected",
    "DATA_ROOT=/dev/null/data",
    "MEDIA_ROOT=/dev/null/media",
]


def manage(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """`manage.py` with nothing of this process's settings but where its files are."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in environment.READ | {"DJANGO_ALLOW_ASYNC_UNSAFE"}
    }
    return subprocess.run(
        [sys.executable, ROOT / "manage.py", *arguments], env=kept | environ, capture_output=True, text=True, timeout=60
    )


def test_the_table_and_the_code_agree() -> None:
    assert sorted(DOCUMENTED) == sorted(environment.READ)


@pytest.mark.parametrize("setting", NONSENSE)
def test_nonsense_stops_the_start_with_one_line(setting: str, tmp_path: Path) -> None:
    name, _, value = setting.partition("=")
    folders = {"DATA_ROOT": str(tmp_path / "data"), "MEDIA_ROOT": str(tmp_path / "media")}
    result = manage("check", **folders | {name: value})
    assert result.returncode == 1
    assert result.stdout == ""
    assert re.fullmatch(rf"{name}\b.*: .+\n", result.stderr), result.stderr


@pytest.mark.parametrize("setting", ["SECRET_KEY=tell-nobody", "DATABASE_URL=tell-nobody", "EMAIL_URL=tell-nobody"])
def test_a_refused_secret_is_not_shown(setting: str, tmp_path: Path) -> None:
    name, _, value = setting.partition("=")
    assert value not in manage("check", DATA_ROOT=str(tmp_path / "data"), **{name: value}).stderr


def test_the_secret_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    folders = {"DATA_ROOT": str(tmp_path / "data"), "MEDIA_ROOT": str(tmp_path / "media")}
    path = tmp_path / "data" / "secret_key"
    assert manage("check", **folders).returncode == 0
    key = path.read_text()
    assert len(key) >= 50
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert manage("check", **folders).returncode == 0
    assert path.read_text() == key


def test_the_deploy_check_is_clean_behind_tls(tmp_path: Path) -> None:
    result = manage(
        *("check", "--deploy", "--fail-level", "WARNING"),
        DATA_ROOT=str(tmp_path / "data"),
        MEDIA_ROOT=str(tmp_path / "media"),
        SITE_URL="https://art.example",
    )
    assert result.returncode == 0, result.stderr
    assert "no issues" in result.stdout


def test_a_site_address_of_figures_is_answered(tmp_path: Path) -> None:
    folders = {"DATA_ROOT": str(tmp_path / "data"), "MEDIA_ROOT": str(tmp_path / "media")}
    ask = "from django.test import Client; print(Client().get('/livez', headers={'host': '[2001:db8::1]'}).status_code)"
    assert manage("shell", "-v0", "-c", ask, SITE_URL="http://[2001:db8::1]", **folders).stdout == "200\n"
