"""Delete my account: gone at once, restorable for thirty days, then for ever."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Token, User
from accounts.tests.browser import Browser, signed_in
from artworks.housekeeping import findings
from artworks.models import Artwork
from artworks.storage import folder
from portfolio_site.testing import PASSWORD, arrived, client_of, make_artist, make_gallery, make_work

pytestmark = pytest.mark.django_db(transaction=True)


def leave(client: Browser, **form: str) -> Any:
    return client.post("/accounts/leave", {"password": PASSWORD, **form})


class World:
    """Alice with a public work, a private one, a portrait; bob, so that the home page has others."""

    def __init__(self) -> None:
        self.alice, bob = make_artist("alice"), make_artist("bob")
        self.work, self.hidden = make_work(self.alice, title="Canary"), make_work(self.alice, title="Hidden")
        self.gallery = make_gallery(self.alice, self.work)
        with arrived(self.alice) as portrait:
            portrait.portrait_of = self.alice
            portrait.save()
        self.portrait = portrait
        make_gallery(bob, make_work(bob, title="Bobs"))
        width = self.work.image.renditions["thumbnail"].width
        self.paths = [
            "/artists/alice/",
            self.gallery.get_absolute_url(),
            self.work.get_absolute_url(),
            f"/artworks/{self.work.pk}",
            f"/images/{self.work.image.uuid}/{width}.jpg",
            f"/images/{portrait.uuid}/{width}.jpg",
            f"/api/artists/{self.alice.pk}",
            f"/api/artists/{self.alice.pk}/galleries",
            f"/api/galleries/{self.gallery.pk}",
            f"/api/galleries/{self.gallery.pk}/artworks",
            f"/api/artworks/{self.work.pk}",
        ]
        self.lists = ["/", "/api/artists", "/api/galleries", "/api/artworks"]

    def seen(self, client: Any = None) -> dict[str, bool]:
        client = client or Client()
        found = {path: client.get(path).status_code in {200, 301} for path in self.paths}
        for path in self.lists:
            body = client.get(path).content.decode()
            found[path] = "Canary" in body or "Alice" in body or "/artists/alice" in body
        return found

    def links(self) -> set[str]:
        return {path.name for path in folder("public").iterdir()} & {
            str(self.work.image.uuid),
            str(self.portrait.uuid),
        }


def test_everything_goes_at_once_and_comes_back_as_it_was() -> None:
    world = World()
    call_command("check_media", "--fix", stdout=StringIO())
    before, links = world.seen(), world.links()
    assert all(before.values()), before
    assert len(links) == 2
    assert leave(signed_in(world.alice))["Location"] == "/accounts/left"
    for client in (None, client_of(make_artist("carol"))):
        assert not any(world.seen(client).values())
    assert world.links() == set()
    assert not [found.words for found in findings(older_than=3600)]
    User.objects.get(username="alice").come_back()
    assert world.seen() == before
    assert world.links() == links
    assert Artwork.objects.get(pk=world.hidden.pk).deleted_at is None
    assert Client().get(world.hidden.get_absolute_url()).status_code == 404
    signed_in(world.alice)


def test_it_is_the_answer_of_what_never_was() -> None:
    world = World()
    world.alice.user.leave()
    client = APIClient()
    for path, nobodys in (
        (f"/api/artworks/{world.work.pk}", "/api/artworks/987654"),
        (f"/api/artists/{world.alice.pk}", "/api/artists/987654"),
        (f"/api/galleries/{world.gallery.pk}", "/api/galleries/987654"),
        ("/artists/alice/", "/artists/nobody/"),
    ):
        gone, nothing = client.get(path), client.get(nobodys)
        assert (gone.status_code, gone.content) == (nothing.status_code, nothing.content), path


def test_signed_out_everywhere_and_tokens_dead() -> None:
    alice = make_artist("alice")
    here, there = signed_in(alice), signed_in(alice)
    _, secret = Token.objects.create(user=alice.user)
    script = APIClient(HTTP_AUTHORIZATION=f"Bearer {secret}")
    assert script.get("/api/auth/me").status_code == 200
    leave(here)
    assert script.get("/api/auth/me").status_code == 401
    alice.user.refresh_from_db()
    for _ in range(2):
        for client in (here, there):
            assert client.get("/accounts/")["Location"].startswith("/accounts/login")
        alice.user.come_back()  # and neither opens again by that
    assert script.get("/api/auth/me").status_code == 401


def test_no_door_opens_while_one_is_away() -> None:
    alice = make_artist("alice")
    alice.user.leave()
    answer = Browser().sign_in("alice")
    assert answer["Location"] == "/accounts/inactive"
    answer = APIClient().post("/api/auth/login", {"username": "alice", "password": PASSWORD}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_credentials")


def test_it_takes_the_password() -> None:
    client = signed_in(make_artist("alice"))
    for form in ({"password": ""}, {"password": "wrong"}, {"password": PASSWORD + " "}):
        answer = leave(client, **form)
        assert (answer.status_code, User.objects.get().leaving_at) == (200, None)
    assert 'role="alert"' in answer.content.decode()
    assert client.get("/accounts/leave").status_code == 200
    assert User.objects.get().is_active


def test_guessing_it_ends_in_429() -> None:
    client = signed_in(make_artist("alice"))
    assert [leave(client, password="wrong").status_code for _ in range(11)] == [200] * 10 + [429]
    assert leave(client).status_code == 429
    assert User.objects.get().is_active


def test_it_takes_the_code_too_where_there_is_a_second_factor() -> None:
    alice = make_artist("alice")
    client = signed_in(alice)
    TOTP.activate(alice.user, generate_totp_secret())
    code = RecoveryCodes.activate(alice.user).get_unused_codes()[0]
    for form in ({}, {"code": "000000"}, {"password": "wrong", "code": code}):
        assert leave(client, **form).status_code == 200
    assert User.objects.get().is_active
    assert leave(client, code=code).status_code == 302
    assert not User.objects.get().is_active


def test_a_form_of_another_site_does_nothing() -> None:
    client = Browser(enforce_csrf_checks=True)
    client.force_login(make_artist("alice").user, "allauth.account.auth_backends.AuthenticationBackend")
    assert leave(client).status_code == 403
    assert User.objects.get().is_active


def test_the_last_keeper_stays() -> None:
    root = make_artist("root", is_superuser=True)
    client = signed_in(root)
    assert "only one who keeps" in client.get("/accounts/leave").content.decode()
    assert leave(client).status_code == 200
    assert User.objects.get().is_active
    make_artist("second", is_superuser=True)
    assert leave(client).status_code == 302


def test_after_thirty_days_nothing_is_left() -> None:
    world = World()
    alice = world.alice.user
    alice.leave()
    out = StringIO()
    call_command("forget_accounts", stdout=out)
    assert out.getvalue() == ""
    User.objects.filter(pk=alice.pk).update(leaving_at=timezone.now() - timedelta(days=30, seconds=1))
    call_command("forget_accounts", "--dry-run", stdout=out)
    assert out.getvalue() == "Would forget alice.\n"
    assert User.objects.filter(pk=alice.pk).exists()
    call_command("forget_accounts", verbosity=0)
    assert set(User.objects.values_list("username", flat=True)) == {"bob"}
    assert set(Artwork.objects.values_list("title", flat=True)) == {"Bobs"}
    uuids = [str(image) for image in (world.work.image.uuid, world.hidden.image.uuid, world.portrait.uuid)]
    for name in ("originals", "renditions", "public"):
        assert not [uuid for uuid in uuids if (folder(name) / uuid).exists()], name
    assert not [found.words for found in findings(older_than=0)]


def test_who_was_brought_back_is_not_forgotten() -> None:
    alice = make_artist("alice").user
    alice.leave()
    User.objects.filter(pk=alice.pk).update(leaving_at=timezone.now() - timedelta(days=40))
    stale = User.objects.get(pk=alice.pk)
    alice.come_back()
    stale.forget()
    assert User.objects.filter(pk=alice.pk).exists()


def test_a_keeper_brings_back_in_the_admin_and_nobody_else() -> None:
    alice, bob = make_artist("alice"), make_artist("bob")
    alice.user.leave()
    form = {"action": "bring_back", "_selected_action": str(alice.user_id)}
    signed_in(bob).post("/admin/accounts/user/", form)
    assert not User.objects.get(pk=alice.user_id).is_active
    signed_in(make_artist("root", is_superuser=True)).post("/admin/accounts/user/", form)
    user = User.objects.get(pk=alice.user_id)
    assert (user.is_active, user.leaving_at) == (True, None)


def test_it_says_what_goes() -> None:
    world = World()
    page = signed_in(world.alice).get("/accounts/leave").content.decode()
    assert "2 works" in page and "1 gallery" in page and "thirty days" in page and "Nothing is packed up" in page
