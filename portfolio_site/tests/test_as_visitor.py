"""Who is signed in sees the public pages as strangers do, until they stop; their studio goes on beside it."""

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import Artist
from artworks.models import Artwork
from galleries.models import Gallery
from portfolio_site.testing import PASSWORD, client_of, make_gallery, make_work

pytestmark = pytest.mark.django_db
BAR = "You see your site as visitors do."
SWITCH = "/admin/as-visitor/"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def gallery(alice: Artist) -> Gallery:
    return make_gallery(alice, make_work(alice, title="Shown"), title="Winter")


@pytest.fixture
def hidden(alice: Artist) -> Artwork:
    return make_gallery(alice, make_work(alice, title="Unseen"), title="Cellar", visibility="private").works()[0]


@pytest.fixture
def own(alice: Artist) -> APIClient:
    client = client_of(alice)
    assert client.post(SWITCH, {"next": "/"}, format="multipart")["Location"] == "/"
    return client


def text(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, path
    return answer.content.decode()


def without_bar(page: str) -> str:
    return page.partition('<form class="as-visitor"')[0].replace(
        '<link rel="stylesheet" href="/static/as-visitor.css">', ""
    )


def test_a_page_is_the_strangers_but_for_the_bar(own: APIClient, gallery: Gallery, hidden: Artwork) -> None:
    for path in ("/", gallery.artist.get_absolute_url(), gallery.get_absolute_url(), "/search/?q=un"):
        seen = text(own, path)
        assert BAR in seen and "Cellar" not in seen and "Unseen" not in seen, path
        assert without_bar(seen).split() == text(Client(), path).partition("</body>")[0].split(), path


def test_ones_own_private_works_are_answered_like_anybodys(own: APIClient, hidden: Artwork) -> None:
    cellar = hidden.galleries.get()
    for path in (hidden.get_absolute_url(), cellar.get_absolute_url(), f"/artworks/{hidden.pk}"):
        seen, nothing = text(own, path, 404), text(own, "/artworks/987654321-nothing/", 404)
        assert without_bar(seen) == without_bar(nothing) and "Unseen" not in seen
        assert BAR in seen


def test_no_page_so_seen_is_kept_for_anybody(own: APIClient, gallery: Gallery, hidden: Artwork) -> None:
    for path in (
        "/",
        gallery.get_absolute_url(),
        hidden.get_absolute_url(),
        gallery.get_absolute_url()[:-1],
        "/feed.xml",
    ):
        answer = own.get(path)
        assert answer["Cache-Control"] == "private, no-store" and "ETag" not in answer.headers, path
    for path in ("/", gallery.get_absolute_url()):
        assert BAR not in text(Client(), path)
        assert BAR in text(own, path)


def test_studio_api_account_and_pictures_go_on(own: APIClient, gallery: Gallery, hidden: Artwork) -> None:
    assert "Cellar" in text(own, "/admin/galleries/gallery/")
    assert own.get(f"/api/artworks/{hidden.pk}").status_code == 200
    assert own.get("/accounts/").status_code == 200
    assert own.get(hidden.image.renditions["thumbnail"].url).status_code == 200
    assert text(own, "/admin/").count(f'action="{SWITCH}"') == 1


def test_it_ends_where_one_stops_and_when_one_signs_out(own: APIClient, alice: Artist, hidden: Artwork) -> None:
    path = hidden.get_absolute_url()
    assert own.post(SWITCH, {"stop": "1", "next": path}, format="multipart")["Location"] == path
    assert "Unseen" in text(own, path) and BAR not in text(own, path)
    own.post(SWITCH, {}, format="multipart")
    own.logout()
    own.force_login(alice.user)
    assert BAR not in text(own, "/")


def test_the_bars_form_works_as_it_stands_and_no_forged_one_does(alice: Artist, gallery: Gallery) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice.user)
    assert client.post(SWITCH, {"next": "/"}).status_code == 403
    assert BAR not in text(client, "/")
    for path, sent in (("/admin/", {}), (gallery.get_absolute_url(), {"stop": "1"})):
        text(client, path)
        token = client.cookies["csrftoken"].value
        assert client.post(SWITCH, {"csrfmiddlewaretoken": token, "next": "/", **sent}).status_code == 302
        assert (BAR in text(client, "/")) == (not sent)


@pytest.mark.parametrize("away", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", ""])
def test_it_leads_nowhere_else(own: APIClient, away: str) -> None:
    assert own.post(SWITCH, {"next": away}, format="multipart")["Location"] == "/"


def test_a_stranger_has_nothing_to_switch(gallery: Gallery) -> None:
    client = Client()
    answer = client.post(SWITCH, f"next={gallery.get_absolute_url()}", FORM)
    assert answer["Location"] == gallery.get_absolute_url()
    assert not client.cookies and BAR not in text(client, "/")


def test_another_who_signs_in_here_sees_their_own(own: APIClient, bob: Artist) -> None:
    own.post("/accounts/login", {"login": "bob", "password": PASSWORD}, format="multipart")
    own.logout()
    assert own.login(username="bob", password=PASSWORD)
    assert BAR not in text(own, "/")
