"""The largest pictures that are taken, 500 megapixels: opened within the memory that a decoder may take."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import pyvips

pytestmark = pytest.mark.drill
SIDE = 22_360  # px; its square is just below 500 million
MOST = 400 * 2**20  # bytes that a decoder may hold, whatever is sent
CHILD = """
import json, sys
from pathlib import Path
from artworks import headers, pixels
path = Path(sys.argv[1])
report = pixels.cut_master(path, Path(sys.argv[2]), path.suffix, headers.Limits(500_000_000, 320 * 2**20))
peak = next(int(line.split()[1]) * 1024 for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps([peak, report.width, report.master_width]))
"""
FILES: dict[str, dict[str, Any]] = {
    "baseline.jpg": {"Q": 75},
    "plain.png": {"compression": 1, "filter": 8},
    "strips.tif": {"compression": "packbits"},
    "tiled.tif": {"compression": "packbits", "tile": True, "tile_width": 512, "tile_height": 512},
}


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system does not tell a process's peak")
@pytest.mark.parametrize("name", FILES)
def test_five_hundred_megapixels(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    patch = pyvips.Image.gaussnoise(1000, 1000, mean=128, sigma=20, seed=3).cast("uchar")
    patch = patch.bandjoin([patch.rot90(), patch.rot180()]).copy(interpretation="srgb").copy_memory()
    times = SIDE // 1000 + 1
    patch.replicate(times, times).crop(0, 0, SIDE, SIDE).write_to_file(str(path), **FILES[name])
    answer = subprocess.run(
        [sys.executable, "-c", CHILD, str(path), str(tmp_path / "master.ppm")],
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    path.unlink()
    assert answer.returncode == 0, answer.stderr
    peak, width, master_width = json.loads(answer.stdout)
    assert (width, master_width) == (SIDE, 2400)
    assert peak <= MOST, (name, peak)
