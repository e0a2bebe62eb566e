"""The WSGI application: the gate, then linked public images, then Django."""

import os
from pathlib import Path

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portfolio_site.settings")

django = get_wsgi_application()

from django.conf import settings  # noqa: E402

from artworks.sending import PublicImages  # noqa: E402
from portfolio_site.gate import Gate  # noqa: E402

application = Gate(
    PublicImages(django, Path(settings.MEDIA_ROOT) / "public"), settings.UPLOAD_MAX_BYTES, settings.UPLOADS_AT_ONCE
)
