"""What the decoder answers about a file: a report of what it found, or why the file is not taken."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Report:
    """What one decode found. Sizes in pixels, of the upright picture."""

    format: str
    extension: str
    width: int
    height: int
    master_width: int
    master_height: int
    placeholder: str
    average_colour: str


class Refused(Exception):
    """A file that is not taken: a stable code, and a sentence that says what to do."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code, self.detail = code, detail
