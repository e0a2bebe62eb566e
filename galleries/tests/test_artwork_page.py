"""What a visitor notices on the page of a work."""

from decimal import Decimal

import pytest
from django.test import Client

from accounts.models import Artist
from artworks.models import Artwork
from galleries.templatetags.words import price
from galleries.tests.test_pages import in_order, text, words_of
from portfolio_site.testing import client_of, make_artist, make_gallery
from portfolio_site.testing import work_row as work

pytestmark = pytest.mark.django_db


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
