"""The admin: every page of every model, from its registry, is its artist's and the keeper's; others learn and change nothing."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.models import Artist, User
from artworks.models import Artwork
from galleries.models import Gallery
from portfolio_site.testing import assert_guarded
from portfolio_site.tests.world import NOBODYS, ROLES, STATES, TITLE, World, admin_pages, all_of, send, things_of, told


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
