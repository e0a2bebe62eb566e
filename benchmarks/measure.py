"""All comparisons of one run: ``python measure.py [--quick] [part …]``. Run it through ./run."""

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import engines
import images
import quality
import report
from engines import HERE, IMAGES, PEERS, PROJECT, WORK, Times, Worker, fresh, interleaved, ratio, table, timings

FOUR = [400, 800, 1600, 2400]
MB = 2**20


class Run:
    """What was seen: ``figures`` by name, and the ``raw`` tables."""

    def __init__(self, quick: bool) -> None:
        self.quick = quick
        self.figures: dict[str, float] = {}
        self.raw: list[str] = []

    def say(self, text: str) -> None:
        self.raw.append(text)
        print(text, flush=True)

    def rounds(self, number: int) -> int:
        return 2 if self.quick else number

    def both(self, name: str, times: dict[str, Times], above: str, below: str) -> None:
        """The median ratio in wall time as ``name``, in processor time as ``name cpu``."""
        self.figures[name] = ratio(times[above].wall, times[below].wall)
        self.figures[f"{name} cpu"] = ratio(times[above].cpu, times[below].cpu)


@contextmanager
def workers(**wanted: tuple[str, str]) -> Iterator[dict[str, Worker]]:
    started = {name: Worker(*how) for name, how in wanted.items()}
    try:
        yield started
    finally:
        for worker in started.values():
            worker.close()


HOUSE, LIMITS, PEER = (PROJECT, "house"), (PROJECT, "limits"), (PEERS, "peers")


def ceilings(run: Run) -> None:
    """What the machine gives, in the same run as all the rest."""
    with workers(limits=LIMITS, second=LIMITS) as at:
        limits, rows = at["limits"], []
        for name in ("24mp.jpg", "100mp.jpg"):
            path = str(IMAGES / name)
            seen = [limits("full", path) for _ in range(run.rounds(5))]
            rows.append([f"full decode of {name}, ms", statistics.median(each["wall"] for each in seen) * 1e3])
        path = str(IMAGES / "100mp.jpg")
        rows.append(["SHA-256, MB/s", max(limits("sha256", path)["value"] for _ in range(3))])
        rows.append(["one file written and synced, MB/s", max(limits("disk", str(WORK))["value"] for _ in range(3))])
        alone = min(limits("full", path)["wall"] for _ in range(3))
        rows.append(["two decodes on two processes / one", together(at["limits"], at["second"], path) / alone])
    rows.append(["load average at the start", os.getloadavg()[0]])
    run.say(table("Ceilings of the machine", ["", "seen"], rows))


