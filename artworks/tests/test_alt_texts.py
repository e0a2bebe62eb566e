"""The queue of works without an alt text, and its gentle hints."""

from typing import Any

import pytest
from django.contrib.messages import get_messages

from accounts.models import Artist
from artworks.alt_texts import hints
from artworks.models import Artwork
from portfolio_site.testing import client_of, work_row

QUEUE = "/admin/artworks/artwork/alt-texts/"


def write(client: Any, work: Artwork, text: str, left: int = 12) -> Any:
    return client.post(QUEUE, {"work": work.pk, "alt_text": text, "left": left}, format="multipart")


def said(answer: Any) -> str:
    return " ".join(str(message) for message in get_messages(answer.wsgi_request))


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("Image of a lamp", "No need for “image of”"),
        ("A photograph showing two boats", "No need for “image of”"),
        ("Ein Bild von einem Boot", "No need for “image of”"),
        ("blue-hour_02.JPG", "name of a file"),
        ("IMG_2041", "name of a file"),
        ("salt", "This is the title"),
        ("blue " * 46, "long to listen to"),
    ],
)
def test_what_could_be_better_is_hinted_at(text: str, hint: str) -> None:
    (found,) = hints(text, "Salt")
    assert hint in found


@pytest.mark.parametrize("text", ["", "Two blue boats on a still harbour", "Imaginary birds", "Photogram of a fern"])
def test_nothing_is_said_where_all_is_well(text: str) -> None:
    assert hints(text, "Salt") == []


class TestQueue:
    def test_one_work_after_the_other_newest_first(self, alice: Artist) -> None:
        works = [work_row(alice, title) for title in ("First", "Second", "Third")]
        Artwork.objects.filter(pk=works[1].pk).update(alt_text="Done.")
        client = client_of(alice)
        assert "Third" in client.get(QUEUE).content.decode()
        page = client.get(write(client, works[2], "A lamp.")["Location"]).content.decode()
        assert "First" in page and "1 work still lacks an alt text" in page
        page = client.get(write(client, works[0], "A boat.", left=11)["Location"]).content.decode()
        assert "Every work has an alt text" in page
        works[2].refresh_from_db()
        assert works[2].alt_text == "A lamp."

    def test_a_round_is_twelve_and_then_one_is_asked(self, alice: Artist) -> None:
        work_row(alice, "Last")
        work = work_row(alice)
        client = client_of(alice)
        page = client.get(write(client, work, "A lamp.", left=1)["Location"]).content.decode()
        assert "Last" not in page and "Enough for today" in page

    def test_hints_stop_nobody_and_nothing_written_is_no_fault(self, alice: Artist) -> None:
        work, client = work_row(alice, "Salt"), client_of(alice)
        assert said(write(client, work, "")) == ""
        answer = write(client, work, "Image of a lamp")
        assert "“Salt”: No need" in said(answer)
        work.refresh_from_db()
        assert work.alt_text == "Image of a lamp"

    def test_what_another_tab_wrote_stays(self, alice: Artist) -> None:
        work = work_row(alice, alt_text="Mine.")
        assert "written elsewhere" in said(write(client_of(alice), work, "Yours."))
        work.refresh_from_db()
        assert work.alt_text == "Mine."

    def test_another_artist_sees_and_changes_nothing(self, alice: Artist, bob: Artist) -> None:
        work = work_row(alice, "Canary")
        assert "Canary" not in client_of(bob).get(QUEUE).content.decode()
        answers = [write(client_of(bob), thing, "Forged.") for thing in (work, Artwork(pk=987654321))]
        assert answers[0]["Location"] == answers[1]["Location"] == QUEUE
        assert said(answers[0]) == said(answers[1]) == ""
        work.refresh_from_db()
        assert work.alt_text == ""

    @pytest.mark.parametrize("query", ["?after=x", "?after=99999999999999999999", "?left=-1", "?left=x&after="])
    def test_a_made_up_address_is_no_error(self, alice: Artist, query: str) -> None:
        work_row(alice)
        assert client_of(alice).get(QUEUE + query).status_code == 200
