"""The global upload handler: a body goes straight to ``media/incoming/``, hashed on the way and bounded."""

import hashlib
import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from rest_framework import status

from accounts.problems import Problem
from artworks.storage import folder

FORM_OVERHEAD = 1024 * 1024  # bytes of a multipart body beside its file


class IncomingFile(UploadedFile):
    """An upload that lies whole in ``incoming/``. Closing it removes it, unless it has been moved away."""

    crowded = False  # told with its turn: this process holds more than its share of the line

    def __init__(
        self,
        file: IO[bytes],
        name: str | None,
        content_type: str | None,
        size: int,
        sha256: str,
        began: float | None = None,
    ) -> None:
        """``began``: when it began to come, by `time.monotonic`; now, if nobody says."""
        super().__init__(file, name, content_type, size)
        self.path, self.length, self.sha256 = Path(file.name), size, sha256
        self.began = time.monotonic() if began is None else began

    @property
    def ending(self) -> str:
        return os.path.splitext(self.name or "")[1]

    def close(self) -> None:
        with suppress(FileNotFoundError):
            super().close()
        self.path.unlink(missing_ok=True)


class TooLarge(Problem, RequestDataTooBig):
    """413 from the API; from a page, Django's own answer to a body that is too big."""

    def __init__(self) -> None:
        limit = settings.UPLOAD_MAX_BYTES // settings.MEGABYTE
        detail = _("The upload is larger than %(limit)d MB. Send a smaller file.") % {"limit": limit}
        super().__init__(status.HTTP_413_REQUEST_ENTITY_TOO_LARGE, "too_large", detail)


class IncomingUploadHandler(FileUploadHandler):
    """One instance a request; every file of it is streamed to a name nobody chose."""

    chunk_size = 1024 * 1024
    last: IncomingFile | None = None  # that came whole

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803 - Django's name
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        user = getattr(self.request, "user", None)
        if user is None or not user.is_authenticated:
            raise PermissionDenied("Sign in before you send files.")
        if content_length > settings.UPLOAD_MAX_BYTES + FORM_OVERHEAD:
            raise TooLarge

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.stream = NamedTemporaryFile(dir=folder("incoming"), suffix=".upload")  # noqa: SIM115
        os.fchmod(self.stream.fileno(), settings.FILE_UPLOAD_PERMISSIONS)
        self.digest, self.began = hashlib.sha256(), time.monotonic()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start + len(raw_data) > settings.UPLOAD_MAX_BYTES:
            raise TooLarge
        self.digest.update(raw_data)
        self.stream.write(raw_data)

    def file_complete(self, file_size: int) -> IncomingFile:
        self.stream.flush()
        name, kind = self.file_name, self.content_type
        self.last = IncomingFile(self.stream, name, kind, file_size, self.digest.hexdigest(), self.began)
        return self.last

    def upload_interrupted(self) -> None:
        if hasattr(self, "stream"):
            with suppress(FileNotFoundError):
                self.stream.close()


def leave_nothing_behind(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Middleware: however a request ends, no half-received file outlives it."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        try:
            return get_response(request)
        finally:
            for handler in request.upload_handlers:
                handler.upload_interrupted()

    return middleware


def spread_clients(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Middleware: ends the connection of a client that uploads to a crowded process.

    Connections are kept for all that follows, and new ones dealt out by lot: the next may come to another process.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        files = (getattr(handler, "last", None) for handler in request.upload_handlers)
        if any(file.crowded for file in files if file):
            response.headers["Connection"] = "close"
        return response

    return middleware
