"""Every form of the studio does what it says for whose it is, and nothing for who may only look or another site's page."""

import copy
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.contrib.messages import get_messages
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import URLPattern, reverse
from rest_framework.test import APIClient

from accounts.models import Artist, ContentVersion, Invitation, Token, User
from artworks.models import ArtworkImage
from portfolio_site.testing import arrived, client_of, image_file, make_artist, make_gallery, make_image, make_work
from portfolio_site.tests.test_forged_studio import with_former
from portfolio_site.tests.world import FORM, admin_pages

pytestmark = pytest.mark.django_db
PICTURE = make_image()
ARTIST, TOKEN, TAG = "/admin/accounts/artist/", "/admin/accounts/token/", "/admin/artworks/tag/"
WORK, GALLERY = "/admin/artworks/artwork/", "/admin/galleries/gallery/"
ROW = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "form-0-id": "{work}", "form-0-availability": "sold"}
RECORD = {"title": "New", "availability": "sold", "focal_x": "0.5", "focal_y": "0.5"}
WALL = {"title": "New", "layout": "single", "placements-TOTAL_FORMS": "0", "placements-INITIAL_FORMS": "0"}


def chosen(action: str, thing: str, **more: str) -> dict[str, Any]:
    return {"action": action, "_selected_action": thing, "index": "0", **more}


# What an artist does by a form, and what a keeper of the site does.
DEEDS: list[tuple[str, dict[str, Any]]] = [
    (ARTIST + "{artist}/change/", {"name": "New", "slug": "new", "currency": "EUR"}),
    (ARTIST + "{artist}/portrait/", {"picture": PICTURE}),
    (ARTIST + "{artist}/portrait/", {"remove": "1"}),
    (TOKEN + "add/", {"name": "New", "opens": "read", "ends": "30"}),
    (TOKEN + "{token}/change/", {"name": "New"}),
    (TOKEN + "{token}/delete/", {"post": "yes"}),
    (TOKEN, chosen("delete_selected", "{token}", post="yes")),
    (TAG + "add/", {"name": "New"}),
    (TAG + "{tag}/change/", {"name": "New"}),
    (TAG + "{tag}/delete/", {"post": "yes"}),
    (TAG, chosen("delete_selected", "{tag}", post="yes")),
    (WORK + "add/", {"pictures": PICTURE}),
    (WORK + "{work}/change/", RECORD),
    (WORK + "{work}/delete/", {"post": "yes"}),
    (WORK + "{trashed}/delete/", {"post": "yes"}),
    (WORK + "{work}/replace/", {"picture": PICTURE}),
    (WORK + "{work}/former/", {"show": "{former}"}),
    (WORK + "{work}/former/", {"remove": "{former}", "confirmed": "yes"}),
    (WORK + "{work}/suggest/", {"suggested": "description"}),
    (WORK + "{work}/places/", {"take_down": "{gallery}"}),
    (WORK + "{work}/places/", {"hang": "{empty}:1"}),
    (WORK + "{trashed}/restore/", {}),
    (WORK + "restore/", {"works": "{trashed}"}),
    (WORK + "alt-texts/", {"work": "{work}", "alt_text": "A sea."}),
    (WORK, ROW | {"form-0-title": "New", "_save": "Save"}),
    (WORK, chosen("change_several", "{work}", several="yes") | {"several-ticked": "year", "several-year": "1998"}),
    (WORK, chosen("hang_in", "{work}", hang="1", gallery="{empty}")),
    (WORK, chosen("into_the_trash", "{work}")),
    (WORK + "?shelf=trash", chosen("restore", "{trashed}")),
    (WORK + "?shelf=trash", chosen("purge", "{trashed}", confirmed="yes")),
    (GALLERY + "add/", {"title": "New"}),
    (GALLERY + "{gallery}/change/", WALL),
    (GALLERY + "{gallery}/change/", WALL | {"_publish": "1"}),
    (GALLERY + "{gallery}/hang/", {"works": "{loose}"}),
    (GALLERY + "{gallery}/preview/", {"_publish": "1"}),
    (GALLERY + "{gallery}/delete/", {"post": "yes"}),
    (GALLERY, {"_publish": "{gallery}"}),
    (GALLERY, {"_hide": "{empty}"}),
    (GALLERY, {"_up": "{empty}"}),
    (GALLERY, {"_down": "{gallery}"}),
    (GALLERY, chosen("publish", "{gallery}")),
    (GALLERY, chosen("hide", "{empty}")),
    (GALLERY, chosen("delete_selected", "{gallery}", post="yes")),
]
KEEPERS: list[tuple[str, dict[str, Any]]] = [
    ("/admin/accounts/user/add/", {"username": "new", "usable_password": "false"}),
    ("/admin/accounts/user/{left}/delete/", {"post": "yes"}),
    ("/admin/accounts/user/{user}/password/", {"password1": "another long night", "password2": "another long night"}),
    ("/admin/accounts/user/", chosen("bring_back", "{left}")),
    ("/admin/accounts/invitation/add/", {"note": "New", "days": "3"}),
    ("/admin/accounts/invitation/{invitation}/delete/", {"post": "yes"}),
    ("/admin/artworks/artworkimage/", chosen("delete_selected", "{image}", post="yes")),
    ("/admin/auth/group/add/", {"name": "New"}),
    ("/admin/auth/group/{group}/change/", {"name": "New"}),
    ("/admin/portfolio_site/sitedetails/", {"name": "New", "theme": "museum"}),
    (ARTIST + "{artist}/delete/", {"post": "yes"}),
]


