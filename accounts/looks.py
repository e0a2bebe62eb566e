"""How an artist's pages may look: a theme, and the colour of the wall that the works hang on."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Theme(models.TextChoices):
    """Type and spacing. site.css says what each is, and `galleries.widths` how wide it shows pictures."""

    MUSEUM = "museum", _("Museum: plain lettering, quiet spacing")
    BOOK = "book", _("Book: serif titles, wide margins, room between the works")
    STUDIO = "studio", _("Studio: typewriter labels, works close together")


class Wall(models.TextChoices):
    """The colour round the works. White makes a picture look darker, black lighter; grey shows it as it is."""

    PAPER = "paper", _("Paper: nearly white")
    GREY = "grey", _("Grey: as where prints are judged")
    DARK = "dark", _("Dark: nearly black")


AS_THE_SITE = [("", _("As the rest of the site"))]
AS_THE_DEVICE = [("", _("Light or dark, as each visitor's device is set"))]
