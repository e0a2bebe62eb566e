"""`sizes` says what site.css does, and walls stay calm whatever the works' shapes."""

import re

import pytest
from django.conf import settings

from accounts.looks import Theme
from galleries import hanging, widths
from galleries.templatetags.pictures import sizes

CSS = (settings.BASE_DIR / "static" / "site.css").read_text()


@pytest.mark.parametrize("theme", Theme.values)
@pytest.mark.parametrize(("name", "table"), [("margin", widths.MARGIN), ("gap", widths.GAP)])
def test_the_themes_of_the_stylesheet_are_those_of_the_sizes(
    theme: str, name: str, table: dict[Theme, widths.Clamp]
) -> None:
    selector = ":root, :host" if theme == Theme.MUSEUM else f'[data-theme="{theme}"]'
    rule = re.search(rf"\n{re.escape(selector)} \{{(.*?)\n\}}", CSS, re.DOTALL)
    assert rule
    said = re.search(rf"--{name}: clamp\(([\d.]+)rem, ([\d.]+)vw, ([\d.]+)rem\)", rule[1])
    assert said
    assert widths.Clamp(*map(float, said.groups())) == table[Theme(theme)]


def test_a_row_leaves_out_margins_and_gaps() -> None:
    row = hanging.InRow(0.5, 1)
    said = sizes("justified", 1.5, Theme.MUSEUM, [row] * 4).split(", ")
    assert said[-1] == "calc(45.0vw - 0.5rem)"  # half of what two margins of 5vw and a gap of 1rem leave
    assert said[0] == "(min-width: 112rem) calc(50.0vw - 7.1rem)"


def test_a_panorama_is_as_wide_as_it_must_be_to_be_seen() -> None:
    assert sizes("masonry", 6.0).endswith("max(90.0vw, 48.0rem)")


def test_a_slim_work_has_room_for_its_caption() -> None:
    slim, wide = hanging.rows([0.2, 2.0], 2.5)
    assert slim.share == pytest.approx(0.2)
    assert wide.share == pytest.approx(0.8)


@pytest.mark.parametrize("wanted", [screen.wanted for screen in widths.SCREENS])
def test_a_panorama_hangs_alone(wanted: float) -> None:
    assert [place.gaps for place in hanging.rows([0.7, 1.5, 6.0, 0.7], wanted)][2:] == [0, 0]


def test_no_work_is_left_alone_in_the_last_row_if_there_is_another_way() -> None:
    assert hanging.rows([1.5] * 7, 2.75)[-1].gaps >= 1
    assert hanging.rows([1.5, 1, 1.5, 0.75, 1, 1.5, 0.7], 2.75)[-1].gaps >= 1


def test_a_last_row_that_is_nearly_full_is_filled() -> None:
    assert sum(place.share for place in hanging.rows([1.3, 1.3], 2.75)) == pytest.approx(1)
    assert sum(place.share for place in hanging.rows([1.0, 1.0], 2.75)) == pytest.approx(2 / 2.75)


def test_a_panorama_has_all_columns_and_those_after_it_begin_anew() -> None:
    placed = hanging.columns([1.0, 1.0, 4.0, 1.0, 5.0, 4.0], 2)
    assert [(spot.stretch, spot.column) for spot in placed] == [(1, 1), (1, 2), (2, 0), (3, 1), (4, 0), (5, 0)]
    assert placed[3][2:] == (0, 0)
