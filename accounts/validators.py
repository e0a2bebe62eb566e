"""Rules that more than one app asks of a field."""

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator, URLValidator
from django.utils.translation import gettext_lazy as _

web_address = URLValidator(schemes=["http", "https"])

currency_code = RegexValidator(
    r"^[A-Z]{3}\Z", _("Write a currency as its three capital letters, such as EUR."), code="currency"
)


def validate_links(value: object) -> None:
    """``[{"title": str, "url": "https://…"}, …]``: the shape of an artist's links."""
    if not isinstance(value, list):
        raise ValidationError(_("Links are a list."), code="links")
    for link in value:
        if not isinstance(link, dict) or set(link) != {"title", "url"}:
            raise ValidationError(_("Each link has a title and a url."), code="links")
        if not all(isinstance(part, str) and part.strip() for part in link.values()):
            raise ValidationError(_("A link's title and url are texts."), code="links")
        web_address(link["url"])
