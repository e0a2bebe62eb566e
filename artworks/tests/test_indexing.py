"""The index of search follows every change, whoever makes it, and is made anew when it does not."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from accounts.models import Artist
from artworks import indexing
from artworks.models import Artwork, Tag
from artworks.searching import leaf, mentioning, tagged, words_of
from artworks.spelling import bare
from galleries.models import Gallery
from portfolio_site.testing import client_of, make_artist, make_gallery
from portfolio_site.testing import work_row as row

pytestmark = pytest.mark.django_db


@pytest.fixture
def work() -> Artwork:
    work = row(make_artist("alice"), "Harbour", medium="Oil on canvas", year=1998)
    make_gallery(work.artist, work)
    return work


def finds(question: str, viewer: Any = None) -> bool:
    return bool(leaf(viewer or AnonymousUser(), mentioning(words_of(question))).works)


# --- What is found ------------------------------------------------------------------------------------------------


def test_words_are_found_by_their_beginning_in_any_order(work: Artwork) -> None:
    work.set_tags(["Sea"])
    Artwork.objects.update(description="A **storm** came.", private_notes="secret")
    for question in ("harbour", "HARB", "oil harb", "harb OIL canv", "alice", "199", "sea", "sto", '"oil"', "oil 🎨"):
        assert finds(question), question
    for question in ("arbour", "harbour lake", "secret", "master.jpg", "public", "u1", "t1", "keys", "words"):
        assert not finds(question), question


ALIKE = [
    ("Ölgemälde", "olgemälde"),
    ("Olgemalde", "ÖLGEM"),
    ("O\u0308lgemälde", "ölgemälde"),
    ("Große Straße", "GROSSE STRASSE"),
    ("Jørgensen og Ærø", "jorgensen aero"),
    ("Łódź", "lodz"),
    ("Ελλάδα", "ΕΛΛΑΔΑ"),
    ("Чёрный", "черный"),
    ("L’heure bleue", "heure"),
    ("山水画の猫", "水画"),
    ("山水画", "画"),
    ("ภาพวาด", "วาด"),
    ("바다의 소리", "바다"),
]


def test_case_accents_and_scripts_without_spaces(work: Artwork) -> None:
    for title, question in ALIKE:
        Artwork.objects.update(title=title)
        assert finds(question), title
        assert all(any(word.startswith(each) for word in bare(title)) for each in bare(question)), title


def test_a_sign_of_a_word_is_found_beside_its_neighbour_only(work: Artwork) -> None:
    Artwork.objects.update(title="山水画" * 500)
    assert finds("画山")
    assert not finds("画水")


# --- Every change -------------------------------------------------------------------------------------------------

CHANGES: dict[str, tuple[str, Callable[[Artwork], object]]] = {
    "title": ("new", lambda work: Artwork.objects.filter(pk=work.pk).update(title="New")),
    "tag": ("new", lambda work: work.set_tags(["New"])),
    "tag's name": ("new", lambda work: [work.set_tags(["Old"]), Tag.objects.update(name="New")]),
    "artist's name": ("new", lambda work: Artist.objects.update(name="New Name")),
    "API": ("new", lambda work: tag_by_api(work)),
    "studio": ("new", lambda work: in_the_studio(work, title="New", words="sea")),
    "studio's tags": ("sea", lambda work: in_the_studio(work, title="New", words="sea")),
}


def tag_by_api(work: Artwork) -> None:
    answer = client_of(work.artist).patch(f"/api/artworks/{work.pk}", {"tags": ["new"]}, format="json")
    assert answer.status_code == 200, answer.content


def in_the_studio(work: Artwork, **changed: Any) -> None:
    page = client_of(work.artist).get(address := reverse("admin:artworks_artwork_change", args=[work.pk]))
    form = page.context["adminform"].form
    data = {name: form[name].value() for name in form.fields if form[name].value() not in (None, [])}
    assert client_of(work.artist).post(address, data | changed).status_code == 302


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_found_at_once(work: Artwork, change: str) -> None:
    question, make = CHANGES[change]
    assert not finds(question)
    make(work)
    assert finds(question)
    assert indexing.wrong() == 0


AWAY: dict[str, Callable[[Artwork], object]] = {
    "tag taken off": lambda work: work.set_tags([]),
    "tag deleted": lambda work: Tag.objects.all().delete(),
    "trash": lambda work: work.trash(),
    "bulk trash": lambda work: Artwork.objects.update(deleted_at="2026-01-01T00:00Z"),
    "purge": lambda work: work.purge(),
    "gallery hidden": lambda work: Gallery.objects.get().hide(),
    "galleries hidden": lambda work: Gallery.objects.update(visibility="private"),
    "gallery deleted": lambda work: Gallery.objects.get().delete(),
    "taken down": lambda work: Gallery.objects.get().take_down(work),
    "artist leaves": lambda work: work.artist.user.leave(),
    "artist forgotten": lambda work: [work.artist.user.leave(), work.artist.user.forget()],
}


@pytest.mark.parametrize("change", AWAY)
def test_what_is_gone_is_not_found(work: Artwork, change: str) -> None:
    work.set_tags(["Sea"])
    assert finds("sea")
    AWAY[change](work)
    assert not finds("sea")
    assert indexing.wrong() == 0


def test_what_comes_back_is_found_again(work: Artwork) -> None:
    gallery = Gallery.objects.get()
    for leave, come_back in (
        (work.trash, work.restore),
        (gallery.hide, gallery.publish),
        (work.artist.user.leave, work.artist.user.come_back),
    ):
        leave()
        assert not finds("harbour")
        come_back()
        assert finds("harbour")


def test_the_index_itself_knows_what_is_public(work: Artwork) -> None:
    """Else what is hidden would cost a stranger's search time, and could be told by it."""
    hidden = row(work.artist, "Harbour")
    with connection.cursor() as cursor:
        cursor.execute("SELECT rowid FROM artworks_search WHERE artworks_search MATCH 'keys : public'")
        assert cursor.fetchall() == [(work.pk,)]
    assert leaf(work.artist.user, mentioning(["harbour"])).works == [hidden, work]
    assert leaf(make_artist("bob").user, mentioning(["harbour"])).works == [work]


