"""Paints the demo collection: three invented hands, each work drawn from its seed in works.toml."""

import math
import random
import tomllib
from array import array
from functools import cache
from pathlib import Path

import pyvips
from PIL import Image, ImageDraw

RECORD = Path(__file__).with_name("works.toml")
STEPS = 4096  # tones in a lookup table; far more than 256, so that slow gradients never band


# -- Shared materials ---------------------------------------------------------------------------------


@cache
def record():
    """The whole record: artists, galleries and works."""
    return tomllib.loads(RECORD.read_text(encoding="utf-8"))


@cache
def works():
    """Every work by its key."""
    return {work["key"]: work for work in record()["works"]}


def rgb(colour):
    """The three channels of a #rrggbb colour."""
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]


def fit(image, width, height):
    """Resample an image to exactly this size."""
    return image.resize(width / image.width, vscale=height / image.height, kernel="cubic")


def plane(width, height):
    """Two images running 0..1 across and 0..1 down."""
    xy = pyvips.Image.xyz(width, height)
    return xy[0] / width, xy[1] / height


def noise(width, height, cell, seed, octaves=4, stretch=1.0):
    """Fractal noise, roughly -1..1; `stretch` draws it out along the horizontal."""
    narrow = max(1, round(width / stretch))
    total = None
    for octave in range(octaves):
        layer = pyvips.Image.perlin(narrow, height, cell_size=max(2, round(cell / 2**octave)), seed=seed * 31 + octave)
        layer = layer * (2 * 0.5**octave)
        total = layer if total is None else total + layer
    return total if narrow == width else fit(total, width, height)


def warp(image, dx, dy, kind="bilinear"):
    """Push an image about by two displacement fields, holding its edges."""
    xy = pyvips.Image.xyz(image.width, image.height)
    x = (xy[0] + dx).clamp(min=0, max=image.width - 2)
    y = (xy[1] + dy).clamp(min=0, max=image.height - 2)
    return image.mapim(x.bandjoin(y), interpolate=pyvips.Interpolate.new(kind))


def ramp(image, low, high):
    """Ease an image from 0 at `low` to 1 at `high`."""
    t = ((image - low) / (high - low)).clamp(min=0, max=1)
    return t * t * (3 - t * 2)


def tone(index, colours, soften=160):
    """Colour a 0..1 image through evenly spaced stops."""
    last = len(colours) - 1
    rows = [[round(i * (STEPS - 1) / last), *rgb(colour)] for i, colour in enumerate(colours)]
    # Blurring the table rounds the corners at each stop, which the eye reads as bands.
    table = pyvips.Image.new_from_array(rows).buildlut().gaussblur(soften)
    return (index.clamp(min=0, max=1) * (STEPS - 1)).cast("ushort").maplut(table).cast("float")


def mix(under, over, amount):
    """Lay one image over another by a 0..1 mask."""
    return under + (over - under) * amount


def to_vips(picture):
    """A Pillow picture as a vips image."""
    bands = len(picture.getbands())
    return pyvips.Image.new_from_memory(picture.tobytes(), picture.width, picture.height, bands, "uchar")


def paint(key: str, path: Path, scale: float = 1.0) -> None:
    """Write the picture for one work to `path`, at its full size times `scale`."""
    work = works()[key]
    spec = work["picture"]
    width, height = (max(16, round(spec[side] * scale)) for side in ("width", "height"))
    image = {"oil": oil, "ink": ink, "photo": photo}[spec["hand"]](spec, width, height)
    image = image.clamp(min=0, max=255).cast("uchar").copy(interpretation="srgb")
    if spec["hand"] == "photo":
        image.set_type(pyvips.GValue.blob_type, "icc-profile-data", pyvips.Image.profile_load("srgb"))
        for tag, value in spec.get("exif", {}).items():
            image.set_type(pyvips.GValue.gstr_type, f"exif-{tag}", value)
    options = {".jpg": {"Q": 92}, ".tif": {"compression": "deflate", "predictor": "horizontal"}}
    image.write_to_file(str(path), **options.get(Path(path).suffix, {}))


