"""The list of works in the studio without a script: cells, several at once, suggestions, and what it costs."""

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.forms.renderers import DjangoTemplates
from django.test.html import parse_html
from django.test.utils import CaptureQueriesContext

from accounts.models import Artist
from artworks.models import Artwork
from artworks.rows import RowForm
from portfolio_site.testing import client_of, make_artist, work_row

pytestmark = pytest.mark.django_db
LIST = "/admin/artworks/artwork/"


def send(client: Any, path: str = LIST, /, **data: Any) -> Any:
    return client.post(path, data, format="multipart")


def said(answer: Any) -> str:
    return " ".join(str(message) for message in get_messages(answer.wsgi_request))


def row(work: Artwork, before: dict[str, Any], **now: Any) -> dict[str, Any]:
    """One row as a browser sends it: what stood on the page, and what stands there now."""
    form: dict[str, Any] = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "_save": "Save", "form-0-id": work.pk}
    for name, value in (before | now).items():
        form |= {f"form-0-{name}": value, f"initial-form-0-{name}": before[name]}
    return form


def written(work: Artwork) -> dict[str, Any]:
    names = ("title", "year", "medium", "dimensions", "edition", "availability", "price", "alt_text")
    return {name: getattr(work, name) or "" for name in names}


class TestCells:
    def test_every_field_of_a_row_is_saved(self, alice: Artist) -> None:
        work = work_row(alice, "Salt")
        now = {
            "title": "Lamp",
            "year": "2020",
            "medium": "Oil on linen",
            "dimensions": "60x80",
            "edition": "3/25",
            "availability": "sold",
            "price": "1200",
            "alt_text": "A lamp.",
        }
        assert send(client_of(alice), **row(work, written(work), **now)).status_code == 302
        work.refresh_from_db()
        assert {name: str(value) for name, value in written(work).items()} == now | {
            "dimensions": "60 × 80 cm",
            "price": "1200.00",
        }

    def test_they_are_written_as_djangos_templates_write_them(self, alice: Artist) -> None:
        work = work_row(alice, 'Salt & "Pepper"', year=2020, alt_text="<b>\nA lamp", availability="sold", price=12)
        quick, django = RowForm(instance=work), RowForm(instance=work, renderer=DjangoTemplates())
        wrong = RowForm({"title": "", "year": "x", "availability": "lost"}, instance=work)
        for name in quick.fields:
            assert parse_html(str(quick[name])) == parse_html(str(django[name])), name
        assert 'value="x"' in str(wrong["year"]) and "errorlist" in str(wrong["year"].errors)
        assert str(quick["year"].errors) == ""

    def test_each_says_what_it_is_and_whose(self, alice: Artist) -> None:
        work_row(alice, "Salt", height_cm=Decimal(60), width_cm=Decimal(80))
        page = client_of(alice).get(LIST).content.decode()
        for name in ("Title", "Year", "Medium", "Dimensions", "Edition", "Availability", "Price", "Alt text"):
            assert f'aria-label="{name}: Salt"' in page
        assert "60 × 80 cm (23 5/8 × 31 1/2 in.)" in page

    def test_a_size_that_cannot_be_read_is_refused_in_words(self, alice: Artist) -> None:
        work = work_row(alice, height_cm=Decimal(60))
        answer = send(client_of(alice), **row(work, written(work), dimensions="huge", title="Lamp"))
        assert answer.status_code == 200 and "60 x 80 x 3 cm" in answer.content.decode()
        work.refresh_from_db()
        assert (work.title, work.height_cm) == ("Untitled", 60)

    def test_what_another_tab_wrote_meanwhile_stays(self, alice: Artist) -> None:
        work = work_row(alice, "Salt", height_cm=Decimal(60))
        before = written(work)
        Artwork.objects.filter(pk=work.pk).update(year=1999, medium="Ink", height_cm=70)
        send(client_of(alice), **row(work, before, title="Lamp"))
        work.refresh_from_db()
        assert (work.title, work.year, work.medium, work.height_cm) == ("Lamp", 1999, "Ink", 70)

    def test_what_stood_on_the_page_outlives_a_refusal(self, alice: Artist) -> None:
        work = work_row(alice, "Salt", medium="Ink")
        answer = send(client_of(alice), **row(work, written(work) | {"medium": "Wax"}, dimensions="huge"))
        assert 'name="initial-form-0-medium" value="Wax"' in answer.content.decode()
        page = client_of(alice).get(LIST).content.decode()
        assert 'name="initial-form-0-availability" value="not_for_sale"' in page

    def test_a_row_of_which_one_side_is_known_keeps_it(self, alice: Artist) -> None:
        work = work_row(alice, width_cm=Decimal(80))
        send(client_of(alice), **row(work, written(work), title="Lamp"))
        work.refresh_from_db()
        assert (work.title, work.height_cm, work.width_cm) == ("Lamp", None, 80)

    def test_the_grid_is_remembered_by_its_links(self, alice: Artist) -> None:
        work_row(alice)
        page = client_of(alice).get(f"{LIST}?view=grid&lacks=alt").content.decode()
        assert "as-grid" in page and '<input type="hidden" name="view" value="grid">' in page
        assert "?lacks=medium&amp;view=grid" in page
        assert "as-grid" not in client_of(alice).get(LIST).content.decode()

    def test_a_row_tells_the_script_nothing_of_others(self, alice: Artist) -> None:
        work = work_row(alice)
        keeper = make_artist("root", is_superuser=True)
        assert f'data-work="/api/artworks/{work.pk}"' in client_of(alice).get(LIST).content.decode()
        assert "data-work" not in client_of(keeper).get(LIST).content.decode()


