"""Names that climb: as a file's name, in an address, as an id. None reaches a file, none leaves one."""

import http.client
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from portfolio_site.testing import make_image
from portfolio_site.tests.invariants import all_is_made, assert_consistent
from portfolio_site.tests.live import Site, running

pytestmark = [pytest.mark.server, pytest.mark.drill]

STEPS = [
    b"../", b"..\\", b"..%2f", b"..%5c", b"%2e%2e/", b"%2e%2e%2f", b"%2e%2e%5c", b"..%252f", b"%252e%252e%252f",
    b"%252e%252e%255c", b"..%c0%af", b"%c0%ae%c0%ae/", b"..%ef%bc%8f", b"....//", b"....\\/", b"%u002e%u002e/", b"..;/", b".%00./", b"..%0d%0a/",
]  # fmt: skip
DEPTHS = (1, 2, 5, 9)
GOALS = [
    b"etc/passwd",
    b"data/db.sqlite3",
    b"data/secret_key",
    b"originals/",
    b"media/masters/",
    b"proc/self/environ",
    b"manage.py",
]
ABSOLUTE = [
    b"/etc/passwd", b"//etc/passwd", b"/%2fetc/passwd", b"C:\\boot.ini", b"file:///etc/passwd", b"\\\\host\\share", b"~root/.profile",
    b"/proc/self/fd/0", b"%00/etc/passwd", b".htaccess", b"etc/passwd%00.jpg", b"..", b".", b"",
]  # fmt: skip
NAMES = [step * depth + goal for step in STEPS for depth in DEPTHS for goal in GOALS] + ABSOLUTE
TOLD = (b"root:x:", b"SQLite format 3", b"HTTP_HOST=", b"DJANGO_SETTINGS_MODULE", b"P6\n")
PLACES = [
    b"/%s", b"/images/%s", b"/images/{uuid}/%s", b"/images/{uuid}/tiles/%s", b"/static/%s", b"/media/%s", b"/artists/%s", b"/artworks/%s",
    b"/api/artworks/%s", b"/api/artworks/{id}/original/%s", b"/api/artists/%s", b"/api/galleries/%s", b"/accounts/join/%s",
]  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running(tmp_path_factory.mktemp("site"), THROTTLE_UPLOAD="off", THROTTLE_READ="off") as site:
        site.join("alice")
        yield site


def asked(connection: http.client.HTTPConnection, address: bytes) -> tuple[int, bytes, str, str]:
    """Status, body, type, and where it leads. `http.client` itself would refuse some of these addresses."""
    connection._validate_path = lambda url: None  # type: ignore[attr-defined]
    connection.putrequest("GET", address.decode("latin-1"), skip_host=True)
    connection.putheader("Host", "localhost")
    connection.endheaders()
    answer = connection.getresponse()
    return answer.status, answer.read(), answer.headers.get("Content-Type", ""), answer.headers.get("Location", "")


def test_no_address_reaches_a_file(site: Site, figure: Callable[[str], None]) -> None:
    work = site.upload("alice", make_image(900, 600)).json()
    uuid = work["renditions"]["thumbnail"]["url"].split("/")[-2].encode()
    seen, shown = Counter[int](), set[str]()
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=20)
    for place in PLACES:
        place = place.replace(b"{uuid}", uuid).replace(b"{id}", str(work["id"]).encode())
        for name in NAMES:
            try:
                status, body, kind, location = asked(connection, place % name)
            except (http.client.HTTPException, OSError):  # refused before it is a request, and closed
                connection.close()
                seen[0] += 1
                continue
            seen[status] += 1
            shown |= {(place % name).decode("latin-1")} if status == 200 else set()
            assert status < 500, (place, name, status)
            assert not any(told in body for told in TOLD), (place, name, body[:200])
            assert not location or (location.startswith("/") and not location.startswith("//")), (place, name, location)
            # What is left of a name may be a page of the site: `/` and nothing behind it.
            assert status != 200 or kind.startswith(("text/html", "application/json")), (place, name, body[:200])
    figure(f"{len(NAMES)} names in {len(PLACES)} places: {dict(sorted(seen.items()))}, shown {sorted(shown)}")
    assert_consistent(site)


def test_no_name_of_a_file_becomes_a_path(site: Site, figure: Callable[[str], None]) -> None:
    statuses, content, before = Counter[int](), make_image(80, 60), above(site)
    for name in NAMES:
        written = name.decode("latin-1").replace("\\", "\\\\").replace('"', "")
        answer = site.upload("alice", content, name=f"{written}.jpg", title="Climbs")
        statuses[answer.status] += 1
        assert answer.status == 201, (name, answer.body)
    all_is_made(site)
    # Whatever the site itself writes has one of these endings, once it is written.
    endings = (".jpg", ".avif", ".ppm")
    names = {path.name for path in site.media.rglob("*") if path.is_file() and not path.name.startswith(".lock-")}
    odd = {name for name in names if not name.endswith(endings) or "passwd" in name or "sqlite" in name}
    outside = {path for path in above(site) - before if path.name.endswith(endings)}
    figure(f"{len(NAMES)} names of files: {dict(statuses)}; {len(outside)} files outside, {len(odd)} odd names inside")
    assert not outside and not odd
    assert_consistent(site)


def above(site: Site) -> set[Path]:
    """All that lies in the folders above the media, up to the root."""
    return {entry for parent in site.media.parents for entry in parent.iterdir()}
