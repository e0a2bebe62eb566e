"""`next=`, wherever a page takes it, leads to this site; and nobody else's name for it is believed."""

import re
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from accounts.tests.browser import Browser, signed_in
from portfolio_site.testing import PASSWORD, make_artist

pytestmark = pytest.mark.django_db
ELSEWHERE = [
    *(
        "https://evil.example/",
        "HTTPS://evil.example",
        "http:evil.example",
        "https:/evil.example",
        "https:///evil.example",
    ),
    *(
        "//evil.example",
        "///evil.example",
        "////evil.example",
        "/\\evil.example",
        "\\/evil.example",
        "\\\\evil.example",
    ),
    *(
        "/\t/evil.example",
        "/\n/evil.example",
        "/\r\n/evil.example",
        "\t//evil.example",
        " //evil.example",
        "\x00//evil.example",
    ),
    *(
        "//evil.example\\@testserver",
        "//testserver@evil.example",
        "//testserver:80@evil.example/",
        "https://testserver@evil.example",
    ),
    *(
        "https://testserver.evil.example/",
        "//evil.example/testserver",
        "https://evil.example#testserver",
        "https://evil.example?testserver",
    ),
    *(
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        " javascript:alert(1)",
        "\x01javascript:alert(1)",
    ),
    *(
        "data:text/html,<script>alert(1)</script>",
        "vbscript:msgbox(1)",
        "file:///etc/passwd",
        "ftp://evil.example",
        "blob:x",
    ),
    *(
        "//evil%E3%80%82example",
        "//evil。example",
        "//[::1]/",
        "//0x7f000001/",
        "//2130706433/",
        "http://[::ffff:127.0.0.1]",
    ),
    *(
        "//evil.example:443",
        "//user:pass@evil.example",
        "https:evil.example/..//",
        "%2f%2fevil.example",
        "//;@evil.example",
        "/%09/evil.example",
    ),
]
DOORS = ["/accounts/login", "/wall/", "/language/", "/admin/as-visitor/"]


def leads_here(location: str) -> bool:
    """As a browser reads it (WHATWG URL): it drops tabs and breaks, and takes a backslash for a slash."""
    read = re.sub(r"[\t\r\n]", "", location).strip("\0\1 ").replace("\\", "/")
    return not read.startswith("//") and not re.match(r"[a-zA-Z][\w+.-]*:", read)


@pytest.mark.parametrize("door", DOORS)
def test_the_way_on_stays_here(door: str) -> None:
    alice = make_artist("alice")
    inside = signed_in(alice)
    for wish in ELSEWHERE:
        cache.clear()  # sign-ins are counted
        browser = Browser() if door == "/accounts/login" else inside
        form: dict[str, Any] = {"login": "alice", "password": PASSWORD, "wall": "grey", "language": "de", "next": wish}
        answer = browser.post(door, form)
        assert answer.status_code == 302, (wish, answer.status_code)
        assert leads_here(answer["Location"]), (wish, answer["Location"])
        assert "\n" not in answer["Location"]


def test_a_way_on_of_ones_own_is_taken() -> None:
    make_artist("alice")
    form = {"login": "alice", "password": PASSWORD, "next": "/admin/artworks/artwork/?q=sea"}
    assert Browser().post("/accounts/login", form)["Location"] == "/admin/artworks/artwork/?q=sea"


NAMES = [
    "evil.example",
    "testserver.evil.example",
    "testserver@evil.example",
    "evil.example#testserver",
    "testserver:80@evil.example",
]
NAMES += [
    "testserver evil.example",
    "testserver/evil",
    "testserver:evil",
    "",
    "[::evil]",
    "testserver,evil.example",
    "evil.example\\.testserver",
]


@pytest.mark.parametrize("path", ["/", "/api/artworks", "/accounts/login", "/admin/", "/sitemap.xml", "/nowhere"])
def test_another_name_is_no_name_of_the_sites(path: str) -> None:
    for name in NAMES:
        answer = Client(raise_request_exception=False).get(path, headers={"host": name})
        assert answer.status_code == 400 and b"evil" not in answer.content, name


def test_what_is_said_of_the_name_on_the_way_is_not_believed(settings: Any) -> None:
    settings.EMAIL_CONFIGURED, settings.ACCOUNT_EMAIL_VERIFICATION = True, "mandatory"
    make_artist("alice")
    said = {"x-forwarded-host": "evil.example", "forwarded": "host=evil.example", "x-host": "evil.example"}
    said |= {"x-forwarded-server": "evil.example", "x-original-url": "/admin/", "x-rewrite-url": "/admin/"}
    for path in ("/", "/sitemap.xml", "/feed.xml", "/api", "/api/artists", "/accounts/login"):
        answer = Client().get(path, headers=said)
        assert answer.status_code == 200 and b"evil.example" not in answer.content + str(answer.headers).encode()
    Browser().post("/accounts/password/reset", {"email": User.objects.get().email}, headers=said)
    (letter,) = mail.outbox
    assert "evil.example" not in letter.body + letter.subject
