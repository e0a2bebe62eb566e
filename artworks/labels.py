"""The words of a wall label, from an artwork's record; and those about a picture's colours."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

CM_PER_INCH = Decimal("2.54")


def number(value: Decimal) -> str:
    """``30.00`` as ``30``, ``30.50`` as ``30.5``."""
    return f"{value.normalize():f}"


def in_cm(*sides: Decimal | None) -> str:
    """Height × width × depth, as museums write it: ``60 × 80 × 3 cm``; empty without a side."""
    known = [number(side) for side in sides if side is not None]
    return " × ".join(known) + " cm" if known else ""


def inches(value: Decimal) -> str:
    """To the nearest eighth: ``23 5/8``."""
    eighths = max(1, round(value / CM_PER_INCH * 8))
    whole, rest = divmod(eighths, 8)
    return " ".join(part for part in (str(whole) if whole else "", str(Fraction(rest, 8)) if rest else "") if part)


def in_inches(*sides: Decimal | None) -> str:
    known = [inches(side) for side in sides if side is not None]
    return " × ".join(known) + " in." if known else ""


def colour(found: dict[str, Any]) -> str:
    """What was found in a file and what is served, from the decoder's report; empty without one."""
    if not found:
        return ""
    profile = found["profile"] or _("No colour profile")
    line = _("%(profile)s, %(bits)d bit, served as sRGB") % {"profile": profile, "bits": found["bits"]}
    if found["outside"] >= 0.005:
        line += "; " + _("colours outside sRGB: %(share).0f %%") % {"share": found["outside"] * 100}
    return line


def colour_warnings(found: dict[str, Any]) -> dict[str, str]:
    """What an artist should know of a file's colours, by code."""
    warnings = {}
    if found and not found["profile"]:
        warnings["untagged"] = _("The file has no colour profile, so its colours are taken for sRGB.")
    if found and found["space"] == "CMYK":
        warnings["cmyk"] = _("The file is CMYK, made for a press. Its colours are converted for screens.")
    return warnings