# -- Oil: loaded bristles dragged over a ground, then lit from the upper left --------------------------


def oil(spec, width, height):
    """Layered brushwork on a woven canvas."""
    reach = min(1.0, 2800 / max(width, height))
    w, h = round(width * reach), round(height * reach)
    plan = composition(spec, w, h)
    canvas = brushwork(spec, plan, w, h)
    paint_layer = fit(to_vips(canvas).cast("float"), width, height)
    colour, body = paint_layer[0:3], paint_layer[3]
    light = [[-1, -1, 0], [-1, 0, 1], [0, 1, 1]]
    relief = body.gaussblur(0.5 + 0.8 / reach).conv(pyvips.Image.new_from_array(light, scale=1))
    thread = max(3, round(min(width, height) / 620))
    weave = noise(width, height, thread, spec["seed"] + 7, 1, 14)
    weave += fit(noise(height, width, thread, spec["seed"] + 8, 1, 14).rot90(), width, height)
    thin = 1.25 - body / 255
    shade = relief * spec.get("impasto", 0.5) / 255 + weave * thin * spec.get("weave", 0.07)
    return colour * (shade.clamp(min=-0.6, max=0.6) + 1)


def composition(spec, w, h):
    """The painter's plan: colour in RGB, the direction of the brush in alpha."""
    size = (400, max(8, round(400 * h / w)))
    plan = Image.new("RGBA", size, (*rgb(spec["palette"][0]), round(spec.get("ground_angle", 0) / 180 * 255)))
    draw = ImageDraw.Draw(plan)
    for colour, angle, *points in spec["shapes"]:
        corners = [(x * size[0], y * size[1]) for x, y in zip(points[::2], points[1::2])]
        if len(corners) == 2:
            (x0, y0), (x1, y1) = corners
            corners = [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]
        draw.polygon(corners, fill=(*rgb(spec["palette"][colour]), round(angle % 180 / 180 * 255)))
    drift = spec.get("drift", 8)
    dx, dy = (noise(*size, 90, spec["seed"] + i, 4) * drift for i in (0, 1))
    warped = warp(to_vips(plan), dx, dy, "nearest")
    return Image.frombytes("RGBA", size, warped.cast("uchar").write_to_memory())


def brushwork(spec, plan, w, h):
    """Cover the canvas in passes, each with a narrower brush; alpha keeps the thickness of the paint."""
    stroke, hair = random.Random(spec["seed"]), random.Random(spec["seed"] + 1)
    canvas = Image.new("RGBA", (w, h), (*rgb(spec["palette"][0]), 60))
    draw, look = ImageDraw.Draw(canvas), plan.load()
    short = min(w, h)
    for width, length, cover, wander in spec["passes"]:
        for _ in range(round(cover * (w / short) * (h / short) / (width * length))):
            u, v = stroke.random(), stroke.random()
            *colour, angle = look[int(u * plan.width), int(v * plan.height)]
            angle = angle / 255 * math.pi + stroke.gauss(0, wander) + stroke.choice((0, math.pi))
            if stroke.random() < spec.get("scumble", 0.05):
                colour = [(c + s) / 2 for c, s in zip(colour, rgb(stroke.choice(spec["palette"])))]
            value = stroke.gauss(0, spec.get("value", 7))
            colour = [c + value + stroke.gauss(0, 3) for c in colour]
            drag = (u * w, v * h, angle, length * short * stroke.uniform(0.6, 1.3), width * short)
            bristles(draw, hair, drag, colour, stroke.gauss(0, 0.25), look, plan.size)
    return canvas