def together(first: Worker, second: Worker, path: str) -> float:
    """Wall seconds until both are done."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(2) as pool:
        began = time.perf_counter()
        for done in [pool.submit(worker, "full", path) for worker in (first, second)]:
            done.result()
        return time.perf_counter() - began


def jpeg(run: Run, name: str) -> None:
    """One 400 px JPEG and a set of four, from a fresh original."""
    path, size = str(IMAGES / f"{name}.jpg"), name.removesuffix("mp")
    peers = {"imagekit": PEER, "sorl": PEER, "easy": PEER, "wagtail": PEER, "thumbor": PEER}
    with engines.thumbor(IMAGES) as server, workers(house=HOUSE, limits=LIMITS, **peers) as at:

        def peer(name: str, widths: list[int]) -> Callable[[], dict[str, Any]]:
            return lambda: at[name](name, path, widths, "JPEG")

        def over_http(widths: list[int]) -> dict[str, Any]:
            before = engines.cpu_of(server.pid)
            answer = at["thumbor"]("thumbor", path, widths, "JPEG")
            return answer | {"cpu": engines.cpu_of(server.pid) - before}

        one: dict[str, Callable[[], dict[str, Any]]] = {
            "limit": lambda: at["limits"]("limit", path, [400], "plain"),
            "limit, our JPEG settings": lambda: at["limits"]("limit", path, [400], "served"),
            "house: fresh upload": lambda: at["house"]("one", path),
            "house: master alone": lambda: at["house"]("cut_master", path),
            "house: from the master": lambda: at["house"]("on_the_fly", path, 400),
            "imagekit": peer("imagekit", [400]),
            "thumbor": lambda: over_http([400]),
            "sorl": peer("sorl", [400]),
            "easy": peer("easy", [400]),
            "wagtail": peer("wagtail", [400]),
        }
        times = interleaved(one, run.rounds(11 if size == "24" else 5))
        run.say(timings(f"One 400 px JPEG from {size} MP", times, "limit", "imagekit"))
        run.both(f"one {size} limit", times, "house: fresh upload", "limit")
        run.both(f"one {size} imagekit", times, "imagekit", "house: fresh upload")
        run.both(f"fly {size} imagekit", times, "imagekit", "house: from the master")

        four: dict[str, Callable[[], dict[str, Any]]] = {
            "limit": lambda: at["limits"]("limit", path, FOUR, "plain"),
            "limit, our JPEG settings": lambda: at["limits"]("limit", path, FOUR, "served"),
            "house": lambda: at["house"]("several", path, FOUR),
            "house: from the master": lambda: at["house"]("several_from_master", path, FOUR),
            "imagekit": peer("imagekit", FOUR),
            "thumbor": lambda: over_http(FOUR),
        }
        if size == "24":
            four |= {name: peer(name, FOUR) for name in ("sorl", "easy", "wagtail")}
        times = interleaved(four, run.rounds(9 if size == "24" else 5))
        run.say(timings(f"Four JPEG widths from {size} MP", times, "limit", "imagekit"))
        run.both(f"four {size} limit", times, "house", "limit")
        run.both(f"four {size} served", times, "house", "limit, our JPEG settings")
        run.both(f"four {size} imagekit", times, "imagekit", "house")
        run.both(f"four {size} thumbor", times, "thumbor", "house")
        run.both(f"four {size} master", times, "house: from the master", "limit")
        run.both(f"four {size} master imagekit", times, "imagekit", "house: from the master")
        run.both(f"four {size} master thumbor", times, "thumbor", "house: from the master")


def avif(run: Run) -> None:
    path = str(IMAGES / "24mp.jpg")
    with workers(house=HOUSE, limits=LIMITS, imagekit=PEER) as at:
        times = interleaved(
            {
                "limit": lambda: at["limits"]("limit", path, FOUR, "avif"),
                "house": lambda: at["house"]("several", path, FOUR, "avif"),
                "imagekit": lambda: at["imagekit"]("imagekit", path, FOUR, "AVIF", {}),
            },
            run.rounds(3),
        )
    run.say(timings("Four AVIF widths from 24 MP (imagekit at its defaults)", times, "limit", "imagekit"))
    run.both("avif limit", times, "house", "limit")
    run.both("avif imagekit", times, "imagekit", "house")


def fly(run: Run) -> None:
    """One size cut on demand from the master, against decoding the original at the least scale for 400 px."""
    path = str(IMAGES / "24mp.jpg")
    with workers(house=HOUSE, limits=LIMITS) as at:
        cases: dict[str, Callable[[], dict[str, Any]]] = {"decode floor": lambda: at["limits"]("floor", path, 400)}
        for width in (400, 800, 1600):
            cases[f"{width} px"] = lambda width=width: at["house"]("on_the_fly", path, width)  # type: ignore[misc]
        times = interleaved(cases, run.rounds(15))
    run.say(timings("On the fly from the master, 24 MP", times, "decode floor", "decode floor"))
    for width in (400, 800):
        run.both(f"fly {width}", times, f"{width} px", "decode floor")


def memory(run: Run) -> None:
    """Peak of a fresh process, and what of it the same job on a picture of 64 x 48 pixels does not take."""

    @cache
    def peak(do: str, name: str) -> float:
        path = str(IMAGES / name)
        if do in ("master", "tiles"):
            return fresh(*HOUSE, "decoder_peak", do, path)["value"] / MB
        if do in ("imagekit", "wagtail"):
            return fresh(*PEER, do, path, [400], "JPEG")["peak"] / MB
        return fresh(*HOUSE, do, path)["peak"] / MB

    rows = []
    for do, name, figure in (
        ("master", "100mp.jpg", ""),
        ("master", "100mp-progressive.jpg", "memory worst"),
        ("master", "40mp.webp", "memory worst"),
        ("master", "26mp.avif", "memory worst"),
        ("tiles", "100mp.jpg", "memory tiles"),
        ("every_jpeg", "100mp.jpg", "memory jpeg"),
        ("every_jpeg", "100mp.png", "memory png"),
        ("every_jpeg", "100mp.tif", "memory tiff"),
        ("everything", "100mp.jpg", "memory avif"),
        ("imagekit", "24mp.jpg", ""),
        ("imagekit", "100mp.jpg", ""),
        ("wagtail", "100mp.jpg", ""),
    ):
        all_of_it, due = peak(do, name), peak(do, name) - peak(do, "tiny.jpg")
        rows.append([f"{do}, {name}", f"{all_of_it:.0f}", f"{due:.0f}"])
        if figure:
            seen = all_of_it if figure == "memory worst" else due
            run.figures[figure] = max(seen, run.figures.get(figure, 0))
    title = "Peak memory, MB: of a decoder (master, tiles), else of a fresh process that does it all"
    run.say(table(title, ["", "all of it", "due to the picture"], rows))


def tiles(run: Run) -> None:
    path = str(IMAGES / "100mp.jpg")
    with workers(house=HOUSE, limits=LIMITS) as at:
        times = interleaved(
            {"full decode": lambda: at["limits"]("full", path), "house: tiles": lambda: at["house"]("tiles", path)},
            run.rounds(3),
        )
    run.say(timings("Deep zoom of 100 MP", times, "full decode", "full decode"))
    run.both("tiles", times, "house: tiles", "full decode")


def look(run: Run) -> None:
    """SSIM of the pixels before the encoder."""
    rows = []
    for name in ("24mp", "50mp", "100mp", "24mp-lines", "50mp-lines"):
        path = str(IMAGES / f"{name}.jpg")
        steps = fresh(*HOUSE, "before_the_encoder", path, str(WORK))["value"]
        seen = quality.against_full_decode(path, steps)
        rows.append([name, *(f"{value:.4f}" for value in seen.values())])
        kind = "ssim lines" if "lines" in name else "ssim photo"
        run.figures[kind] = min(*seen.values(), run.figures.get(kind, 1.0))
    title = "SSIM of each step's pixels before the encoder, to full decode + float Lanczos"
    run.say(table(title, ["", *(f"{width} px" for width, _ in steps)], rows))


def lists(run: Run) -> None:
    """The API's stream of works, in process."""
    small, large = (Worker(PROJECT, "lists", WORKS=number) for number in ("1000", "100000"))
    try:
        times = interleaved(
            {
                "first page of 1,000 works": lambda: small("read", "first"),
                "first page of 100,000": lambda: large("read", "first"),
                "last page of 100,000": lambda: large("read", "deep"),
                "304 to the first of 100,000": lambda: large("not_modified", "first"),
            },
            run.rounds(9),
        )
    finally:
        small.close()
        large.close()
    first, many, deep, known = times
    run.say(timings("GET /api/artworks, ten times", times, many, known))
    run.both("list large", times, many, first)
    run.both("list deep", times, deep, many)
    run.both("list 304", times, many, known)


