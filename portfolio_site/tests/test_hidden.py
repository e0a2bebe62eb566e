"""Hidden things answer like none at all, however they are asked for: by HEAD, in parts, with the ETag they had."""

import copy
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.core.cache import cache
from django.utils.http import http_date

from accounts.models import Artist
from artworks.models import Artwork
from artworks.sight import link
from galleries.models import Gallery
from portfolio_site.testing import client_of, make_gallery, make_work, through_layer, work_row
from portfolio_site.tests.world import STATES, TABLE, TITLE, World, admin_pages, cells, things_of

pytestmark = pytest.mark.django_db
ROOM = "Hush"
HTML = {"accept": "text/html"}
TOKENS = re.compile(rb'(csrfmiddlewaretoken" value=|"csrfToken": |sha256-)["\w+/=-]+')
FUTURE = http_date(4102444800)

Way = tuple[str, dict[str, str]]


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> None:
    """A line for each thing that is not there takes longer than to look for it."""
    caplog.set_level("CRITICAL", "django.request")


class HiddenWorld(World):
    """What was public once, so that strangers too have its ETags, and is hidden now."""

    def __init__(self, state: str) -> None:
        super().__init__("public")
        self.others = {name: like(value) for name, value in self.words.items() if value != self.nobodys[name]}
        Gallery.objects.filter(pk=self.words["gallery"]).update(title=ROOM)
        self.validators: dict[str, set[tuple[str, str]]] = {}
        self.take_validators("alice", "anonymous")
        work, gallery = Artwork.objects.get(title=TITLE), Gallery.objects.get(title=ROOM)
        if state == "trashed":
            work.trash()
        else:
            gallery.hide()
        if state == "loose":
            gallery.take_down(work)
        self.take_validators("alice")

    def take_validators(self, *roles: str) -> None:
        for name, path, _nobodys in self.addresses():
            found = [self.asked(role, path, "get", {}).headers for role in roles]
            kept = self.validators.setdefault(name, set())
            kept |= {(told.get("ETag", ""), told.get("Last-Modified", "")) for told in found}

    def addresses(self) -> Iterator[tuple[str, str, str]]:
        """Of each route to one thing: its name, the hidden thing's address, and that of one there is not."""
        for name, row in TABLE.items():
            path = row["path"]
            nobodys = path.format(**self.words | self.others)
            if "GET" in row and nobodys != path.format(**self.words):
                yield name, path.format(**self.words), nobodys

    def ways(self, name: str, path: str) -> list[Way]:
        etags = ", ".join(sorted(etag for etag, _date in self.validators[name] if etag)) or '"none"'
        since = max(date for _etag, date in self.validators[name]) or FUTURE
        part = {"range": "bytes=0-9"}
        ways: list[Way] = [
            ("head", {}),
            ("options", {}),
            ("get", part),
            ("get", part | {"if-range": etags.partition(", ")[0]}),
            ("get", {"if-none-match": "*"}),
            ("get", {"if-none-match": etags}),
            ("get", {"if-modified-since": since}),
        ]
        if path.startswith("/api"):
            ways += [("get", HTML), ("get", HTML | part | {"if-none-match": etags})]
        return ways

    def asked(self, role: str, path: str, verb: str, headers: dict[str, str]) -> Any:
        cache.clear()  # what is left of a budget would differ
        return getattr(copy.deepcopy(self.clients[role]), verb)(path, headers=headers)


def like(value: Any) -> str:
    """As long as a key that something has, and nothing's: so not even a length may differ."""
    return re.sub(r"[a-z]", "f", re.sub(r"\d", "9", str(value)))


