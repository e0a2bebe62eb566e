"""Paints the demo collection: three invented hands, each work drawn from its seed in works.toml."""

# ruff: noqa: S311 - chance here makes pictures, and must be repeatable.
import cmath
import ctypes
import math
import random
import tomllib
from functools import cache
from pathlib import Path

import pyvips
from PIL import Image, ImageColor, ImageDraw

RECORD = Path(__file__).with_name("works.toml")
rgb = ImageColor.getrgb
matrix = pyvips.Image.new_from_array
RAKING = matrix([[-1, -1, 0], [-1, 0, 1], [0, 1, 1]])  # light from the upper left


@cache
def works():
    """Every work in the record, by its key."""
    return {work["key"]: work for work in tomllib.loads(RECORD.read_text(encoding="utf-8"))["works"]}


def paint(key: str, path: Path, scale: float = 1.0) -> None:
    """Write the picture for one work to `path`, at its full size times `scale`."""
    getattr(ctypes.CDLL(None), "malloc_trim", int)(0)  # Else glibc hoards what earlier pictures freed.
    pyvips.cache_set_max(0)  # Nothing is asked for twice, and remembering it costs hundreds of megabytes.
    spec = works()[key]["picture"]
    width, height = (max(16, round(spec[side] * scale)) for side in ("width", "height"))
    small = min(1.0, (4.5e6 / (width * height)) ** 0.5)  # What is finer is added at full size.
    sizes = (round(width * small), round(height * small), width, height)
    image = {"oil": oil, "ink": ink, "photo": photo}[spec["hand"]](spec, *sizes)
    image = image.clamp(min=0, max=255).cast("uchar").copy(interpretation="srgb", xres=11.811, yres=11.811)
    image.set_type(pyvips.GValue.blob_type, "icc-profile-data", pyvips.Image.profile_load("srgb"))
    if spec["hand"] == "photo":
        for tag, value in spec.get("exif", {}).items():
            image.set_type(pyvips.GValue.gstr_type, f"exif-{tag}", value)
    options = {".jpg": "[Q=92]", ".tif": "[compression=deflate,predictor=horizontal]"}
    image.write_to_file(f"{path}{options.get(Path(path).suffix, '')}")


def plane(w, h):
    """Two images running 0..1 across and 0..1 down."""
    return (pyvips.Image.xyz(w, h) / [w, h]).bandsplit()


def fit(image, w, h):
    """Resample an image to exactly this size."""
    return image.resize(w / image.width, vscale=h / image.height, kernel="cubic")


def noise(w, h, cell, seed, octaves=4, stretch=1.0):
    """Fractal noise, roughly -1..1; `stretch` draws it out along the horizontal."""
    fine = max(1.0, cell / 2**octaves / 3)  # Broad noise is made small and enlarged, which is far quicker.
    size, total = (max(1, round(w / stretch / fine)), max(1, round(h / fine))), 0
    for i in range(octaves):
        layer = pyvips.Image.perlin(*size, cell_size=max(2, round(cell / fine / 2**i)), seed=seed * 31 + i)
        total = layer * 2 ** (1 - i) + total
    return total if size == (w, h) else fit(total, w, h)


def warp(image, dx, dy, kind="bilinear"):
    """Push an image about by two displacement fields, holding its edges."""
    x, y = pyvips.Image.xyz(image.width, image.height).bandsplit()
    x, y = (x + dx).clamp(min=0, max=image.width - 2), (y + dy).clamp(min=0, max=image.height - 2)
    return image.mapim(x.bandjoin(y), interpolate=pyvips.Interpolate.new(kind))


def ramp(image, low, high):
    """Ease an image from 0 at `low` to 1 at `high`."""
    t = ((image - low) / (high - low)).clamp(min=0, max=1)
    return t * t * (3 - t * 2)


def tone(index, colours):
    """Colour a 0..1 image through evenly spaced stops, in steps far too fine to show."""
    stops = [[round(i * 4095 / (len(colours) - 1)), *rgb(c)] for i, c in enumerate(colours)]
    table = matrix(stops).buildlut().gaussblur(160)  # An unrounded corner would be seen as an edge.
    return (index.clamp(min=0, max=1) * 4095).cast("ushort").maplut(table).cast("float")


