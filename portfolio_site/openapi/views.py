"""``/api/schema``, the document as it is committed, and ``/api/docs``, a page to read and try it on."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import condition, require_safe

PATH = Path(settings.BASE_DIR) / "docs" / "openapi.json"


@cache
def document() -> bytes:
    """Read once: it changes only with the code."""
    return PATH.read_bytes()


def digest(request: HttpRequest) -> str:
    return f'"{sha256(document()).hexdigest()[:32]}"'


@require_safe
@condition(etag_func=digest)
def schema(request: HttpRequest) -> HttpResponse:
    """The same for everyone."""
    return HttpResponse(document(), content_type="application/json", headers={"Cache-Control": "no-cache"})


@require_safe
@ensure_csrf_cookie
def docs(request: HttpRequest) -> HttpResponse:
    """With the CSRF cookie, so that someone signed in can try what writes."""
    response = render(request, "portfolio_site/api_docs.html")
    response.headers["Cache-Control"] = "private, no-store" if request.user.is_authenticated else "no-cache"
    return response