def told(answer: Any, *keys: Any) -> tuple[Any, ...]:
    """All that can be told from an answer, but for tokens made for it and the keys that were asked for."""
    key = "|".join(re.escape(str(key)) for key in keys)
    said = [str(message) for message in get_messages(answer.wsgi_request)]
    headers = sorted((name, value) for name, value in answer.headers.items() if name != "Expires")
    parts = [TOKENS.sub(b"", answer.getvalue()).decode(), *said, str(headers)]
    parts = [re.sub(rf"(/|“|%2F)({key})(?!\w)", r"\1KEY", part) for part in parts]
    return answer.status_code, sorted(answer.cookies), *parts


FAST = {("private", "anonymous"), ("trashed", "bob")}
CASES = [
    pytest.param(state, role, marks=() if (state, role) in FAST else pytest.mark.drill)
    for state in STATES[1:]
    for role in ("anonymous", "bob", "staff")
]


@pytest.mark.parametrize(("state", "role"), CASES)
def test_in_no_way_of_asking_a_hidden_thing_differs_from_none(state: str, role: str) -> None:
    world, wrong, asked = HiddenWorld(state), [], 0
    for name, path, nobodys in world.addresses():
        if statuses(name, state, role).isdisjoint({"401", "404"}):
            continue
        for verb, headers in world.ways(name, path):
            answer, nothing = (world.asked(role, address, verb, headers) for address in (path, nobodys))
            asked += 1
            if told(answer, *world.words.values()) != told(nothing, *world.others.values()):
                wrong.append(f"{verb} {path} with {headers}: {answer.status_code}, and {nothing.status_code} for none")
            if answer.status_code not in ({200, 401, 405} if verb == "options" else {401, 404}):
                wrong.append(f"{verb} {path} with {headers}: {answer.status_code}")
    assert asked > 100
    assert not wrong, "\n".join(wrong)


def statuses(name: str, state: str, role: str) -> set[str]:
    return {status for verb, *where, status, _ in cells(TABLE[name]) if [verb, *where] == ["GET", state, role]}


def test_whose_they_are_is_answered_by_the_same_etags_dates_and_parts() -> None:
    """So the requests above are the right ones."""
    world = HiddenWorld("private")
    addresses = {name: path for name, path, _nobodys in world.addresses()}
    for name, header, status in (
        ("rendition", "if-none-match", 304),
        ("rendition", "if-modified-since", 304),
        ("rendition", "range", 206),
        ("tile", "if-none-match", 304),
        ("tile", "range", 206),
        ("api-artwork-detail", "if-none-match", 304),
        ("api-gallery-detail", "if-none-match", 304),
        ("api-artwork-original", "if-none-match", 304),
        ("api-artwork-original", "range", 206),
    ):
        ways = [way for verb, way in world.ways(name, addresses[name]) if verb == "get" and [*way] == [header]]
        assert world.asked("alice", addresses[name], "get", ways[-1]).status_code == status, (name, header)
    assert any(etag.startswith("W/") for etag, _date in world.validators["artwork"])  # a stranger's, of the page


@pytest.mark.parametrize("state", ["private", pytest.param("trashed", marks=pytest.mark.drill)])
def test_no_list_for_people_shows_what_is_hidden(state: str) -> None:
    """The API's pages have forms, and forms have choices."""
    world = HiddenWorld(state)
    hidden = [TITLE] if state == "trashed" else [TITLE, ROOM]
    rows = [row["path"] for row in TABLE.values() if row["path"].startswith("/api") and "GET" in row]
    for words in (world.words, world.words | {"gallery": world.words["bobs_gallery"]}):
        for path in {path.format(**words) for path in rows} - {"/api/docs", "/api/schema"}:
            text = world.asked("bob", path, "get", HTML).getvalue().decode()
            assert not [word for word in hidden if word in text], path
        rows = [path for path in rows if "{gallery}" in path]
    assert TITLE in world.asked("alice", f"/api/artworks/{world.words['work']}", "get", HTML).content.decode()


