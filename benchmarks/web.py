"""The served site: an upload's cost, pictures cut while a visitor waits, files sent, a gallery's first view.

Runs with the project's own Python and starts the site as its tests do. Each table goes out as a line of JSON.
"""

import io
import json
import os
import random
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portfolio_site.settings")

from PIL import Image

import engines
import limits
from engines import IMAGES, WORK, ratio
from portfolio_site.tests.live import Site, descendants, free_port, running, status_of

QUICK = "--quick" in sys.argv
WORKS = 60
TICK = os.sysconf("SC_CLK_TCK")


def show(title: str, head: list[str], rows: list[list[Any]], figures: dict[str, float]) -> None:
    print(json.dumps([title, head, rows, figures]), flush=True)


def task_worker(site: Site) -> int:
    """The child that was started last."""
    children = [pid for pid in site.tree() if int((status_of(pid) or ["", "0"])[1]) == site.process.pid]
    return max(children, key=lambda pid: int(status_of(pid)[19]))


def cpu(pids: list[int]) -> float:
    """Seconds, of processes and of those they have waited for."""
    return sum(sum(int(ticks) for ticks in status_of(pid)[11:15]) for pid in pids) / TICK


def at_work(site: Site, tasks: int) -> list[int]:
    """The site's processes but for the task worker."""
    return [pid for pid in site.tree() if pid not in descendants(tasks)]


def upload(site: Site, tasks: int) -> None:
    """A 24 MP JPEG: the processor time of everything between the request and its answer."""
    content, path = (IMAGES / "24mp.jpg").read_bytes(), str(IMAGES / "24mp.jpg")
    spent: list[float] = []
    wall: list[float] = []
    decode: list[float] = []
    for number in range(3 if QUICK else 14):
        began, before = time.perf_counter(), cpu(at_work(site, tasks))
        answer = site.upload("ada", content)
        seconds = time.perf_counter() - began
        after = cpu(at_work(site, tasks))
        assert answer.status == 201, answer.body
        began = time.process_time()
        limits.full(path)
        if number >= (1 if QUICK else 4):  # both web workers have their decoder by then
            spent.append(after - before)
            wall.append(seconds)
            decode.append(time.process_time() - began)
    figures = {"upload": ratio(spent, decode)}
    rows = [
        ["one full decode", f"{statistics.median(decode) * 1e3:.0f}", ""],
        ["the upload", f"{statistics.median(spent) * 1e3:.0f}", f"{figures['upload']:.2f}"],
        ["the upload, wall", f"{statistics.median(wall) * 1e3:.0f}", ""],
    ]
    show(f"Upload of a 24 MP JPEG: {len(spent)} rounds, CPU of the tree", ["", "ms", "x decode"], rows, figures)


def on_the_fly(site: Site, uuid: str, tasks: int) -> None:
    """A missing rendition asked for over HTTP, against thumbor on the uploaded file."""
    rows, figures = [], {}
    with engines.thumbor(site.media / "originals" / uuid) as server:
        for width in (400, 850):
            theirs = f"{os.environ['THUMBOR']}/unsafe/fit-in/{width}x{width}/filters:quality(82)/original.jpg"
            figure = f"http {width}"
            asked: dict[str, Callable[[], Any]] = {
                "house": lambda: site.ask("GET", f"/images/{uuid}/{width}.jpg"),  # noqa: B023
                "thumbor": lambda: urllib.request.urlopen(theirs, timeout=60).read(),  # noqa: B023
            }
            trees = {"house": lambda: at_work(site, tasks), "thumbor": lambda: descendants(server.pid)}
            wall: dict[str, list[float]] = {name: [] for name in asked}
            spent = dict.fromkeys(asked, 0.0)
            for number in range(3 if QUICK else 20):
                for name in random.Random(number).sample(list(asked), 2):
                    (site.media / "renditions" / uuid / f"{width}.jpg").unlink(missing_ok=True)
                    before = cpu(trees[name]())
                    wall[name].append(seconds(asked[name]))
                    spent[name] += cpu(trees[name]()) - before
            assert (site.media / "renditions" / uuid / f"{width}.jpg").exists() or name == "thumbor"
            figures[figure] = ratio(wall["thumbor"], wall["house"])
            figures[f"{figure} cpu"] = spent["thumbor"] / spent["house"]
            medians = [f"{statistics.median(wall[name]) * 1e3:.0f}" for name in asked]
            mean = [f"{spent[name] / len(wall[name]) * 1e3:.0f}" for name in asked]
            ratios = [f"{figures[figure + kind]:.2f}" for kind in ("", " cpu")]
            rows.append([f"{width} px, thumbor on the original", *medians, ratios[0], *mean, ratios[1]])
    head = ["", "house, wall ms", "thumbor", "thumbor / house", "house, cpu ms", "thumbor", "thumbor / house"]
    show("A missing size over HTTP", head, rows, figures)


