"""Where pictures hang on a wall: plain arithmetic on their ratios, so that a page needs no script to lay them out."""

from collections.abc import Sequence
from math import log
from typing import NamedTuple

CAPTION = 0.2  # a caption's height in column widths, near enough to balance columns
TALLEST = 1.5  # how much higher than wanted a row may be before it is left unfilled
NEARLY = 0.88  # a last row this full is filled
SLIMMEST = 0.5  # a slimmer work gets a place of this ratio, so that there is room for its caption
WIDE = 3.0  # a work this wide has the whole wall to itself


class InRow(NamedTuple):
    """A picture's share of its row's width, without the gaps, and how many gaps the row has."""

    share: float
    gaps: int


class InColumn(NamedTuple):
    """A picture's stretch of the wall and column, both from 1, the height above it there in column widths, and how
    many pictures that is. Where a picture as wide as the wall begins a stretch of its own, the column is 0.
    """

    stretch: int
    column: int
    height: float
    above: int


def rows(shapes: Sequence[float], wanted: float, tallest: float = TALLEST) -> list[InRow]:
    """Pictures in rows, order kept, nothing cropped, each row's ratios adding up to about ``wanted``.

    The breaks are chosen for all rows together, as good typesetters choose those of a paragraph: filling one row
    after the other leaves a single picture before every panorama. The last row is never stretched.
    """
    ratios = [max(ratio, SLIMMEST) for ratio in shapes]
    count = len(ratios)
    best = [0.0] + [float("inf")] * count
    breaks = [0] * (count + 1)
    for end in range(1, count + 1):
        total = 0.0
        for start in range(end - 1, -1, -1):
            if end - start > 1 and max(ratios[start], ratios[start + 1]) >= WIDE:
                break
            total += ratios[start]
            short = end == count and end - start > 1
            cost = best[start] + unevenness(total, wanted, may_be_short=short)
            if cost < best[end]:
                best[end], breaks[end] = cost, start
            if total > wanted * 3:
                break
    placed: list[InRow] = []
    end = count
    while end:
        start = breaks[end]
        row = ratios[start:end]
        least = wanted / tallest if end < count or sum(row) > wanted * NEARLY else wanted
        filled = max(sum(row), least)
        placed[:0] = [InRow(ratio / filled, len(row) - 1) for ratio in row]
        end = start
    return placed


def unevenness(total: float, wanted: float, *, may_be_short: bool) -> float:
    """How far a row is from the wanted height; a short last row matters little, unless one work hangs there alone."""
    off = log(total / wanted) ** 2
    return off / 4 if may_be_short and total < wanted else off


def columns(ratios: Sequence[float], count: int) -> list[InColumn]:
    """Each picture in turn in the shortest of ``count`` columns: CSS columns would run the works downwards."""
    heights, hung, stretch = [0.0] * count, [0] * count, 1
    placed = []
    for ratio in ratios:
        if ratio >= WIDE:
            stretch += any(hung)
            placed.append(InColumn(stretch, 0, 0, 0))
            heights, hung, stretch = [0.0] * count, [0] * count, stretch + 1
            continue
        column = min(range(count), key=lambda index: heights[index] + hung[index] * CAPTION)
        placed.append(InColumn(stretch, column + 1, heights[column], hung[column]))
        heights[column] += 1 / max(ratio, SLIMMEST)
        hung[column] += 1
    return placed