def test_no_link_past_django_outlives_the_hiding(alice: Artist) -> None:
    work = make_work(alice)
    gallery, path = make_gallery(alice, work), f"/images/{work.image.uuid}/60.jpg"
    client_of(None).get(path)
    link([work.image.uuid])
    status, headers, _body = through_layer(path)
    assert status == "200 OK"
    gallery.hide()
    for asked in (
        {"REQUEST_METHOD": "HEAD"},
        {"REQUEST_METHOD": "OPTIONS"},
        {"HTTP_RANGE": "bytes=0-9"},
        {"HTTP_IF_NONE_MATCH": "*"},
        {"HTTP_IF_NONE_MATCH": headers["ETag"]},
        {"HTTP_IF_MODIFIED_SINCE": headers["Last-Modified"]},
    ):
        assert through_layer(path, **asked) == ("299 Django", {}, b""), asked


@pytest.mark.parametrize("role", ["bob", pytest.param("staff", marks=pytest.mark.drill)])
def test_in_no_way_of_asking_the_admin_tells_anothers_from_none(role: str) -> None:
    world = World("private")
    things = things_of(world.alice, Artwork.objects.get(title=TITLE), Gallery.objects.get(pk=world.words["gallery"]))
    conditions = {"if-none-match": "*", "if-modified-since": FUTURE, "range": "bytes=0-9"}
    ways: list[Way] = [("head", {}), ("options", {}), ("get", conditions), ("get", {"accept": "application/json"})]
    for model, path, about_one in admin_pages("PK"):
        if model not in things or not about_one:
            continue
        for verb, headers in ways:
            answers = []
            for key in (things[model].pk, like(things[model].pk)):
                client = copy.deepcopy(world.clients[role])  # what a page had to say would wait for the next
                answers.append(told(getattr(client, verb)(path.replace("PK", str(key)), headers=headers), key))
            assert answers[0] == answers[1], (verb, path, headers)
            assert answers[0][0] in {302, 403, 405} and TITLE not in str(answers), (verb, path, headers)


# --- Guessing -----------------------------------------------------------------------------------------------------

PUBLIC, HIDDEN = [5, 1234, 9998], [1, 7, 77, 777, 4321, 7777, 9999, 10000]
IN_THE_TRASH = [4321, 9999]
SURFACES = [
    "/artists/alice/room-{}/",
    "/api/artworks/{}",
    "/artworks/{}",
    "/artworks/{}-untitled/",
    "/api/galleries/{}",
    "/api/artworks/{}/images",
]


@pytest.mark.parametrize("step", [pytest.param(1, marks=pytest.mark.drill), 251])
@pytest.mark.parametrize("guesser", ["anonymous", "bob"])
def test_ten_thousand_guesses_find_what_is_public(
    alice: Artist, bob: Artist, guesser: str, step: int, settings: Any
) -> None:
    settings.THROTTLES = dict.fromkeys(settings.THROTTLES)
    for number in (*PUBLIC, *HIDDEN):
        shown = number in PUBLIC
        work = work_row(alice, id=number)
        gallery = Gallery(id=number, artist=alice, title="Room", slug=f"room-{number}")
        gallery.visibility = "public" if shown else "private"
        gallery.save()
        gallery.hang([work])
    make_gallery(alice, *Artwork.objects.filter(pk__in=IN_THE_TRASH))
    Artwork.objects.filter(pk__in=IN_THE_TRASH).update(deleted_at=work.created_at)
    client = client_of(bob if guesser == "bob" else None)
    guesses = sorted({*range(1, 10_001, step), *PUBLIC, *HIDDEN})
    for surface in SURFACES if step > 1 else SURFACES[1:3]:
        nothing, found = told(client.get(surface.format(20_000)), *keys(20_000)), []
        for number in guesses:
            answer = client.get(surface.format(number))
            if told(answer, *keys(number)) != nothing:
                found.append(number)
        for_artists = surface.endswith("images")
        assert found == ([] if for_artists and guesser == "anonymous" else PUBLIC), surface


def keys(number: int) -> list[Any]:
    return [number, f"{number}-untitled", f"room-{number}"]
