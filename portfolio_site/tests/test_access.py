"""The access table: every role, state, route and verb of access.toml, and no route without a row."""

import copy
import re
import statistics
import time
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import Model
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, get_resolver, reverse
from rest_framework.test import APIClient

from accounts.models import Artist, Token, User
from artworks.models import Artwork, ArtworkImage, Tag
from artworks.tasks import cut_tiles
from galleries.models import Gallery, Placement
from portfolio_site.testing import assert_guarded, client_of, image_file, make_artist, make_gallery, make_work

TABLE: dict[str, dict[str, Any]] = tomllib.loads((Path(__file__).parent / "access.toml").read_text())
ROLES = ["anonymous", "alice", "bob", "staff", "superuser"]
STATES = ["public", "private", "loose", "trashed"]
GROUPS = {"any": STATES, "hidden": STATES[1:]} | {state: [state] for state in STATES}
TITLE = "Canary"
FORM = "application/x-www-form-urlencoded"
UNLIKE = {"Expires", "Content-Length"}
VERBS = {"GET", "POST", "PUT", "PATCH", "DELETE"}


def cells(row: dict[str, Any]) -> Iterator[tuple[str, str, str, str, str]]:
    """Verb, state, role, expected status, and the sign behind it."""
    for verb in VERBS & set(row):
        for group, sentence in row[verb].items():
            if group in {"body", "file"}:
                continue
            expected = dict(part.split() for part in sentence.split(", "))
            for state in GROUPS[group]:
                for role in ROLES:
                    answer = expected.get(role, expected.get("all", "missing"))
                    yield verb, state, role, answer[:3], answer[3:]


class World:
    """Alice's work in one state, and those who come to see it."""

    def __init__(self, state: str) -> None:
        self.alice = make_artist("alice")
        others = {
            "bob": make_artist("bob"),
            "staff": make_artist("staff", is_staff=True),
            "superuser": make_artist("root", is_staff=True, is_superuser=True),
        }
        others["staff"].user.groups.clear()
        self.clients: dict[str, APIClient] = {"anonymous": client_of(None), "alice": client_of(self.alice)}
        self.clients |= {role: client_of(artist) for role, artist in others.items()}
        work = make_work(self.alice, title=TITLE)
        cut_tiles.call(work.image.pk)
        visibility = "public" if state in {"public", "trashed"} else "private"
        gallery = make_gallery(self.alice, *([] if state == "loose" else [work]), visibility=visibility)
        if state == "trashed":
            work.trash()
        self.words = {
            "work": work.pk,
            "gallery": gallery.pk,
            "gallery_slug": gallery.slug,
            "uuid": work.image.uuid,
            "width": work.image.renditions["thumbnail"].width,
            "artist": self.alice.pk,
            "kind": ContentType.objects.get_for_model(Artwork).pk,
            "tag_slug": tag_of(work),
            "tag": Tag.objects.get_or_create(artist=self.alice, name="Sea", slug="sea")[0].pk,
            "token": Token.objects.create(user=self.alice.user, name="Script")[0].token_key,
            "loose": make_work(self.alice, title="Other").pk,
            "bobs_gallery": make_gallery(others["bob"], visibility="public").pk,
        }
        self.nobodys = self.words | {
            "work": 987654321,
            "gallery": 987654321,
            "gallery_slug": "nowhere",
            "uuid": uuid4(),
            "tag": 987654321,
            "tag_slug": "nowhere",
            "token": "ps_nobodysnobodys",
        }

    def ask(self, role: str, verb: str, row: dict[str, Any], words: dict[str, Any], **more: Any) -> Any:
        """One request, undone afterwards."""
        body = {key: filled(value, words) for key, value in row[verb].get("body", {}).items()}
        if field := row[verb].get("file"):
            body[field] = image_file()
        if verb == "GET":
            sent = {}
        elif row["path"].startswith("/api"):
            sent = {"data": body, "format": "multipart" if field else "json"}
        else:
            sent = {"data": urlencode(body), "content_type": "application/x-www-form-urlencoded"}
        client = copy.deepcopy(self.clients[role])  # signing out costs a client its cookies
        cache.clear()  # wrong passwords are counted
        with transaction.atomic(), CaptureQueriesContext(connection) as asked:
            answer = getattr(client, verb.lower())(row["path"].format(**words), **sent, **more)
            answer.queries = len(asked)
            answer.whole = b"".join(answer.streaming_content) if answer.streaming else answer.content
            transaction.set_rollback(True)
        return answer


