"""How works are hung in rows and columns."""

import pytest

from galleries import hanging

pytestmark = pytest.mark.django_db


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
