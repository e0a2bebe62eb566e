"""Headers that every response carries, errors included."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from accounts import rights
from artworks.sending import PERMISSIONS
from portfolio_site.details import word_on_ai


def security_headers(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """What Django's own middleware leaves out."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-site")
        return response

    return middleware


def rights_headers(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """What every answer says of AI training."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        word = word_on_ai(request)
        for name, value in rights.headers(word.reserves_ai_training, word.permission_url).items():
            response.headers.setdefault(name, value)
        return response

    return middleware
