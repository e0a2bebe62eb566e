"""The WSGI application: the gate, then linked public images, then who lets us wait, then Django."""

import gc
import os
from pathlib import Path

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portfolio_site.settings")

django = get_wsgi_application()

from django.conf import settings  # noqa: E402
from django.urls import resolve  # noqa: E402

from artworks.sending import PublicImages  # noqa: E402
from portfolio_site.gate import Gate  # noqa: E402
from portfolio_site.slow_bodies import SlowBodies  # noqa: E402

application = Gate(
    PublicImages(SlowBodies(django, settings.PORT), Path(settings.MEDIA_ROOT) / "public"),
    most_bytes=settings.UPLOAD_MAX_BYTES,
    uploads_at_once=settings.UPLOADS_AT_ONCE,
    # Pages must go on answering, whatever the bodies of others do.
    forms_at_once=settings.WEB_THREADS // 2,
)

resolve("/livez")  # so that no first visitor waits for all the views to load
# What is loaded now stays loaded, and is not looked through for garbage. Forms and serializers are rings: they are
# swept up often, since ten times as many at once would keep every request of this process for a tenth of a second.
gc.collect()
gc.freeze()
gc.set_threshold(700, 10, 1)
