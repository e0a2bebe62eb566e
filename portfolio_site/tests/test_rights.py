"""AI training is asked to keep away, everywhere and by default; an artist's word counts for what is the artist's."""

import json
from pathlib import Path
from typing import Any
from urllib.robotparser import RobotFileParser
from uuid import uuid4

import pytest
from django.conf import settings as configured
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Artist
from artworks import metadata, sight
from artworks.sending import PublicImages
from portfolio_site import details
from portfolio_site.rights import agents
from portfolio_site.testing import client_of, make_artist, make_gallery, make_work
from portfolio_site.testing import work_row as row

pytestmark = pytest.mark.django_db
KEPT_AWAY = {"X-Robots-Tag": "noai, noimageai", "tdm-reservation": "1"}


@pytest.fixture(autouse=True)
def own_details(settings: Any, tmp_path: Path) -> None:
    settings.DATA_ROOT = tmp_path


def site_says(**said: Any) -> None:
    details.publish(details.Details(**said))


def artist_says(artist: Artist, **said: Any) -> None:
    for name, value in said.items():
        setattr(artist, name, value)
    artist.save()


def signs(answer: Any) -> dict[str, str]:
    names = ("X-Robots-Tag", "tdm-reservation", "tdm-policy")
    return {name: answer.headers[name] for name in names if name in answer.headers}


def metas(answer: Any) -> list[str]:
    text = answer.content.decode()
    return [
        name
        for name in ('name="robots" content="noai, noimageai"', 'name="tdm-reservation" content="1"')
        if name in text
    ]


def from_the_layer(path: str) -> dict[str, str] | None:
    """What is sent without asking Django; None where Django is asked."""
    started: list[Any] = []
    layer = PublicImages(lambda _environ, _start: [], sight.folder("public"))
    layer({"REQUEST_METHOD": "GET", "PATH_INFO": path}, lambda status, headers: started.append((status, headers)))
    return dict(started[0][1]) if started else None


# --- By default -----------------------------------------------------------------------------------


def test_every_answer_says_so(alice: Artist) -> None:
    make_gallery(alice, work := make_work(alice))
    other = make_artist("bob")
    make_gallery(other, row(other))
    for path in ("/", "/artists/alice/", work.get_absolute_url(), "/accounts/login", "/artworks/999/"):
        answer = Client().get(path)
        assert signs(answer) == KEPT_AWAY, path
        assert len(metas(answer)) == 2, path
        assert "Not to be used for training AI" in answer.content.decode()
    for path in ("/api/artists", "/feed.xml", "/nowhere.json", work.image.thumbnail.url):
        assert signs(Client().get(path)) == KEPT_AWAY, path
    assert signs(client_of(alice).get(f"/api/artworks/{work.pk}/original")) == KEPT_AWAY


@pytest.mark.django_db(transaction=True)
def test_a_picture_that_goes_out_without_django_says_so() -> None:
    alice = make_artist("alice")
    make_gallery(alice, work := make_work(alice))
    headers = from_the_layer(work.image.thumbnail.url)
    assert headers is not None
    assert {name: headers[name] for name in KEPT_AWAY} == KEPT_AWAY


def test_nginx_says_with_public_pictures_what_the_site_says() -> None:
    lines = (configured.BASE_DIR / "deploy" / "nginx.conf").read_text()
    assert 'add_header X-Robots-Tag "noai, noimageai" always;' in lines
    assert "add_header tdm-reservation 1 always;" in lines


def robots() -> RobotFileParser:
    answer = Client().get("/robots.txt")
    assert answer.status_code == 200 and answer["Content-Type"].startswith("text/plain")
    parser = RobotFileParser()
    parser.parse(answer.content.decode().splitlines())
    return parser


def test_robots_txt_names_those_who_gather_for_ai_and_lets_search_engines_in(settings: Any) -> None:
    settings.SITE_URL = "https://art.example"
    parser = robots()
    wanted = {"GPTBot", "ClaudeBot", "anthropic-ai", "Google-Extended", "Applebot-Extended", "CCBot", "Bytespider"}
    wanted |= {"Meta-ExternalAgent", "FacebookBot", "Amazonbot", "PerplexityBot", "cohere-ai", "Diffbot"}
    wanted |= {"ImagesiftBot", "Omgilibot", "img2dataset"}
    assert wanted <= set(agents()) and len(set(agents())) == len(agents())
    for name in agents():
        assert not parser.can_fetch(name, "/artworks/1-blue/"), name
    for name in ("Googlebot", "Bingbot", "DuckDuckBot", "Applebot", "facebookexternalhit", "Mozilla/5.0"):
        assert parser.can_fetch(name, "/artworks/1-blue/"), name
        assert not parser.can_fetch(name, "/admin/")
    assert parser.site_maps() == ["https://art.example/sitemap.xml"]


