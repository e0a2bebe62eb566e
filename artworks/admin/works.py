"""Works in the studio: their list, what is done with many of them, and the page of each."""

from typing import Any

from artworks.admin.alt_texts import AltTexts
from artworks.admin.lists import Lists
from artworks.admin.record import Record
from artworks.admin.suggestions import Suggestions
from artworks.admin.trash import Trash
from artworks.admin.uploads import Uploads


class ArtworkAdmin(Lists, AltTexts, Record, Trash, Uploads, Suggestions):
    actions: Any = ["change_several", *Trash.actions]
