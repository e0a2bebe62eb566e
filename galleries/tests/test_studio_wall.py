"""The wall as its artist arranges it: what the page brings for it, and orders that are sent from two tabs."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Artist
from artworks.models import Artwork
from galleries.models import Gallery
from portfolio_site.testing import client_of, make_artist, make_gallery, make_work, work_row

pytestmark = pytest.mark.django_db
LIST = "/admin/galleries/gallery/"
BRIEFLY = {"Prefer": "return=minimal"}


@pytest.fixture
def works(alice: Artist) -> list[Artwork]:
    return [work_row(alice, title=title) for title in ("One", "Two", "Three", "Four")]


@pytest.fixture
def winter(alice: Artist, works: list[Artwork]) -> Gallery:
    return make_gallery(alice, *works, title="Winter")


def page(gallery: Gallery, name: str = "change/") -> str:
    return f"{LIST}{gallery.pk}/{name}"


def attribute(html: str, name: str) -> str:
    found = re.search(rf'{name}="([^"]*)"', html)
    assert found, name
    return found[1].replace("&quot;", '"')


class TestOrder:
    def put(self, client: Any, gallery: Gallery, order: list[int], etag: str = "", **headers: str) -> Any:
        headers |= {"If-Match": etag} if etag else {}
        return client.put(f"/api/galleries/{gallery.pk}/order", {"artworks": order}, format="json", headers=headers)

    def test_the_page_knows_the_state_that_it_shows(self, alice: Artist, winter: Gallery) -> None:
        client = client_of(alice)
        shown = attribute(client.get(page(winter)).content.decode(), "data-etag")
        assert shown == client.get(f"/api/galleries/{winter.pk}/order")["ETag"]

    def test_of_two_tabs_the_second_is_told_and_may_then_keep_its_own(self, alice: Artist, winter: Gallery) -> None:
        client, ids = client_of(alice), winter.hanging_ids()
        first = second = attribute(client.get(page(winter)).content.decode(), "data-etag")
        theirs, mine = [*ids[1:], ids[0]], ids[::-1]
        assert self.put(client, winter, theirs, first).status_code == 200
        refused = self.put(client, winter, mine, second)
        assert (refused.status_code, refused.json()["code"]) == (412, "precondition_failed")
        assert winter.hanging_ids() == theirs
        read = client.get(f"/api/galleries/{winter.pk}/order")["ETag"]
        assert self.put(client, winter, mine, read).status_code == 200
        assert winter.hanging_ids() == mine

    def test_answered_briefly_each_leads_on_to_the_next(self, alice: Artist, winter: Gallery) -> None:
        client, ids = client_of(alice), winter.hanging_ids()
        etag = client.get(f"/api/galleries/{winter.pk}/order")["ETag"]
        for order in (ids[::-1], [*ids[2:], *ids[:2]], ids):
            answer = self.put(client, winter, order, etag, **BRIEFLY)
            assert (answer.status_code, answer.content) == (204, b"") and winter.hanging_ids() == order
            etag = answer["ETag"]
        assert self.put(client, winter, ids[::-1], etag)["ETag"] != etag

    def test_what_is_no_permutation_changes_nothing(self, alice: Artist, winter: Gallery) -> None:
        client, ids = client_of(alice), winter.hanging_ids()
        for order in (ids[1:], [*ids, ids[0]], [*ids[:-1], 987654321]):
            assert self.put(client, winter, order, **BRIEFLY).status_code == 400
        assert winter.hanging_ids() == ids

    def test_another_artists_requests_do_and_tell_nothing(self, bob: Artist, winter: Gallery) -> None:
        client, ids = client_of(bob), winter.hanging_ids()
        winter.hide()
        for pk in (winter.pk, 987654321):
            answers = [
                client.put(f"/api/galleries/{pk}/order", {"artworks": ids[::-1]}, format="json", headers=BRIEFLY),
                client.post(f"/api/galleries/{pk}/take-down", {"artworks": ids}, format="json", headers=BRIEFLY),
            ]
            assert [answer.status_code for answer in answers] == [404, 404]
            assert client.get(f"{LIST}{pk}/wall.css").status_code == 302
        assert winter.hanging_ids() == ids

    def test_of_galleries_is_told_the_same_way(self, alice: Artist) -> None:
        rooms = [make_gallery(alice, title=title) for title in "ABC"]
        client, path = client_of(alice), f"/api/artists/{alice.pk}/order"
        etag = attribute(client.get(LIST).content.decode(), "data-etag")
        ids = [room.pk for room in rooms]
        answer = client.put(path, {"galleries": ids[::-1]}, format="json", headers={"If-Match": etag})
        assert answer.status_code == 200 and answer["ETag"] == client.get(path)["ETag"]
        assert client.put(path, {"galleries": ids}, format="json", headers={"If-Match": etag}).status_code == 412
        assert list(alice.galleries.values_list("pk", flat=True)) == ids[::-1]


class TestPage:
    def test_hangs_as_the_public_page_does(self, alice: Artist, winter: Gallery, works: list[Artwork]) -> None:
        client = client_of(alice)
        for layout in Gallery.Layout.values:
            Gallery.objects.update(layout=layout)
            sheet = client.get(page(winter, "wall.css"))
            assert sheet["Content-Type"] == "text/css" and f".w{works[0].pk}{{" in sheet.content.decode()
            assert sheet.content.decode() in client.get(winter.get_absolute_url()).content.decode()
            assert client.get(page(winter, f"wall.css?layout={layout}")).content == sheet.content

    def test_asks_the_database_no_more_for_a_longer_wall(self, alice: Artist, winter: Gallery) -> None:
        def queries() -> int:
            with CaptureQueriesContext(connection) as asked:
                assert client.get(page(winter)).status_code == 200
                assert client.get(page(winter, "wall.css")).status_code == 200
            return len(asked)

        client = client_of(alice)
        queries()
        few = queries()
        winter.hang([work_row(alice) for _ in range(30)])
        assert queries() == few <= 20

    def test_who_may_not_use_the_api_gets_the_plain_form(self, winter: Gallery) -> None:
        keeper = make_artist("root", is_superuser=True)
        html = client_of(keeper).get(page(winter)).content.decode()
        assert "data-live-wall" not in html and html.count('name="_up"') == 4
        assert "data-galleries" not in client_of(keeper).get(LIST).content.decode()

    def test_part_of_the_galleries_is_in_no_order_to_be_changed(self, alice: Artist) -> None:
        make_gallery(alice, title="A")
        make_gallery(alice, title="B", visibility="private")
        client = client_of(alice)
        assert "data-galleries" in client.get(LIST).content.decode()
        for part in ("?q=A", "?visibility__exact=private"):
            assert "data-galleries" not in client.get(LIST + part).content.decode()

    def test_words_saved_beside_a_live_wall_leave_it_alone(self, alice: Artist, works: list[Artwork]) -> None:
        room = make_gallery(alice, make_work(alice), works[0], title="Room")
        Gallery.objects.update(cover=works[0])
        sent = {"title": "Spring", "layout": "single", "slug": room.slug, "description": ""}
        sent |= {"placements-TOTAL_FORMS": "0", "placements-INITIAL_FORMS": "0"}
        before = room.hanging_ids()
        assert client_of(alice).post(page(room), sent, format="multipart").status_code == 302
        room.refresh_from_db()
        assert (room.title, room.cover, room.hanging_ids()) == ("Spring", works[0], before)
