"""The size of a work from one line, as people write it: ``60x80``, ``24 x 31 1/2 in``, ``variable``."""

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from artworks import labels

CENTS = Decimal("0.01")
LARGEST = Decimal(1_000_000)  # cm, the first that no longer fits into its field
SIDES = ("height_cm", "width_cm", "depth_cm")
UNITS = {"mm": Decimal("0.1"), "cm": Decimal(1), "m": Decimal(100), "in": labels.CM_PER_INCH}
SPELLINGS = {"inch": "in", "inches": "in", "zoll": "in", '"': "in", "“": "in", "”": "in", "″": "in", "''": "in"}
VARIABLE = {"variable", "variable dimensions", "dimensions variable", "variabel", "masse variabel", "variable masse"}

BETWEEN = re.compile(r"\s*(?:[x×✕*]|\bby\b)\s*")
SIDE = re.compile(
    r"(?P<whole>[0-9]{1,9}(?:[.,](?P<rest>[0-9]{1,4}))?)?"
    r"(?:(?:(?<=[0-9])[ -])?(?P<over>[0-9]{1,3})/(?P<under>[0-9]{1,3}))?"
    r"\s*(?P<unit>[a-z]+|[\"“”″]|'')?\.?"
)


class Size(NamedTuple):
    """Height × width × depth in cm; ``variable`` for what is another size wherever it is shown."""

    height: Decimal | None = None
    width: Decimal | None = None
    depth: Decimal | None = None
    variable: bool = False

    def __str__(self) -> str:
        return labels.in_cm(*self[:3]) or (labels.variable() if self.variable else "")

    def fields(self) -> dict[str, Decimal | bool | None]:
        """As a work keeps it."""
        return dict(zip((*SIDES, "dimensions_variable"), self, strict=True))


def read(text: str) -> Size:
    """The size that somebody wrote; a ``ValidationError`` says how to write it."""
    plain = plainly(text)
    if not plain:
        return Size()
    if plain in VARIABLE or plain == plainly(labels.variable()):
        return Size(variable=True)
    written = [SIDE.fullmatch(part) for part in BETWEEN.split(plain)]
    sides = [side for side in written if side and (side["whole"] or side["under"])]
    units = [unit_of(side) for side in sides]
    if not 1 <= len(sides) == len(written) <= len(SIDES) or None in units:
        raise unread()
    common = next((unit for unit in reversed(units) if unit), "cm")
    measured = [in_cm(side, unit or common) for side, unit in zip(sides, units, strict=True)]
    return Size(**dict(zip(("height", "width", "depth"), measured, strict=False)))  # type: ignore[arg-type]


def plainly(text: str) -> str:
    """Small letters, single spaces, ½ as 1/2, and nothing in brackets: labels repeat the size in inches there."""
    spelled = "".join(spell(sign) for sign in re.sub(r"\([^()]*\)", " ", text))
    return " ".join(spelled.casefold().split()).rstrip(".")


def spell(sign: str) -> str:
    parts = unicodedata.normalize("NFKC", sign)
    return f" {parts.replace('⁄', '/')}" if "⁄" in parts and len(parts) > 1 else sign


def unit_of(side: re.Match[str]) -> str | None:
    """Its unit; empty without one, None for one that nobody knows."""
    unit = side["unit"] or ""
    unit = SPELLINGS.get(unit, unit)
    return unit if not unit or unit in UNITS else None


def in_cm(side: re.Match[str], unit: str) -> Decimal:
    if unit in {"mm", "cm"} and len(side["rest"] or "") == 3:
        raise ValidationError(
            _("Write thousands without a point or a comma: “1200”, not “%(number)s”.") % {"number": side["whole"]},
            code="dimensions",
        )
    value = Decimal((side["whole"] or "0").replace(",", "."))
    if side["under"]:
        if not int(side["under"]):
            raise unread()
        value += Decimal(side["over"]) / Decimal(side["under"])
    found = (value * UNITS[unit]).quantize(CENTS, ROUND_HALF_UP)
    if not CENTS <= found < LARGEST:
        raise ValidationError(_("Each side is more than nothing and less than 10 kilometres."), code="dimensions")
    return found


def unread() -> ValidationError:
    return ValidationError(
        _(
            "Write height × width × depth, such as “60 x 80”, “60 x 80 x 3 cm” or “24 x 31 1/2 in”; "
            "or “variable” for a work without a fixed size."
        ),
        code="dimensions",
    )
