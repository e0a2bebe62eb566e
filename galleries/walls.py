"""The visitor's choice of what works hang on: a cookie, so that the first paint of every page is right."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.looks import Wall

COOKIE = "wall"
A_YEAR = 365 * 24 * 3600


def chosen_wall(request: HttpRequest) -> str:
    """The wall this visitor chose; empty where none was, or none that there is."""
    wall = request.COOKIES.get(COOKIE, "")
    return wall if wall in Wall.values else ""


# Exempt: with a token every page would need a cookie of its own, and all a forged post can do is paint the wall.
@csrf_exempt
@require_POST
def wall(request: HttpRequest) -> HttpResponse:
    """Remember the wall, or forget it where none is named; back to the page it was chosen on."""
    response = redirect(way_back(request.POST.get("next", "")))
    choice = request.POST.get("wall", "")
    if choice in Wall.values:
        secure = settings.SESSION_COOKIE_SECURE
        response.set_cookie(COOKIE, choice, max_age=A_YEAR, secure=secure, httponly=True, samesite="Lax")
    elif not choice:
        response.delete_cookie(COOKIE, samesite="Lax")
    return response


def way_back(path: str) -> str:
    """A path of this site's own; else home."""
    own = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if own and not path.startswith(reverse("wall")) else reverse("home")