@contextmanager
def nginx(site: Site, folder: Path) -> Iterator[tuple[int, int, int]]:
    """The ports of deploy/nginx.conf as it stands and of a plain file server; the process."""
    ours, plain = free_port(), free_port()
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    text = text.replace("/PATH/TO/media", str(site.media)).replace("127.0.0.1:5005", f"127.0.0.1:{site.port}")
    text = text.replace("listen 443 ssl", f"listen 127.0.0.1:{ours}").replace("ART.EXAMPLE", "127.0.0.1")
    text = "".join(line for line in text.splitlines(keepends=True) if "ssl_certificate" not in line)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    scratch = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    user = "user root;" if os.getuid() == 0 else ""
    server = f"server {{ listen 127.0.0.1:{plain}; root {site.media}/renditions; types {{ image/jpeg jpg; }} }}"
    conf = folder / "nginx.conf"
    conf.write_text(
        f"{user} worker_processes 2; pid {folder}/pid; error_log {folder}/error.log; events {{}} "
        f"http {{ access_log off; {scratch} {server} {text} }}"
    )
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    process = subprocess.Popen([program, "-c", str(conf), "-p", str(folder), "-g", "daemon off;"])
    try:
        engines.wait_for(ours, process)
        yield ours, plain, process.pid
    finally:
        process.terminate()
        process.wait(10)


def rate(address: str, server: int) -> tuple[float, float]:
    """Requests per second, and per second of processor time of the server's tree."""
    command, before = ["wrk", "-t1", "-c12", f"-d{1 if QUICK else 3}", address], cpu(descendants(server))
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "Non-2xx" not in done.stdout, f"{address}: {done.stdout}"
    spent = cpu(descendants(server)) - before
    per_second = float(re.findall(r"Requests/sec:\s+([\d.]+)", done.stdout)[0])
    return per_second, int(re.findall(r"(\d+) requests in", done.stdout)[0]) / spent


def files(site: Site, uuid: str, folder: Path) -> None:
    """Requests per second for one public picture, each way it can go out."""
    if not shutil.which("wrk") or not (shutil.which("nginx") or Path("/usr/sbin/nginx").exists()):
        show("Files sent: not measured, wrk or nginx is missing", [""], [], {})
        return
    picture = f"{uuid}/600.jpg"
    home = f"http://127.0.0.1:{site.port}"
    assert site.ask("GET", f"/images/{picture}").status == 200
    with zipfile.ZipFile(site.media / "renditions" / uuid / "tiles.zip") as tiles:
        member = max(
            (each for each in tiles.infolist() if "/full" not in each.filename), key=lambda each: each.file_size
        )
    style = re.findall(r'href="(/static/[^"]+\.css)"', site.ask("GET", "/").body.decode())[0]
    port = free_port()
    with (folder / "plain.log").open("wb") as log:
        command = [sys.executable, str(ROOT / "benchmarks" / "plain.py"), str(port)]
        plain = subprocess.Popen([*command, str(site.media / "renditions" / picture)], stdout=log, stderr=log)
    try:
        engines.wait_for(port, plain)
        with nginx(site, folder) as (ours, bare, front):
            site_pid = site.process.pid
            asked = {
                "nginx, plain file": (f"http://127.0.0.1:{bare}/{picture}", front),
                "nginx, deploy/nginx.conf": (f"http://127.0.0.1:{ours}/images/{picture}", front),
                "embedded, public picture": (f"{home}/images/{picture}", site_pid),
                "embedded, tile": (f"{home}/images/{uuid}/{member.filename}", site_pid),
                "embedded, style sheet": (f"{home}{style}", site_pid),
                "FileResponse on the same server": (f"http://127.0.0.1:{port}/file", plain.pid),
            }
            wall: dict[str, list[float]] = {name: [] for name in asked}
            spent: dict[str, list[float]] = {name: [] for name in asked}
            for number in range(2 if QUICK else 6):
                for name in random.Random(number).sample(list(asked), len(asked)):
                    reached = rate(*asked[name])
                    if number:
                        wall[name].append(reached[0])
                        spent[name].append(reached[1])
    finally:
        plain.terminate()
        plain.wait(10)
    figures, first = {}, "nginx, plain file"
    for kind, seen in (("", wall), (" cpu", spent)):
        picture_rate = seen["embedded, public picture"]
        figures[f"nginx{kind}"] = ratio(seen["nginx, deploy/nginx.conf"], seen[first])
        figures[f"embedded{kind}"] = ratio(picture_rate, seen["FileResponse on the same server"])
        figures[f"tile{kind}"] = ratio(picture_rate, seen["embedded, tile"])
    rows = [[name, *(text for each in (wall, spent) for text in compared(each[name], each[first]))] for name in asked]
    size = (site.media / "renditions" / picture).stat().st_size
    title = f"Files sent, wrk -t1 -c12: a picture of {size / 1e3:.0f} KB, a tile of {member.file_size / 1e3:.0f} KB"
    show(title, ["", "a second", "x plain nginx", "a cpu second", "x plain nginx"], rows, figures)