def tag_of(work: Artwork) -> str:
    work.set_tags(["Room"])
    return "room"


def filled(value: Any, words: dict[str, Any]) -> Any:
    if isinstance(value, list):
        return [filled(item, words) for item in value]
    name = re.fullmatch(r"\{(\w+)\}", value) if isinstance(value, str) else None
    return words[name[1]] if name else value


def as_nothing(answer: Any) -> tuple[Any, ...]:
    """What a visitor could tell two answers apart by: the body without tokens made for it, and the headers."""
    body = re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", answer.whole)
    body = re.sub(rb"/[\w/.-]*(?:987654321|nowhere|canary|room)[\w/.-]*|\b\d+\b", b"", body)
    kept = {name: value for name, value in answer.headers.items() if name not in UNLIKE}
    return answer.status_code, kept, re.sub(rb"sha256-[^']+", b"", body)


@pytest.mark.django_db
@pytest.mark.parametrize("state", STATES)
def test_every_cell(state: str) -> None:
    world, wrong = World(state), []
    for name, row in TABLE.items():
        for verb, cell_state, role, expected, sign in cells(row):
            if cell_state != state:
                continue
            answer = world.ask(role, verb, row, world.words)
            assert_guarded(answer.headers)
            told = str(answer.status_code)
            if sign:
                told += "+" if TITLE.encode() in answer.whole else "-"
            if told != expected + sign:
                wrong.append(f"{name} {verb} as {role}: {told} instead of {expected + sign}")
            elif expected == "404":
                nobodys = world.ask(role, verb, row, world.nobodys)
                if as_nothing(answer) != as_nothing(nobodys):
                    wrong.append(f"{name} {verb} as {role}: not the answer that an id nobody has gets")
                if role != "alice" and answer.queries != nobodys.queries:  # which is what time would tell
                    wrong.append(
                        f"{name} {verb} as {role}: {answer.queries} queries, and {nobodys.queries} for nobody's"
                    )
    assert not wrong, "\n".join(wrong)


@pytest.mark.django_db
@pytest.mark.drill
def test_time_does_not_tell_what_is_hidden_from_what_there_is_not(figure: Callable[[str], None]) -> None:
    """By the processor's time: a visitor's clock shows that, and what else the machine does."""
    world, worst, asked = World("private"), (0.0, ""), 0
    for name, row in TABLE.items():
        if ("GET", "private", "bob", "404", "") not in set(cells(row)) or "{" not in row["path"]:
            continue
        for role in ("bob", "anonymous"):
            hidden: list[float] = []
            nobodys: list[float] = []
            for _ in range(100):  # one after the other, so that what slows one down slows the other
                for words, times in ((world.words, hidden), (world.nobodys, nobodys)):
                    path, started = row["path"].format(**words), time.thread_time()
                    world.clients[role].get(path)
                    times.append(time.thread_time() - started)
            apart = abs(statistics.median(hidden) / statistics.median(nobodys) - 1)
            worst, asked = max(worst, (apart, f"{name} as {role}")), asked + 1
    figure(
        f"{asked} hidden things, 200 timed requests each, half for one there is not: medians {worst[0]:.1%} apart at most ({worst[1]})"
    )
    assert asked > 15 and worst[0] <= 0.1


FOREIGN = [
    {},
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"referer": "https://evil.example/"},
    {"x-http-method-override": "GET"},
]


@pytest.mark.django_db
def test_no_session_writes_without_its_token() -> None:
    """As another site's page would ask, with the cookies of whoever visits it."""
    world, wrong = World("public"), []
    alice = APIClient(enforce_csrf_checks=True)
    alice.cookies = world.clients["alice"].cookies
    world.clients = {"alice": alice, "anonymous": APIClient(enforce_csrf_checks=True)}
    before = all_of(world.alice)
    for name, row in TABLE.items():
        for verb in (VERBS & set(row)) - {"GET"}:
            statuses = {f"{status}" for v, _, role, status, _ in cells(row) if (v, role) == (verb, "alice")}
            for headers in FOREIGN:
                answer = world.ask("alice", verb, row, world.words, headers=headers)
                if answer.status_code != 403 and name not in WITHOUT_SESSION and statuses != {"405"}:
                    wrong.append(f"{name} {verb} with {headers}: {answer.status_code}")
    for as_form in ("text/plain", FORM):  # what a form of another site can send
        answer = alice.post("/api/galleries", '{"title": "Forged"}', content_type=as_form)
        assert answer.status_code in {403, 415}
    assert all_of(world.alice) == before
    assert not wrong, "\n".join(wrong)