@pytest.fixture
def words(alice: Artist) -> dict[str, Any]:
    """Something of Alice's for every deed."""
    work, loose, trashed = (make_work(alice, title=title) for title in ("One", "Two", "Three"))
    ArtworkImage.objects.filter(pk=work.image_id).update(captured={"description": "A sea."})
    with_former(work)
    work.image = work.images.order_by("pk")[0]
    work.save()
    work.set_tags(["Sea"])
    trashed.trash()
    with arrived(alice) as portrait:
        portrait.portrait_of = alice
        portrait.save()
    left = make_artist("left").user
    left.leave()
    return {
        "artist": alice.pk,
        "user": alice.user_id,
        "left": left.pk,
        "token": Token.objects.create(user=alice.user, name="Script")[0].pk,
        "tag": alice.tags.get().pk,
        "work": work.pk,
        "loose": loose.pk,
        "trashed": trashed.pk,
        "former": work.images.exclude(pk=work.image_id).get().uuid,
        "image": work.images.exclude(pk=work.image_id).get().pk,
        "gallery": make_gallery(alice, work, title="Hidden", visibility="private").pk,
        "empty": make_gallery(alice, title="Shown").pk,
        "invitation": Invitation.objects.issue(timedelta(days=1))[0].pk,
        "group": Group.objects.get(name="Artists").pk,
    }


def all_rows() -> dict[str, list[Any]]:
    """What the database holds, but for who is signed in."""
    kept = [model for model in apps.get_models(include_auto_created=True) if model not in {Session, ContentVersion}]
    return {model._meta.label: list(model._base_manager.order_by("pk").values()) for model in kept}


def filled(body: dict[str, Any], words: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.format(**words) if isinstance(value, str) else image_file(content=value)
        for name, value in body.items()
    }


def send(client: APIClient, path: str, body: dict[str, Any], **how: Any) -> Any:
    """As a browser sends a form. By a copy: what a page had to say would wait in the cookies for the next."""
    with_file = "content_type" not in how and any(isinstance(value, SimpleUploadedFile) for value in body.values())
    kind = {"format": "multipart"} if with_file else {"content_type": FORM}
    return copy.deepcopy(client).post(path, body if with_file else urlencode(body), **kind | how)


class Deeds:
    """Each done and undone: the answer, and whether anything changed."""

    def __init__(self, client: APIClient, words: dict[str, Any]) -> None:
        self.client, self.words, self.before = client, words, all_rows()

    def do(self, path: str, body: dict[str, Any], **how: Any) -> tuple[Any, bool]:
        with transaction.atomic():
            answer = send(self.client, path.format(**self.words), filled(body, self.words), **how)
            changed = all_rows() != self.before
            transaction.set_rollback(True)
        return answer, changed


def make_keeper(artist: Artist) -> APIClient:
    """With the checks on tokens that Django's test client leaves out."""
    artist.user.is_superuser = True
    artist.user.save()
    client = APIClient(enforce_csrf_checks=True)
    client.cookies = client_of(artist).cookies
    client.get("/admin/")
    return client


def token_of(client: APIClient) -> dict[str, str]:
    return {"csrfmiddlewaretoken": client.cookies["csrftoken"].value}


def test_every_form_does_what_it_says(alice: Artist, words: dict[str, Any]) -> None:
    """Else it would prove nothing that it does nothing below."""
    keeper = make_keeper(alice)
    deeds = Deeds(keeper, words)
    for path, body in DEEDS + KEEPERS:
        answer, changed = deeds.do(path, body | token_of(keeper), headers={"origin": "http://testserver"})
        assert answer.status_code in {200, 302} and changed, (path, body, answer.content.decode())


# --- Who may only look --------------------------------------------------------------------------------------------


def make_reader(keeper: APIClient, user: User) -> APIClient:
    """A user whom a superuser has put into a group that may look at everything, and into no other."""
    may_look = Permission.objects.filter(codename__startswith="view_").values_list("pk", flat=True)
    group = {"name": "Readers", "permissions": list(may_look)}
    keeper.post("/admin/auth/group/add/", urlencode(group | token_of(keeper), doseq=True), content_type=FORM)
    readers = Group.objects.get(name="Readers").pk
    form = {"username": user.username, "email": user.email, "is_active": "on", "is_staff": "on", "groups": readers}
    keeper.post(f"/admin/accounts/user/{user.pk}/change/", urlencode(form | token_of(keeper)), content_type=FORM)
    user.refresh_from_db()
    assert user.is_staff and not user.is_superuser
    assert {permission.rpartition(".")[2].partition("_")[0] for permission in user.get_all_permissions()} == {"view"}
    client = APIClient(raise_request_exception=False)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.mark.parametrize("who", ["alice", "reader"])
