"""What a visitor notices on the public pages."""

import hashlib
import re
from base64 import b64encode
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Artist
from artworks.models import Artwork, ArtworkImage
from galleries import hanging, views
from galleries.models import Gallery
from galleries.templatetags.pictures import hang, sheet
from galleries.templatetags.words import markdown, plain, price, years
from galleries.views import with_works
from portfolio_site.keeping import shelf
from portfolio_site.testing import client_of, make_artist, make_gallery

pytestmark = pytest.mark.django_db


def work(artist: Artist, title: str = "Untitled", width: int = 3000, height: int = 2000, **fields: Any) -> Artwork:
    """A work as a page sees it: a row, since no page opens a file."""
    image = ArtworkImage.objects.create(
        artist=artist,
        original=f"originals/{uuid4()}/original.jpg",
        master=f"originals/{uuid4()}/master.jpg",
        image_format="JPEG",
        image_width=width,
        image_height=height,
        master_width=min(width, 2400),
        master_height=round(height * min(width, 2400) / width),
        byte_size=1,
        sha256=uuid4().hex * 2,
        average_colour="#335577",
        placeholder="data:image/webp;base64,UklGRg==",
    )
    return Artwork.objects.create(artist=artist, image=image, title=title, **fields)


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


# --- Artwork --------------------------------------------------------------------------------------


@pytest.mark.parametrize("tail", ["", "/", "-old-name/", "-old-name", "-blue-hour", "-Blue-Hour/", "-"])
def test_the_id_decides_and_the_rest_is_mended(client: Client, alice: Artist, tail: str) -> None:
    piece = work(alice, "Blue Hour")
    make_gallery(alice, piece)
    answer = client.get(f"/artworks/{piece.pk}{tail}?in=room")
    assert (answer.status_code, answer.headers["Location"]) == (301, f"/artworks/{piece.pk}-blue-hour/?in=room")
    assert answer.headers["Cache-Control"] == "no-cache"  # the title may change back
    assert "Cookie" in answer.headers["Vary"]


@pytest.mark.parametrize("key", ["0", "999999999999999999", "99999999999999999999999", "x", "1x", "-1", "%00", "1%0a"])
def test_nonsense_is_not_found(client: Client, key: str) -> None:
    assert client.get(f"/artworks/{key}/").status_code == 404


def test_addresses_without_their_last_slash_lead_on(client: Client, alice: Artist) -> None:
    make_gallery(alice, work(alice))
    for address in ("/artists/alice", "/artists/alice/room"):
        answer = client.get(address)
        assert (answer.status_code, answer.headers["Location"]) == (301, address + "/")


def test_previous_and_next_in_the_gallery_one_came_from(client: Client, alice: Artist) -> None:
    one, two, three = (work(alice, title) for title in ("One", "Two", "Three"))
    make_gallery(alice, one, two, three, title="Room")
    other = make_gallery(alice, three, two, title="Other")
    page = text(client, two.get_absolute_url() + "?in=room")
    assert f'rel="prev" href="{one.get_absolute_url()}?in=room"' in page
    assert f'rel="next" href="{three.get_absolute_url()}?in=room"' in page
    assert "2 / 3" in page
    assert "Also appears in Other" in words_of(page)
    for key in ("other", str(other.pk)):
        page = text(client, f"{two.get_absolute_url()}?in={key}")
        assert f'rel="prev" href="{three.get_absolute_url()}?in=other"' in page
        assert 'rel="next"' not in page
        assert "2 / 2" in page


def test_a_gallery_one_may_not_see_leads_nowhere(client: Client, alice: Artist) -> None:
    one, two = work(alice, "One"), work(alice, "Two")
    make_gallery(alice, one, title="Public")
    hidden = make_gallery(alice, one, two, title="Hidden", visibility="private")
    elsewhere = make_gallery(alice, two, title="Elsewhere")
    plain_page = text(client, one.get_absolute_url())
    for key in ("hidden", str(hidden.pk), "elsewhere", str(elsewhere.pk), "nothing", "999", ""):
        assert text(client, f"{one.get_absolute_url()}?in={key}") == plain_page
    assert "Hidden" not in plain_page
    assert "1 / 2" in text(client_of(alice), one.get_absolute_url() + "?in=hidden")


