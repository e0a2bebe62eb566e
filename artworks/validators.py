"""Rules for an artwork's record."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.utils.translation import gettext_lazy as _

FIRST_YEAR, LAST_YEAR = -40_000, 2200

positive = MinValueValidator(
    Decimal("0.01"), _("A dimension is more than nothing. Leave it empty if you do not know it.")
)


def validate_year(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValidationError(
            _("Write the year as a number, such as 1998. Words like “c. 1998” belong in the date text."), code="year"
        )


def validate_share(share: float) -> None:
    """A place along one side of a picture: 0 is left or top, 1 is right or bottom."""
    if not 0 <= share <= 1:
        raise ValidationError(_("A focal point lies between 0 and 1."), code="focal_point")
