"""The words of a wall label, from an artwork's record."""

from decimal import Decimal
from fractions import Fraction

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
