"""What a visitor notices on the public pages."""

import hashlib
import re
from base64 import b64encode
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Artist
from galleries import views
from galleries.models import Gallery
from galleries.templatetags.pictures import hang, sheet
from galleries.templatetags.words import markdown, plain, years
from galleries.views import with_works
from portfolio_site.keeping import shelf
from portfolio_site.testing import client_of, make_artist, make_gallery
from portfolio_site.testing import work_row as work

pytestmark = pytest.mark.django_db


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def in_order(page: str, *parts: str) -> bool:
    places = [page.index(part) for part in parts]
    return places == sorted(places)


def words_of(page: str) -> str:
    """The main part of a page as it is read, on one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.partition("<main")[2]).split())


# --- Home -----------------------------------------------------------------------------------------


def test_a_work_purged_while_home_is_made_is_left_out(client: Client, alice: Artist, monkeypatch: Any) -> None:
    for artist in (alice, make_artist("bob")):
        make_gallery(artist, work(artist))
    # Seen before also so that no module meets what is put in place below as it is imported, and keeps it.
    assert "Alice" in words_of(text(client, "/"))
    shelf.clear()

    def purged_meanwhile(artists: Any) -> Any:
        alice.artworks.get().purge()
        return with_works(artists)

    monkeypatch.setattr(views, "with_works", purged_meanwhile)
    page = words_of(text(client, "/"))
    assert "Bob" in page
    assert "Alice" not in page


def test_an_empty_site_says_so_calmly(client: Client, alice: Artist) -> None:
    make_gallery(alice, work(alice, "Hidden"), visibility="private")
    page = text(client, "/")
    assert "Nothing is hanging here yet" in page
    assert "Alice" not in page


def test_a_single_artist_is_the_home_page(client: Client, alice: Artist) -> None:
    make_gallery(alice, work(alice), title="Room One")
    make_artist("bob")
    home, own = text(client, "/"), text(client, alice.get_absolute_url())
    assert "<h1>Alice</h1>" in home
    assert home == own
    assert f'rel="canonical" href="http://testserver{alice.get_absolute_url()}"' in home


def test_several_artists_are_listed_by_name_with_one_work(client: Client, alice: Artist) -> None:
    bob, carol = make_artist("bob"), make_artist("carol")
    make_gallery(bob, work(bob, "Bob's first"), work(bob, "Bob's second"))
    make_gallery(alice, work(alice, "Alice's first"))
    make_gallery(carol, work(carol), visibility="private")
    page = text(client, "/")
    assert in_order(page, ">Alice</a>", ">Bob</a>")
    assert 'alt="Bob&#x27;s first"' in page
    assert "second" not in page
    assert "Carol" not in page


def test_home_shows_the_cover_of_the_first_gallery_with_works(client: Client, alice: Artist) -> None:
    bob = make_artist("bob")
    make_gallery(bob, work(bob))
    make_gallery(alice, title="Empty")
    first, second = work(alice, "First"), work(alice, "Second")
    gallery = make_gallery(alice, first, second, title="Full")
    Gallery.objects.filter(pk=gallery.pk).update(cover=second)
    assert 'alt="Second"' in text(client, "/")


# --- Artist ---------------------------------------------------------------------------------------


def test_galleries_stand_in_the_artists_order_with_their_years(client: Client, alice: Artist) -> None:
    later = make_gallery(alice, work(alice, year=2019), work(alice, year=2021), title="Later")
    sooner = make_gallery(alice, work(alice, year=2001), title="Sooner")
    Gallery.objects.filter(pk=sooner.pk).update(position=0)
    Gallery.objects.filter(pk=later.pk).update(position=1)
    page = words_of(text(client, "/artists/alice/"))
    assert in_order(page, "Sooner", "2001 · 1 work", "Later", "2019–2021 · 2 works")


def test_visitors_see_no_private_and_no_empty_gallery(client: Client, alice: Artist) -> None:
    make_gallery(alice, work(alice), title="Hidden", visibility="private")
    make_gallery(alice, title="Bare")
    trashed = work(alice)
    make_gallery(alice, trashed, title="Thrown away")
    trashed.trash()
    page = text(client, "/artists/alice/")
    assert not any(title in page for title in ("Hidden", "Bare", "Thrown away", "Only you"))
    own = text(client_of(alice), "/artists/alice/")
    assert all(title in own for title in ("Hidden", "Bare", "Thrown away", "Only you can see this"))


def test_a_cover_that_left_the_wall_gives_way_to_the_first_work(client: Client, alice: Artist) -> None:
    first, taken_down, trashed = (work(alice, title) for title in ("First", "Taken down", "Trashed"))
    gallery = make_gallery(alice, first, taken_down, trashed)
    for cover in (taken_down, trashed):
        Gallery.objects.filter(pk=gallery.pk).update(cover=cover)
        assert f'alt="{cover.title}"' in text(client, "/")
    gallery.take_down(taken_down)
    trashed.trash()
    for cover in (taken_down, trashed):
        Gallery.objects.filter(pk=gallery.pk).update(cover=cover)
        assert 'alt="First"' in text(client, "/")


def test_words_about_the_artist_are_markdown(client: Client, alice: Artist) -> None:
    alice.statement, alice.biography = "I *paint*.", "Born."
    alice.website = "https://www.example.org/"
    alice.links = [{"title": "<b>Elsewhere</b>", "url": "https://example.net/a?b=1&c=2"}]
    alice.contact_email = "secret@example.org"
    alice.save()
    page = text(client, "/artists/alice/")
    assert "<p>I <em>paint</em>.</p>" in page
    assert ">example.org</a>" in page
    assert "&lt;b&gt;Elsewhere&lt;/b&gt;" in page
    assert "secret@" not in page


# --- Gallery --------------------------------------------------------------------------------------


@pytest.mark.parametrize("layout", Gallery.Layout.values)
def test_works_hang_in_order_whatever_the_layout(client: Client, alice: Artist, layout: str) -> None:
    works = [work(alice, title, 1000 * wide) for title, wide in (("One", 1), ("Two", 9), ("Three", 2), ("Four", 3))]
    gallery = make_gallery(alice, *works)
    Gallery.objects.filter(pk=gallery.pk).update(layout=layout)
    gallery.arrange([works[at].pk for at in (3, 1, 0, 2)])
    page = text(client, gallery.get_absolute_url())
    assert in_order(page, ">Four<", ">Two<", ">One<", ">Three<")
    assert f'<ol class="{layout}">' in page
    assert page.count("<h1>") == 1
    assert page.count('fetchpriority="high"') == 1
    assert "original" not in page
    assert 'style="' not in page


def test_every_candidate_has_a_width_of_its_own(client: Client, alice: Artist) -> None:
    gallery = make_gallery(alice, work(alice, width=900, height=600))
    sources = re.findall(r'srcset="([^"]*)"', text(client, gallery.get_absolute_url()))
    assert [re.findall(r"(\d+)w", each) for each in sources] == [["400", "600", "900"]] * 2
    assert [set(re.findall(r"\.(\w+) ", each)) for each in sources] == [{"avif"}, {"jpg"}]


def test_a_gallery_leads_to_those_beside_it(client: Client, alice: Artist) -> None:
    first, middle, last = (make_gallery(alice, work(alice), title=title) for title in ("First", "Middle", "Last"))
    hidden = make_gallery(alice, work(alice), title="Hidden", visibility="private")
    Gallery.objects.filter(pk=hidden.pk).update(position=1)
    for position, gallery in ((0, first), (2, middle), (3, last)):
        Gallery.objects.filter(pk=gallery.pk).update(position=position)
    page = text(client, middle.get_absolute_url())
    assert in_order(page, "Previous gallery</span> First", "Next gallery</span> Last")
    assert "Previous gallery" not in text(client, first.get_absolute_url())
    assert "Previous gallery</span> Hidden" in text(client_of(alice), middle.get_absolute_url())


def test_a_gallery_of_another_artist_is_not_at_this_address(client: Client, alice: Artist) -> None:
    make_gallery(alice, work(alice))
    make_artist("bob")
    assert client.get("/artists/alice/room/").status_code == 200
    assert client.get("/artists/bob/room/").status_code == 404


# --- The rule of sight ----------------------------------------------------------------------------


def test_what_one_may_not_see_answers_like_nothing(client: Client, alice: Artist) -> None:
    hidden, trashed, loose = (work(alice, title) for title in ("Hidden", "Trashed", "Loose"))
    private = make_gallery(alice, hidden, title="Hidden", visibility="private")
    make_gallery(alice, trashed)
    trashed.trash()
    bob, root = client_of(make_artist("bob")), client_of(make_artist("root", is_staff=True, is_superuser=True))
    addresses = [thing.get_absolute_url() for thing in (hidden, trashed, loose, private)]
    addresses += [address.rstrip("/") for address in addresses] + [f"/artworks/{hidden.pk}/", f"/artworks/{loose.pk}-x"]
    for visitor in (client, bob, root):
        nothing = visitor.get("/artworks/999999-nothing/")
        assert nothing.status_code == 404
        for address in addresses:
            answer = visitor.get(address)
            assert (answer.status_code, answer.content) == (404, nothing.content), address
            assert answer.headers == nothing.headers
    for address in addresses[:4]:
        own = client_of(alice).get(address)
        assert own.status_code == 200
        assert "nly you can see this" in own.content.decode()
        assert own.headers["Cache-Control"] == "private, no-store"


def test_pages_are_not_kept_for_others(client: Client, alice: Artist) -> None:
    gallery = make_gallery(alice, work(alice))
    answer = client.get(gallery.get_absolute_url())
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "Cookie" in answer.headers["Vary"]


# --- Queries, style, words ------------------------------------------------------------------------


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize(("page", "few"), [("home", 3), ("artist", 5), ("gallery", 6), ("artwork", 7)])
def test_a_page_asks_as_much_for_thirty_works_as_for_three(client: Client, alice: Artist, page: str, few: int) -> None:
    bob = make_artist("bob")
    make_gallery(bob, work(bob))
    pieces = [work(alice, f"Work {index}") for index in range(3)]
    gallery = make_gallery(alice, *pieces, title="Room 0")
    make_gallery(alice, pieces[0], title="Beside")
    address = {
        "home": "/",
        "artist": "/artists/alice/",
        "gallery": gallery.get_absolute_url(),
        "artwork": pieces[1].get_absolute_url(),
    }[page]
    before = queries(client, address), queries(client_of(alice), address)
    gallery.hang(work(alice, f"More {index}") for index in range(27))
    for index in range(1, 12):
        make_gallery(alice, *pieces, title=f"Room {index}")
        make_gallery(another := make_artist(f"artist-{index}"), work(another))
    assert (queries(client, address), queries(client_of(alice), address)) == before
    assert before[0] <= few


def test_a_page_with_one_work_asks_no_more(client: Client, alice: Artist) -> None:
    piece = work(alice)
    gallery = make_gallery(alice, piece)
    counts = [queries(client, address) for address in ("/", gallery.get_absolute_url(), piece.get_absolute_url())]
    assert counts == [4, 6, 6]


def test_the_style_block_is_the_one_that_is_allowed(client: Client, alice: Artist) -> None:
    pieces = [work(alice, width=1000 + 500 * index) for index in range(5)]
    gallery = make_gallery(alice, *pieces)
    for address in ("/", gallery.get_absolute_url(), pieces[0].get_absolute_url()):
        answer = client.get(address)
        blocks = re.findall(r"<style>(.*?)</style>", answer.content.decode(), re.DOTALL)
        digests = [b64encode(hashlib.sha256(block.encode()).digest()).decode() for block in blocks]
        assert len(blocks) == 1
        assert f"style-src 'self' 'sha256-{digests[0]}'" in answer.headers["Content-Security-Policy"]
        scripts = re.findall(r"<script[^>]*>", answer.content.decode())
        assert all(" src=" in script or script == '<script type="application/ld+json">' for script in scripts)


def test_only_colours_and_pictures_get_into_the_style(alice: Artist) -> None:
    piece = work(alice)
    piece.image.average_colour = "red}</style>"
    piece.image.placeholder = "data:image/svg+xml;base64,AA==</style><script>"
    assert sheet(hang([piece])) == f".w{piece.pk}{{--r:1.5000;--w:2400px;}}"


def test_markdown_is_cleaned() -> None:
    html = markdown(
        "# Big\n\n*So* [here](https://x.example) <b onclick=a>\n\n[no](javascript:alert(1)) ![p](https://x.example/p.png)"
    )
    assert html.startswith("<h3>Big</h3>")
    assert '<em>So</em> <a href="https://x.example" rel="nofollow noopener">here</a>' in html
    assert "&lt;b onclick=a&gt;" in html
    assert 'href="javascript' not in html
    assert "<img" not in html


def test_plain_words_for_search_engines() -> None:
    assert plain("# One & *two*\n\n- <three>") == "One & two <three>"


def test_years_are_one_or_a_span() -> None:
    assert [years(None, None), years(2019, 2019), years(2017, 2021)] == ["", "2019", "2017–2021"]


# --- Doors and walls of error ---------------------------------------------------------------------


def test_signing_in_and_out_look_like_the_house(client: Client, alice: Artist) -> None:
    assert 'class="skip"' in text(client, "/accounts/login")
    assert "Sign-up is closed" in text(client, "/accounts/signup")
    own = text(client_of(alice), "/accounts/logout")
    assert "Studio" in own
    assert 'method="post"' in own


def test_a_broken_page_needs_nothing_to_say_so(django_assert_num_queries: Any) -> None:
    from django.template.loader import get_template

    with django_assert_num_queries(0):
        assert "Something broke" in get_template("500.html").render()
