"""The access table: every role, state, route and verb of access.toml, and no route without a row."""

import copy
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.contrib import admin
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from rest_framework.test import APIClient

from artworks.models import Artwork
from artworks.tasks import cut_tiles
from galleries.models import Gallery
from portfolio_site.testing import client_of, image_file, make_artist, make_gallery, make_work

TABLE: dict[str, dict[str, Any]] = tomllib.loads((Path(__file__).parent / "access.toml").read_text())
ROLES = ["anonymous", "alice", "bob", "staff", "superuser"]
STATES = ["public", "private", "loose", "trashed"]
GROUPS = {"any": STATES, "hidden": STATES[1:]} | {state: [state] for state in STATES}
TITLE = "Canary"
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
            "loose": make_work(self.alice, title="Other").pk,
            "bobs_gallery": make_gallery(others["bob"], visibility="public").pk,
        }
        self.nobodys = self.words | {
            "work": 987654321,
            "gallery": 987654321,
            "gallery_slug": "nowhere",
            "uuid": uuid4(),
        }

    def ask(self, role: str, verb: str, row: dict[str, Any], words: dict[str, Any]) -> Any:
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
        with transaction.atomic():
            answer = getattr(client, verb.lower())(row["path"].format(**words), **sent)
            answer.whole = b"".join(answer.streaming_content) if answer.streaming else answer.content
            transaction.set_rollback(True)
        return answer


def filled(value: Any, words: dict[str, Any]) -> Any:
    if isinstance(value, list):
        return [filled(item, words) for item in value]
    name = re.fullmatch(r"\{(\w+)\}", value) if isinstance(value, str) else None
    return words[name[1]] if name else value


def as_nothing(answer: Any) -> tuple[Any, ...]:
    """What a visitor could tell two answers apart by: the body without tokens made for it, and the headers."""
    body = re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", answer.whole)
    body = re.sub(rb"/[\w/.-]*(?:987654321|nowhere|canary|room)[\w/.-]*|\b\d+\b", b"", body)
    kept = {name: value for name, value in answer.headers.items() if name not in {"Content-Length", "Expires"}}
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
            told = str(answer.status_code)
            if sign:
                told += "+" if TITLE.encode() in answer.whole else "-"
            if told != expected + sign:
                wrong.append(f"{name} {verb} as {role}: {told} instead of {expected + sign}")
            elif expected == "404" and as_nothing(answer) != as_nothing(world.ask(role, verb, row, world.nobodys)):
                wrong.append(f"{name} {verb} as {role}: not the answer that an id nobody has gets")
    assert not wrong, "\n".join(wrong)


def routes(patterns: list[Any], prefix: str = "") -> Iterator[tuple[str, set[str]]]:
    """Name (or pattern) and verbs of every route of the project; the admin's follow its registry."""
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            actions = getattr(pattern.callback, "actions", None) or {"get": ""}
            yield pattern.name or prefix + str(pattern.pattern), {verb.upper() for verb in actions} & VERBS
        elif isinstance(pattern, URLResolver) and pattern.namespace != "admin":
            yield from routes(pattern.url_patterns, prefix + str(pattern.pattern))


def test_every_route_has_its_row() -> None:
    verbs: dict[str, set[str]] = {}
    for name, row in TABLE.items():
        verbs.setdefault(name.split(" ")[0], set()).update(VERBS & set(row))
    missing = []
    for name, wanted in routes(get_resolver().url_patterns):
        lacking = wanted - verbs.get(name, set()) - ({"GET"} if verbs.get(name) else set())
        if name not in verbs or lacking:
            missing.append(f"{name}: {', '.join(lacking or wanted)}")
    assert not missing, f"access.toml lacks {missing}"


@pytest.mark.parametrize("name", TABLE)
def test_every_row_names_every_state_and_role(name: str) -> None:
    for verb in VERBS & set(TABLE[name]):
        found = [(state, role, status) for v, state, role, status, _ in cells(TABLE[name]) if v == verb]
        assert {(state, role) for state, role, _ in found} == {(state, role) for state in STATES for role in ROLES}
        assert "mis" not in {status for _, _, status in found}


@pytest.mark.django_db
def test_the_admin_is_for_superusers_until_rights_are_given() -> None:
    world = World("private")
    objects = {Artwork: world.words["work"], Gallery: world.words["gallery"]}
    for model in admin.site._registry:
        base = f"admin:{model._meta.app_label}_{model._meta.model_name}_"
        paths = [reverse(base + "changelist"), reverse(base + "add")]
        if pk := objects.get(model):
            paths += [reverse(base + page, args=[pk]) for page in ("change", "delete", "history")]
        for path in paths:
            for role, expected in (("anonymous", {302}), ("alice", {302}), ("bob", {302}), ("staff", {403, 302})):
                answer = world.clients[role].get(path)
                assert answer.status_code in expected, (role, path, answer.status_code)
                assert TITLE.encode() not in answer.content
            assert world.clients["superuser"].get(path).status_code in {200, 403}, path


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