def test_an_index_that_knows_too_much_shows_nothing_hidden(work: Artwork) -> None:
    work.set_tags(["Sea"])
    Gallery.objects.get().hide()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE artworks_search SET keys = keys || ' public'")
    assert not finds("harbour")
    assert not leaf(AnonymousUser(), tagged(Tag.objects.get())).works


# --- Mending and altering -----------------------------------------------------------------------------------------


def test_check_media_finds_and_mends_an_index_gone_wrong(work: Artwork, capsys: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM artworks_search")
    for options in ({}, {"fix": True}):
        with suppress(CommandError):  # the row has no files
            call_command("check_media", **options)
        assert "search knows 1 work otherwise than it is" in capsys.readouterr().out
    assert finds("harbour")
    assert indexing.wrong() == 0


def test_tables_can_be_altered_while_the_index_is_down_and_it_comes_back_whole(work: Artwork) -> None:
    indexing.take_down()
    Artwork.objects.update(title="Altered")
    with connection.cursor() as cursor:  # as Django alters tables
        cursor.execute("ALTER TABLE artworks_tag RENAME TO artworks_tag_old")
        cursor.execute("ALTER TABLE artworks_tag_old RENAME TO artworks_tag")
    assert finds("harbour")  # the site goes on meanwhile
    indexing.install()
    assert finds("altered")
    Artwork.objects.update(title="Again")
    assert finds("again")


@pytest.mark.parametrize("few", [0, 1000])
def test_the_api_finds_by_the_same_words_however_many(work: Artwork, monkeypatch: Any, few: int) -> None:
    monkeypatch.setattr("artworks.searching.FEW", few)
    row(work.artist, "Harbour, hidden")
    other = row(work.artist, "Hafenöl")
    make_gallery(work.artist, other, title="Other")

    def titles(query: str, viewer: Artist | None = None) -> list[str]:
        return [each["title"] for each in client_of(viewer).get(f"/api/artworks?{query}").json()["results"]]

    assert titles("search=OIL harb") == ["Harbour"]
    assert titles("search=h") == ["Hafenöl", "Harbour"]
    assert titles("search=h&ordering=created_at") == ["Harbour", "Hafenöl"]
    assert titles("search=harb", work.artist) == ["Harbour, hidden", "Harbour"]
    assert titles("search=hafenol") == ["Hafenöl"]
    assert titles("search=!") == titles('search="') == []
    work.trash()
    assert titles("search=harbour&trash=1", work.artist) == ["Harbour"]
