"""A process that wants one rendition each time it is told: `test_single_maker` runs four of them.

Arguments: the log of encodings, the master's path, the image's uuid, the master's width and height.
"""

import sys
from pathlib import Path
from types import SimpleNamespace

import django

django.setup()

from artworks.making import make  # noqa: E402
from artworks.renditions import Rendition  # noqa: E402


class Counted(Rendition):
    widest = 800

    def write(self, target: Path) -> None:
        with open(sys.argv[1], "a") as log:
            log.write("made\n")
        super().write(target)


_, _, master, uuid, width, height = sys.argv
row = SimpleNamespace(rights=b"", uuid=uuid, master_width=int(width), master_height=int(height))
row.master = SimpleNamespace(path=master)
print("ready", flush=True)
for _ in sys.stdin:
    print(make(Counted(SimpleNamespace(path=master, instance=row))).stat().st_size, flush=True)
