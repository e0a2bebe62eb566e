"""What the decoder answers about a file: a report of what it found, or why the file is not taken."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Report:
    """What one decode found. Sizes in pixels, of the upright picture.

    ``colour``: ``profile`` (its own name, empty without one), ``space`` (RGB, grey, CMYK), ``bits`` a channel, and
    ``outside``, the share of the picture, 0 to 1, whose colours lie outside sRGB.
    ``captured``: see `artworks.metadata`.
    """

    format: str
    extension: str
    width: int
    height: int
    master_width: int
    master_height: int
    placeholder: str
    average_colour: str
    colour: dict[str, Any]
    captured: dict[str, Any]


class Refused(Exception):
    """A file that is not taken: a stable code, and a sentence that says what to do.

    The sentence is English, its numbers apart: `artworks.labels.refusal` says it in the reader's language.
    """

    def __init__(self, code: str, words: str, **values: int | str) -> None:
        self.code, self.words, self.values = code, words, values
        super().__init__(self.detail)

    @property
    def detail(self) -> str:
        return self.words % self.values if self.values else self.words
