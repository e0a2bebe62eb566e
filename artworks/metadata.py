"""Metadata in and out: what a file says of itself, as suggestions; and the rights that every rendition carries.

Knows no Django. Reading happens in the decoder process: a metadata block is as hostile as any other part of a file.
Where a picture was taken, with which serial number, and everything else not named here never leaves the original.
"""

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

from PIL import ExifTags, IptcImagePlugin
from PIL.ImageFile import ImageFile

LONGEST = 2000  # characters of one text
MOST_KEYWORDS = 50
UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")

# PLUS License Data Format 2.0.1, "Data Mining", as IPTC Photo Metadata 2023.1 takes it up.
NO_TRAINING = "http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED-AIMLTRAINING"


def read(image: ImageFile) -> dict[str, Any]:
    """Of ``title, description, keywords, creator, copyright, captured_at, camera`` what the file says.

    XMP is believed before IPTC, and IPTC before EXIF (Metadata Working Group, Guidelines 2.0). A block that cannot be
    read says nothing.
    """
    exif, iptc, xmp = attempt(lambda: exif_of(image)), attempt(lambda: iptc_of(image)), attempt(lambda: xmp_of(image))
    found = exif | iptc | xmp
    return {name: value for name, value in found.items() if value}


def attempt(block: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    try:
        return {name: value for name, value in block().items() if value}
    except Exception:  # a hostile block must not cost the picture
        return {}


def exif_of(image: ImageFile) -> dict[str, Any]:
    if image.format == "PNG" and not {"exif", "Raw profile type exif"} & set(image.info):
        return {}  # Pillow would decode the whole file to look for a block behind the pixels
    exif = image.getexif()
    base, inner = ExifTags.Base, exif.get_ifd(ExifTags.IFD.Exif)
    make, model = clean(exif.get(base.Make)), clean(exif.get(base.Model))
    return {
        "description": clean(exif.get(base.ImageDescription)),
        "creator": clean(exif.get(base.Artist)),
        "copyright": clean(exif.get(base.Copyright)),
        "camera": model if model.startswith(make) else f"{make} {model}".strip(),
        "captured_at": moment(inner.get(base.DateTimeOriginal)),
    }


def iptc_of(image: ImageFile) -> dict[str, Any]:
    """IPTC-IIM 4.2, record 2."""
    iptc = IptcImagePlugin.getiptcinfo(image) or {}
    return {
        "title": clean(iptc.get((2, 5))),
        "description": clean(iptc.get((2, 120))),
        "keywords": words(iptc.get((2, 25))),
        "creator": clean(iptc.get((2, 80))),
        "copyright": clean(iptc.get((2, 116))),
    }


def xmp_of(image: ImageFile) -> dict[str, Any]:
    """Dublin Core in XMP (ISO 16684-1)."""
    about = image.getxmp().get("xmpmeta", {}).get("RDF", {}).get("Description", {})
    merged: dict[str, Any] = {}
    for description in about if isinstance(about, list) else [about]:
        merged |= description
    return {
        "title": clean(first(merged.get("title"))),
        "description": clean(first(merged.get("description"))),
        "keywords": words(items(merged.get("subject"))),
        "creator": clean(", ".join(map(clean, items(merged.get("creator"))))),
        "copyright": clean(first(merged.get("rights"))),
    }


def items(value: Any) -> list[Any]:
    """The members of an XMP ``Seq``, ``Bag`` or ``Alt``."""
    while isinstance(value, dict):
        value = next((value[key] for key in ("Alt", "Seq", "Bag", "li", "text") if key in value), None)
    return value if isinstance(value, list) else [value] if value else []


def first(value: Any) -> Any:
    """The default language's text, which comes first."""
    found = items(value)
    return next(iter(items(found[0])), "") if found else ""


def words(value: Any) -> list[str]:
    found = value if isinstance(value, list) else [value] if value else []
    return list(dict.fromkeys(word for word in map(clean, found) if word))[:MOST_KEYWORDS]


def clean(value: Any) -> str:
    """Plain text of a tag: no control characters, nothing that turns writing about, no endless length."""
    if isinstance(value, bytes):
        try:
            value = value.decode()
        except UnicodeDecodeError:
            value = value.decode("latin-1")
    if not isinstance(value, str):
        return ""
    text = value.encode("utf-8", "ignore").decode()
    return UNSEEN.sub("", text).strip()[:LONGEST]


def moment(value: Any) -> str:
    """EXIF's ``2024:05:01 12:00:00`` as ISO 8601; the camera's own clock, so without a zone."""
    try:
        return datetime.strptime(clean(value), "%Y:%m:%d %H:%M:%S").isoformat()
    except ValueError:
        return ""


def rights(creator: str, notice: str, statement: str, *, reserved: bool = True) -> bytes:
    """The XMP packet of a rendition: Creator, Copyright Notice, Web Statement of Rights, Data Mining, and no more.

    Where AI training is not ``reserved`` nothing is said of data mining: that is not yet a licence.
    """
    lines: Iterable[str] = (
        f"<dc:creator><rdf:Seq><rdf:li>{text(creator)}</rdf:li></rdf:Seq></dc:creator>",
        f'<dc:rights><rdf:Alt><rdf:li xml:lang="x-default">{text(notice)}</rdf:li></rdf:Alt></dc:rights>',
        f"<xmpRights:WebStatement>{text(statement)}</xmpRights:WebStatement>" if statement else "",
        f"<plus:DataMining>{NO_TRAINING}</plus:DataMining>" if reserved else "",
    )
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmpRights="http://ns.adobe.com/xap/1.0/rights/"'
        f' xmlns:plus="http://ns.useplus.org/ldf/xmp/1.0/">{"".join(lines)}</rdf:Description></rdf:RDF></x:xmpmeta>'
        '<?xpacket end="r"?>'
    ).encode()


def text(value: str) -> str:
    return escape(clean(value))
