"""A sweet shop in acrylics: concentric rounds, curls and beads on bright brushed patches."""

import numpy as np
from PIL import Image, ImageFilter
from scipy.spatial import cKDTree

from realstyler_styles import brushes
from realstyler_styles.brushes import Array, Canvas, Integers

PATCHES = brushes.palette("ff4f9a", "ffd21f", "2f9fe8", "27c4a8", "ff8a1f", "ffd21f", "f0304a")
SWEETS = (
    brushes.palette("fff6e6", "f0205a", "fff6e6", "ff5a9a"),
    brushes.palette("ffe04a", "ff7a18", "d8204a", "fff2c0"),
    brushes.palette("18b8b0", "fff6e6", "1f6fe0", "a8f0d8"),
    brushes.palette("1f6fe0", "ffe04a", "fff6e6", "ff4f8a"),
    brushes.palette("ff4f8a", "fff6e6", "18b8b0", "ffd21f"),
)
Round = tuple[float, float, float]
INK = brushes.palette("3a0f4a", "5a1040", "1a1a5a", "fffaf0", "fff0d0")


def scatter(number: int, generator: np.random.Generator) -> Array:
    """Scatter points (number, 2) over the picture and a little beyond its edges."""
    return generator.random((number, 2)) * 1.1 - 0.05


def brush_patches(canvas: Canvas, generator: np.random.Generator) -> None:
    """Brush the bright ground: each patch around a middle of its own."""
    middles = brushes.relax(np.empty((0, 2)), scatter(26, generator), (1.0, 1.0), rounds=4)
    hue = generator.permutation(np.arange(len(middles)) % len(PATCHES))
    turn = generator.uniform(0, np.pi, len(middles))
    tree = cKDTree(middles)
    warp = [brushes.noise((256, 256), 0.12, generator, octaves=2) for _ in range(2)]

    def patch(points: Array) -> Integers:
        bent = [brushes.look_up(field, points) * 0.03 for field in warp]
        return np.asarray(tree.query(points + np.stack(bent, axis=-1))[1])

    def flow(points: Array) -> Array:
        own = patch(points)
        away, angle = points - middles[own], turn[own]
        skew = np.stack([np.cos(angle), np.sin(angle)], axis=-1) * 0.05
        return np.stack([-away[:, 1], away[:, 0]], axis=-1) + skew

    for number, half_width in ((2500, 0.013), (5000, 0.0085)):
        starts = scatter(number, generator)
        paths = brushes.trace(starts, flow, 8, half_width * 0.9)
        colours = brushes.jitter(PATCHES[hue[patch(paths[:, 4])]], 0.045, generator)
        canvas.brush(paths, half_width, colours, generator, bristles=6, variety=0.035)


def pack(generator: np.random.Generator) -> list[Round]:
    """Pack rounds (x, y, radius), the big ones first, that hardly touch."""
    rounds: list[Round] = []
    for radius, tries in (
        (0.13, 40),
        (0.1, 90),
        (0.07, 260),
        (0.05, 260),
        (0.03, 200),
    ):
        for x, y in scatter(tries, generator):
            own = radius * generator.uniform(0.85, 1.12)
            gap = 0.012 if radius > 0.03 else 0.006
            if all(np.hypot(x - a, y - b) > own + r + gap for a, b, r in rounds):
                rounds.append((x, y, own))
    return rounds


def arcs(x: float, y: float, radii: Array, starts: Array, sweep: float, points: int) -> Array:
    """Return arcs (number, points, 2) around a middle; the radii broadcast along the points."""
    angle = starts[:, None] + np.linspace(0, sweep, points)
    return np.stack([x + radii * np.cos(angle), y + radii * np.sin(angle)], axis=-1)


def paint_round(
    canvas: Canvas, x: float, y: float, radius: float, generator: np.random.Generator
) -> None:
    """Paint one sweet: rings of two to four colours, each brushed round in overlapping arcs."""
    colours = SWEETS[generator.integers(len(SWEETS))]
    edge, ring = radius, generator.integers(4)
    whole = arcs(x, y, np.array([[radius + 0.0045]]), np.zeros(1), 2 * np.pi, 64)
    canvas.fill(whole, ink_on(colours[ring], generator), 0.3)
    while edge > 0.004:
        width = min(edge, radius * generator.uniform(0.12, 0.26) + 0.003)
        tint = colours[ring % 4]
        disc = arcs(x, y, np.array([[edge]]), np.zeros(1), 2 * np.pi, 64)
        canvas.fill(disc, tint[None], 0.45)
        middle = np.full((5, 1), max(edge - width / 2, 0.001))
        paths = arcs(x, y, middle, generator.uniform(0, 2 * np.pi, 5), 2.4, 18)
        tints = brushes.jitter(np.repeat(tint[None], 5, axis=0), 0.05, generator)
        canvas.brush(paths, width * 0.5, tints, generator, bristles=5, variety=0.075)
        if width > 0.01 and generator.random() < 0.5:
            beads(canvas, x, y, edge - width / 2, width * 0.3, colours[(ring + 1) % 4])
        edge, ring = edge - width, ring + 1


