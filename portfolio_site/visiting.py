"""Who is signed in may see their site as strangers do: a mark in the session, until they take it away."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from galleries.walls import way_back

MARK = "as_visitor"
# The studio goes on working beside it, and so do its pictures.
NOT_VISITED = {"admin", "api", "accounts", "images"}

View = Callable[[HttpRequest], HttpResponseBase]


def as_visitor(get_response: View) -> View:
    """Middleware: on public pages somebody with the mark is nobody in particular."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if not visits(request):
            return get_response(request)
        request.user = AnonymousUser()
        request.as_visitor = True  # type: ignore[attr-defined]
        response = get_response(request)
        response.headers["Cache-Control"] = "private, no-store"  # the bar that says so is nobody else's
        return response

    return middleware


def visits(request: HttpRequest) -> bool:
    # Without the cookie there is no session to ask, and the page of a stranger stays one.
    return (
        request.path.split("/")[1] not in NOT_VISITED
        and settings.SESSION_COOKIE_NAME in request.COOKIES
        and MARK in request.session
        and "preview" not in request.GET  # in the studio's frames; it leaves out the artist's marks by itself
        and request.user.is_authenticated
    )


@require_POST
def change(request: HttpRequest) -> HttpResponse:
    """Set the mark, or take it away where the form says so; on to the page named."""
    if "stop" in request.POST or not request.user.is_authenticated:
        request.session.pop(MARK, None)
    else:
        request.session[MARK] = True
    return redirect(way_back(request.POST.get("next", "")))
