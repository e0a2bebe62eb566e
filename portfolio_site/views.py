"""Health: `/livez` says that the process answers, `/readyz` that the site can do its work."""

import tempfile

from django.db import Error
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from artworks.storage import folder


@require_safe
@never_cache
def livez(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
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
