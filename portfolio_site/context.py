"""What every page's template knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from galleries.walls import chosen_wall
from portfolio_site.details import published, word_on_ai


def site(request: HttpRequest) -> dict[str, Any]:
    """The site's own address and details, and whether its door is open. No query: error pages ask too."""

    def origin() -> str:
        """Called where a page shows it; a request with a wrong host has none, and its error page asks for none."""
        return settings.SITE_URL or f"{request.scheme}://{request.get_host()}"

    return {
        "SITE": published(),
        "RIGHTS": word_on_ai(request),
        "SITE_URL": settings.SITE_URL,
        "ORIGIN": origin,
        "WALL": chosen_wall(request),
        "SIGNUP_OPEN": settings.SIGNUP == "open",
    }
