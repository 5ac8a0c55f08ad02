"""A night over a mountain lake: golden whirls in a blue sky, in thick swirling strokes of oil."""

import numpy as np
from PIL import Image

from realstyler_styles import brushes
from realstyler_styles.brushes import Array

WIDTH = 1.25
SKY = brushes.palette("060f3c", "0d2374", "1a3fa8", "1450b4", "2f7fd0", "7fc0e6", "e6f2ea")
GOLD = brushes.palette("2f7fb8", "8fb878", "e8b62c", "f9d23c", "fff0a0", "fffbe4")
PEAKS = brushes.palette("050b28", "0c1d4e", "143a6c", "2f7c98", "a8dcd0")
LAKE = brushes.palette("04102e", "0b2a66", "15509a", "2c86b8", "74bcc4")
# Each whirl: x, y, reach and turn (positive is clockwise).
WHIRLS = np.array(
    [
        (0.40, 0.33, 0.150, 1.0),
        (0.76, 0.47, 0.090, -1.0),
        (0.10, 0.13, 0.075, -0.9),
        (1.16, 0.52, 0.075, 0.9),
        (0.12, 0.55, 0.070, -0.8),
        (0.70, 0.10, 0.070, 0.9),
    ]
)
# Each light: x, y, radius of its core and reach of its halo.
LIGHTS = np.array(
    [
        (1.00, 0.24, 0.055, 0.120),
        (0.40, 0.33, 0.018, 0.050),
        (0.76, 0.47, 0.012, 0.040),
        (0.10, 0.13, 0.013, 0.046),
        (0.12, 0.55, 0.010, 0.034),
        (0.70, 0.10, 0.011, 0.040),
        (1.17, 0.53, 0.010, 0.036),
        (0.24, 0.10, 0.006, 0.022),
        (0.56, 0.16, 0.007, 0.024),
        (0.60, 0.56, 0.006, 0.020),
        (0.27, 0.58, 0.007, 0.024),
        (1.16, 0.07, 0.007, 0.026),
        (0.87, 0.06, 0.006, 0.020),
        (0.45, 0.06, 0.005, 0.018),
    ]
)
SHORE = 0.845
# Each summit: x, height over the shore and half the width of its foot.
SUMMITS = np.array(
    [
        (0.02, 0.14, 0.20),
        (0.22, 0.10, 0.18),
        (0.37, 0.125, 0.15),
        (0.55, 0.20, 0.24),
        (0.75, 0.115, 0.16),
        (0.95, 0.085, 0.20),
        (1.17, 0.16, 0.21),
    ]
)
# Whirls draw their strokes inwards; the moon and the lesser stars only turn them.
STARS = [(x, y, 0.9 * reach, 1.0, 0.03) for x, y, _, reach in LIGHTS[[0, *range(7, len(LIGHTS))]]]
TURNS = [(x, y, reach, turn, 0.2) for x, y, reach, turn in WHIRLS] + STARS


def peaks_at(x: Array) -> tuple[Array, Array]:
    """Return the mountains' edge (y in short sides) at each x, and the side of the summit (±1)."""
    away = x[..., None] - SUMMITS[:, 0] + 0.006 * np.sin(61 * x + 3)[..., None]
    heights = SUMMITS[:, 1] * (1 - np.abs(away) / SUMMITS[:, 2])
    highest = heights.argmax(axis=-1)[..., None]
    top = np.take_along_axis(heights, highest, -1)[..., 0]
    return SHORE - np.maximum(top, 0.012), np.sign(np.take_along_axis(away, highest, -1)[..., 0])


def ridge(x: Array) -> Array:
    """Return the mountains' edge (y in short sides) at each x."""
    return peaks_at(x)[0]


def sky_flow(points: Array) -> Array:
    """A breeze to the right that whirls, moon and stars turn around themselves."""
    x, y = points[..., 0], points[..., 1]
    flow = np.stack([np.full_like(x, 0.75), 0.5 * np.sin(5.5 * x + 3 * y)], axis=-1)
    for a, b, reach, turn, inward in TURNS:
        across, down = x - a, y - b
        pull = np.exp(-(across**2 + down**2) / (2 * reach**2)) * 4.5 / reach
        flow[..., 0] += pull * (-turn * down - inward * across)
        flow[..., 1] += pull * (turn * across - inward * down)
    return flow


def flow(points: Array) -> Array:
    """Return the way of the strokes: the sky's, the mountains' flanks', the ripples'."""
    x, y = points[..., 0], points[..., 1]
    edge, side = peaks_at(x)
    flank = side * (1.0 + 0.5 * np.sin(41 * x + 23 * y))
    ripple = 0.22 * np.sin(24 * x + 60 * y)
    way = np.stack([np.ones_like(x), np.where(y < SHORE, flank, ripple)], axis=-1)
    way[y < edge] = sky_flow(points[y < edge])
    return way


