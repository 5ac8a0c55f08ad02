"""A burning evening over a dark inlet: long wavering bands, and one bare tree that listens."""

import numpy as np
from PIL import Image

from realstyler_styles import brushes
from realstyler_styles.brushes import Array, Canvas, Integers

HEIGHT = 1.25
SKY = brushes.palette(
    "c8161e", "ee6a1c", "f7a02a", "d8281c", "fbd766", "ef7d22", "8a1a26", "f4902a",
    "6fa07a", "e8401c", "fbe08a", "c81e24", "f7a02a", "3f8468", "e8581c", "a81c28",
)  # fmt: skip
WATER = brushes.palette(
    "0c1a3a", "1f5c50", "0a1228", "27507c", "3f8a62", "0d1834", "3d7288", "14382e",
    "86b088", "0f2148", "2a6e58", "0a1026",
)  # fmt: skip
SHORE = brushes.palette(
    "1a1a34", "8a2a1c", "14244a", "c8502a", "1f4a3a", "d8842a", "1a1c38", "9a2c20",
    "3f6e50", "161430", "b8602a", "1a1a34",
)  # fmt: skip
BARK = brushes.palette("0b0c18", "141a30", "241820", "4a2418")
SUN = (0.66, 0.40, 0.075)
CARD = brushes.palette("b58a5a")[0]


def horizon(x: Array) -> Array:
    """Return the far shore's edge (y) at each x."""
    return 0.60 + 0.025 * np.sin(4.2 * x + 1.0) + 0.012 * np.sin(11 * x)


def bank(x: Array) -> Array:
    """Return the near bank's edge (y) at each x: it falls to the right, and wavers."""
    return 0.86 + 0.26 * np.abs(x) ** 1.6 + 0.022 * np.sin(9 * x + 0.5)


def sky_level(x: Array, y: Array) -> Array:
    """Return the level of the sky's bands, which bend around the sun."""
    waver = 0.050 * np.sin(5.2 * x + 5 * y) + 0.024 * np.sin(11.5 * x - 7 * y + 1)
    waver = waver + 0.010 * np.sin(24 * x + 13 * y)
    a, b, radius = SUN
    swell = np.exp(-((x - a) ** 2 + (y - b) ** 2) / (2 * (2.1 * radius) ** 2))
    return y + waver * (1 - 0.6 * swell) + 0.9 * (y - b) * swell


def water_level(x: Array, y: Array) -> Array:
    """Return the level of the water's bands: currents that wind around two still places."""
    waver = 0.035 * np.sin(7 * x + 6 * y) + 0.014 * np.sin(17 * x - 9 * y)
    eddy = 0.16 * np.exp(-(((x - 0.70) / 0.24) ** 2 + ((y - 0.80) / 0.12) ** 2))
    other = 0.11 * np.exp(-(((x - 0.18) / 0.16) ** 2 + ((y - 0.72) / 0.07) ** 2))
    return y + waver - eddy + other


def shore_level(x: Array, y: Array) -> Array:
    """Return the level of the near bank's bands, which run down with its edge."""
    return y - bank(x) + 0.014 * np.sin(19 * x + 8 * y) + 0.25 * y * x


LEVELS = (sky_level, water_level, shore_level)


def part_of(points: Array) -> Integers:
    """Say in which part points (..., 2) lie: 0 sky, 1 water, 2 near bank."""
    x, y = points[..., 0], points[..., 1]
    part: Integers = (y > horizon(x)).astype(int) + (y > bank(x))
    return part


def flow(points: Array) -> Array:
    """Follow the bands: across the slope of their level, within the part where the point lies."""
    step, part = 1e-3, part_of(points)
    way = np.empty_like(points)
    for index, one in enumerate(LEVELS):
        x, y = points[part == index].T
        right, down = one(x + step, y) - one(x, y), one(x, y + step) - one(x, y)
        way[part == index] = np.stack([down, -right], axis=-1)
    return way


def colours_at(points: Array, generator: np.random.Generator) -> Array:
    """Choose each stroke's colour from its band, a little out of step with its neighbours."""
    (x, y), part = points.T, part_of(points)
    waver, colours = generator.normal(0, 0.006, len(points)), np.empty((len(points), 3))
    for index, (paints, pitch) in enumerate(((SKY, 0.40), (WATER, 0.52), (SHORE, 0.52))):
        here = part == index
        place = LEVELS[index](x[here], y[here]) + waver[here]
        colours[here] = brushes.ramp(np.tile(paints, (4, 1)), (place * pitch) % 1)
    away = np.hypot(x - SUN[0], y - SUN[1]) / SUN[2]
    warm = brushes.smoothstep(3.4, 1.0, away) * 0.5
    colours = brushes.mix(colours, brushes.palette("ffe9a0")[0], np.where(part == 0, warm, 0))
    # The sun's light breaks on the water below it.
    glint = np.exp(-(((x - SUN[0]) / 0.05) ** 2)) * (part == 1) > generator.uniform(
        0.1, 1.6, len(x)
    )
    colours[glint] = SKY[generator.integers(1, 6, int(glint.sum()))]
    return brushes.jitter(colours, 0.035, generator)


