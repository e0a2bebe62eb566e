"""What makes an alt text good, as gentle hints: they never stand in the way of saving it."""

import re

from django.utils.translation import gettext as _

ABOUT = 30  # words
MOST = 45  # words, from which on a listener waits for the end
OPENINGS = (
    r"^(an?\s+|the\s+)?(image|picture|photo|photograph|pic)\s+(of|showing)\b"
    r"|^(ein(e)?\s+|das\s+)?(bild|foto|abbildung|fotografie)\s+(von|des|der|mit|zeigt)\b"
)
FILE_NAME = r"^\S+\.(jpe?g|png|tiff?|webp|heic|heif|avif|gif|psd)$|^(img|dsc|dscf|dscn|pxl|scan)[_\-]?\d+$"


def hints(text: str, title: str = "") -> list[str]:
    """What could be better, in a sentence each; nothing where all is well, or nothing is written."""
    words = text.split()
    found = {
        "file": bool(re.search(FILE_NAME, text.strip(), re.IGNORECASE)),
        "opening": bool(re.search(OPENINGS, text.strip(), re.IGNORECASE)),
        "title": bool(title) and text.strip().casefold() == title.strip().casefold(),
        "long": len(words) > MOST,
    }
    return [sentence for name, sentence in sentences().items() if found[name]]


def sentences() -> dict[str, str]:
    return {
        "file": _("This looks like the name of a file. Say what one sees."),
        "opening": _("No need for “image of”: that it is a picture is said already. Begin with what one sees."),
        "title": _("This is the title, which is read out anyway. Say what one sees."),
        "long": _("More than about thirty words is long to listen to. What matters most?"),
    }
