"""Django's own way to send a file, on the site's own server and nothing round it: ``python plain.py PORT FILE``."""

import multiprocessing
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


def load() -> Any:
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application
    from django.http import FileResponse, HttpRequest
    from django.urls import path

    def send(request: HttpRequest) -> FileResponse:
        return FileResponse(open(sys.argv[2], "rb"))

    settings.configure(SECRET_KEY="x" * 50, ALLOWED_HOSTS=["*"], ROOT_URLCONF=(path("file", send),), MIDDLEWARE=[])
    return get_wsgi_application()


if __name__ == "__main__":
    from portfolio_site.web import WebServer

    multiprocessing.set_start_method("spawn")
    loaded = multiprocessing.Semaphore(0)
    server = WebServer("127.0.0.1", int(sys.argv[1]), 2, 64, 1, loaded, on_stop=lambda: None, on_change=lambda: None)
    server.serve(target_loader=load, wrap_loader=False)
