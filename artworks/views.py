"""Image bytes, to whoever may see them: renditions, made at once where missing, and originals for their owner."""

import base64
import logging
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from artworks import sending
from artworks.models import ArtworkImage
from artworks.renditions import make
from artworks.sight import public_among

logger = logging.getLogger(__name__)


@require_safe
def rendition(request: HttpRequest, uuid: UUID, width: int, format: str) -> HttpResponseBase:
    """``/images/<uuid>/<width>.<format>``; a size that is not one of the image's own does not exist."""
    image = ArtworkImage.objects.visible_to(request.user).filter(uuid=uuid).select_related("artist").first()
    wanted = next((r for r in image.renditions.values() if r.width == width), None) if image else None
    if image is None or wanted is None or format != "jpg":
        raise Http404
    cache = sending.PUBLIC if public_among([uuid]) else sending.PRIVATE
    try:
        path = make(wanted)
        return send(request, path, {"Content-Type": sending.TYPES[format], "Cache-Control": cache})
    except (OSError, ValueError) as error:
        logger.warning("No rendition %s of image %s: %s", wanted.width, uuid, error)
        return stand_in(image)


def send_original(request: HttpRequest, image: ArtworkImage) -> HttpResponseBase:
    """The bytes as they were uploaded, under the name they came with. Who may have them is the caller's to ask."""
    path = Path(image.original.path)
    name = Path(image.source_filename or "original").stem[:120] + path.suffix
    headers = {
        "Content-Type": sending.TYPES[path.suffix.removeprefix(".")],
        "Content-Disposition": str(content_disposition_header(as_attachment=True, filename=name)),
        "Cache-Control": sending.PRIVATE,
    }
    try:
        return send(request, path, headers)
    except OSError as error:
        raise Http404 from error


def send(request: HttpRequest, path: Path, headers: dict[str, str]) -> HttpResponseBase:
    """By nginx where there is one, else by this process. Raises OSError where the file is not there."""
    if settings.ACCEL_PREFIX:
        path.stat()
        target = settings.ACCEL_PREFIX + str(path.relative_to(settings.MEDIA_ROOT))
        return HttpResponse(headers=sending.SAFE | headers | {"X-Accel-Redirect": target})
    found = sending.answer(path, str(request.method), request.META, headers)
    return StreamingHttpResponse(found.body(), status=found.status, headers=found.headers)


def stand_in(image: ArtworkImage) -> HttpResponseBase:
    """A broken image shows its placeholder; the page stays whole."""
    _, _, data = image.placeholder.partition(",")
    if not data:
        raise Http404
    return HttpResponse(
        base64.b64decode(data), headers=sending.SAFE | {"Content-Type": "image/webp", "Cache-Control": sending.PRIVATE}
    )
