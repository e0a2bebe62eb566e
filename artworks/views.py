"""Image bytes, to whoever may see them: renditions, made at once where missing, and originals for their owner."""

import base64
import logging
from pathlib import Path
from uuid import UUID
from zipfile import BadZipFile

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from accounts.authentication import viewer_of
from accounts.locks import Taken
from accounts.rights import ruled_by
from artworks import sending, tiles
from artworks.decoder import decoder
from artworks.making import make
from artworks.models import ArtworkImage
from artworks.sight import public_among
from artworks.storage import rendition_folder
from artworks.stripping.pieces import Parts

logger = logging.getLogger(__name__)


@require_safe
def rendition(request: HttpRequest, uuid: UUID, width: int, format: str) -> HttpResponseBase:
    """``/images/<uuid>/<width>.<format>``; a size that is not one of the image's own does not exist."""
    image = ArtworkImage.objects.visible_to(viewer_of(request)).filter(uuid=uuid).select_related("artist").first()
    wanted = image.rendition(width, format) if image else None
    if image is None or wanted is None:
        raise Http404
    ruled_by(request, image.artist)
    cache = sending.PUBLIC if public_among([uuid]) else sending.PRIVATE
    try:
        path = make(wanted)
        return send(request, path, {"Content-Type": sending.TYPES[format], "Cache-Control": cache})
    except Taken:
        return HttpResponse(status=503, headers=sending.SAFE | {"Retry-After": "5", "Cache-Control": sending.PRIVATE})
    except (OSError, ValueError) as error:
        logger.warning("No rendition %s of image %s: %s", wanted.width, uuid, error)
        return stand_in(image)


@require_safe
def tiles_info(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The image service's own description; a work without tiles has none."""
    image = tiled(request, uuid)
    origin = settings.SITE_URL or f"{request.scheme}://{request.get_host()}"
    cache = sending.PUBLIC if public_among([uuid]) else sending.PRIVATE
    answer = JsonResponse(tiles.info(image, f"{origin}/images/{uuid}/tiles"), headers={"Cache-Control": cache})
    answer.headers["Content-Type"] = 'application/ld+json;profile="http://iiif.io/api/image/3/context.json"'
    return answer


@require_safe
def tile(request: HttpRequest, uuid: UUID, member: str) -> HttpResponseBase:
    path = rendition_folder(tiled(request, uuid).uuid) / tiles.NAME
    cache = sending.PUBLIC if public_among([uuid]) else sending.PRIVATE
    headers = {"Content-Type": sending.TYPES["jpg"], "Cache-Control": cache}
    try:
        found = sending.answer(path, str(request.method), request.META, headers, f"tiles/{member}")
    except (OSError, BadZipFile) as error:
        raise Http404 from error
    return StreamingHttpResponse(found.body(), status=found.status, headers=found.headers)


def tiled(request: HttpRequest, uuid: UUID) -> ArtworkImage:
    seen = ArtworkImage.objects.visible_to(viewer_of(request)).select_related("artist")
    image = get_object_or_404(seen, uuid=uuid, has_tiles=True)
    ruled_by(request, image.artist)
    return image


def send_original(request: HttpRequest, image: ArtworkImage, metadata: str = "all") -> HttpResponseBase:
    """The bytes as they were uploaded, under the name they came with. Who may have them is the caller's to ask.

    With ``metadata`` "none" the same picture without what the file says of itself; raises `Refused`.
    """
    ruled_by(request, image.artist)
    path = Path(image.original.path)
    name = Path(image.source_filename or "original").stem[:120] + path.suffix
    headers = {
        "Content-Type": sending.TYPES[path.suffix.removeprefix(".")],
        "Content-Disposition": str(content_disposition_header(as_attachment=True, filename=name)),
        "Cache-Control": sending.PRIVATE,
    }
    try:
        return send_stripped(request, path, headers) if metadata == "none" else send(request, path, headers)
    except OSError as error:
        raise Http404 from error


def send_stripped(request: HttpRequest, path: Path, headers: dict[str, str]) -> HttpResponseBase:
    """As a whole, by this process: no such file lies on the disk. Raises `Refused`, OSError."""
    path.stat()
    job = {"do": "strip", "path": str(path), "pixels": settings.UPLOAD_MAX_PIXELS, "memory": settings.DECODE_MEMORY}
    plan = decoder.ask(job, seconds=settings.DECODE_SECONDS, memory=settings.DECODE_MEMORY)["pieces"]
    body = Parts(path, plan)
    headers = sending.SAFE | headers | {"Accept-Ranges": "none", "Content-Length": str(body.length)}
    if request.method == "HEAD":
        body.close()
        return HttpResponse(headers=headers)
    return StreamingHttpResponse(body, headers=headers)


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
