"""The visitor's choice of a language: Django's own cookie, which counts more than what the browser asks for."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import check_for_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from galleries.walls import A_YEAR, way_back


# Exempt for the reason that the wall is: a page needs no cookie for it, and a forged post turns but the words.
@csrf_exempt
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Remember the language, where the site speaks it; back to the page it was chosen on."""
    path = way_back(request.POST.get("next", ""))
    response = redirect(reverse("home") if path.startswith(reverse("language")) else path)
    choice = request.POST.get("language", "")
    if choice in dict(settings.LANGUAGES) and check_for_language(choice):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            choice,
            max_age=A_YEAR,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response
