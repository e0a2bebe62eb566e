"""First run and invitations: one address, one account."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from accounts.models import Invitation, User, artists_group, first_run_path
from accounts.tests.browser import Browser, signed_in
from portfolio_site.testing import PASSWORD, make_artist

ACCOUNT = {"name": "Nina Blau", "username": "nina", "email": "nina@example.org", "password": "a long blue night"}


@pytest.fixture
def client() -> Browser:
    return Browser()


def invite(days: float = 7) -> tuple[Invitation, str]:
    invitation, secret = Invitation.objects.issue(timedelta(days=days))
    return invitation, invitation.path(secret)


def called(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out, stderr=StringIO())
    return out.getvalue().strip()


def path_of(address: str) -> str:
    return "/" + address.split("/", 3)[3]


@pytest.mark.django_db
class TestFirstRun:
    def test_the_first_one_here_keeps_the_site(self, client: Browser) -> None:
        path = first_run_path()
        assert path
        answer = client.post(path, ACCOUNT, follow=True)
        assert answer.redirect_chain == [("/admin/", 302)]
        nina = User.objects.get()
        assert (nina.is_superuser, nina.is_staff, nina.is_active) == (True, True, True)
        assert nina.artist.name == "Nina Blau"
        assert nina.groups.get() == artists_group()
        assert nina.check_password(ACCOUNT["password"])

    def test_it_is_void_once_anybody_is_here(self, client: Browser) -> None:
        path = first_run_path()
        make_artist("alice")
        assert path
        assert client.get(path).status_code == 404
        assert client.post(path, ACCOUNT).status_code == 404
        assert User.objects.count() == 1
        assert first_run_path() is None

    def test_the_last_one_printed_counts(self, client: Browser) -> None:
        first, second = first_run_path(), first_run_path()
        assert first and second
        assert client.get(first).status_code == 404
        assert client.get(second).status_code == 200

    def test_the_command_makes_it_too(self, client: Browser) -> None:
        client.post(path_of(called("invite")), ACCOUNT)
        assert User.objects.get().is_superuser


@pytest.mark.django_db
class TestInvitation:
    def test_it_makes_an_artist_and_no_keeper(self, client: Browser) -> None:
        keeper = make_artist("root", is_superuser=True)
        address = called("invite", "--days", "3", "--name", "Nina")
        invitation = Invitation.objects.get()
        assert invitation.note == "Nina"
        assert timedelta(days=2.9) < invitation.expires_at - timezone.now() < timedelta(days=3)
        forged = ACCOUNT | {"is_superuser": "1", "first": "1", "is_staff": "", "user": str(keeper.user_id)}
        assert client.post(path_of(address), forged)["Location"] == "/admin/"
        nina = User.objects.get(username="nina")
        assert (nina.is_superuser, nina.is_staff) == (False, True)
        assert Invitation.objects.get().used_by == nina

    def test_only_a_digest_is_kept(self) -> None:
        make_artist("root")
        secret = called("invite").rpartition("/")[2]
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM accounts_invitation")
            assert secret not in str(cursor.fetchall())
        assert len(secret) >= 40

    def test_looking_uses_nothing_up(self, client: Browser) -> None:
        make_artist("root")
        _, path = invite()
        for method in (client.get, client.head, client.get, client.options, client.put, client.delete):
            method(path)
        assert Invitation.objects.get().used_at is None
        assert client.get(path)["Referrer-Policy"] == "same-origin"
        assert "no-store" in client.get(path)["Cache-Control"]

    def test_every_dead_address_answers_alike(self, client: Browser) -> None:
        make_artist("root")
        used, expired, withdrawn = invite(), invite(days=-1), invite()
        assert client.post(used[1], ACCOUNT).status_code == 302
        client.logout()
        withdrawn[0].delete()
        dead = [used[1], expired[1], withdrawn[1], "/accounts/join/x", "/accounts/join/" + "é" * 40]
        for method in (client.get, lambda path: client.post(path, ACCOUNT | {"username": "eve", "email": "e@e.org"})):
            answers = [method(path) for path in dead]
            assert {answer.status_code for answer in answers} == {404}
            assert len({answer.content for answer in answers}) == 1
        assert not User.objects.filter(username="eve").exists()

    def test_a_mistake_costs_nothing(self, client: Browser) -> None:
        make_artist("alice")
        _, path = invite()
        for wrong in ({"username": "ALICE"}, {"email": "Alice@example.org"}, {"password": "12345678"}, {"name": ""}):
            answer = client.post(path, ACCOUNT | wrong)
            page = answer.content.decode()
            assert answer.status_code == 200
            assert 'role="alert"' in page and f'id="id_{next(iter(wrong))}_error"' in page, page
        assert client.post(path, ACCOUNT).status_code == 302

    def test_whoever_is_signed_in_becomes_the_new_one(self) -> None:
        client = signed_in(make_artist("root", is_superuser=True))
        client.post(invite()[1], ACCOUNT)
        answer = client.get("/accounts/")
        assert "nina" in answer.content.decode()

    @pytest.mark.parametrize("days", ["0", "-1", "366", "x", "1.5", "9" * 30])
    def test_days_have_bounds(self, days: str) -> None:
        with pytest.raises(CommandError):
            called("invite", "--days", days)

    def test_a_keeper_makes_one_in_the_admin(self, client: Browser) -> None:
        keeper = make_artist("root", is_superuser=True)
        client.force_login(keeper.user, "allauth.account.auth_backends.AuthenticationBackend")
        page = client.post("/admin/accounts/invitation/add/", {"note": "Nina", "days": "2"}).content.decode()
        address = page.partition("http://testserver")[2].partition('"')[0]
        invitation = Invitation.objects.get()
        assert (invitation.created_by, invitation.note) == (keeper.user, "Nina")
        assert address not in client.get("/admin/accounts/invitation/").content.decode()
        assert Browser().post(address, ACCOUNT).status_code == 302

    def test_an_artist_makes_none(self) -> None:
        client = signed_in(make_artist("alice"))
        for path in ("", "add/", f"{invite()[0].pk}/delete/", f"{invite()[0].pk}/change/"):
            assert client.get(f"/admin/accounts/invitation/{path}").status_code in {302, 403}
            assert client.post(f"/admin/accounts/invitation/{path}", {"note": "me"}).status_code in {302, 403}
        assert Invitation.objects.count() == 2


@pytest.mark.django_db
def test_who_comes_second_with_a_form_already_open_stays_outside() -> None:
    invitation, _ = invite()
    stale = Invitation.objects.get(pk=invitation.pk)
    invitation.accept("nina", "nina@example.org", PASSWORD, "Nina")
    with pytest.raises(Invitation.DoesNotExist):
        stale.accept("eve", "eve@example.org", PASSWORD, "Eve")
    assert User.objects.get().username == "nina"


@pytest.mark.django_db(transaction=True)
def test_a_name_lost_in_a_race_keeps_the_invitation(monkeypatch: pytest.MonkeyPatch, client: Browser) -> None:
    make_artist("nina")
    _, path = invite()
    monkeypatch.setattr("accounts.forms.free_username", lambda name: name)  # as if nobody had it a moment ago
    answer = client.post(path, ACCOUNT | {"email": "other@example.org"})
    assert (answer.status_code, User.objects.count()) == (200, 1)
    assert "just taken" in answer.content.decode()
    assert Invitation.objects.get().used_at is None


def test_a_password_is_not_hashed_under_the_write_lock(monkeypatch: Any, db: Any) -> None:
    open_transactions = []
    outside = connection.in_atomic_block, len(connection.savepoint_ids)
    hashed = User.set_password

    def note(self: User, raw: str) -> None:
        open_transactions.append((connection.in_atomic_block, len(connection.savepoint_ids)))
        hashed(self, raw)

    monkeypatch.setattr(User, "set_password", note)
    invite()[0].accept("nina", "nina@example.org", PASSWORD, "Nina")
    assert open_transactions == [outside]
