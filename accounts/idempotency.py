"""``Idempotency-Key``: a request that may have been answered already is not done a second time.

After the IETF draft "The Idempotency-Key HTTP Header Field" (draft-ietf-httpapi-idempotency-key-header). The answer
is kept by the transaction that does the work, so that neither exists without the other, whenever the server dies.
"""

import functools
import hashlib
import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, cast
from zlib import crc32

from django.conf import settings
from django.utils import timezone
from rest_framework import status
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.locks import Taken, taken
from accounts.models import KeptAnswer, User
from accounts.problems import Problem

HEADER = "Idempotency-Key"
WELL_FORMED = re.compile(r"[\x21-\x7e]{1,255}")
KEPT_FOR = timedelta(hours=24)
PATIENCE = 60.0  # s that a request waits for another one with the same key
STRIPES = 64  # lock files; two keys rarely share one, and none is ever removed

View = Callable[..., Response]


def once(view: View) -> View:
    """Round an action of a `HouseViewSet`: with a key it runs once, and repeats get what it answered.

    The action calls ``self.keep(response)``, or ``self.answering``, inside the transaction that does its work. A
    refusal is not kept: the same key may try again.
    """

    @functools.wraps(view)
    def repeatable(self: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get(HEADER)
        if key is None:
            return view(self, request, *args, **kwargs)
        if not WELL_FORMED.fullmatch(key):
            detail = "An Idempotency-Key has 1 to 255 visible ASCII characters. A UUID does."
            raise Problem(status.HTTP_400_BAD_REQUEST, "invalid_idempotency_key", detail)
        asked = digest(request)
        try:
            with taken([lock_file(f"{request.user.pk} {key}")], PATIENCE):
                kept = KeptAnswer.objects.filter(user=request.user.pk, key=key, created_at__gt=oldest()).first()
                if kept is not None:
                    return repeated(kept, asked)
                self.keep, self.keeps = functools.partial(keep, request, key, asked), True
                return view(self, request, *args, **kwargs)
        except Taken:
            detail = "A request with this Idempotency-Key is still under way. Try again in a few seconds."
            raise Problem(status.HTTP_409_CONFLICT, "idempotency_in_progress", detail, wait=5) from None

    repeatable.takes_key = True  # type: ignore[attr-defined]  # the API's document says so
    return repeatable


def digest(request: Request) -> str:
    """Of all that the request asks for; a file counts with its name and its bytes."""
    data = request.data
    files = {name: [[file.name, file.sha256] for file in several] for name, several in request.FILES.lists()}
    if hasattr(data, "lists"):
        data = {name: values for name, values in data.lists() if name not in files}
    asked = [request.method, request.path.rstrip("/"), data, files]
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def lock_file(name: str) -> Path:
    folder = settings.DATA_ROOT / "locks"
    folder.mkdir(exist_ok=True)
    return folder / f"key-{crc32(name.encode()) % STRIPES:02d}"


def keep(request: Request, key: str, asked: str, response: Response) -> Response:
    """Write down an answer, in place of one that has expired."""
    headers = {"Location": response["Location"]} if "Location" in response else {}
    body = JSONRenderer().render(response.data).decode()
    values = {"request_digest": asked, "status": response.status_code, "headers": headers, "body": body}
    KeptAnswer.objects.update_or_create(
        user=cast(User, request.user), key=key, defaults=values | {"created_at": timezone.now()}
    )
    return response


def repeated(kept: KeptAnswer, asked: str) -> Response:
    if kept.request_digest != asked:
        detail = "This Idempotency-Key came with another request before. Take a new one."
        raise Problem(status.HTTP_422_UNPROCESSABLE_ENTITY, "idempotency_key_reused", detail)
    return Response(json.loads(kept.body), kept.status, headers=kept.headers | {"Idempotent-Replayed": "true"})


def oldest() -> Any:
    return timezone.now() - KEPT_FOR


def forget_old() -> int:
    """Delete answers that no longer count; returns how many."""
    return KeptAnswer.objects.filter(created_at__lte=oldest()).delete()[0]