def several(client: Any, *works: Artwork, ticked: list[str] | None = None, **fields: Any) -> Any:
    form = {f"several-{name}": value for name, value in fields.items()}
    ask = {"action": ["", "change_several"], "index": 1, "_selected_action": [work.pk for work in works]}
    return send(client, **ask, **form, **({"several": "yes", "several-ticked": ticked} if ticked is not None else {}))


class TestSeveral:
    def test_it_is_asked_what_and_said_in_how_many(self, alice: Artist) -> None:
        works = [work_row(alice) for _ in range(3)]
        page = several(client_of(alice), *works[:2]).content.decode()
        assert "2 works will change" in page and "Change 2 works" in page
        assert page.count('name="_selected_action"') == 2

    def test_only_what_is_ticked_changes(self, alice: Artist) -> None:
        works = [work_row(alice, medium="Ink"), work_row(alice, medium="Ink")]
        works[0].set_tags(["old", "blue"])
        fields = {"year": 2020, "medium": "Oil", "dimensions": "60x80", "add_tags": "winter", "remove_tags": "Old"}
        answer = several(client_of(alice), *works, ticked=["year", "dimensions", "add_tags", "remove_tags"], **fields)
        assert "2 works are changed" in said(answer)
        for work in works:
            work.refresh_from_db()
            assert (work.year, work.medium, work.dimensions) == (2020, "Ink", "60 × 80 cm")
        assert [tag.name for tag in works[0].tags.all()] == ["blue", "winter"]

    def test_a_fault_is_said_and_nothing_changes(self, alice: Artist) -> None:
        work = work_row(alice)
        client = client_of(alice)
        assert "Tick what is to change" in several(client, work, ticked=[], year=2020).content.decode()
        page = several(client, work, ticked=["year", "dimensions"], year=2020, dimensions="huge").content.decode()
        assert "60 x 80 x 3 cm" in page and 'value="year" checked' in page
        work.refresh_from_db()
        assert work.year is None

    def test_anothers_works_are_none(self, alice: Artist, bob: Artist) -> None:
        work = work_row(alice, "Canary")
        answer = several(client_of(bob), work, ticked=["year"], year=2020)
        assert "Canary" not in answer.content.decode()
        work.refresh_from_db()
        assert work.year is None


CAPTURED = {
    "title": "Harbour",
    "captured_at": "2019-05-01T12:00:00",
    "description": "Cold.",
    "keywords": ["sea", "blue, grey"],
}


@pytest.fixture
def told(alice: Artist) -> Artwork:
    """A work whose file says much of itself."""
    work = work_row(alice)
    work.image.captured = CAPTURED
    work.image.save()
    return work


class TestSuggestions:
    def suggest(self, artist: Artist, work: Artwork, *fields: str) -> Artwork:
        for field in fields:
            send(client_of(artist), f"{LIST}{work.pk}/suggest/", suggested=field)
        work.refresh_from_db()
        return work

    def test_they_are_taken_over_one_by_one(self, alice: Artist, told: Artwork) -> None:
        page = client_of(alice).get(LIST).content.decode()
        assert "suggested: Harbour" in page and "suggested: 2019" in page
        assert self.suggest(alice, told, "title").title == "Harbour" and told.year is None
        self.suggest(alice, told, "year", "description", "words")
        assert (told.year, told.description) == (2019, "Cold.")
        assert [tag.name for tag in told.tags.all()] == ["blue  grey", "sea"]
        assert "suggested:" not in client_of(alice).get(LIST).content.decode()

    def test_what_is_written_stays(self, alice: Artist, told: Artwork) -> None:
        told.title, told.date_text, told.description = "Salt", "c. 1990", "Warm."
        told.save()
        told.set_tags(["salt"])
        self.suggest(alice, told, "title", "year", "description", "private_notes", "words")
        assert (told.title, told.year, told.description) == ("Salt", None, "Warm.")
        assert [tag.name for tag in told.tags.all()] == ["blue  grey", "salt", "sea"]

    def test_another_artist_accepts_nothing(self, alice: Artist, bob: Artist, told: Artwork) -> None:
        assert self.suggest(bob, told, "title", "year").title == "Untitled"
        told.image.captured = {"captured_at": "0000-00-00"}
        told.image.save()
        assert "suggested:" not in client_of(alice).get(LIST).content.decode()


def test_ones_own_words_are_offered_and_nobody_elses(alice: Artist, bob: Artist) -> None:
    work_row(alice, medium="Oil on linen").set_tags(["Winter"])
    work_row(bob, medium="Bob's wax").set_tags(["Bobs"])
    page = client_of(alice).get(LIST).content.decode()
    assert '<option value="Oil on linen">' in page and '<option value="Winter">' in page
    assert "wax" not in page and "Bobs" not in page


@pytest.mark.parametrize("query", ["", "?view=grid", "?q=untitled", "?lacks=alt&_facets=True"])
def test_more_works_ask_the_database_no_more(alice: Artist, query: str) -> None:
    client, counts = client_of(alice), []
    for count in (2, 6):
        for _ in range(count):
            work_row(alice).set_tags(["blue"])
        client.get(LIST + query)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(LIST + query).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] < 30
