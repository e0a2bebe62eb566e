"""Whether a file can be shown, by another road than the site's: Pillow decodes all of it and makes every size.

As a program it reads paths, a line each, and answers each with a line of JSON. Each file is opened in a child of its
own, bounded in memory and time, so that the worst file costs that child.
"""

import hashlib
import io
import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SECONDS, MEMORY = 60, 4 * 2**30
WIDTHS = (400, 1200, 2400)
OPENED = ["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "HEIF"]
# Looked at by eye, since Pillow tells of no garbled JPEG: of hopper_bad_exif.jpg, one of its own, it shows stripes.
GARBLED = {"40a244d871395af15d4a799816374b7a12933e5a14376b7b484ad6b0f519ade1"}  # SHA-256


def judged(path: Path) -> dict[str, Any]:
    """What the file is, and whether it renders."""
    from PIL import Image

    try:
        image = Image.open(path, formats=OPENED)
    except Exception as error:
        return {"renders": False, "why": f"not opened: {error}"}
    if hashlib.sha256(path.read_bytes()).hexdigest() in GARBLED:
        return {"renders": False, "why": "garbled"}
    told = {
        "format": image.format,
        "size": image.size,
        "frames": getattr(image, "n_frames", 1) if image.format != "MPO" else 1,
        "taken": has_known_pixels(image),
    }
    try:
        if image.format == "PNG":
            with Image.open(path, formats=["PNG"]) as same:
                same.verify()  # load() overlooks checksums
        image.load()
        whole = image.convert("RGB")
        for width in {min(width, image.width) for width in WIDTHS}:
            smaller = whole.resize((width, max(1, width * image.height // image.width)))
            for kind in ("JPEG", "AVIF"):
                smaller.save(io.BytesIO(), kind, **({"speed": 9} if kind == "AVIF" else {}))
    except BaseException as error:  # MemoryError, too
        return told | {"renders": False, "why": f"{type(error).__name__}: {error}"}
    return told | {"renders": True}


def has_known_pixels(image: Any) -> bool:
    """8 or 16 bits a channel, or bilevel, and packed so that Pillow notices damage: of fax data it does not tell."""
    tags = getattr(image, "tag_v2", {})
    bits, signed, packing = tags.get(258, (8,)), 2 in tags.get(339, (1,)), tags.get(259, 1)
    return image.mode not in {"I", "F"} and {*bits} <= {1, 2, 4, 8, 16} and not signed and packing not in {2, 3, 4}


def in_child(path: Path) -> dict[str, Any]:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        signal.signal(signal.SIGXCPU, signal.SIG_DFL)
        os.write(writing, json.dumps(judged(path)).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        answer = pipe.read()
    _, status = os.waitpid(child, 0)
    return json.loads(answer) if answer else {"renders": False, "why": f"ended by {status}"}


@contextmanager
def oracle() -> Iterator[Any]:
    """A function from a path to what is to be said of it."""
    with subprocess.Popen(
        [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdin and process.stdout

        def ask(path: Path) -> dict[str, Any]:
            process.stdin.write(f"{path}\n")
            process.stdin.flush()
            return json.loads(process.stdout.readline())

        yield ask
        process.stdin.close()


def main() -> None:
    import pillow_heif
    from PIL import Image

    pillow_heif.register_heif_opener(thumbnails=False)
    Image.MAX_IMAGE_PIXELS = None
    Image.init()
    for line in sys.stdin:
        print(json.dumps(in_child(Path(line.rstrip("\n")))), flush=True)


if __name__ == "__main__":
    main()
