"""docs/benchmarks.md: the table of figures, and everything that was printed."""

from datetime import date
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"

# What is compared; the figure's name; whether less is better; must; try for.
FIGURES: list[tuple[str, str, bool, float, float | None]] = [
    ("One 400 px JPEG from 24 MP, fresh upload, x ImageKit", "one 24 imagekit", False, 3, 4),
    ("the same, x limit", "one 24 limit", True, 1.8, 1.3),
    ("One 400 px JPEG from 100 MP, fresh upload, x ImageKit", "one 100 imagekit", False, 3.7, 5),
    ("the same, x limit", "one 100 limit", True, 1.4, 1.15),
    ("One 400 px JPEG of a 24 MP work from its master, x ImageKit", "fly 24 imagekit", False, 3, 4),
    ("One 400 px JPEG of a 100 MP work from its master, x ImageKit", "fly 100 imagekit", False, 3.7, 5),
    ("Four JPEG widths from 24 MP, x limit", "four 24 limit", True, 1.9, 1.4),
    ("the same, x limit with our JPEG settings", "four 24 served", True, 1.9, 1.4),
    ("the same, x ImageKit", "four 24 imagekit", False, 8, 12),
    ("the same, x thumbor", "four 24 thumbor", False, 2.7, 4),
    ("Four JPEG widths from 100 MP, x limit", "four 100 limit", True, 1.5, 1.2),
    ("the same, x limit with our JPEG settings", "four 100 served", True, 1.5, 1.2),
    ("the same, x ImageKit", "four 100 imagekit", False, 12, 16),
    ("the same, x thumbor", "four 100 thumbor", False, 2.7, 4),
    ("Four JPEG widths of a 24 MP work from its master, x limit", "four 24 master", True, 1.9, 1.4),
    ("the same, x ImageKit", "four 24 master imagekit", False, 8, 12),
    ("the same, x thumbor", "four 24 master thumbor", False, 2.7, 4),
    ("Four JPEG widths of a 100 MP work from its master, x limit", "four 100 master", True, 1.5, 1.2),
    ("the same, x ImageKit", "four 100 master imagekit", False, 12, 16),
    ("the same, x thumbor", "four 100 master thumbor", False, 2.7, 4),
    ("Upload request of a 24 MP JPEG, CPU of the tree / full decode", "upload", True, 2.2, 1.6),
    ("Memory, 100 MP JPEG, all JPEG sizes, MB", "memory jpeg", True, 80, 60),
    ("the same, with all AVIF sizes in the same process", "memory avif", True, 80, 60),
    ("Memory, 100 MP PNG, all JPEG sizes, MB", "memory png", True, 150, 60),
    ("Memory, 100 MP TIFF, all JPEG sizes, MB", "memory tiff", True, 150, 60),
    ("Decoder process, the most costly files taken, MB", "memory worst", True, 400, None),
    ("On the fly from the master, 400 px / decode floor of 24 MP", "fly 400", True, 0.4, None),
    ("On the fly from the master, 800 px / decode floor of 24 MP", "fly 800", True, 0.9, None),
    ("On the fly over HTTP, 400 px, x thumbor on the same upload", "http 400", False, 1.3, 3),
    ("On the fly over HTTP, 850 px, x thumbor on the same upload", "http 850", False, 1.3, 3),
    ("SSIM before the encoder, photo, worst step", "ssim photo", False, 0.997, None),
    ("SSIM before the encoder, line art, worst step", "ssim lines", False, 0.98, None),
    ("Four AVIF widths from 24 MP, x limit", "avif limit", True, 1.4, None),
    ("the same, x ImageKit at its defaults", "avif imagekit", False, 4, None),
    ("Deep zoom of 100 MP / full decode", "tiles", True, 3.5, None),
    ("Deep zoom of 100 MP, memory, MB", "memory tiles", True, 160, None),
    ("A tile's cost / a static picture's from the same server", "tile", True, 3, None),
    ("Public picture through deploy/nginx.conf / nginx plain file", "nginx", False, 0.9, 1.0),
    ("Public picture, embedded server / FileResponse on it", "embedded", False, 3, 4.5),
    ("First page of the API's list, 100,000 works / 1,000", "list large", True, 1.25, None),
    ("Its last page / its first", "list deep", True, 1.25, None),
    ("The answer / a 304", "list 304", False, 4, None),
    ("Page of a gallery of 30 works, as strangers get it / an empty template", "page gallery", True, 8, None),
    ("the same, made anew", "page gallery made", True, 8, None),
    *(
        (f"Page of {what}, 100,000 works in the database / 1,000", f"page {name} large", True, 1.25, None)
        for name, what in (
            ("home", "all artists"),
            ("artist", "an artist"),
            ("gallery", "a gallery"),
            ("artwork", "a work"),
            ("search", "a search"),
            ("tag", "a tag"),
        )
    ),
    ("Pages of the studio, 5,000 works of one artist / 50, the dearest", "studio", True, 3, None),
    ("Queries that 5,000 works take more than 50, on any of them", "studio queries", True, 0, None),
    ("First view of a gallery of 60 works / the page warm", "first view", True, 1.1, None),
]