# These change nothing of an account's: two take a password, two say how this browser shows the site.
WITHOUT_SESSION = {"api-auth-login", "api-auth-register", "wall", "language"}


def routes(patterns: list[Any], prefix: str = "") -> Iterator[tuple[str, set[str]]]:
    """Name (or pattern) and verbs of every route of the project; those of the admin's models follow its registry."""
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            actions = getattr(pattern.callback, "actions", None) or {"get": ""}
            yield pattern.name or prefix + str(pattern.pattern), {verb.upper() for verb in actions} & VERBS
        elif pattern.namespace == "admin":
            own = [route for route in pattern.url_patterns if isinstance(route, URLPattern)]
            for name, verbs in routes(own, "/"):
                yield f"admin{name}" if name.startswith("/") else f"admin:{name}", verbs
        else:
            yield from routes(pattern.url_patterns, prefix + str(pattern.pattern))


def test_every_route_has_its_row(figure: Callable[[str], None]) -> None:
    verbs: dict[str, set[str]] = {}
    for name, row in TABLE.items():
        verbs.setdefault(name.split(" ")[0], set()).update(VERBS & set(row))
    missing, found = [], dict(routes(get_resolver().url_patterns))
    for name, wanted in found.items():
        lacking = wanted - verbs.get(name, set()) - ({"GET"} if verbs.get(name) else set())
        if name not in verbs or lacking:
            missing.append(f"{name}: {', '.join(lacking or wanted)}")
    asked = sum(len(list(cells(row))) for row in TABLE.values())
    share = 100 * (1 - len(missing) / len(found))
    figure(
        f"{len(found)} routes, {share:.0f} % in the table: {len(TABLE)} rows, {asked} cells "
        f"({len(ROLES)} roles, {len(STATES)} states, every verb)"
    )
    assert not missing, f"access.toml lacks {missing}"


@pytest.mark.parametrize("name", TABLE)
def test_every_row_names_every_state_and_role(name: str) -> None:
    for verb in VERBS & set(TABLE[name]):
        found = [(state, role, status) for v, state, role, status, _ in cells(TABLE[name]) if v == verb]
        assert {(state, role) for state, role, _ in found} == {(state, role) for state in STATES for role in ROLES}
        assert "mis" not in {status for _, _, status in found}


# --- The admin: rows from its registry ----------------------------------------------------------------------------

NOBODYS = 987654321


def things_of(artist: Artist, work: Artwork, gallery: Gallery) -> dict[type[Model], Any]:
    """One row of an artist's in every model that artists meet in the studio; the other models are superusers'."""
    work.set_tags([TITLE])
    token, _secret = Token.objects.create(user=artist.user, name=TITLE)
    return {Artist: artist, Token: token, Artwork: work, Tag: artist.tags.get(name=TITLE), Gallery: gallery}


def admin_pages(pk: Any) -> Iterator[tuple[type[Model], str, bool]]:
    """Model, address, and whether it is about one row: of every address that the registry makes."""
    for model, model_admin in admin.site._registry.items():
        for pattern in model_admin.get_urls():
            if pattern.name:
                about_one = "object_id" in str(pattern.pattern) or "<id>" in str(pattern.pattern)
                yield model, reverse(f"admin:{pattern.name}", args=[pk] if about_one else []), about_one


