"""What every page's template knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """The site's own address, and whether its door is open. No query: error pages ask too."""
    origin = settings.SITE_URL or f"{request.scheme}://{request.get_host()}"
    return {"SITE_URL": settings.SITE_URL, "ORIGIN": origin, "SIGNUP_OPEN": settings.SIGNUP == "open"}
