"""deploy/portfolio.service: systemd finds nothing wrong with it, and its commands serve a site that is read-only but for its two folders."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from portfolio_site.tests.live import running

UNIT = Path(settings.BASE_DIR) / "deploy" / "portfolio.service"
ANALYZE = shutil.which("systemd-analyze")
BOUND = ["unshare", "--mount", "sh", "-c", 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"']


def can_bind() -> bool:
    try:
        tried = subprocess.run([*BOUND, str(settings.BASE_DIR), "true"], capture_output=True)
    except FileNotFoundError:
        return False
    return tried.returncode == 0


@pytest.mark.skipif(not ANALYZE, reason="needs systemd-analyze")
def test_systemd_finds_nothing_wrong(tmp_path: Path) -> None:
    folder = tmp_path / "portfolio"
    (folder / ".venv" / "bin").mkdir(parents=True)
    (folder / ".venv" / "bin" / "python").symlink_to(sys.executable)
    unit = tmp_path / "portfolio.service"
    unit.write_text(UNIT.read_text().replace("/PATH/TO/portfolio", str(folder)).replace("PORTFOLIO", "root"))
    verified = subprocess.run([str(ANALYZE), "verify", "--man=no", unit], capture_output=True, text=True)
    assert (verified.returncode, verified.stderr) == (0, "")
    rated = subprocess.run([str(ANALYZE), "security", "--offline=yes", "--threshold=25", unit], capture_output=True)
    assert rated.returncode == 0, rated.stdout.decode()[-200:]  # 2.5 of 10, where less is less exposed


@pytest.mark.server
@pytest.mark.skipif(not can_bind(), reason="needs the right to mount")
def test_its_commands_serve_from_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    commands = re.findall(r"^ExecStart(?:Pre)?=/PATH/TO/portfolio/\.venv/bin/python (.+)$", UNIT.read_text(), re.M)
    assert commands == ["manage.py prepare", "manage.py serve"]
    with running(tmp_path, *BOUND, str(settings.BASE_DIR)) as site:
        site.join("alice")
        assert site.ask("GET", "/").status == 200
        assert site.ask("GET", "/readyz").status == 200