def forged_posts(pk: Any) -> list[dict[str, Any]]:
    chosen = {"_selected_action": pk, "index": 0, "select_across": 1}
    actions = ["into_the_trash", "restore", "purge", "hang_in", "change_several", "publish", "hide", "delete_selected"]
    return [
        {},
        {"post": "yes"},
        {"title": "Forged", "name": "Forged", "slug": "forged", "visibility": "public", "_publish": pk, "works": pk},
        {"work": pk, "alt_text": "Forged", "suggested": "title"},
        *({button: pk} for button in ("_up", "_down", "_publish", "_hide")),
        *(
            chosen | {"action": action, "confirmed": "yes", "hang": 1, "gallery": pk, "several": "yes"}
            for action in actions
        ),
        {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-id": pk, "form-0-title": "Forged", "_save": "Save"},
    ]


def told(answer: Any, pk: Any) -> tuple[Any, ...]:
    """An answer without its tokens, without numbers, and without the key that was asked for."""
    parts = [answer.content.decode(), str({k: v for k, v in answer.headers.items() if k not in UNLIKE})]
    parts = [re.sub(r'value="\w{64}"|ps_\w+', "", part) for part in parts]
    return answer.status_code, *(re.sub(r"\d+", "", part.replace(str(pk), "")) for part in parts)


def send(client: APIClient, verb: str, path: str, data: dict[str, Any] | None) -> Any:
    """By a copy: what a page had to say would wait in the cookies for the next."""
    return getattr(copy.deepcopy(client), verb)(path, data and urlencode(data), content_type=FORM)


def all_of(artist: Artist) -> list[Any]:
    own: dict[type[Model], str] = {Artist: "pk", Token: "user__artist", Placement: "gallery__artist"}
    own |= dict.fromkeys([Artwork, ArtworkImage, Tag, Gallery], "artist")
    return [
        list(model._default_manager.filter(**{path: artist.pk}).order_by("pk").values()) for model, path in own.items()
    ]


LONG = {state: pytest.mark.drill for state in ("private", "loose", "trashed")}


@pytest.mark.django_db
@pytest.mark.parametrize("state", [pytest.param(state, marks=LONG.get(state, ())) for state in STATES])
def test_another_artist_learns_and_changes_nothing_in_the_admin(state: str) -> None:
    world = World(state)
    things = things_of(world.alice, Artwork.objects.get(title=TITLE), Gallery.objects.get(pk=world.words["gallery"]))
    bob, before, tried = world.clients["bob"], all_of(world.alice), 0
    for model, path, about_one in admin_pages("PK"):
        pk = things[model].pk if model in things else 1
        theirs, nobodys = path.replace("PK", str(pk)), path.replace("PK", str(NOBODYS))
        if model not in things:
            answer = bob.get(theirs)
            assert answer.status_code in {302, 403} and TITLE not in str(answer.content), theirs
            continue
        requests: list[Any] = [("get", None, None)]
        requests += [("post", a, b) for a, b in zip(forged_posts(pk), forged_posts(NOBODYS), strict=True)]
        for verb, data, nobodys_data in requests:
            with transaction.atomic():
                answer = send(bob, verb, theirs, data)
                assert all_of(world.alice) == before, (verb, theirs, data)
                transaction.set_rollback(True)
            assert TITLE not in answer.content.decode(), (verb, theirs, data)
            if about_one or data:
                with transaction.atomic():
                    other = send(bob, verb, nobodys, nobodys_data)
                    transaction.set_rollback(True)
                assert told(answer, pk) == told(other, NOBODYS), (verb, theirs, data)
            tried += 1
    assert tried > 300


def expected_of(model_admin: Any, path: str, request: Any, pk: Any) -> set[int]:
    """What a page of the admin has to answer, by the permissions that its model's admin gives to whoever asks."""
    if not request.user.is_authenticated:
        return {302}
    kind = path.rstrip("/").rpartition("/")[2]
    about_one = str(pk) in path.split("/")
    row = model_admin.get_object(request, str(pk)) if about_one else None
    asked = {"add": model_admin.has_add_permission, "delete": model_admin.has_delete_permission}
    allowed = asked.get(kind, model_admin.has_view_or_change_permission)
    if not (allowed(request) if kind == "add" else allowed(request, row)):
        return {403} if kind == "add" or path == changelist(model_admin) else {302, 403}  # nothing of that name here
    if about_one and row is None:
        return {302}
    if path == changelist(model_admin):
        return {200, 302} if model_admin.model is Artist else {200}  # artists are led to the one row that is theirs
    plain = kind in {"add", "delete", "change", "history"}
    return {200} if plain else {200, 302, 404, 405}  # the house's own pages: buttons, wizards, JSON


def changelist(model_admin: Any) -> str:
    return reverse(f"admin:{model_admin.opts.app_label}_{model_admin.opts.model_name}_changelist")


@pytest.mark.django_db
def test_whose_admin_it_is(figure: Callable[[str], None]) -> None:
    world, wrong, asked = World("private"), [], 0
    things = things_of(world.alice, Artwork.objects.get(title=TITLE), Gallery.objects.get(pk=world.words["gallery"]))
    users = {
        role: User.objects.get(pk=client.session["_auth_user_id"])
        for role, client in world.clients.items()
        if client.session.get("_auth_user_id")
    }
    pages = [(model, path) for model, path, _about_one in admin_pages("PK")]
    for model, path in pages:
        pk = things[model].pk if model in things else 1
        path, model_admin = path.replace("PK", str(pk)), admin.site._registry[model]
        for role, client in world.clients.items():
            request = RequestFactory().get(path)
            request.user = users.get(role, AnonymousUser())
            with transaction.atomic():
                answer = send(client, "get", path, None)
                transaction.set_rollback(True)
            asked += 1
            expected = expected_of(model_admin, path, request, pk)
            if answer.status_code not in expected:
                wrong.append(f"{path} as {role}: {answer.status_code} instead of {expected}")
            if role in {"anonymous", "bob", "staff"} and TITLE in answer.content.decode():
                wrong.append(f"{path} shows {role} what is alice's")
            assert_guarded(answer.headers)
    figure(
        f"{len(pages)} pages of the admin, from its registry, by {len(ROLES)} roles: {asked} cells, {len(wrong)} wrong"
    )
    assert not wrong, "\n".join(wrong)
    for model, thing in things.items():
        listed = world.clients["superuser"].get(changelist(admin.site._registry[model])).content.decode()
        assert str(thing) in listed, model


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query",
    [
        "artworks&model_name=artwork&field_name=artist",
        "artworks&model_name=artworkimage&field_name=artwork",
        "artworks&model_name=tag&field_name=artist",
        "galleries&model_name=gallery&field_name=cover",
        "galleries&model_name=gallery&field_name=artist",
        "galleries&model_name=placement&field_name=artwork",
        "galleries&model_name=placement&field_name=gallery",
        "accounts&model_name=token&field_name=user",
    ],
)
def test_autocompletion_offers_nothing_of_anothers(query: str) -> None:
    world = World("private")
    for role in ("bob", "staff", "anonymous"):
        answer = world.clients[role].get(f"/admin/autocomplete/?app_label={query}&term=")
        assert TITLE not in answer.content.decode() and "Alice" not in answer.content.decode(), role
        assert "alice" not in answer.content.decode(), role