def glow(points: Array, colours: Array) -> Array:
    """Lay the golden halos over the colours: rings that fade outwards."""
    for x, y, core, reach in LIGHTS:
        away = np.hypot(points[..., 0] - x, points[..., 1] - y)
        fade = np.exp(-np.maximum(away - core, 0) / reach)
        rings = 0.5 + 0.5 * np.cos(2 * np.pi * (away - core) / (0.42 * reach))
        strength = np.clip(np.where(away < core, 1, fade * (0.3 + 0.7 * rings)), 0, 1)
        gold = brushes.ramp(GOLD, np.where(away < core, 0.88, strength))
        cover = brushes.smoothstep(0.12, 0.5, strength)
        colours = np.where(
            (points[..., 1] < ridge(points[..., 0]))[..., None],
            colours + (gold - colours) * cover[..., None],
            colours,
        )
    return colours


def mirrored(points: Array, colours: Array, chance: Array) -> Array:
    """Lay the lights' broken reflections on the lake."""
    x, y = points[..., 0], points[..., 1]
    for a, _, core, _ in LIGHTS[:7]:
        spread = core * (0.7 + 4.0 * (y - SHORE))
        strength = np.exp(-(((x - a) / spread) ** 2)) * (y > SHORE + 0.004)
        cover = 0.95 * (strength > chance)
        gold = brushes.ramp(GOLD, 0.35 + 0.6 * chance)
        colours = colours + (gold - colours) * cover[..., None]
    return colours


def colours_at(points: Array, bands: Array, generator: np.random.Generator) -> Array:
    """Choose each stroke's colour from its place and its band, a value 0..1."""
    x, y = points[..., 0], points[..., 1]
    lift = 0.16 * brushes.smoothstep(0.3, 0.75, y)
    sky = brushes.ramp(SKY, bands * 0.95 + lift - 0.05)
    fleck = (bands > 0.62) & (generator.random(len(points)) < 0.38)
    sky[fleck] = brushes.ramp(GOLD, generator.uniform(0.4, 1, int(fleck.sum())))
    edge, side = peaks_at(x)
    snow = brushes.smoothstep(0.075, 0.0, y - edge + 0.03 * np.sin(70 * x)) * (0.55 + 0.45 * side)
    peaks = brushes.ramp(PEAKS, bands * 0.35 + 0.12 * side + 0.62 * snow)
    lake = brushes.ramp(LAKE, bands * 0.9)
    ground = np.where((y < SHORE)[..., None], peaks, lake)
    colours = np.where((y < edge)[..., None], sky, ground)
    colours = mirrored(points, glow(points, colours), generator.random(len(points)))
    return brushes.jitter(colours, 0.035, generator)


def bands_at(points: Array, field: Array) -> Array:
    """Average a noise field along the flow, so that neighbours down a stream agree; ranks 0..1."""
    streams = brushes.trace(points, lambda places: -flow(places), 22, 0.011)
    means = brushes.look_up(field, streams).mean(axis=1)
    ranks: Array = means.argsort().argsort() / max(len(points) - 1, 1)
    return ranks


def around_lights(number: int, generator: np.random.Generator) -> Array:
    """Scatter places for more strokes around the lights, where the light is to be thickest."""
    chosen = LIGHTS[generator.integers(len(LIGHTS), size=number)]
    places: Array = chosen[:, :2] + generator.normal(0, 1, (number, 2)) * chosen[:, 3:]
    return places


def paint(seed: int = 3, size: int = brushes.SIZE) -> Image.Image:
    """Paint the night, `size` pixels high and a quarter wider."""
    generator, shape = np.random.default_rng(seed), (size, round(size * WIDTH))
    canvas = brushes.Canvas(shape, SKY[1])
    field = brushes.noise((512, 640), 0.035, generator, octaves=2)
    for number, half_width, steps in ((6000, 0.0085, 10), (12000, 0.0052, 9), (9000, 0.0034, 7)):
        starts = generator.random((number, 2)) * (WIDTH + 0.06, 1.06) - 0.03
        starts = np.concatenate([starts, around_lights(number // 15, generator)])
        # Back to front: the sky, the mountains, the lake.
        nearness = (starts[:, 1] > ridge(starts[:, 0])) + 1 * (starts[:, 1] > SHORE)
        starts = starts[nearness.argsort(kind="stable")]
        paths = brushes.trace(starts, flow, steps, half_width * 1.25)
        middle = paths[:, steps // 2]
        colours = colours_at(middle, bands_at(middle, field), generator)
        widths = half_width * generator.uniform(0.7, 1.25, len(starts))
        canvas.brush(paths, widths, colours, generator, variety=0.045)
    colours, thickness = canvas.dry()
    shine = brushes.relief(thickness * 0.006 + brushes.lightness(colours) * 0.004, 1.0)
    weave = brushes.noise(shape, 1 / 400, generator)
    return brushes.finish(colours * (1 + 0.02 * weave[..., None]) + 0.22 * shine[..., None])


if __name__ == "__main__":
    brushes.main(paint, __file__)