def mix(under, over, amount):
    """Lay an image or a colour over another by a mask, 0 to 1."""
    return under + (over - under) * amount.clamp(min=0, max=1)


def ranges(spec, w, h):
    """Hills, furthest first: how near each is, and how far below its crest every point lies."""
    top, count = spec.get("top", 0.3), spec.get("ranges", 1)
    for i in range(count):
        crest = noise(w, 1, round(w * spec.get("cell", 0.4)), spec["seed"] + i, spec.get("rough", 5))
        crest = crest * spec["rise"] * (0.5 + (i + 1) / count / 2) - top - (0.95 - top) * (i / count)
        yield (i + 1) / count, plane(w, h)[1] + crest.resize(1, vscale=h)


def oil(spec, w, h, width, height):
    """Layered brushwork on a woven canvas, lit from the upper left."""
    canvas = matrix(brushwork(spec, w, h))
    shiver = (noise(w, h, 14, spec["seed"] + i, 2) * 1.6 for i in (5, 6))
    coat = fit(warp(canvas, *shiver).cast("float"), width, height)
    relief = coat[3].gaussblur(0.5 + 0.8 * width / w).conv(RAKING) * (spec.get("impasto", 0.5) / 255)
    thread, seed = max(3, round(min(width, height) / 620)), spec["seed"] + 7
    weave = noise(width, height, thread, seed, 1, 14) + noise(height, width, thread, seed + 1, 1, 14).rot90()
    shade = relief + weave * (1.25 - coat[3] / 255) * 0.07
    return coat[0:3] * (shade.clamp(min=-0.6, max=0.6) + 1)


def brushwork(spec, w, h):
    """Plan the colours, then cover them with ever narrower brushes; alpha is the thickness of the paint."""
    size, short, palette = (400, round(400 * h / w)), min(w, h), spec["palette"]
    plan = Image.new("RGBA", size, (*rgb(palette[0]), spec["ground_angle"]))
    for colour, angle, *corners in spec["shapes"]:
        corners = [c * size[i % 2] for i, c in enumerate(corners)]
        ImageDraw.Draw(plan).polygon(corners, fill=(*rgb(palette[colour]), angle))
    drift = (noise(*size, 90, spec["seed"] + i) * spec.get("drift", 8) for i in (0, 1))
    plan = bytes(warp(matrix(plan), *drift, "nearest").write_to_memory())
    canvas = Image.new("RGBA", (w, h), (*rgb(palette[0]), 60))
    draw, stroke, hair = ImageDraw.Draw(canvas), random.Random(spec["seed"]), random.Random(spec["seed"] + 1)
    for width, length, cover, wander in spec["passes"]:
        for _ in range(round(cover * w * h / short**2 / (width * length))):
            u, v = stroke.random(), stroke.random()
            place = (int(v * size[1]) * size[0] + int(u * size[0])) * 4
            *colour, angle = plan[place : place + 4]
            if stroke.random() < spec.get("scumble", 0.05):
                colour = [(a + b) / 2 for a, b in zip(colour, rgb(stroke.choice(palette)), strict=True)]
            value = stroke.gauss(0, spec.get("value", 7))
            colour = [c + value + stroke.gauss(0, 3) for c in colour]
            angle = math.radians(angle + stroke.choice((0, 180))) + stroke.gauss(0, wander)
            reach, bend = length * short * stroke.uniform(0.6, 1.3), stroke.gauss(0, wander)
            bristles(draw, hair, complex(u * w, v * h), angle, bend, reach, width * short, colour)
    return canvas