def bristles(draw, hair, drag, colour, bend, look, size):
    """Drag one brush: every bristle has its own pressure, pigment and point of lifting off."""
    x, y, angle, length, width = drag
    spine = []
    for step in range(9):
        t = step / 8 - 0.5
        a = angle + bend * t
        along, ax, ay = t * length, math.cos(a), math.sin(a)
        spine.append((x + ax * along, y + ay * along, -ay, ax))
    count = max(3, round(width / 2.2))
    thick = max(1, round(width / count * 1.3))
    drift = 0.0
    for i in range(count):
        offset = (i + 0.5) / count - 0.5
        drift = drift * 0.7 + hair.gauss(0, 4)
        first, last = int(hair.random() ** 3 * 3), 9 - int(hair.random() ** 2 * 4)
        points = [(px + nx * offset * width, py + ny * offset * width) for px, py, nx, ny in spine[first:last]]
        # Paint is pushed out to the edges of the brush, where it stands up in a ridge.
        load = 120 + 70 * (abs(offset) * 2) ** 6 + hair.gauss(0, 22)
        fill = tuple(min(255, max(0, round(c + drift))) for c in colour)
        draw.line(points, fill=(*fill, min(255, max(0, round(load)))), width=thick)


# -- Ink: evenly spaced pen lines along a field of directions, denser where the tone is dark -------------