def test_who_may_only_look_changes_nothing(alice: Artist, words: dict[str, Any], who: str) -> None:
    """Neither an artist who has lost the right to change even her own, nor somebody who is no artist."""
    user = alice.user if who == "alice" else User.objects.create_user("reader", "reader@example.org")
    reader = make_reader(make_keeper(make_artist("root")), user)
    assert reader.get("/admin/").status_code == reader.get(WORK).status_code == 200
    deeds, wrong = Deeds(reader, words), []
    for path, body in DEEDS + KEEPERS:
        answer, changed = deeds.do(path, body)
        refused = answer.status_code in {302, 403} or ("action" in body and is_the_mere_list(answer))
        if changed or not refused:
            wrong.append(f"{path} {body}: {answer.status_code}{', and something changed' * changed}")
    assert not wrong, "\n".join(wrong)


def is_the_mere_list(answer: Any) -> bool:
    """As Django answers an action that one has not: it shows the list once more, and says nothing was done."""
    return answer.status_code == 200 and "cl" in answer.context and not list(get_messages(answer.wsgi_request))


def test_a_keeper_who_is_no_artist_opens_every_list_before_there_is_anything_in_it() -> None:
    client = APIClient(raise_request_exception=False)
    client.force_login(User.objects.create_superuser("root"), "allauth.account.auth_backends.AuthenticationBackend")
    lists = [reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_changelist") for model in admin.site._registry]
    assert {path: client.get(path).status_code for path in lists} == dict.fromkeys(lists, 200)


# --- Another site's page ------------------------------------------------------------------------------------------

EVIL = "https://evil.example"
FORGED: list[tuple[str, bool, dict[str, Any]]] = [
    ("no token", False, {}),
    ("no token, this site's origin", False, {"headers": {"origin": "http://testserver"}}),
    ("another origin", True, {"headers": {"origin": EVIL}}),
    ("an origin that is hidden", True, {"headers": {"origin": "null"}}),
    ("this host on another port", True, {"headers": {"origin": "http://testserver:8000"}}),
    ("no referrer over https", True, {"secure": True}),
    ("another referrer over https", True, {"secure": True, "headers": {"referer": f"{EVIL}/admin/"}}),
    ("another verb's name", False, {"headers": {"x-http-method-override": "GET"}}),
    ("another form's type", False, {"content_type": "text/plain"}),
]


def all_pages(pk: int) -> Iterator[str]:
    """Every address of the admin, those that are of no model included."""
    for pattern in admin.site.get_urls():
        if isinstance(pattern, URLPattern) and pattern.name and not pattern.pattern.regex.groups:
            yield reverse(f"admin:{pattern.name}")
    for _model, path, _about_one in admin_pages(pk):
        yield path


def test_no_page_of_the_admin_takes_a_form_of_another_site(alice: Artist, words: dict[str, Any]) -> None:
    """`test_access.py` asks the same of every route outside the admin."""
    keeper, before, wrong = make_keeper(alice), all_rows(), []
    for path in all_pages(words["work"]):
        for name, with_token, how in FORGED[:3]:
            answer = send(keeper, path, {"post": "yes"} | (token_of(keeper) if with_token else {}), **how)
            if answer.status_code != 403:
                wrong.append(f"{path}, {name}: {answer.status_code}")
    assert all_rows() == before
    assert not wrong, "\n".join(wrong)


def test_no_deed_is_done_by_a_form_of_another_site(alice: Artist, words: dict[str, Any]) -> None:
    """The deeds that the tokens of this site's own pages do above."""
    keeper, before, wrong = make_keeper(alice), all_rows(), []
    for path, body in DEEDS + KEEPERS:
        for name, with_token, how in FORGED:
            body_sent = filled(body, words) | (token_of(keeper) if with_token else {})
            answer = send(keeper, path.format(**words), body_sent, **how)
            if answer.status_code != 403:
                wrong.append(f"{path} {body}, {name}: {answer.status_code}")
    assert all_rows() == before
    assert not wrong, "\n".join(wrong)


def test_the_token_of_another_session_is_none(alice: Artist, bob: Artist, words: dict[str, Any]) -> None:
    keeper = make_keeper(alice)
    theirs = token_of(make_keeper(bob))
    assert theirs != token_of(keeper)
    for token in (theirs, {"csrfmiddlewaretoken": ""}, {"csrfmiddlewaretoken": "x" * 64}):
        for path, body in DEEDS[::3]:
            assert send(keeper, path.format(**words), filled(body, words) | token).status_code == 403, (path, token)
