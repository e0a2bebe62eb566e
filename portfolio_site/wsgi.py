"""The WSGI application: the gate, then linked public images, then who lets us wait, then Django."""

import gc
import os
from pathlib import Path

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portfolio_site.settings")

django = get_wsgi_application()

from django.conf import settings  # noqa: E402

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

# What is loaded now stays loaded: looked through for garbage, it would cost a tenth of a second now and then.
gc.collect()
gc.freeze()
