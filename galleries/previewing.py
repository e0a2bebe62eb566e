"""A gallery's page as a visitor would see it, for the frames of the studio: its artist alone can ask for it."""

from csp.constants import SELF
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse

from galleries.models import Gallery

# Over what every page's template knows. Messages wait for a page that is not in a frame.
AS_A_STRANGER = {"user": AnonymousUser(), "own": False, "messages": (), "WALL": "", "previewed": True}


def is_asked_for(request: HttpRequest, gallery: Gallery) -> bool:
    return "preview" in request.GET and request.user.pk == gallery.artist.user_id


def framed(response: HttpResponse) -> HttpResponse:
    """No other page of the site may be framed, and this one by the site alone."""
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response._csp_replace = {"frame-ancestors": [SELF]}  # type: ignore[attr-defined]
    return response