PAGES = ("home", "artist", "gallery", "artwork", "search", "tag")


def pages(run: Run) -> None:
    """The public pages, in process: against an empty template, and with many works that are none of theirs."""
    small, large = (Worker(PROJECT, "lists", WORKS=number) for number in ("1000", "100000"))
    try:
        cases: dict[str, Callable[[], dict[str, Any]]] = {"empty template": lambda: small("visit", "empty template")}
        for name in PAGES:
            cases[f"{name}, 1,000 works"] = lambda name=name: small("make", name)  # type: ignore[misc]
            cases[f"{name}, 100,000 works"] = lambda name=name: large("make", name)  # type: ignore[misc]
        cases["gallery, as strangers get it"] = lambda: large("visit", "gallery")
        times = interleaved(cases, run.rounds(9))
    finally:
        small.close()
        large.close()
    run.say(timings("Public pages, ten times; the gallery has 30 works", times, "empty template", "empty template"))
    run.both("page gallery", times, "gallery, as strangers get it", "empty template")
    run.both("page gallery made", times, "gallery, 1,000 works", "empty template")
    for name in PAGES:
        run.both(f"page {name} large", times, f"{name}, 100,000 works", f"{name}, 1,000 works")


def studio(run: Run) -> None:
    """The studio of an artist with 5,000 works beside that of one with 50, in process."""
    small, large = (Worker(PROJECT, "studio", WORKS=number) for number in ("50", "5000"))
    try:
        names = small("pages")["value"]
        counts = {name: [at("queries", name)["value"] for at in (small, large)] for name in names}
        cases: dict[str, Callable[[], dict[str, Any]]] = {}
        for name in names:
            cases[f"{name}: 50 works"] = lambda name=name: small("read", name)  # type: ignore[misc]
            cases[f"{name}: 5,000 works"] = lambda name=name: large("read", name)  # type: ignore[misc]
        times = interleaved(cases, run.rounds(9))
    finally:
        small.close()
        large.close()
    rows = []
    for name in names:
        few, many = (times[f"{name}: {works} works"] for works in ("50", "5,000"))
        run.both(f"studio {name}", times, f"{name}: 5,000 works", f"{name}: 50 works")
        each = [f"{statistics.median(seen.cpu) / 4 * 1e3:.0f}" for seen in (few, many)]
        rows.append([name, *counts[name], *each, f"{run.figures[f'studio {name} cpu']:.2f}"])
    run.figures["studio queries"] = max(many - few for few, many in counts.values())
    run.figures["studio"] = max(run.figures[f"studio {name}"] for name in names)
    run.figures["studio cpu"] = max(run.figures[f"studio {name} cpu"] for name in names)
    head = ["", "queries, 50 works", "5,000", "cpu ms, 50 works", "5,000", "5,000 / 50"]
    run.say(table(f"The studio of one artist: {run.rounds(9)} rounds", head, rows))