def ink(spec, width, height):
    """A pen drawing on toothed paper."""
    across = 420
    size = (across, round(across * height / width))
    angle, dark = {"wind": wind, "rings": rings, "stones": stones, "hills": hills}[spec["form"]](spec, *size)
    sheet = Image.new("RGB", (width, height), "white")
    draw_lines(spec, sheet, angle, dark, size)
    if "cross" in spec:
        deep = array("f", ((d - 0.5) * 1.7 for d in dark))
        draw_lines(spec, sheet, angle, deep, size, spec["cross"], 1)
    tooth = noise(width, height, 9, spec["seed"] + 3, 2)
    spread = width / 3600
    lines = warp(to_vips(sheet), tooth * spread, noise(width, height, 9, spec["seed"] + 4, 2) * spread)
    lines = lines.gaussblur(0.6) / 255
    fade = 1 - (noise(width, height, width // 5, spec["seed"] + 5, 3) * 0.10 + tooth * 0.12 + 0.08)
    lines = (lines - 1) * fade.clamp(min=0, max=1) + 1
    fibre = pyvips.Image.gaussnoise(width, height, mean=0, sigma=3.0, seed=spec["seed"]).gaussblur(0.8)
    mottle = noise(width, height, width // 3, spec["seed"] + 6, 3) * 2.5
    paper = (fibre + tooth * 2.2 + mottle).bandjoin([fibre + tooth * 2.2 + mottle] * 2) + rgb(spec["palette"][0])
    return paper * lines


def grid(image):
    """The values of a small one-band image as a flat array."""
    return array("f", bytes(image.cast("float").write_to_memory()))


def draw_lines(spec, sheet, angle, dark, size, turn=0.0, start=0):
    """Fill the sheet with evenly spaced lines, each lifting off where the tone is lighter than its level."""
    rng = random.Random(spec["seed"] + start)
    gw, gh = size
    unit, gap = sheet.width / gw, spec.get("gap", 0.003) * gw
    cols, rows = int(gw / gap) + 3, int(gh / gap) + 3
    marks = [[] for _ in range(cols * rows)]
    draw, edge = ImageDraw.Draw(sheet), spec.get("margin", 0.06) * gw
    pen = spec.get("pen", 0.0011) * sheet.width
    inks = [tuple(rgb(colour)) for colour in spec["palette"][1:]]

    def crowded(x, y, number, now):
        """Whether another line, or this one coming round again, already passes here."""
        cell = int(y / gap + 1) * cols + int(x / gap) + 1
        for row in (cell - cols, cell, cell + cols):
            for near in marks[row - 1 : row + 2]:
                for px, py, who, when in near:
                    if (px - x) ** 2 + (py - y) ** 2 < reach and (who != number or now - when > 14):
                        return True
        return False

    scattered = [(rng.uniform(edge, gw - edge), rng.uniform(edge, gh - edge)) for _ in range(cols * rows // 3)]
    beside, number = [], 0
    while beside or scattered:
        x, y = beside.pop() if beside else scattered.pop()
        number, level, line, clock = number + 1, rng.random(), [], 0
        reach = (gap * 0.97) ** 2
        if not (edge < x < gw - edge and edge < y < gh - edge) or crowded(x, y, number, 0):
            continue
        reach = (gap * 0.7) ** 2
        for way in (1, -1):
            half, px, py = [], x, y
            clock = 0
            while edge < px < gw - edge and edge < py < gh - edge and len(half) < spec.get("limit", 240):
                spot = int(py) * gw + int(px)
                if dark[spot] <= level or (half and crowded(px, py, number, clock)):
                    break
                half.append((px, py, dark[spot]))
                clock += 1
                marks[int(py / gap + 1) * cols + int(px / gap) + 1].append((px, py, number, clock))
                bearing = angle[spot] + turn
                px += math.cos(bearing) * gap * 0.5 * way
                py += math.sin(bearing) * gap * 0.5 * way
            line = half if way == 1 else half[:0:-1] + line
        if len(line) > 7:
            colour = inks[0] if rng.random() > spec.get("accent", 0) else rng.choice(inks)
            draw.polygon(ribbon(line, unit, pen * rng.uniform(0.8, 1.2)), fill=colour)
            for i in range(0, len(line) - 1, 8):
                (ax, ay, _), (bx, by, _) = line[i], line[i + 1]
                beside += [(ax - (by - ay) * 2, ay + (bx - ax) * 2), (ax + (by - ay) * 2, ay - (bx - ax) * 2)]


def ribbon(line, unit, pen):
    """The outline of one pen stroke, swelling with the tone and tapering at both ends."""
    left, right = [], []
    last = len(line) - 1
    for i, (x, y, dark) in enumerate(line):
        (ax, ay, _), (bx, by, _) = line[max(0, i - 1)], line[min(last, i + 1)]
        reach = math.hypot(bx - ax, by - ay) or 1
        taper = min(1, (i + 1) / 6, (last - i + 1) / 6)
        half = pen * (0.45 + 0.75 * dark) * taper / 2
        nx, ny = -(by - ay) / reach * half, (bx - ax) / reach * half
        left.append((x * unit + nx, y * unit + ny))
        right.append((x * unit - nx, y * unit - ny))
    return left + right[::-1]


def wind(spec, w, h):
    """Currents, and the pressure systems that thicken or thin them."""
    turns = spec.get("turns", 1.2)
    angle = noise(w, h, spec.get("cell", 200), spec["seed"], 2) * (math.pi * turns) + spec.get("lean", 0.0)
    mass = noise(w, h, spec.get("mass", 170), spec["seed"] + 9, 2)
    return grid(angle), grid(ramp(mass, -0.55, 0.5) * 0.95 + 0.03)


def rings(spec, w, h):
    """Growth rings around a heart that was never quite in the middle."""
    u, v = plane(w, h)
    cx, cy = spec.get("heart", [0.5, 0.5])
    x, y = (u - cx) * w, (v - cy) * h
    wobble = noise(w, h, 160, spec["seed"], 3) * spec.get("wobble", 30)
    radius = ((x * x + y * y) ** 0.5 + wobble) / w
    seasons = noise(w, 1, 26, spec["seed"] + 2, 3).resize(1, vscale=h)
    years = seasons.mapim((radius * w).bandjoin(v * 0), extend="copy") * 0.9 + 0.5
    bark = spec.get("bark", 0.4)
    return follow(radius * w), grid(years * ramp(radius, bark, bark - 0.01) * ramp(radius, 0.004, 0.02))


def follow(height):
    """Directions along the contours of a height field."""
    smooth = height.gaussblur(1.5)
    dx = grid(smooth.conv(pyvips.Image.new_from_array([[-1, 0, 1]])))
    dy = grid(smooth.conv(pyvips.Image.new_from_array([[-1], [0], [1]])))
    return array("f", (math.atan2(-a, b) for a, b in zip(dx, dy)))


def stones(spec, w, h):
    """Pebbles lit from the upper left, each hatched around its own form."""
    rng = random.Random(spec["seed"])
    angle, dark = array("f", [spec.get("lean", 0.1)]) * (w * h), array("f", [0.0]) * (w * h)
    placed = []
    for _ in range(4000):
        r = rng.uniform(*spec["sizes"]) * w
        x, y = rng.uniform(0.08 * w, 0.92 * w), rng.uniform(0.1 * w, h - 0.1 * w)
        if all(math.hypot(x - px, (y - py) * 1.3) > (r + pr) * 0.98 for px, py, pr in placed):
            placed.append((x, y, r))
    for x, y, r in placed[: spec["count"]]:
        turn, lobe, flat = rng.uniform(0, 6.28), rng.uniform(0.02, 0.1), rng.uniform(0.62, 0.85)
        lean, depth = rng.uniform(-0.5, 0.5), rng.uniform(0.75, 1.1)
        for py in range(max(0, int(y - r)), min(h, int(y + r * 1.4))):
            for px in range(max(0, int(x - r * 1.2)), min(w, int(x + r * 1.9))):
                dx, dy = px - x, (py - y) / flat
                bearing = math.atan2(dy, dx)
                edge = r * (1 + lobe * math.sin(2 * bearing + turn) + lobe * 0.6 * math.sin(3 * bearing - turn))
                far = math.hypot(dx, dy) / edge
                spot = py * w + px
                if far < 1:
                    light = (-0.55 * dx - 0.6 * dy) / edge + 0.55 * math.sqrt(1 - far * far)
                    dark[spot] = (0.75 - light) * depth
                    angle[spot] = lean + 1.1 * (dx / edge) * (1 if dy < 0 else -1) * abs(dy / edge)
                elif far < 0.97:
                    dark[spot] = 0
                else:
                    cast = math.hypot(dx - r * 0.45, dy - r * 0.4) / r
                    dark[spot] = max(dark[spot], 0.85 - 0.8 * cast**3)
    return angle, dark


def hills(spec, w, h):
    """Ranges one behind another, each hatched down from its crest into mist."""
    rng = random.Random(spec["seed"])
    angle, dark = array("f", [0.0]) * (w * h), array("f", [0.0]) * (w * h)
    count = spec["ranges"]
    for i in range(count):
        near = (i + 1) / count
        crest = grid(noise(w, 1, round(w * spec.get("cell", 0.4)), spec["seed"] + i, 6))
        base = h * (spec.get("top", 0.25) + (0.9 - spec.get("top", 0.25)) * (i / count) ** 1.1)
        lean = rng.uniform(0.5, 1.1) * rng.choice((-1, 1))
        for x in range(w):
            peak = base - crest[x] * h * spec.get("rise", 0.12) * (0.5 + near)
            slope = math.atan2(crest[max(0, x - 4)] - crest[min(w - 1, x + 4)], 8 / (h * 0.12))
            for y in range(max(0, int(peak)), h):
                deep = (y - peak) / (h * spec.get("depth", 0.22))
                sun = 0.25 if slope < 0 else 0.0
                spot = y * w + x
                dark[spot] = max(0.0, (0.35 + 0.6 * near + sun) * (1 - deep))
                angle[spot] = lean + slope
    return angle, dark


# -- Photographs: light first, then air, then the grain of the film ---------------------------------------


def photo(spec, width, height):
    """A camera's picture: drawn small, then vignetted and grained at full size."""
    reach = min(1.0, 2600 / max(width, height))
    w, h = round(width * reach), round(height * reach)
    scene = {"sea": sea, "fog": fog, "dunes": dunes, "night": night}[spec["form"]](spec, w, h)
    scene = fit(scene.copy_memory(), width, height)
    u, v = plane(width, height)
    away = (u - 0.5) ** 2 + (v - 0.5) ** 2
    sigma = spec.get("grain", 5)
    grain = pyvips.Image.gaussnoise(width, height, mean=0, sigma=sigma, seed=spec["seed"]).gaussblur(0.7)
    return scene * (1 - away * spec.get("vignette", 0.3)) + grain * 1.6


def sea(spec, w, h):
    """Sky, horizon and water, with whatever light there is between them."""
    u, v = plane(w, h)
    level, seed = spec["horizon"], spec["seed"]
    cloud = mix(noise(w, h, h // 4, seed, 6, 2.5), noise(w, h, h // 12, seed + 1, 5, 9), ramp(v, 0, level))
    sky = tone(v / level + cloud * spec.get("cloud", 0.06), spec["sky"])
    sun_x, sun_y = spec.get("sun", [0.5, level])
    away = (((u - sun_x) * w / h) ** 2 + ((v - sun_y) * 1.4) ** 2) ** 0.5
    glow = (away * -spec.get("fall", 4.0)).exp() * spec.get("glow", 0.0)
    sky = mix(sky, pyvips.Image.black(w, h) + rgb(spec["light"]), (glow * (1 + cloud * 0.5)).clamp(max=1, min=0))
    depth = ((v - level) / (1 - level)).clamp(min=0.0005, max=1)
    swell = noise(2048, 2048, 256, seed + 2, 8).copy_memory()
    x = ((u - 0.5) * (260 / (depth + 0.02)) + 40960) % 2046
    y = (2600 / (depth + 0.045)) % 2046
    wave = swell.mapim(x.bandjoin(y), interpolate=pyvips.Interpolate.new("bicubic"))
    wave = wave * ramp(depth, -0.05, 0.25)
    path = (((u - sun_x) / (0.05 + depth * 0.22)) ** 2 * -1).exp() * spec.get("glow", 0.0)
    sparkle = ramp(wave, 0.02, 0.5) * path * spec.get("sparkle", 0.6)
    water = tone(depth**0.6 + wave * spec.get("chop", 0.12), spec["water"])
    water = mix(water, pyvips.Image.black(w, h) + rgb(spec["light"]), (sparkle + path * 0.12).clamp(min=0, max=1))
    haze = spec.get("haze", 0.004)
    return mix(sky, water, ramp(v, level - haze * 0.3, level + haze))


def fog(spec, w, h):
    """Wooded ridges, each paler than the one in front of it."""
    rng = random.Random(spec["seed"])
    _, v = plane(w, h)
    air = noise(w, h, h // 2, spec["seed"] + 40, 5, 3)
    scene = tone(v + air * 0.08, spec["sky"])
    count = spec["ranges"]
    for i in range(count):
        near = (i + 1) / count
        mask = Image.new("L", (w, h))
        crest = wood(ImageDraw.Draw(mask), spec, rng, i, near, w, h)
        shape = to_vips(mask).gaussblur(0.7 + (1 - near) * 2.5) / 255
        depth = v - pyvips.Image.new_from_memory(crest.tobytes(), w, 1, 1, "float").resize(1, vscale=h) / h
        veil = ramp(depth + air * 0.05, spec.get("pool", 0.2), 0.0) * (0.25 + 0.75 * near**1.3)
        layer = mix(tone(v * 0 + (1 - near) * 0.6 + 0.4, spec["sky"]), tone(v * 0 + near, spec["wood"]), veil)
        scene = mix(scene, layer, shape).copy_memory()
    return scene


def wood(draw, spec, rng, i, near, w, h):
    """One ridge and its firs; returns the line of the ground."""
    rise = noise(w, 1, round(w * 0.45), spec["seed"] + i, 5)
    base = spec.get("top", 0.25) + (0.95 - spec.get("top", 0.25)) * (i / spec["ranges"])
    crest = grid((base - rise * spec.get("rise", 0.1)) * h)
    draw.polygon([(0, h), *enumerate(crest), (w, h)], fill=255)
    tall = spec.get("firs", 0.07) * h * (0.25 + near**1.6)
    x = 0.0
    while x < w:
        size = tall * rng.uniform(0.35, 1.1)
        foot = crest[min(w - 1, int(x))] + size * 0.1
        left, right = [], []
        for step in range(14):
            t = step / 13
            reach = size * 0.17 * t * rng.uniform(0.45, 1.1)
            y = foot - size * (1 - t)
            left += [(x - reach * 0.35, y), (x - reach, y + size * 0.03)]
            right += [(x + reach * 0.35, y), (x + reach, y + size * 0.03)]
        draw.polygon(left + right[::-1], fill=255)
        x += tall * rng.choice((0.08, 0.12, 0.2, 0.4))
    return crest


def dunes(spec, w, h):
    """Sand from the air in low sun."""
    seed = spec["seed"]
    cell = round(w * spec.get("cell", 0.3))
    dx, dy = (noise(w, h, cell, seed + i, 3) * (cell * spec.get("bend", 0.4)) for i in (0, 1))
    ridge = 1 - (noise(w, h, cell, seed + 2, 1, spec.get("stretch", 2.2)) ** 2 + 0.0004) ** 0.5 * 2
    ridge = warp(ridge.copy_memory(), dx, dy)
    ripple = warp(noise(w, h, max(3, w // 200), seed + 5, 2, 6).copy_memory(), dx, dy)
    height = (ridge * cell * 0.35 + ripple * w * 0.0004 * spec.get("ripple", 1)).copy_memory()
    slope = height.conv(pyvips.Image.new_from_array([[1, 2, 0], [2, 0, -2], [0, -2, -1]], scale=8))
    return tone(0.5 - slope * spec.get("relief", 0.3), spec["sand"])


def night(spec, w, h):
    """Stars over a dark edge of land."""
    rng = random.Random(spec["seed"])
    u, v = plane(w, h)
    seed = spec["seed"]
    sky = tone(v + noise(w, h, h // 2, seed, 4, 2) * 0.05, spec["sky"])
    lean, middle = spec.get("lean", 0.6), spec.get("middle", 0.45)
    across = (u - middle) * math.cos(lean) * w / h + (v - 0.5) * math.sin(lean)
    dust = noise(w, h, h // 4, seed + 2, 8)
    band = (((across + dust * 0.06) / 0.16) ** 2 * -1).exp()
    lane = ramp(noise(w, h, h // 5, seed + 3, 7) - (across * 9) ** 2 + 0.1, 0, 0.5) * 0.6
    milk = (band * (0.55 + dust * 0.5) * (1 - lane)).clamp(min=0, max=1) * spec.get("milk", 0.5)
    sky += milk.bandjoin([milk, milk]) * rgb(spec["light"])
    stars = Image.new("RGB", (w, h))
    draw = ImageDraw.Draw(stars)
    for _ in range(spec.get("stars", 5000)):
        x, y, bright = rng.random() * w, rng.random() * h, 30 / rng.random() ** 0.6
        warm = rng.uniform(-0.15, 0.15)
        r = (0.35 + min(1.6, bright / 600)) * w / 2600
        fill = tuple(min(255, round(bright * k)) for k in (1 + warm, 1, 1 - warm))
        draw.ellipse((x - r, y - r, x + r, y + r), fill=fill)
    fade = ramp(v, 1.0, spec.get("horizon", 0.8) - 0.3)
    points = to_vips(stars).cast("float")
    sky += (points.gaussblur(0.7) * 1.3 + points.gaussblur(3) * 2) * fade
    land = (noise(w, 1, w // 3, seed + 6, 7) * 0.05 + spec.get("horizon", 0.8)).resize(1, vscale=h)
    return mix(sky, tone(v, spec["land"]), ramp(v - land, -0.0008, 0.0012))