HEAD = """# Benchmarks

Measured {day} by `benchmarks/run`, which makes this page. The pictures are made by code; the project's own code is
measured and no copy of it; the peers do what their documentation shows.

- Every comparison is interleaved: each case once a round, in random order. A ratio is the median of the ratios within a
  round. Wall time decides, as it is what somebody waits; the processor time of the process, or of the tree, stands
  beside it. Several sizes at once are encoded on as many threads as there are processors, as `manage.py
  make_renditions` does; the peers and the limit use one.
- The *limit* is one decode at the least sufficient scale and the encodes (JPEG, quality 82, 4:2:0) of pixels that lie
  ready: no resampling, no colour, no file. Our own JPEGs below 1000 px are 4:4:4, which costs more; that limit
  is given too.
- *Fresh upload* is what an original costs until its thumbnail exists: proved whole, reduced, brought to sRGB, a first
  master written, the thumbnail cut from it and synced to the disk. *Four widths from* a file are a whole master, and
  then the four sizes; *of a work from its master* is what is left when somebody asks, or the task worker gets to it.
- Memory is the peak of a fresh process (VmHWM), less the same work on a picture of 64 x 48 pixels; the decoder's is all
  of it.
- SSIM is that of the pixels which go into a rendition's encoder, against a full decode and a float Lanczos.
- What must be right besides is held by tests in `artworks/tests`: the colour of chart patches by `test_colour.py`,
  orientation by `test_turned.py`, cut or garbled files by `test_damage.py`.

| figure | must | try for | seen, wall | seen, CPU | |
| --- | --- | --- | --- | --- | --- |
"""


def row(figures: dict[str, float], label: str, name: str, less: bool, must: float, wish: float | None) -> str:
    sign, seen, cpu = "≤" if less else "≥", figures.get(name), figures.get(f"{name} cpu")
    bounds = [f"{sign} {must:g}", "" if wish is None else f"{sign} {wish:g}"]
    both = ["" if value is None else shown(value) for value in (seen, cpu)]
    return "| " + " | ".join([label, *bounds, *both, verdict(seen, less, must, wish)]) + " |\n"


def verdict(seen: float | None, less: bool, must: float, wish: float | None) -> str:
    if seen is None:
        return "not measured"
    above = 1 if less else -1
    if wish is not None and above * seen <= above * wish:
        return "reached"
    return "met" if above * seen <= above * must else "**missed**"


def shown(value: float) -> str:
    return f"{value:.0f}" if value >= 20 else f"{value:.4f}" if 0.95 <= value < 1 else f"{value:.2f}"


def write(figures: dict[str, float], raw: list[str]) -> None:
    rows = "".join(row(figures, *figure) for figure in FIGURES)
    printed = "\n".join(raw)
    TARGET.write_text(
        f"{HEAD.format(day=date.today())}{rows}\n## As printed\n\n```\n$ benchmarks/run\n{printed}\n```\n"
    )