@pytest.mark.django_db
def test_lists_tell_nothing_by_search_filter_or_popup() -> None:
    world = World("private")
    things = things_of(world.alice, Artwork.objects.get(title=TITLE), Gallery.objects.get(pk=world.words["gallery"]))
    for model, thing in things.items():
        path = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for query in (
            f"q={TITLE[1:]}",
            f"id__exact={thing.pk}",
            f"artist__exact={world.alice.pk}",
            "artist__name__startswith=A",
            "artist__user__password__startswith=a",
            "galleries__title__startswith=R",
            "_popup=1&_to_field=id",
            "_popup=1&_to_field=title",
            "_facets=True",
            "shelf=trash",
            "created_at__year=2026",
        ):
            answer = world.clients["bob"].get(f"{path}?{query}", follow=True)
            text = answer.content.decode()
            assert TITLE not in text and "Alice" not in text, (path, query)


@pytest.mark.django_db
def test_true_paths_of_files_lead_nowhere() -> None:
    world = World("public")
    image = Artwork.objects.get(pk=world.words["work"]).image
    for client in (Client(), world.clients["alice"]):
        for path in (
            f"/media/{image.original.name}",
            f"/media/{image.master.name}",
            f"/{image.original.name}",
            f"/media/public/{image.uuid}/{world.words['width']}.jpg",
            f"/images/{image.uuid}/../../originals/{image.uuid}/original.jpg",
            f"/images/{image.uuid}/..%2f..%2foriginals%2f{image.uuid}%2foriginal.jpg",
            f"/images/{image.uuid}/",
            f"/images/{str(image.uuid).upper()}/400.jpg",
            f"/images/{image.uuid}/original.jpg",
            f"/images/{image.uuid}/master.jpg",
            f"/images//{image.uuid}/400.jpg",
            f"/images/{image.uuid}/400.jpg.",
            "/media/",
            "/images/",
        ):
            assert client.get(path).status_code == 404, path
