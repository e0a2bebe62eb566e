"""Where pictures hang on a wall: plain arithmetic on their ratios, so that a page needs no script to lay them out."""

from collections.abc import Sequence
from math import log
from typing import NamedTuple

CAPTION = 0.2  # a caption's height in column widths, near enough to balance columns
TALLEST = 1.5  # how much higher than wanted a row may be before it is left unfilled


class InRow(NamedTuple):
    """A picture's share of its row's width, without the gaps, and how many gaps the row has."""

    share: float
    gaps: int


class InColumn(NamedTuple):
    """A picture's column from 1, the height above it in column widths, and how many pictures that is."""

    column: int
    height: float
    above: int


def rows(ratios: Sequence[float], wanted: float) -> list[InRow]:
    """Pictures in rows, order kept, nothing cropped, each row's ratios adding up to about ``wanted``.

    The breaks are chosen for all rows together, as good typesetters choose those of a paragraph: filling one row
    after the other leaves a single picture before every panorama. The last row is never stretched.
    """
    count = len(ratios)
    best = [0.0] + [float("inf")] * count
    breaks = [0] * (count + 1)
    for end in range(1, count + 1):
        total = 0.0
        for start in range(end - 1, -1, -1):
            total += ratios[start]
            cost = best[start] + unevenness(total, wanted, last=end == count)
            if cost < best[end]:
                best[end], breaks[end] = cost, start
            if total > wanted * 3:
                break
    placed: list[InRow] = []
    end = count
    while end:
        start = breaks[end]
        row = ratios[start:end]
        filled = max(sum(row), wanted if end == count else wanted / TALLEST)
        placed[:0] = [InRow(ratio / filled, len(row) - 1) for ratio in row]
        end = start
    return placed


def unevenness(total: float, wanted: float, *, last: bool) -> float:
    """How far a row is from the wanted height; a short last row matters little."""
    off = log(total / wanted) ** 2
    return off / 4 if last and total < wanted else off


def columns(ratios: Sequence[float], count: int) -> list[InColumn]:
    """Each picture in turn in the shortest of ``count`` columns: CSS columns would run the works downwards."""
    heights, hung = [0.0] * count, [0] * count
    placed = []
    for ratio in ratios:
        column = min(range(count), key=lambda index: heights[index] + hung[index] * CAPTION)
        placed.append(InColumn(column + 1, heights[column], hung[column]))
        heights[column] += 1 / ratio
        hung[column] += 1
    return placed
