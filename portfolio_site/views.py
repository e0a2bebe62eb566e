"""Health, and the site's own words: `/livez`, `/readyz`; `/imprint`, `/privacy`; the page of a fault."""

import sys
import tempfile

from django.db import Error, OperationalError
from django.db.migrations.recorder import MigrationRecorder
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template import loader
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.defaults import server_error

from accounts.problems import as_problem
from artworks.storage import folder
from portfolio_site.details import published


def failed(request: HttpRequest) -> HttpResponse:
    """The page for what no view expected: whose fault it is, and when to come back where that is known."""
    error = sys.exc_info()[1]
    problem = as_problem(error) if isinstance(error, (OSError, OperationalError)) else None
    if problem is None or problem.status_code not in {503, 507}:
        return server_error(request)
    words = loader.render_to_string("503.html", {"busy": problem.code == "busy"})
    headers = {"Retry-After": str(problem.wait), "Cache-Control": "no-store"}
    return HttpResponse(words, status=problem.status_code, headers=headers)


@require_safe
@never_cache
def livez(request: HttpRequest) -> JsonResponse:
    """That the process answers."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """That the site can do its work."""
    failing = [name for name, works in (("database", database_answers), ("media", media_writable)) if not works()]
    if failing:
        return JsonResponse({"status": "unavailable", "failing": failing}, status=503)
    return JsonResponse({"status": "ok"})


def database_answers() -> bool:
    try:
        return MigrationRecorder.Migration.objects.exists()
    except Error:
        return False


def media_writable() -> bool:
    try:
        with tempfile.TemporaryFile(dir=folder("incoming")) as probe:
            probe.write(b"1")
    except OSError:
        return False
    return True


@require_safe
def nowhere(request: HttpRequest, path: str) -> HttpResponse:
    """In place of a view that is not wanted here."""
    raise Http404


@require_safe
def imprint(request: HttpRequest) -> HttpResponse:
    details = published()
    return own_words(request, _("Imprint"), details.imprint, details.imprint_link)


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    details = published()
    return own_words(request, _("Privacy"), details.privacy, details.privacy_link)


def own_words(request: HttpRequest, title: str, text: str, link: str) -> HttpResponse:
    """A page of the site's own; what is kept elsewhere is shown there."""
    if link:
        return redirect(link)
    if not text:
        raise Http404
    context = {"title": title, "text": text, "canonical": request.path.rstrip("/")}
    response = render(request, "portfolio_site/words.html", context)
    response.headers["Cache-Control"] = "private, no-store" if request.user.is_authenticated else "no-cache"
    patch_vary_headers(response, ["Cookie"])
    return response