def within(paths: Array) -> Array:
    """Stop each path (number, points, 2) at its last point in the part where it starts."""
    part = part_of(paths)
    inside = np.logical_and.accumulate(part == part[:, :1], axis=1)
    index = np.minimum(np.arange(paths.shape[1]), inside.sum(axis=1, keepdims=True) - 1)
    return np.take_along_axis(paths, index[..., None], axis=1)


def strokes(canvas: Canvas, number: int, half_width: float, generator: np.random.Generator) -> None:
    """Paint long strokes along the bands, back to front: sky, water, near bank."""
    starts = generator.random((number, 2)) * (1.3, HEIGHT + 0.06) - (0.25, 0.03)
    starts = starts[part_of(starts).argsort(kind="stable")]
    # Half a stroke upstream first, so that the bands are full to the edge where they begin.
    starts = within(brushes.trace(starts, lambda points: -flow(points), 11, 0.011))[:, -1]
    paths = within(brushes.trace(starts, flow, 22, 0.011))
    colours = colours_at(paths[:, 11], generator)
    widths = half_width * generator.uniform(0.6, 1.3, len(paths))
    canvas.brush(paths, widths, colours, generator, bristles=4, variety=0.05)


def paint_sun(canvas: Canvas, generator: np.random.Generator) -> None:
    """Paint the sun: arcs of thick pale paint, redder towards its rim, and a dark line round it."""
    x, y, radius = SUN
    around = np.linspace(0, 2 * np.pi, 72)
    ring = np.stack([np.cos(around), np.sin(around)], axis=-1) * radius
    middle = np.array([x, y])
    canvas.fill([middle + ring * 1.06, middle + ring], SKY[[6, 1]], 0.5)
    reach = np.sort(generator.uniform(0.03, 0.97, 170))[::-1]
    angle = generator.uniform(0, 2 * np.pi, 170)[:, None] + np.linspace(0, 2, 20)
    arcs = np.stack([np.cos(angle), np.sin(angle)], axis=-1) * reach[:, None, None] * radius
    glow = brushes.palette("fff4c0", "ffe488", "fdc84a", "f48a24", "e04a1a")
    canvas.brush(middle + arcs, 0.0032, brushes.ramp(glow, reach), generator, bristles=3)


def grow(
    start: Array, heading: float, length: float, width: float, chance: np.random.Generator
) -> list[tuple[Array, Array]]:
    """Grow a wavering branch and its twigs: paths (24, 2) with their half widths (24,)."""
    along = np.linspace(0, 1, 24)
    sway = chance.uniform(0.25, 0.5) * np.sin(along * chance.uniform(5, 8) + chance.uniform(0, 6))
    angle = heading + sway - sway[0] + chance.uniform(-0.4, 0.4) * along
    steps = np.stack([np.cos(angle), np.sin(angle)], axis=-1) * length / 23
    path = start + np.cumsum(steps, axis=0) - steps[0]
    widths = width * (1 - 0.97 * along**0.85)
    branches = [(path, widths)]
    if width > 0.0016:
        for at in (10, 13, 15, 18, 20):
            turn = chance.choice([-1, 1]) * chance.uniform(0.35, 0.85)
            twig = length * chance.uniform(0.4, 0.62)
            branches += grow(path[at], angle[at] + turn, twig, 0.66 * widths[at], chance)
    return branches


def paint_tree(canvas: Canvas, generator: np.random.Generator) -> None:
    """Paint the tree: dark limbs, then streaks of bark along them."""
    for path, width in grow(np.array([0.24, 1.31]), -1.5, 1.0, 0.034, generator):
        canvas.fill(brushes.ribbons(path[None], width + 0.0006), BARK[:1], 0.55)
        for lane in np.linspace(-0.75, 0.8, 9) if width[0] > 0.006 else ():
            streak = path + brushes.normals(path[None])[0] * (width * lane)[:, None]
            tint = brushes.jitter(BARK[generator.integers(1, 4, size=1)], 0.05, generator)
            tint = tint + 0.12 * max(lane, 0) * brushes.palette("f08030")
            canvas.fill(brushes.ribbons(streak[None], width * 0.09), tint, 0.75)


def paint(seed: int = 14, size: int = brushes.SIZE) -> Image.Image:
    """Paint the evening, `size` pixels wide and a quarter higher."""
    generator, shape = np.random.default_rng(seed), (round(size * HEIGHT), size)
    canvas = Canvas(shape, WATER[0])
    everywhere = np.array([(0, 0), (1, 0), (1, HEIGHT), (0, HEIGHT)])
    canvas.fill([everywhere], WATER[:1], 0.5)
    for number, half_width in ((3000, 0.0075), (5000, 0.0048), (3500, 0.003)):
        strokes(canvas, number, half_width, generator)
    paint_sun(canvas, generator)
    paint_tree(canvas, generator)
    colours, thickness = canvas.dry()
    # Dry paint catches only on the tooth of the card, which shows between the bristles.
    tooth = brushes.noise(shape, 1 / 450, generator)
    bare = 0.45 * brushes.smoothstep(0.8, 3.0, tooth + 6 * (0.4 - thickness))
    colours = brushes.mix(colours, CARD, bare)
    return brushes.finish(colours + 0.11 * brushes.relief(thickness * 0.006, 0.9)[..., None])


if __name__ == "__main__":
    brushes.main(paint, __file__)