def web(run: Run) -> None:
    """The served site."""
    import json

    command = [PROJECT, str(HERE / "web.py"), *(["--quick"] if run.quick else [])]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False, env=os.environ | {"PEERS": PEERS})
    if done.returncode:
        run.say("The web part failed; what it said stands above.\n")
        return
    for line in done.stdout.splitlines():
        title, head, rows, figures = json.loads(line)
        run.say(table(title, head, rows))
        run.figures |= figures


PARTS: dict[str, Callable[[Run], None]] = {
    "ceilings": ceilings,
    "jpeg24": lambda run: jpeg(run, "24mp"),
    "jpeg100": lambda run: jpeg(run, "100mp"),
    "avif": avif,
    "fly": fly,
    "tiles": tiles,
    "memory": memory,
    "look": look,
    "lists": lists,
    "pages": pages,
    "studio": studio,
    "web": web,
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="two rounds each")
    parser.add_argument("parts", nargs="*", metavar="part", help=", ".join(PARTS))
    given = parser.parse_args()
    shutil.rmtree(WORK, ignore_errors=True)
    for name in ("data", "media"):
        (WORK / name).mkdir(parents=True)
    images.write(IMAGES)
    run, began = Run(given.quick), time.monotonic()
    for name in given.parts or PARTS:
        try:
            PARTS[name](run)
        except RuntimeError as error:
            run.say(f"{name} broke off: {error}\n")
    run.say(
        f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}; "
        f"{time.monotonic() - began:.0f} s in all"
    )
    shutil.rmtree(WORK)
    if not given.parts and not given.quick:
        report.write(run.figures, run.raw)


if __name__ == "__main__":
    main()
