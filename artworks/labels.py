"""The words of a wall label, from an artwork's record; and those about a picture's colours and sizes."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from artworks.answers import Refused

CM_PER_INCH = Decimal("2.54")

WARNINGS = ("untagged", "small", "cmyk")
SMALL_SIDE = 1200  # px; below it a picture looks lost on a large screen


def number(value: Decimal) -> str:
    """``30.00`` as ``30``, ``30.50`` as ``30.5``, or as the language writes it."""
    return number_format(f"{value.normalize():f}")


def in_cm(*sides: Decimal | None) -> str:
    """Height × width × depth, as museums write it: ``60 × 80 × 3 cm``; empty without a side."""
    known = [number(side) for side in sides if side is not None]
    return " × ".join(known) + " cm" if known else ""


def variable() -> str:
    """For a work that is another size wherever it is shown."""
    return _("Dimensions variable")


def inches(value: Decimal) -> str:
    """To the nearest eighth: ``23 5/8``."""
    eighths = max(1, round(value / CM_PER_INCH * 8))
    whole, rest = divmod(eighths, 8)
    return " ".join(part for part in (str(whole) if whole else "", str(Fraction(rest, 8)) if rest else "") if part)


def in_inches(*sides: Decimal | None) -> str:
    known = [inches(side) for side in sides if side is not None]
    return _("%(sides)s in.") % {"sides": " × ".join(known)} if known else ""


# Profiles that say nothing of a person or a device, by their own names in small letters.
COMMON_PROFILES = {
    *("srgb", "srgb iec61966-2.1", "srgb iec61966-2-1 black scaled", "srgb built-in", "srgb2014", "c2", "c2ci"),
    *("display p3", "p3", "dci-p3", "dci(p3) rgb", "adobe rgb (1998)", "compatible with adobe rgb (1998)", "apple rgb"),
    *("prophoto rgb", "romm rgb", "rommrgb", "wide gamut rgb", "ecirgb v2", "colormatch rgb", "rec. 709", "rec. 2020"),
    *("generic rgb profile", "generic gray profile", "generic gray gamma 2.2 profile", "generic cmyk profile"),
    *("gray gamma 1.8", "gray gamma 2.2", "dot gain 15%", "dot gain 20%", "dot gain 25%", "dot gain 30%"),
    *("coated fogra27 (iso 12647-2:2004)", "coated fogra39 (iso 12647-2:2004)", "iso coated v2 (eci)"),
    *("iso coated v2 300% (eci)", "pso coated v3", "pso uncoated v3 (fogra52)", "u.s. web coated (swop) v2"),
    *("japan color 2001 coated", "coated gracol 2006 (iso 12647-2:2004)"),
}


def colour(found: dict[str, Any], *, for_strangers: bool = False) -> str:
    """What was found in a file and what is served, from the decoder's report; empty without one."""
    if not found:
        return ""
    kind = found["profile"] or _("No colour profile")
    if for_strangers and found["profile"] and found["profile"].casefold() not in COMMON_PROFILES:
        kind = _("A colour profile of its own")
    if found["space"] == "CMYK":
        kind += ", CMYK"
    line = _("%(kind)s, %(bits)d bit, served as sRGB") % {"kind": kind, "bits": found["bits"]}
    if found["outside"] >= 0.005:
        line += "; " + _("colours outside sRGB: %(share)d %%") % {"share": max(1, round(found["outside"] * 100))}
    return line


def size_warnings(width: int, height: int) -> dict[str, str]:
    """What an artist should know of a file's size, by code."""
    if max(width, height) >= SMALL_SIDE:
        return {}
    words = _("The picture is %(width)d × %(height)d pixels, and is never shown larger. Send a larger one if you can.")
    return {"small": words % {"width": width, "height": height}}


def colour_warnings(found: dict[str, Any]) -> dict[str, str]:
    """What an artist should know of a file's colours, by code."""
    warnings = {}
    if found and not found["profile"]:
        warnings["untagged"] = _(
            "The file has no colour profile, so its colours had to be assumed. If they look wrong, export it with one."
        )
    if found and found["space"] == "CMYK":
        warnings["cmyk"] = _("The file is CMYK, made for a press. Its colours are converted for screens.")
    return warnings


def warning_of_many(code: str, count: int | str) -> str:
    """The warning of this code about ``count`` files at once, two or more."""
    sentences = {
        "untagged": _(
            "%(count)s files have no colour profile, so their colours had to be assumed. If they look wrong, export "
            "them with one."
        ),
        "small": _("%(count)s pictures are small, and are never shown larger. Send larger ones if you can."),
        "cmyk": _("%(count)s files are CMYK, made for a press. Their colours are converted for screens."),
    }
    return sentences[code] % {"count": count}


def refusal(refused: Refused) -> str:
    """Why a file is not taken."""
    words = _(refused.words)
    return words % refused.values if refused.values else words


def sizes(made: int, of: int) -> str:
    """How many of a picture's sizes exist, in a list."""
    words = _("All sizes made") if made == of else _("%(made)d of %(of)d sizes made")
    return words % {"made": made, "of": of}


def sizes_and_rest(made: int, of: int, *, tiles: bool | None, broken: bool) -> str:
    """The same with what becomes of the rest; ``tiles`` is None where the picture needs none."""
    if made == of:
        return _("All sizes are made; tiles for zooming in are not") if tiles is False else _("All sizes are made")
    if broken:
        words = _("%(made)d of %(of)d sizes made; the rest cannot be made")
    else:
        words = _("%(made)d of %(of)d sizes made; the rest is made when someone looks")
    return words % {"made": made, "of": of}