def tdmrep(client: Client | None = None) -> list[dict[str, Any]]:
    """The file, held against the protocol: W3C TDMRep, "TDM File on the Origin Server"."""
    answer = (client or Client()).get("/.well-known/tdmrep.json")
    assert answer.status_code == 200 and answer["Content-Type"] == "application/json"
    rules = json.loads(answer.content)
    assert isinstance(rules, list)
    for rule in rules:
        assert set(rule) - {"tdm-policy"} == {"location", "tdm-reservation"}  # mandatory both
        assert rule["location"].startswith("/")
        assert rule["tdm-reservation"] in (0, 1) and isinstance(rule["tdm-reservation"], int)
        assert rule.get("tdm-policy", "https://").startswith(("https://", "http://"))
    return rules


def reserved(path: str) -> int:
    """The first rule that matches counts; ``$`` is the end of a path."""
    return next(
        rule["tdm-reservation"]
        for rule in tdmrep()
        if (path == rule["location"][:-1] if rule["location"].endswith("$") else path.startswith(rule["location"]))
    )


def test_tdmrep_reserves_all() -> None:
    assert tdmrep() == [{"location": "/", "tdm-reservation": 1}]


# --- Who says otherwise ---------------------------------------------------------------------------


def test_a_site_that_does_not_ask_still_says_what_its_artists_ask(alice: Artist, bob: Artist) -> None:
    site_says(reserves_ai_training=False)
    make_gallery(alice, work := make_work(alice))
    make_gallery(bob, row(bob))
    assert robots().can_fetch("GPTBot", "/")
    for path in ("/", "/accounts/login"):
        answer = Client().get(path)
        assert signs(answer) == {"tdm-reservation": "0"} and metas(answer) == []
        assert "Not to be used" not in answer.content.decode()
    for path in ("/artists/alice/", work.get_absolute_url(), "/artists/alice/room/"):
        assert signs(Client().get(path)) == KEPT_AWAY and len(metas(Client().get(path))) == 2
        assert reserved(path) == 1
    assert signs(Client().get(work.image.thumbnail.url)) == KEPT_AWAY
    assert reserved(work.image.thumbnail.url) == 1
    assert reserved("/") == reserved("/imprint") == 0


@pytest.mark.django_db(transaction=True)
def test_an_artist_who_does_not_ask_speaks_for_their_own_pages_and_pictures() -> None:
    alice, bob = make_artist("alice"), make_artist("bob")
    make_gallery(alice, work := make_work(alice))
    make_gallery(bob, theirs := make_work(bob))
    picture = work.image.thumbnail.url
    assert metadata.NO_TRAINING.encode() in b"".join(Client().get(picture).streaming_content)
    artist_says(alice, reserves_ai_training=False)
    for path in (
        "/artists/alice/",
        work.get_absolute_url(),
        "/artists/alice/room/",
        picture,
        "/artists/alice/feed.xml",
    ):
        assert signs(Client().get(path)) == {"tdm-reservation": "0"}, path
        assert reserved(path) == 0, path
    assert metas(Client().get("/artists/alice/")) == []
    for path in ("/", "/artists/bob/", theirs.get_absolute_url(), theirs.image.thumbnail.url):
        assert signs(Client().get(path)) == KEPT_AWAY and reserved(path) == 1, path
    assert not robots().can_fetch("GPTBot", "/artists/alice/")  # one file for all of the site
    # Nothing of it goes out under the layer's fixed headers, and it does again once the artist asks again.
    assert from_the_layer(picture) is None and from_the_layer(theirs.image.thumbnail.url) is not None
    assert Client().get(picture)["Cache-Control"] == "public, max-age=86400"
    work.image.thumbnail.generator.path.unlink()
    assert metadata.NO_TRAINING.encode() not in b"".join(Client().get(work.image.thumbnail.url).streaming_content)
    artist_says(alice, reserves_ai_training=True)
    assert from_the_layer(picture) is not None


def test_a_single_artists_home_is_the_artists(alice: Artist) -> None:
    make_gallery(alice, row(alice))
    artist_says(alice, reserves_ai_training=False)
    assert signs(Client().get("/")) == {"tdm-reservation": "0"}
    assert reserved("/") == 0 and reserved("/imprint") == 1