def test_works_in_the_trash_are_no_neighbours(client: Client, alice: Artist) -> None:
    one, two, three = (work(alice, title) for title in ("One", "Two", "Three"))
    make_gallery(alice, one, two, three)
    two.trash()
    page = text(client, one.get_absolute_url())
    assert f'rel="next" href="{three.get_absolute_url()}?in=room"' in page
    assert "1 / 2" in page
    assert "In the trash: only you can see this" in text(client_of(alice), two.get_absolute_url())


def test_the_wall_label_is_in_museum_order(client: Client, alice: Artist) -> None:
    piece = work(
        alice,
        "Blue <Hour>",
        year=1999,
        date_text="c. 1998–2001",
        medium="Oil on canvas",
        height_cm=Decimal("60.00"),
        width_cm=Decimal("80.50"),
        depth_cm=Decimal("3.00"),
        edition="3/25 + 2 AP",
        availability="available",
        price=Decimal("12500.00"),
        currency="CHF",
        credit_line="Private collection",
        description="It was **late**.",
        alt_text="A blue field.",
        private_notes="Sold to nobody.",
    )
    make_gallery(alice, piece)
    page = text(client, piece.get_absolute_url())
    label = words_of(page)
    expected = (
        "Blue &lt;Hour&gt; , c. 1998–2001 Oil on canvas 60 × 80.5 × 3 cm (23 5/8 × 31 3/4 × 1 1/8 in.) "
        "Edition 3/25 + 2 AP Available CHF 12,500 Private collection © Alice"
    )
    assert expected in label
    assert "<cite>Blue &lt;Hour&gt;</cite>" in page
    assert "<strong>late</strong>" in page
    assert 'alt="A blue field."' in page
    assert "nobody" not in page
    assert 'class="by"' not in page


def test_with_several_artists_the_label_names_its_own_first(client: Client, alice: Artist) -> None:
    bob = make_artist("bob")
    make_gallery(bob, work(bob))
    piece = work(alice, "Blue")
    make_gallery(alice, piece)
    page = text(client, piece.get_absolute_url())
    assert in_order(page.partition("<main")[2], 'class="by"', "Alice", "<h1>")


@pytest.mark.parametrize(
    ("availability", "asked", "said"),
    [
        ("available", Decimal(900), "EUR 900"),
        ("available", Decimal("900.50"), "EUR 900.50"),
        ("available", None, "Price on request"),
        ("reserved", Decimal(900), "EUR 900"),
        ("reserved", None, ""),
        ("sold", Decimal(900), ""),
        ("not_for_sale", Decimal(900), ""),
    ],
)
def test_prices_are_for_what_can_be_bought(alice: Artist, availability: str, asked: Decimal | None, said: str) -> None:
    assert price(Artwork(artist=alice, availability=availability, price=asked)) == said


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


# --- Hanging --------------------------------------------------------------------------------------


def test_rows_fill_the_wall_and_keep_the_order() -> None:
    ratios = [4.0, 1.0, 1.5, 0.75, 1.0, 1.0, 1.5, 1.8, 3.3, 0.7, 0.7, 1.5, 1.0]
    placed = hanging.rows(ratios, 2.75)
    assert len(placed) == len(ratios)
    at = 0
    while at < len(placed):
        row = placed[at : at + placed[at].gaps + 1]
        assert len({place.gaps for place in row}) == 1
        width = sum(place.share for place in row)
        at += len(row)
        assert width == pytest.approx(1) or at == len(placed)
        heights = [place.share / ratio for place, ratio in zip(row, ratios[at - len(row) : at], strict=True)]
        assert heights == pytest.approx([heights[0]] * len(row))


def test_the_last_row_is_not_stretched() -> None:
    assert hanging.rows([1.0], 2.75)[0].share == pytest.approx(1 / 2.75)
    assert hanging.rows([], 2.75) == []


def test_columns_never_overlap() -> None:
    placed = hanging.columns([1.0, 0.5, 2.0, 1.0, 1.0, 3.0], 2)
    assert [place.column for place in placed[:3]] == [1, 2, 1]
    assert placed[2] == hanging.InColumn(1, 1, 1.0, 1)


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