def bristles(draw, hair, middle, angle, bend, length, width, colour):
    """Drag one brush: each bristle has its own pigment and pressure, and its own point of lifting off."""
    count, drift = max(3, round(width / 2.2)), 0.0
    for i in range(count):
        offset, drift = (i + 0.5) / count - 0.5, drift * 0.7 + hair.gauss(0, 4)
        first, last = hair.random() ** 3 * 0.2 - 0.5, 0.5 - hair.random() ** 2 * 0.45
        steps = [first + (last - first) * step / 7 for step in range(8)]
        path = [middle + cmath.rect(1, angle + bend * t) * complex(t * length, offset * width) for t in steps]
        # A brush pushes the paint out to its edges, where it stands up in a ridge.
        load = 120 + 70 * (abs(offset) * 2) ** 6 + hair.gauss(0, 22)
        fill = tuple(min(255, max(0, round(c))) for c in (*(c + drift for c in colour), load))
        draw.line([(at.real, at.imag) for at in path], fill=fill, width=max(1, round(width / count * 1.3)))


def ink(spec, w, h, width, height):
    """A pen drawing on toothed paper."""
    sheet, size = Image.new("RGB", (width, height), "white"), (420, round(420 * h / w))
    field = {"wind": wind, "rings": rings, "hills": hills}[spec["form"]](spec, *size)
    draw_lines(spec, sheet, size, *(part.tolist() for part in field))
    tooth, other = (noise(width, height, 9, spec["seed"] + i, 2) for i in (3, 4))
    lines = warp(matrix(sheet), tooth * (width / 3600), other * (width / 3600)).gaussblur(0.6) / 255
    fade = noise(width, height, width // 5, spec["seed"] + 5, 3) * 0.1 + tooth * 0.12 + 0.08
    fibre = pyvips.Image.gaussnoise(width, height, mean=0, sigma=3, seed=spec["seed"]).gaussblur(0.8)
    mottle = noise(width, height, width // 3, spec["seed"] + 6, 3) * 2.5
    return (fibre + tooth * 2.2 + mottle + rgb(spec["palette"][0])) * mix(lines, 1, fade)


def draw_lines(spec, sheet, size, angle, dark):
    """Fill the sheet with lines that never cross, each lifting off where the tone is paler than its level."""
    rng, draw, edge = random.Random(spec["seed"]), ImageDraw.Draw(sheet), spec.get("margin", 0.06) * size[0]
    gap, pen = spec.get("gap", 0.003) * size[0], spec.get("pen", 0.0011) * size[0]
    cols, rows = int(size[0] / gap) + 3, int(size[1] / gap) + 3
    marks, number = [[] for _ in range(cols * rows)], 0

    def free(at, now, room):
        """Whether no other line, nor this one coming round again, passes within `room`."""
        if not (edge < at.real < size[0] - edge and edge < at.imag < size[1] - edge):
            return False
        cell = int(at.imag / gap + 1) * cols + int(at.real / gap) + 1
        near = (m for row in (-cols, 0, cols) for c in marks[cell + row - 1 : cell + row + 2] for m in c)
        return not any(abs(m - at) < room and (who != number or now - when > 14) for m, who, when in near)

    starts = [complex(rng.random() * size[0], rng.random() * size[1]) for _ in range(cols * rows // 6)]
    while starts:
        start, level, line, number = starts.pop(), rng.random(), [], number + 1
        for way in (-0.5, 0.5) if free(start, 0, gap * 0.97) else ():
            line, at, age = line[:0:-1], start, 0
            while age < 240 and free(at, age, gap * 0.7) and dark[int(at.imag)][int(at.real)] > level:
                x, y, age = int(at.real), int(at.imag), age + 1
                line.append((at, dark[y][x]))
                marks[int(at.imag / gap + 1) * cols + int(at.real / gap) + 1].append((at, number, age))
                at += cmath.rect(gap * way, angle[y][x])
        if len(line) > 7:
            outline = ribbon(line, sheet.width / size[0], pen * rng.uniform(0.8, 1.2))
            draw.polygon(outline, fill=rng.choice(spec["palette"][1:]))
            for i in range(0, len(line) - 1, 8):
                starts += [line[i][0] + (line[i + 1][0] - line[i][0]) * turn for turn in (2j, -2j)]


def ribbon(line, unit, pen):
    """The outline of one pen stroke, swelling with the tone and tapering at both ends."""
    left, right = [], []
    for i, (at, dark) in enumerate(line):
        run = line[min(len(line) - 1, i + 1)][0] - line[max(0, i - 1)][0]
        half = pen * (0.22 + 0.38 * dark) * min(1, (i + 1) / 6, (len(line) - i) / 6)
        left.append((at + run / abs(run) * half * 1j) * unit)
        right.append((at - run / abs(run) * half * 1j) * unit)
    return [(at.real, at.imag) for at in left + right[::-1]]


def wind(spec, w, h):
    """Currents of air, and the pressure that thickens or thins them."""
    angle = noise(w, h, spec.get("cell", 200), spec["seed"], 2) * (math.pi * spec.get("turns", 1.2))
    mass = noise(w, h, spec.get("mass", 170), spec["seed"] + 9, 2)
    return angle + spec.get("lean", 0), ramp(mass, *spec.get("weight", [-0.45, 0.55])) + 0.02


def rings(spec, w, h):
    """The years of a tree, around a heart that was never quite in the middle."""
    (u, v), (x, y), bark = plane(w, h), spec["heart"], spec["bark"] * w
    radius = (((u - x) * w) ** 2 + ((v - y) * h) ** 2) ** 0.5 + noise(w, h, 160, spec["seed"]) * spec["sway"]
    dx, dy = (radius.gaussblur(1.5).conv(matrix(m)) for m in ([[-1, 0, 1]], [[-1], [0], [1]]))
    angle = dy.complexform(dx * -1).polar().imag() * (math.pi / 180)
    years = noise(w, 1, 14, spec["seed"] + 2, 3).resize(1, vscale=2).mapim(radius.bandjoin(v * 0))
    return angle, (years * 0.8 + 0.55) * ramp(radius, bark, bark - 3) + ramp((radius - bark).abs(), 3, 2)


def hills(spec, w, h):
    """Ranges one behind another, each hatched down from its crest into mist."""
    rng, field = random.Random(spec["seed"]), pyvips.Image.black(w, h, bands=2)
    for near, depth in ranges(spec, w, h):
        slope = (depth.gaussblur(2).conv(matrix([[1, 0, -1]])) * (h / 2)).atan() * (math.pi / 180)
        lean = rng.uniform(0.5, 1.1) * rng.choice((-1, 1))
        shade = ((1 - depth / spec.get("depth", 0.22)) * (0.35 + near * 0.6)).clamp(min=0, max=1)
        field = mix(field, (slope + lean).bandjoin(shade), ramp(depth, 0, 0.001))
    return field.bandsplit()


def photo(spec, w, h, width, height):
    """Light first, then air, then the fall-off of the lens and the grain of the film."""
    scene = {"sea": sea, "fog": fog, "dunes": dunes, "night": night}[spec["form"]](spec, w, h)
    scene = fit(scene.copy_memory(), width, height)
    u, v = plane(width, height)
    grain = pyvips.Image.gaussnoise(width, height, mean=0, sigma=spec.get("grain", 8), seed=spec["seed"])
    return scene * (1 - ((u - 0.5) ** 2 + (v - 0.5) ** 2) * spec.get("vignette", 0.3)) + grain.gaussblur(0.7)


def sea(spec, w, h):
    """Sky, horizon and water, with whatever light there is between them."""
    (u, v), level, seed = plane(w, h), spec["horizon"], spec["seed"]
    cloud = mix(noise(w, h, h // 4, seed, 6, 2.5), noise(w, h, h // 12, seed + 1, 5, 9), v / level)
    (x, y), light, power = spec.get("sun", [0.5, level]), rgb(spec["light"]), spec.get("glow", 0)
    away = (((u - x) * w / h) ** 2 + ((v - y) * 1.4) ** 2) ** 0.5
    glow = (away * -spec.get("fall", 4)).exp() * (1 + cloud * 0.5) * power
    sky = mix(tone(v / level + cloud * spec.get("cloud", 0.06), spec["sky"]), light, glow)
    depth = ((v - level) / (1 - level)).clamp(min=0.0005, max=1)
    # Perspective: the same swell, ever finer and flatter towards the horizon.
    place = (((u - 0.5) * (260 / (depth + 0.02)) + 40960) % 2046).bandjoin((2600 / (depth + 0.045)) % 2046)
    wave = noise(2048, 2048, 256, seed + 2, 8).copy_memory().mapim(place) * ramp(depth, -0.05, 0.25)
    path = (((u - x) / (0.05 + depth * 0.22)) ** 2 * -1).exp() * power
    water = tone(depth**0.6 + wave * spec.get("chop", 0.12), spec["water"])
    water = mix(water, light, path * (ramp(wave, 0.02, 0.5) * 0.6 + 0.12))
    return mix(sky, water, ramp(v, level, level + spec.get("haze", 0.004)))


def fog(spec, w, h):
    """Wooded ridges, each paler than the one in front of it."""
    v, air = plane(w, h)[1], noise(w, h, h // 2, spec["seed"] + 40, 5, 3)
    scene = tone(v + air * 0.08, spec["sky"])
    for near, depth in ranges(spec, w, h):
        veil = ramp(depth + air * 0.05, spec.get("pool", 0.2), 0) * (0.25 + 0.75 * near**1.3)
        hill = mix(tone(v * 0 + near, spec["wood"]), rgb(spec["sky"][-1]), 1 - veil)
        firs = noise(w, 1, w // 150, spec["seed"] + 50).abs().resize(1, vscale=h) * (spec["firs"] * near**2)
        scene = mix(scene, hill, ramp(depth + firs, 0, 0.004 - 0.003 * near)).copy_memory()
    return scene


def dunes(spec, w, h):
    """Sand from the air in low sun: long windward slopes, short steep lees."""
    (u, v), seed, cell = plane(w, h), spec["seed"], round(w * spec.get("cell", 0.3))
    phase = (v * spec["crests"] + u + noise(w, h, cell, seed, 4, 1.5) * 1.2) % 1
    rise = mix(phase / 0.7, (1 - phase) / 0.3, phase > 0.7).gaussblur(1.2)
    rise *= ramp(noise(w, h, cell, seed + 7, 3), -1.1, 0.7) * (w * 0.05)
    slope = (rise + noise(w, h, max(3, w // 240), seed + 5, 2, 5) * (w * 0.0004)).conv(RAKING)
    return tone(0.5 + slope * spec.get("relief", 0.05), spec["sand"])


def night(spec, w, h):
    """Stars over a dark edge of land."""
    (u, v), seed, rng, lean = plane(w, h), spec["seed"], random.Random(spec["seed"]), spec.get("lean", 0.6)
    across = (u - 0.45) * math.cos(lean) * w / h + (v - 0.5) * math.sin(lean)
    dust, smoke = noise(w, h, h // 4, seed + 2, 8), noise(w, h, h // 5, seed + 3, 7)
    milk = (((across + dust * 0.06) / 0.16) ** 2 * -1).exp() * (0.55 + dust * 0.5)
    milk *= 1 - ramp(smoke - (across * 9) ** 2 + 0.1, 0, 0.5) * 0.6
    sky = mix(tone(v + noise(w, h, h // 2, seed, 4, 2) * 0.05, spec["sky"]), rgb(spec["light"]), milk * 0.5)
    stars = Image.new("RGB", (w, h))
    for _ in range(spec.get("stars", 6000)):
        x, y, bright, warm = rng.random() * w, rng.random() * h, 40 / rng.random() ** 0.6, rng.gauss(1, 0.1)
        r = (0.4 + min(1.6, bright / 600)) * max(w, h) / 2600
        fill = tuple(min(255, round(bright * k)) for k in (warm, 1, 2 - warm))
        ImageDraw.Draw(stars).ellipse((x - r, y - r, x + r, y + r), fill=fill)
    sky += (matrix(stars).gaussblur(0.7) * 1.3 + matrix(stars).gaussblur(3) * 2) * ramp(v, 1.0, 0.5)
    *_, (_, depth) = ranges(spec, w, h)
    return mix(sky, rgb(spec["land"]), ramp(depth, 0, 0.0015))
