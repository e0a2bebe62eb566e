"""What the operator may set, read once from the environment and checked: nonsense stops the start.

Every setting has its row in docs/settings.md; a test holds the two together.
"""

import ipaddress
import os
import re
import secrets
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import environ

env = environ.Env()
READ: set[str] = set()
SECRET = {"SECRET_KEY", "DATABASE_URL", "EMAIL_URL"}  # their values hold keys and passwords, and are shown to nobody


def refuse(name: str, problem: str) -> NoReturn:
    """Stop the start with one clear line."""
    value = "" if name in SECRET else f"={os.environ.get(name, '')!r}"
    raise SystemExit(f"{name}{value}: {problem}")


def read(name: str, default: Any, cast: Callable[[str], Any], wanted: str) -> Any:
    """The value of ``name`` through ``cast``; an empty value counts as unset."""
    READ.add(name)
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    try:
        return cast(value)
    except (ValueError, KeyError, OSError):
        refuse(name, f"expected {wanted}")


def text(name: str, default: str = "") -> str:
    return read(name, default, str, "text")


def address(name: str, default: str) -> str:
    """An address of this machine, to listen on."""

    def cast(value: str) -> str:
        return str(ipaddress.ip_address({"localhost": "127.0.0.1"}.get(value, value)))

    return read(name, default, cast, "an IP address of this machine, or 0.0.0.0 for all")


def folder(name: str, default: Path, mode: int = 0o755) -> Path:
    """A folder, made with ``mode`` where it is missing."""
    path: Path = read(name, default, lambda value: Path(value).expanduser().resolve(), "a folder")
    try:
        path.mkdir(mode, parents=True, exist_ok=True)
    except OSError as error:
        refuse(name, f"cannot make the folder {path}: {error.strerror}")
    return path


def switch(name: str, default: bool) -> bool:
    words = {"1": True, "true": True, "yes": True, "on": True}
    words |= {"0": False, "false": False, "no": False, "off": False}
    return read(name, default, lambda value: words[value.lower()], "on or off")


def number(name: str, default: int, low: int, high: int) -> int:
    def cast(value: str) -> int:
        result = int(value)
        if not low <= result <= high:
            raise ValueError(value)
        return result

    return read(name, default, cast, f"a whole number from {low} to {high}")


def choice(name: str, default: str, *allowed: str) -> str:
    def cast(value: str) -> str:
        if value not in allowed:
            raise ValueError(value)
        return value

    return read(name, default, cast, " or ".join(allowed))


def origin(value: str) -> str:
    """``https://art.example`` from an address with a scheme and a host, and nothing else."""
    address = value.lower().rstrip("/")
    if not re.fullmatch(r"https?://([a-z0-9.-]+|\[[0-9a-f:.]+\])(:\d+)?", address) or urlsplit(address).port == 0:
        raise ValueError(value)
    return address


def origins(name: str) -> list[str]:
    wanted = "addresses like https://art.example, separated by commas"
    return read(name, [], lambda value: [origin(part.strip()) for part in value.split(",")], wanted)


def time_zone(name: str, default: str) -> str:
    return read(name, default, lambda value: ZoneInfo(value).key, "a time zone like Europe/Paris")


def matching(name: str, pattern: str, default: str, wanted: str) -> str:
    """A text of one form."""

    def cast(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError(value)
        return value

    return read(name, default, cast, wanted)


def rate(name: str, default: str) -> str:
    """``600/min``; empty for no limit."""
    wanted = "a rate like 600/min, or off"
    return matching(name, r"[1-9]\d{0,6}/(s|min|hour|day)|off", default, wanted).replace("off", "")


def database(value: str) -> dict[str, Any]:
    """SQLite: its one write lock is what keeps the public links and the rule of sight together."""
    if urlsplit(value).scheme != "sqlite":
        raise ValueError(value)
    config: dict[str, Any] = env.db_url_config(value)
    if not config["NAME"]:
        raise ValueError(value)
    return config


def service(name: str, default: str, parse: Callable[[str], dict[str, Any]], wanted: str) -> dict[str, Any]:
    """A service's address (database, cache, e-mail), parsed by django-environ."""
    READ.add(name)
    value = os.environ.get(name, "").strip() or default
    try:
        return parse(value)
    except Exception:
        refuse(name, f"expected {wanted}")


def secret_key(name: str, path: Path) -> str:
    """The key from the environment, or one made once and kept in a file only its owner can read."""
    READ.add(name)
    if value := os.environ.get(name, "").strip():
        if len(value) < 32:
            refuse(name, "expected at least 32 characters, or leave it unset and one is made")
        return value
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.{os.getpid()}")
        temporary.touch(mode=0o600)
        temporary.write_text(secrets.token_urlsafe(50))
        try:
            # A link fails where another process was first, and then that one's key counts.
            os.link(temporary, path)
        except FileExistsError:
            pass
        finally:
            temporary.unlink()
    return path.read_text().strip()


def in_address(host: str) -> str:
    """A host as it stands in an address: IPv6 in brackets."""
    return f"[{host}]" if ":" in host else host


def own_names(host: str) -> list[str]:
    """Names and addresses under which a server that listens on ``host`` is reached without a ``SITE_URL``."""
    name = socket.gethostname()
    found = {"localhost", "127.0.0.1", "[::1]", name, f"{name}.local"}
    if not ipaddress.ip_address(host).is_unspecified:
        found.add(in_address(host))
    # Connecting a datagram socket sends nothing: it only asks the kernel which address it would use.
    for family, target in ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1")):
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect((target, 9))
                found.add(in_address(str(ipaddress.ip_address(probe.getsockname()[0]))))
        except OSError:
            continue
    return sorted(found)
