"""The studio's first screen: what needs attention, each with its number and the way to where it is mended."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Artist
from artworks.models import Artwork, ArtworkImage
from galleries.models import Gallery
from portfolio_site.testing import client_of, make_artist, make_gallery, work_row

pytestmark = pytest.mark.django_db
WHOLE = {"alt_text": "A field.", "year": 2020, "medium": "Oil"}
CALM = "All is in its place."


def desk(artist: Artist, path: str = "/admin/") -> str:
    answer = client_of(artist).get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def findings(artist: Artist) -> dict[str, str]:
    """Sentences, and where each leads."""
    _, _, rest = desk(artist).partition('aria-labelledby="attention"')
    links = re.findall(r'<a href="([^"]*)">([^<]*)</a>', rest.partition("</section>")[0])
    return {unescape(words): unescape(address) for address, words in links}


def whole_work(artist: Artist, state: str = "ready", **fields: Any) -> Artwork:
    work = work_row(artist, **WHOLE | fields)
    ArtworkImage.objects.filter(pk=work.image_id).update(state=state)
    return work


@pytest.fixture
def room(alice: Artist) -> Gallery:
    return make_gallery(alice, whole_work(alice))


def test_a_studio_in_order_is_one_calm_sentence(alice: Artist, room: Gallery) -> None:
    assert findings(alice) == {} and CALM in desk(alice)


def test_an_empty_studio_says_what_comes_first(alice: Artist) -> None:
    page = desk(alice)
    assert "Upload your first works" in page and CALM not in page and findings(alice) == {}


@pytest.mark.parametrize("username", ["alice", "keeper"])
@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"alt_text": ""}, "have no alt text yet"),
        ({"year": None}, "have no year yet"),
        ({"medium": ""}, "have no medium yet"),
        ({"state": "broken"}, "cannot be shown"),
        ({"state": "processing"}, "are still being prepared"),
        ({}, "hang nowhere"),
    ],
)
def test_each_lack_is_counted_and_leads_to_the_works_that_have_it(
    fields: dict[str, Any], words: str, username: str
) -> None:
    artist = make_artist(username, is_staff=True, is_superuser=username == "keeper")
    lacking = [whole_work(artist, title=f"Canary {n}", **fields) for n in range(2)]
    others = [whole_work(artist, title="Other"), whole_work(artist, title="Gone", **fields)]
    others[1].trash()
    make_gallery(artist, *others, *(lacking if fields else []))
    ArtworkImage.objects.update(created_at=timezone.now() - timedelta(hours=1))
    bob = make_artist("bob")
    make_gallery(bob, whole_work(bob, title="Bobs", **fields))
    found = {said: address for said, address in findings(artist).items() if "second factor" not in said}
    (said, address), *more = found.items()
    assert said == f"2 {said.split(' ')[1]} {words}" and not more
    page = desk(artist, address)
    if not fields.get("alt_text", True):  # one after the other
        assert "Canary 1" in page and "2 works still lack an alt text" in page
        return
    for title, shown in (("Canary 0", True), ("Canary 1", True), ("Other", False), ("Gone", False), ("Bobs", False)):
        assert (title in page) == shown, title


def test_a_date_in_words_is_a_date(alice: Artist) -> None:
    make_gallery(alice, whole_work(alice, year=None, date_text="c. 1998"))
    assert findings(alice) == {}


def test_what_has_just_come_is_no_trouble(alice: Artist) -> None:
    make_gallery(alice, whole_work(alice, state="processing"))
    assert findings(alice) == {}


def test_galleries_nobody_can_enter_are_named(alice: Artist, room: Gallery) -> None:
    empty, cellar = make_gallery(alice, title="Bare"), make_gallery(alice, title="Cellar", visibility="private")
    found, page = findings(alice), desk(alice)
    assert "1 public gallery is empty, and visitors find no way to it" in found
    assert "1 gallery is private: only you see it" in found
    for gallery in (empty, cellar):
        assert f'<a class="gallery" href="/admin/galleries/gallery/{gallery.pk}/change/">{gallery.title}</a>' in page
    assert f'class="gallery" href="/admin/galleries/gallery/{room.pk}/' not in page
    for number in range(4):
        make_gallery(alice, title=f"Vault {number}", visibility="private")
    address = findings(alice)["5 galleries are private: only you see them"]
    assert 'class="gallery" href="/admin/galleries/gallery/' in desk(alice) and "Vault 0</a>" not in desk(alice)
    listed = desk(alice, address)
    assert "Vault 3" in listed and "Cellar" in listed and "Room" not in listed


def test_a_keeper_without_a_second_factor_is_told_until_there_is_one() -> None:
    keeper = make_artist("keeper", is_staff=True, is_superuser=True)
    (words, address), *more = findings(keeper).items()
    assert "second factor" in words and address == "/accounts/second-factor/app" and not more
    Authenticator.objects.create(user=keeper.user, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert findings(keeper) == {}


def test_a_keeper_who_is_no_artist_is_told_too() -> None:
    keeper = make_artist("keeper", is_staff=True, is_superuser=True)
    client = client_of(keeper)
    keeper.delete()
    assert "second factor" in client.get("/admin/").content.decode()


def queries(artist: Artist) -> int:
    client = client_of(artist)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get("/admin/").status_code == 200
    return len(captured)


def test_it_asks_as_much_of_many_works_as_of_few(alice: Artist, bob: Artist) -> None:
    for artist, count in ((alice, 3), (bob, 40)):
        works = [work_row(artist, title=str(n)) for n in range(count)]
        for number in range(count // 3):
            make_gallery(artist, *works[number::2], title=f"Room {number}", visibility="private")
    assert queries(alice) == queries(bob) <= 9


def test_site_and_visitors_view_are_a_press_away_on_every_page(alice: Artist, room: Gallery) -> None:
    for path in (
        "/admin/",
        "/admin/artworks/artwork/",
        f"/admin/galleries/gallery/{room.pk}/change/",
        "/admin/rights/",
    ):
        page = desk(alice, path)
        assert '<a href="/artists/alice/">View site</a>' in page and ">View as a visitor</button>" in page, path
