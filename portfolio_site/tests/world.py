"""The access table, and a world in which it is tried: Alice's work in one state, and those who come to see it."""

import copy
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import Model
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from rest_framework.test import APIClient

from accounts.models import Artist, Token
from artworks.models import Artwork, ArtworkImage, Tag
from artworks.tasks import cut_tiles
from galleries.models import Gallery, Placement
from portfolio_site.testing import client_of, image_file, make_artist, make_gallery, make_work

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