def compared(rates: list[float], to: list[float]) -> tuple[str, str]:
    return f"{statistics.median(rates):.0f}", f"{ratio(rates, to):.2f}"


def small_jpeg(width: int) -> bytes:
    stream = io.BytesIO()
    Image.linear_gradient("L").resize((width, 600)).convert("RGB").save(stream, "JPEG")
    return stream.getvalue()


def hung(site: Site, title: str, works: list[int]) -> str:
    """The path of a new public gallery."""
    gallery = site.ask("POST", "/api/galleries", "ada", {"title": title}).json()
    for work in works:
        answer = site.ask("POST", f"/api/galleries/{gallery['id']}/artworks", "ada", {"artwork": work})
        assert answer.status < 300, answer.body
    shown = site.ask("PATCH", f"/api/galleries/{gallery['id']}", "ada", {"visibility": "public"}).json()
    return f"/artists/ada/{shown['slug']}/"


def seconds(do: Callable[[], Any]) -> float:
    began = time.perf_counter()
    do()
    return time.perf_counter() - began


def first_view(site: Site) -> None:
    """The page of a new gallery of 60 works whose renditions nobody has asked for, against the same page made again.

    Neither is a kept one: a page with a question of its own never is.
    """
    works = []
    for number in range(WORKS):
        answer = site.upload("ada", small_jpeg(900 + number))
        assert answer.status == 201, answer.body
        works.append(answer.json()["id"])
    other = hung(site, "Other room", works[:2])
    for _ in range(20):  # templates are compiled by then
        site.ask("GET", f"{other}?anew=1")
    cold, warm = [], []
    for number in range(2 if QUICK else 12):
        page = hung(site, f"Room {number}", works) + "?anew=1"
        for folder in (site.media / "renditions").iterdir():
            for file in folder.glob("*.jpg") if folder.is_dir() else []:
                file.unlink()
        cold.append(seconds(lambda: site.ask("GET", page)))  # noqa: B023 - called at once
        warm.append(statistics.median(seconds(lambda: site.ask("GET", page)) for _ in range(8)))  # noqa: B023
        assert site.ask("GET", page).status == 200
    figures = {"first view": ratio(cold, warm)}
    rows = [[f"{statistics.median(each) * 1e3:.1f}" for each in (cold, warm)] + [f"{figures['first view']:.2f}"]]
    title = f"A new gallery of {WORKS} works, the page's own time, ms: {len(cold)} galleries"
    show(title, ["first", "warm", "first / warm"], rows, figures)


def wait_for_tiles(site: Site, uuid: str) -> None:
    end = time.monotonic() + 300
    while not (site.media / "renditions" / uuid / "tiles.zip").exists():
        assert time.monotonic() < end, "no tiles"
        time.sleep(0.5)


def main() -> None:
    with tempfile.TemporaryDirectory(dir=WORK) as name:
        folder = Path(name)
        with running(folder, THROTTLE_WRITE="100000/min", THROTTLE_UPLOAD="100000/min") as site:
            site.join("ada")
            work = site.upload("ada", (IMAGES / "24mp.jpg").read_bytes()).json()
            uuid = work["renditions"]["thumbnail"]["url"].split("/images/")[1].split("/")[0]
            hung(site, "Large", [work["id"]])
            wait_for_tiles(site, uuid)
            # What it warms is no part of a request, and would take a processor meanwhile.
            tasks = task_worker(site)
            os.kill(tasks, signal.SIGSTOP)
            try:
                upload(site, tasks)
                on_the_fly(site, uuid, tasks)
                files(site, uuid, folder)
                first_view(site)
            finally:
                os.kill(tasks, signal.SIGCONT)


if __name__ == "__main__":
    main()
