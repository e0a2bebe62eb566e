"""deploy/nginx.conf as it stands, with its capitals filled in: what it sends is what the site would send."""

import shutil
import subprocess
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest
from django.conf import settings

from portfolio_site.testing import make_image
from portfolio_site.tests.live import Answer, Site, free_port, running, until

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
pytestmark = [pytest.mark.server, pytest.mark.skipif(not NGINX, reason="needs nginx")]
SAME = ["cache-control", "x-content-type-options", "content-security-policy", "cross-origin-resource-policy"]
SAME += ["cross-origin-opener-policy", "referrer-policy", "permissions-policy"]
SAME += ["x-robots-tag", "tdm-reservation"]


class Front:
    """nginx before a site."""

    def __init__(self, site: Site, port: int) -> None:
        self.site, self.port = site, port

    def ask(self, path: str, who: str = "", method: str = "GET", **headers: str) -> Answer:
        sent = {name.replace("_", "-"): value for name, value in headers.items()} | {"Host": "127.0.0.1"}
        if who:
            sent["Authorization"] = f"Bearer {self.site.tokens[who]}"
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, headers=sent)
            response = connection.getresponse()
            return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        finally:
            connection.close()


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    folder, port = tmp_path_factory.mktemp("nginx"), free_port()
    with running(folder, ACCEL_PREFIX="/protected/") as site:
        site.join("alice")
        text = (Path(settings.BASE_DIR) / "deploy" / "nginx.conf").read_text()
        text = text.replace("/PATH/TO/media", str(site.media)).replace("127.0.0.1:5005", f"127.0.0.1:{site.port}")
        text = text.replace("listen 443 ssl", f"listen 127.0.0.1:{port}").replace("ART.EXAMPLE", "127.0.0.1")
        text = "".join(line for line in text.splitlines(keepends=True) if "ssl_certificate" not in line)
        scratch = "".join(
            f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        conf = folder / "nginx.conf"
        conf.write_text(
            f"user root; pid {folder}/pid; error_log {folder}/error.log; events {{}} http {{ access_log off; {scratch} {text} }}"
        )
        nginx = subprocess.Popen([str(NGINX), "-c", str(conf), "-p", str(folder), "-g", "daemon off;"])
        try:
            front = Front(site, port)
            until(lambda: front.ask("/livez").status == 200)
            yield front
        finally:
            nginx.terminate()
            nginx.wait(10)


def test_nginx_sends_public_pictures_itself_and_asks_the_site_for_the_rest(front: Front) -> None:
    site = front.site
    work = site.upload("alice", make_image(900, 600)).json()
    path = "/images/" + work["renditions"]["thumbnail"]["url"].split("/images/")[1]
    gallery = site.ask("POST", "/api/galleries", "alice", {"title": "Room"}).json()["id"]
    site.ask("POST", f"/api/galleries/{gallery}/artworks", "alice", {"artwork": work["id"]})

    assert front.ask(path).status == 404
    mine = front.ask(path, "alice")
    assert (mine.status, mine.headers["content-type"], mine.headers["cache-control"]) == (
        200,
        "image/jpeg",
        "private, no-store",
    )
    assert "sandbox" in mine.headers["content-security-policy"]
    assert (mine.headers["x-robots-tag"], mine.headers["tdm-reservation"]) == ("noai, noimageai", "1")

    site.ask("PATCH", f"/api/galleries/{gallery}", "alice", {"visibility": "public"})
    shown, direct = front.ask(path), site.ask("GET", path)
    assert (shown.status, shown.body) == (200, direct.body)
    assert {name: shown.headers[name] for name in SAME} == {name: direct.headers[name] for name in SAME}
    assert front.ask(path, Range="bytes=0-3").body == direct.body[:4]
    assert front.ask(path, If_None_Match=shown.headers["etag"]).status == 304

    cold = path.replace("400.jpg", "600.avif")
    assert front.ask(cold).headers["content-type"] == "image/avif"

    site.ask("PATCH", f"/api/galleries/{gallery}", "alice", {"visibility": "private"})
    assert front.ask(path).status == front.ask(path, If_None_Match=shown.headers["etag"]).status == 404
    original = front.ask(f"/api/artworks/{work['id']}/original", "alice")
    assert original.status == 200 and original.body[:2] == b"\xff\xd8"
    assert front.ask(f"/protected/originals/{path.split('/')[2]}/original.jpg").status == 404