def ink_on(colour: Array, generator: np.random.Generator) -> Array:
    """Choose an ink (1, 3) to outline a colour: dark for a light one, light for a dark."""
    inks = INK[:3] if brushes.lightness(colour) > 0.5 else INK[3:]
    return inks[generator.integers(len(inks), size=1)]


def beads(canvas: Canvas, x: float, y: float, radius: float, size: float, tint: Array) -> None:
    """Set a ring of round beads."""
    number = max(5, round(2 * np.pi * radius / (size * 3.4)))
    angle = np.arange(number) * 2 * np.pi / number
    for a, b in zip(x + radius * np.cos(angle), y + radius * np.sin(angle), strict=True):
        disc = arcs(a, b, np.array([[size]]), np.zeros(1), 2 * np.pi, 16)
        canvas.fill(disc, tint[None], 0.8)


def paint_curls(canvas: Canvas, rounds: list[Round], generator: np.random.Generator) -> None:
    """Paint tapering curls into the gaps between the rounds, each on a thin line of ink."""
    middles, points = brushes.spread(scatter(500, generator), 0.07), 60
    away = np.linalg.norm(middles[:, None] - np.array(rounds)[:, :2], axis=-1)
    middles = middles[np.all(away > np.array(rounds)[:, 2] + 0.016, axis=1)]
    (x, y), number = middles.T[..., None], len(middles)
    reach = generator.uniform(0.04, 0.075, (number, 1))
    hand = generator.choice([-1.0, 1.0], (number, 1))
    along = np.linspace(0, 1, points)
    angle = generator.uniform(0, 2 * np.pi, (number, 1)) + hand * along * 4.2 * np.pi
    radius = reach * (1 - 0.93 * along) * (1 + 0.9 * (1 - along) ** 6)
    paths = np.stack([x + radius * np.cos(angle), y + radius * np.sin(angle)], axis=-1)
    width = reach * 0.17 * np.minimum(1, 3 * along) * (1 - 0.35 * along)
    every = np.concatenate(SWEETS)
    tints = every[generator.integers(len(every), size=number)]
    for one in range(number):
        ink = ink_on(tints[one], generator)
        canvas.fill(brushes.ribbons(paths[[one]], width[one] + 0.0028), ink, 0.3)
        canvas.fill(brushes.ribbons(paths[[one]], width[one]), tints[[one]], 0.55)
        ridge = brushes.jitter(tints[[one]], 0.06, generator)
        canvas.fill(brushes.ribbons(paths[[one]], width[one] * 0.45), ridge, 0.8)


def paint(seed: int = 5, size: int = brushes.SIZE) -> Image.Image:
    """Paint the sweets, `size` pixels square."""
    generator, shape = np.random.default_rng(seed), (size, size)
    canvas = Canvas(shape, PATCHES[0])
    brush_patches(canvas, generator)
    rounds = pack(generator)
    paint_curls(canvas, rounds, generator)
    for x, y, radius in rounds:
        paint_round(canvas, x, y, radius, generator)
    colours, thickness = canvas.dry()
    lumps = brushes.noise(shape, 0.006, generator, octaves=2)
    shine = brushes.relief(thickness * 0.008 + lumps * 0.00025, 0.9)
    return polish(brushes.finish(colours + 0.16 * shine[..., None]))


def polish(picture: Image.Image) -> Image.Image:
    """Smooth the bristles away: a network takes their fine furrows for the style itself.

    It then hatches whatever is plain. Edges stay where they are under a median.
    """
    reach = 2 * round(3 * max(picture.size) / brushes.SIZE) + 1  # odd; 7 at full size
    for _ in range(2):
        picture = picture.filter(ImageFilter.MedianFilter(reach))
    return picture


if __name__ == "__main__":
    brushes.main(paint, __file__)
