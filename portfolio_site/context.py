"""What every page's template knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from portfolio_site.details import published


def site(request: HttpRequest) -> dict[str, Any]:
    """The site's own address and details, and whether its door is open. No query: error pages ask too."""
    origin = settings.SITE_URL or f"{request.scheme}://{request.get_host()}"
    return {
        "SITE": published(),
        "SITE_URL": settings.SITE_URL,
        "ORIGIN": origin,
        "SIGNUP_OPEN": settings.SIGNUP == "open",
    }