def test_where_to_ask_goes_along(alice: Artist) -> None:
    make_gallery(alice, row(alice))
    site_says(permission_url="https://art.example/ask")
    assert tdmrep() == [{"location": "/", "tdm-reservation": 1, "tdm-policy": "https://art.example/ask"}]
    assert signs(Client().get("/accounts/login")) == KEPT_AWAY | {"tdm-policy": "https://art.example/ask"}
    artist_says(alice, permission_url="https://alice.example/für mich")
    answer = Client().get("/artists/alice/")
    assert signs(answer)["tdm-policy"] == "https://alice.example/f%C3%BCr%20mich"
    assert 'name="tdm-policy" content="https://alice.example/für mich"' in answer.content.decode()


def test_nothing_hidden_is_in_tdmrep(alice: Artist, bob: Artist) -> None:
    artist_says(alice, reserves_ai_training=False)
    artist_says(bob, reserves_ai_training=False)
    hidden, trashed = row(alice, "Canary"), row(alice, "Canary")
    make_gallery(alice, hidden, title="Canary", visibility="private")
    make_gallery(alice, trashed)
    trashed.trash()
    make_gallery(bob, row(bob, "Canary"))
    bob.user.leave()
    for client in (Client(), client_of(alice)):
        assert [rule["location"] for rule in tdmrep(client)] == ["/"]


def test_what_is_hidden_speaks_for_the_site_like_nothing(alice: Artist) -> None:
    artist_says(alice, reserves_ai_training=False)
    work = make_work(alice)
    for hidden, nothing in (
        (work.get_absolute_url(), "/artworks/999/"),
        (work.image.thumbnail.url, f"/images/{uuid4()}/60.jpg"),
    ):
        assert signs(Client().get(hidden)) == signs(Client().get(nothing)) == KEPT_AWAY


def test_thirty_works_cost_no_more_queries_than_three(alice: Artist) -> None:
    artist_says(alice, reserves_ai_training=False)
    gallery = make_gallery(alice, *(row(alice) for _ in range(3)))
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            tdmrep()
        counts.append(len(captured))
        gallery.hang(row(alice) for _ in range(27))
    assert counts[0] == counts[1] <= 4


def test_media_and_rows_agree(alice: Artist) -> None:
    from artworks.housekeeping import wrong_links

    artist_says(alice, reserves_ai_training=False)
    make_gallery(alice, make_work(alice))
    assert list(wrong_links()) == []


# --- Choosing, and looking ------------------------------------------------------------------------


def test_the_api_reads_and_writes_the_choice(alice: Artist, bob: Artist) -> None:
    path = f"/api/artists/{alice.pk}"
    assert Client().get(path).json()["reserves_ai_training"] is True
    assert client_of(bob).patch(path, {"reserves_ai_training": False}, format="json").status_code == 403
    answer = client_of(alice).patch(path, {"reserves_ai_training": False}, format="json")
    assert answer.status_code == 200 and answer.json()["reserves_ai_training"] is False
    assert signs(Client().get("/artists/alice/")) == {"tdm-reservation": "0"}


def marks(artist: Artist) -> list[str]:
    answer = client_of(artist).get("/admin/rights/")
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "not locks" in text
    return [
        line.split('class="')[1].split('"')[0]
        for line in text.splitlines()
        if '<li class="' in line and ("right" in line or "wrong" in line)
    ]


def test_the_studio_shows_each_sign(alice: Artist) -> None:
    assert marks(alice) == ["right"] * 5
    make_gallery(alice, work := make_work(alice))
    assert marks(alice) == ["right"] * 8
    artist_says(alice, reserves_ai_training=False)
    # robots.txt is the site's, and the picture was made before the change of mind.
    assert marks(alice) == ["wrong", *["right"] * 6, "wrong"]
    work.image.thumbnail.generator.path.unlink()
    assert marks(alice) == ["wrong", *["right"] * 7]
    site_says(reserves_ai_training=False)
    assert marks(alice) == ["right"] * 8


def test_a_keeper_who_is_no_artist_sees_the_sites_own() -> None:
    from accounts.models import User

    keeper = User.objects.create_superuser("keeper", "keeper@example.org", "correct horse battery")
    client = Client()
    client.force_login(keeper, backend="allauth.account.auth_backends.AuthenticationBackend")
    text = client.get("/admin/rights/").content.decode()
    assert text.count('<li class="right">') == 5
    assert Client().get("/admin/rights/").status_code == 302


def test_signs_are_looked_for_not_supposed(alice: Artist, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portfolio_site.middleware.rights.headers", lambda *_said: {})
    assert marks(alice).count("wrong") == 2
