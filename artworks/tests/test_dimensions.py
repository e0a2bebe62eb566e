"""Sizes as people write them, in the API and on the wall label."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from accounts.models import Artist
from artworks.dimensions import Size, read
from portfolio_site.testing import client_of, make_gallery, upload, work_row


@pytest.mark.parametrize(
    ("text", "sides"),
    [
        ("60x80", "60 80"),
        ("60 x 80 x 3 cm", "60 80 3"),
        ("60 × 80", "60 80"),
        ("60×80.5 cm.", "60 80.5"),
        ("60,5 x 80 CM", "60.5 80"),
        ("60 cm x 80 cm x 3 cm", "60 80 3"),
        ("60 by 80", "60 80"),
        ("24 x 31 1/2 in", "60.96 80.01"),
        ("24\" x 31½\"", "60.96 80.01"),
        ("24” × 31 ½” ", "60.96 80.01"),
        ("31.625 inches", "80.33"),
        ("3/4 in.", "1.91"),
        ("23 5/8 × 31-1/2 in.", "60.01 80.01"),
        ("24 Zoll", "60.96"),
        ("600 x 800 mm", "60 80"),
        ("60 cm x 800 mm", "60 80"),
        ("1.2 x 0.8 m", "120 80"),
        ("60 × 80 cm (23 5/8 × 31 1/2 in.)", "60 80"),
        ("60", "60"),
    ],
)  # fmt: skip
def test_a_size_is_understood(text: str, sides: str) -> None:
    assert read(text)[:3] == tuple([*map(Decimal, sides.split()), None, None][:3])
    assert not read(text).variable


@pytest.mark.parametrize(
    "text", ["variable", "Dimensions variable", "variable dimensions.", "Variabel", "Maße variabel"]
)
def test_a_size_may_vary(text: str) -> None:
    assert read(text) == Size(variable=True)
    assert str(read(text)) == "Dimensions variable"


def test_nothing_is_no_size() -> None:
    assert read("  ") == Size() and str(Size()) == ""


@pytest.mark.parametrize(
    "text", ["large", "60 x", "x 80", "60 x 80 x 3 x 2", "60 80", "60 x 80 feet", "1/0 in", "-60 x 80", "60 x / 80", "A4", "1,2,3"]
)  # fmt: skip
def test_of_anything_else_it_is_said_what_to_write(text: str) -> None:
    with pytest.raises(ValidationError, match="60 x 80 x 3 cm"):
        read(text)


@pytest.mark.parametrize("text", ["0 x 80", "0.01 mm", "99999 x 80 m"])
def test_a_side_is_neither_nothing_nor_endless(text: str) -> None:
    with pytest.raises(ValidationError, match="more than nothing"):
        read(text)


def test_a_point_for_thousands_is_not_taken_for_a_comma() -> None:
    with pytest.raises(ValidationError, match=r"“1\.200”"):
        read("1.200 x 800 mm")


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("size", [Size(Decimal("60.5"), Decimal(80)), Size(Decimal(1200)), Size(variable=True)])
def test_what_a_label_says_is_read_again(language: str, size: Size) -> None:
    with override(language):
        assert read(str(size)) == size


class TestApi:
    def test_takes_one_line_for_the_sides(self, alice: Artist) -> None:
        client, work = client_of(alice), upload(alice, dimensions="24 x 31 1/2 in")
        assert (work.height_cm, work.width_cm, work.depth_cm) == (Decimal("60.96"), Decimal("80.01"), None)
        answer = patch(client, work, dimensions="60 x 80 x 3").json()
        assert (answer["dimensions"], answer["depth_cm"]) == ("60 × 80 × 3 cm", "3.00")
        assert patch(client, work, dimensions="").json()["height_cm"] is None

    def test_what_varies_is_measured_again_by_its_sides(self, alice: Artist) -> None:
        client, work = client_of(alice), work_row(alice, height_cm=60)
        answer = patch(client, work, dimensions="variable").json()
        assert (answer["dimensions"], answer["height_cm"]) == ("Dimensions variable", None)
        assert patch(client, work, height_cm="20").json()["dimensions"] == "20 cm"
        assert patch(client, work, height_cm=None).json()["dimensions"] == ""

    def test_refuses_what_contradicts_itself(self, alice: Artist) -> None:
        client, work = client_of(alice), work_row(alice)
        answer = patch(client, work, dimensions="60 x 80", height_cm="61")
        assert (answer.status_code, answer.json()["code"]) == (400, "conflicting_dimensions")
        assert patch(client, work, dimensions="60 x 80", height_cm="60").status_code == 200
        answer = patch(client, work, dimensions="huge")
        assert answer.status_code == 400 and "60 x 80 x 3 cm" in answer.json()["errors"]["dimensions"][0]["message"]

    def test_sent_back_as_read_it_changes_nothing(self, alice: Artist) -> None:
        work = work_row(alice, width_cm=80)
        patch(client_of(alice), work, dimensions="80 cm")
        work.refresh_from_db()
        assert (work.height_cm, work.width_cm) == (None, 80)

    def test_gives_several_works_one_size(self, alice: Artist) -> None:
        works = [work_row(alice), work_row(alice, height_cm=1)]
        body = {"artworks": [work.pk for work in works], "changes": {"dimensions": "variable"}}
        assert client_of(alice).patch("/api/artworks", body, format="json").status_code == 200
        for work in works:
            work.refresh_from_db()
            assert work.dimensions == "Dimensions variable"


def test_visitors_read_that_it_varies(alice: Artist) -> None:
    work = work_row(alice, dimensions_variable=True)
    make_gallery(alice, work)
    page = client_of(None).get(work.get_absolute_url()).content.decode()
    assert '<p class="dimensions">Dimensions variable</p>' in page


def patch(client: Any, work: Any, **fields: Any) -> Any:
    return client.patch(f"/api/artworks/{work.pk}", fields, format="json")
