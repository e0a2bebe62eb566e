"""Promises that only the real server can keep: tried on its whole process tree, over HTTP."""

import io
import os
import re
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path

import pytest
from PIL import Image

from portfolio_site.testing import make_image
from portfolio_site.tests.invariants import all_is_made
from portfolio_site.tests.live import Site, memory, multipart, proc, running, wait_until_open

pytestmark = [pytest.mark.server, pytest.mark.xdist_group("whole tree")]  # one site, and nobody beside it
STALLED = (
    b"POST /api/auth/login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{"
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running(tmp_path_factory.mktemp("site"), DECODE_SECONDS="10") as site:
        site.join("alice")
        yield site


def gallery_with(site: Site, *works: int, visibility: str = "private") -> int:
    gallery = site.ask("POST", "/api/galleries", "alice", {"title": "Room", "visibility": visibility}).json()["id"]
    hung = site.ask("POST", f"/api/galleries/{gallery}/artworks", "alice", {"artworks": list(works)})
    assert hung.status == 200, hung.body
    return gallery


def decoders(site: Site) -> list[int]:
    return [pid for pid in site.tree() if "artworks.decoder" in proc(pid, "cmdline")]


def test_after_each_hide_nothing_is_served(site: Site) -> None:
    """Publish and hide in a loop while eight clients ask for sizes that are not made yet."""
    work = site.upload("alice", make_image(2600, 1700)).json()
    gallery = gallery_with(site, work["id"])
    paths = ["/images/" + r["url"].split("/images/")[1] for r in work["renditions"].values()]
    renditions = site.media / "renditions" / paths[0].split("/")[2]
    done, turns = threading.Event(), [0]  # one more each time it is shown, and each time it is hidden again
    shown_while_hidden: list[str] = []
    seen: set[int] = set()

    def visit(path: str) -> None:
        while not done.is_set():
            turn = turns[0]
            status = site.ask("GET", path).status
            seen.add(status)
            if turn % 2 == 0 and status != 404 and turn == turns[0]:
                shown_while_hidden.append(f"{path}: {status}")

    visitors = [threading.Thread(target=visit, args=(paths[i % len(paths)],)) for i in range(8)]
    for visitor in visitors:
        visitor.start()
    try:
        for _ in range(8):
            turns[0] += 1
            site.ask("PATCH", f"/api/galleries/{gallery}", "alice", {"visibility": "public"})
            for file in renditions.glob("*.jpg"):
                file.unlink(missing_ok=True)
            time.sleep(0.15)
            site.ask("PATCH", f"/api/galleries/{gallery}", "alice", {"visibility": "private"})
            turns[0] += 1
            time.sleep(0.1)
    finally:
        done.set()
        for visitor in visitors:
            visitor.join(60)
    assert shown_while_hidden == []
    assert seen == {200, 404}


def lose(site: Site, lost: set[int], how: signal.Signals) -> set[int]:
    """Only decoders that are at work: the others must be left to take the next upload."""
    found = {pid for pid in decoders(site) if pid not in lost and is_at_work(pid)}
    for pid in found:
        os.kill(pid, how)
    return found


def rough(width: int, height: int) -> bytes:
    """What takes a decoder a while."""
    stream = io.BytesIO()
    Image.effect_noise((width // 4, height // 4), 40).resize((width, height)).convert("RGB").save(
        stream, "JPEG", quality=85
    )
    return stream.getvalue()


def is_at_work(pid: int) -> bool:
    """Whether a thread of it runs: libvips decodes in others than the first, which waits for them."""
    threads = [proc(pid, f"task/{thread.name}/stat") for thread in Path(f"/proc/{pid}/task").glob("*")]
    return any(status.rpartition(")")[2].split()[:1] == ["R"] for status in threads)


def meanwhile(ask: Callable[[], int], act: Callable[[], None]) -> int:
    """What is answered, with something done over and over until then, or for ten seconds."""
    answers: list[int] = []
    asking, end = threading.Thread(target=lambda: answers.append(ask())), time.monotonic() + 10
    asking.start()
    while asking.is_alive() and time.monotonic() < end:
        act()
        time.sleep(0.002)
    asking.join(60)
    return answers[0]


@pytest.mark.parametrize("how", [pytest.param(signal.SIGSTOP, marks=pytest.mark.drill), signal.SIGKILL])
def test_a_decoder_lost_in_the_middle_of_an_upload_costs_that_upload_alone(site: Site, how: signal.Signals) -> None:
    content = rough(7000, 7000)
    for _ in range(4):  # until every worker has its decoder
        assert site.upload("alice", make_image()).status == 201
    answer, lost = 201, set[int]()
    for _ in range(10):  # on a busy machine it may be through before it was seen at work
        all_is_made(site)  # so that the upload's decoder is the first one at work
        rows = len(site.ask("GET", "/api/artworks?page_size=100", "alice").json()["results"])
        answer = meanwhile(lambda: site.upload("alice", content).status, lambda: lost.update(lose(site, lost, how)))
        if answer != 201:
            break
    assert lost
    assert 400 <= answer < 500 or answer == 503
    assert site.upload("alice", make_image()).status == 201
    assert len(site.ask("GET", "/api/artworks?page_size=100", "alice").json()["results"]) == rows + 1
    all_is_made(site)
    assert site.manage("check_media", "--older", "0").returncode == 0


def test_uploads_that_all_came_to_one_worker_move_to_the_other(site: Site) -> None:
    web = [pid for pid in site.workers() if "granian" in proc(pid, "maps")]
    assert len(web) == 2
    clients = list[HTTPConnection]()
    for _ in range(200):
        client = HTTPConnection("127.0.0.1", site.port, timeout=60)
        client.request("GET", "/livez")
        client.getresponse().read()
        if connected(client, web[0]):
            clients.append(client)
        else:
            client.close()
        if len(clients) == 8:
            break
    assert len(clients) == 8

    def uploads(client: HTTPConnection) -> list[tuple[int, bool]]:
        """Of ten: the status, and whether the connection was ended."""
        seen = []
        for _ in range(10):
            kind, body = multipart(make_image(), "work.jpg", {})
            headers = {"Content-Type": kind, "Authorization": f"Bearer {site.tokens['alice']}"}
            client.request("POST", "/api/artworks/upload", body, headers)
            answer = client.getresponse()
            answer.read()
            seen.append((answer.status, answer.headers["Connection"] == "close"))
        return seen

    with ThreadPoolExecutor(8) as threads:
        seen = [each for several in threads.map(uploads, clients) for each in several]
    assert {status for status, _ in seen} == {201}
    assert 0 < sum(ended for _, ended in seen) < 40, "some, until they are spread"
    assert any(client.sock and connected(client, web[1]) for client in clients)
    for client in clients:
        client.close()


def connected(client: HTTPConnection, pid: int) -> bool:
    """Whether it is this process that has accepted the connection (proc(5), /proc/pid/net/tcp)."""
    ours = f":{client.sock.getsockname()[1]:04X}"
    lines = (line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:])
    accepted = {f"socket:[{line[9]}]" for line in lines if line[2].endswith(ours)}
    for each in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed meanwhile
            if os.readlink(each) in accepted:
                return True
    return False


def test_three_pictures_of_100_megapixels_fit_a_small_machine(site: Site) -> None:
    all_is_made(site)
    site.stop()
    site.start()
    wait_until_open(site)
    for _ in range(4):  # until every worker has its decoder
        assert site.upload("alice", make_image()).status == 201
    all_is_made(site)
    waiting = sum(memory(pid, "smaps_rollup", "Pss") for pid in site.tree())
    assert waiting <= 350 + 80, waiting  # with a decoder for each web worker, and one for the tasks
    content = rough(12000, 8400)
    uploaded = [site.upload("alice", content) for _ in range(3)]
    assert {answer.status for answer in uploaded} == {201}
    peaks = {pid: memory(pid, "status", "VmHWM") for pid in site.tree()}
    assert max(peaks.values()) <= 400, peaks
    for answer in uploaded:  # else the next test would wait until all their sizes are made
        site.ask("DELETE", f"/api/artworks/{answer.json()['id']}?forever=1", "alice")


def test_a_cold_gallery_page_makes_no_image_and_its_images_then_load(site: Site) -> None:
    works = [site.upload("alice", make_image(700 + i, 500)).json()["id"] for i in range(24)]
    gallery = gallery_with(site, *works, visibility="public")
    all_is_made(site)
    for path in (site.media / "renditions").glob("*/*.jpg"):
        path.unlink()
    page = site.ask("GET", f"/api/galleries/{gallery}").json()["page"].partition(str(site.port))[2]
    html = site.ask("GET", page).body.decode()
    assert not list((site.media / "renditions").glob("*/*.jpg"))
    sources = re.findall(r'<img[^>]* src="([^"]+)"', html)
    assert len(sources) >= len(works)
    assert {site.ask("GET", source).status for source in sources} == {200}


def test_stalled_bodies_leave_the_pages_answering(site: Site) -> None:
    stalled = []
    for _ in range(200):
        connection = socket.create_connection(("127.0.0.1", site.port), timeout=10)
        connection.sendall(STALLED)
        stalled.append(connection)
    try:
        started = time.monotonic()
        assert {site.ask("GET", "/").status for _ in range(10)} == {200}
        assert time.monotonic() - started < 5
    finally:
        for connection in stalled:
            connection.close()
    closed = time.monotonic()
    while (status := site.upload("alice", make_image()).status) == 503:  # until the server has seen them go
        assert time.monotonic() - closed < 10
        time.sleep(0.2)
    assert status == 201
