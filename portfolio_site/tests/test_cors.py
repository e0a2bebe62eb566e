"""Other sites' pages and the API, in a real browser: a listed origin may read and write, an unlisted one nothing."""

import json
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from portfolio_site.tests.browsing import WITH_BROWSER, sign_in
from portfolio_site.tests.live import PASSWORD, running

pytestmark = WITH_BROWSER

PAGE = """<!doctype html><title>Elsewhere</title><script>
async function ask(address, options) {
  try {
    const answer = await fetch(address, options)
    return {status: answer.status, etag: answer.headers.get("ETag"), body: (await answer.text()).slice(0, 2000)}
  } catch (error) { return {status: 0, body: String(error)} }
}
</script>"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: Any) -> None: ...


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[list[str]]:
    """Two other origins with the same page."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "index.html").write_text(PAGE)
    servers = [ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) for _ in "12"]
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    yield [f"http://127.0.0.1:{server.server_port}" for server in servers]
    for server in servers:
        server.shutdown()
        server.server_close()


def ask(page: Any, address: str, **options: Any) -> dict[str, Any]:
    return page.evaluate("([address, options]) => ask(address, options)", [address, options])


def test_a_listed_origin_reads_and_writes_without_cookies(elsewhere: list[str], browser: Any, tmp_path: Path) -> None:
    listed, unlisted = elsewhere
    with running(tmp_path, CORS_ALLOWED_ORIGINS=listed) as site:
        site.join("alice")
        bearer = {"Authorization": f"Bearer {site.tokens['alice']}"}
        context = browser.new_context(base_url=f"http://127.0.0.1:{site.port}")
        page, api = context.new_page(), f"http://127.0.0.1:{site.port}/api"
        sign_in(page, "alice", PASSWORD)
        page.goto(listed)
        first = ask(page, f"{api}/galleries")
        assert first["status"] == 200 and first["etag"]
        # The browser is signed in there, and its cookies are not sent.
        assert ask(page, f"{api}/auth/me")["status"] == 401
        assert ask(page, f"{api}/auth/me", credentials="include")["status"] == 0
        body = json.dumps({"title": "From elsewhere"})
        headers = bearer | {"Content-Type": "application/json", "Idempotency-Key": "1", "If-Match": "*"}
        made = ask(page, f"{api}/galleries", method="POST", headers=bearer | headers, body=body)
        assert made["status"] == 201, made
        address = f"{api}/galleries/{json.loads(made['body'])['id']}"
        changed = ask(page, address, method="PATCH", headers=headers, body=body)
        assert changed["status"] == 200, changed
        # Pages, and the ways in, are not for other sites.
        assert ask(page, f"http://127.0.0.1:{site.port}/accounts/login")["status"] == 0

        page = context.new_page()
        page.goto(unlisted)
        for options in ({}, {"headers": bearer}, {"method": "POST", "headers": headers, "body": body}):
            assert ask(page, f"{api}/galleries", **options)["status"] == 0
        context.close()
