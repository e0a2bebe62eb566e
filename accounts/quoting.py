"""Names among other words, in the quotation marks of the reader's language."""

from django.utils.translation import gettext as _


def quoted(name: object) -> str:
    return _("“%(name)s”") % {"name": name}
