"""Breakers under a red sun, as a woodblock print: Prussian blue, flat tones, foam claws, washi."""

import numpy as np
from PIL import Image
from scipy import ndimage
from scipy.interpolate import CubicSpline

from realstyler_styles import brushes
from realstyler_styles.brushes import Array, Canvas, Shape

WIDTH = 1.25
PAPER = brushes.palette("efe2c4")[0]
INK = brushes.palette("08173a")[0]
FOAM = brushes.palette("fbf7ea", "e4ece6", "b4d0d6")
SUN = brushes.palette("d8432b", "ec8a52")
SKY = brushes.palette("4f8199", "9dbab4", "e9dcba", "f2cfa4", "eeb98a")
# The tones of a breaker from its edge inwards; the nearer the row, the deeper it starts.
TONES = brushes.palette(
    "eef0e2", "8fbccb", "2f6fa4", "f4efe0", "12408a", "0a2358", "6fa6c4", "081c48"
)
# One breaker that leans to the right, around its top, in units of its height.
BREAKER = np.array(
    [
        (-1.35, 0.02),
        (-0.85, 0.22),
        (-0.42, 0.62),
        (-0.05, 0.95),
        (0.28, 1.02),
        (0.55, 0.84),
        (0.64, 0.60),
        (0.46, 0.68),
        (0.27, 0.62),
        (0.18, 0.38),
        (0.32, 0.14),
        (0.66, 0.02),
    ]
)
LIP = (2.2, 6.3)
# Each row: its base line, the pitch of its stripes, and its breakers (top, height).
ROWS = (
    (0.56, 0.020, ((0.10, 0.10), (0.36, 0.13), (0.66, 0.10), (0.90, 0.12), (1.17, 0.10))),
    (0.70, 0.024, ((0.02, 0.20), (0.50, 0.36), (1.02, 0.22))),
    (0.84, 0.027, ((0.20, 0.20), (0.78, 0.30), (1.30, 0.24))),
    (0.98, 0.030, ((-0.05, 0.17), (0.43, 0.22), (1.02, 0.21))),
)
Breakers = tuple[tuple[float, float], ...]


def profile(base: float, breakers: Breakers) -> tuple[Array, list[Array]]:
    """Return a row's edge from left to right (points, 2), and each breaker's lip (points, 2)."""
    stations = [BREAKER * (height, -height) + (top, base) for top, height in breakers]
    ends = np.array([[-0.6, base], [WIDTH + 0.6, base]])
    knots = np.concatenate([ends[:1], *stations, ends[1:]])
    steps = np.r_[0, np.cumsum(np.linalg.norm(np.diff(knots, axis=0), axis=1) ** 0.7)]
    curve = CubicSpline(steps, knots)
    firsts = 1 + len(BREAKER) * np.arange(len(breakers))
    lips = []
    for first in firsts:
        start, end = np.interp(first + np.array(LIP), np.arange(len(steps)), steps)
        lips.append(curve(np.linspace(start, end, 90)))
    return curve(np.linspace(0, steps[-1], 900)), lips


def stripes(cover: Array, pitch: float, generator: np.random.Generator) -> Array:
    """Return the colours of a row's body: tones that echo its edge inwards, with lines of ink."""
    size = min(cover.shape)
    depth = ndimage.distance_transform_edt(cover > 0.5) / size
    depth = ndimage.gaussian_filter(depth, 0.0008 * size)
    swell = 1 + 0.10 * brushes.noise(cover.shape, 0.22, generator, octaves=2)
    level = (depth * swell / pitch) ** 0.88
    band = np.floor(level).astype(int)
    tone = TONES[np.where(band < len(TONES), band, 4 + (band - 4) % 4)]
    # Ink lines swell and shrink as a brush would cut them.
    across = np.minimum(level - band, band + 1 - level) * pitch
    thin = 0.0034 + 0.0008 * brushes.noise(cover.shape, 0.05, generator)
    line = brushes.smoothstep(0.0006, -0.0006, across - thin)
    edge = brushes.smoothstep(0.0062, 0.005, depth)
    third = np.abs((level * 3 + 0.5) % 1 - 0.5) / 3 * pitch
    hair = brushes.smoothstep(0.0016, 0.0006, third) * np.where(band % 2, 0.38, 0.2)
    body = brushes.mix(tone, np.where((band % 2 == 0)[..., None], INK, FOAM[1]), hair)
    return brushes.mix(body, INK, np.maximum(line, edge))


def hooks(starts: Array, headings: Array, lengths: Array, bends: Array) -> Array:
    """Return the paths (number, 14, 2) of claws that start with a heading and bend as they go."""
    along = np.linspace(0, 1, 14)
    angles = headings[:, None] + bends[:, None] * along**1.5
    steps = np.stack([np.cos(angles), np.sin(angles)], axis=-1) * lengths[:, None, None] / 13
    return starts[:, None] + np.cumsum(steps, axis=1) - steps[:, :1]


def claws(lip: Array, height: float, generator: np.random.Generator) -> tuple[Array, Array]:
    """Return the claws of a lip: paths (claws, 5 fingers, 14, 2) and half widths (claws, 5)."""
    number = 30
    place = np.sort(generator.uniform(0, 1, number)) ** 0.8
    index = (place * (len(lip) - 1)).astype(int)
    slope = np.gradient(lip, axis=0)[index]
    forward = np.arctan2(slope[:, 1], slope[:, 0])
    # Behind the top the claws stand off the wave; towards the tip they reach out and down.
    headings = forward - 0.6 * (1 - place) - 0.5 + generator.normal(0, 0.16, number)
    lengths = height * (0.13 + 0.17 * place**1.5) * generator.uniform(0.75, 1.2, number)
    bends = generator.uniform(1.0, 1.9, number)
    main = hooks(lip[index], headings, lengths, bends)
    fingers, widths = [main], [lengths * 0.095]
    for at, turn, share in ((3, -0.85, 0.6), (5, 0.95, 0.5), (7, -0.75, 0.5), (9, 0.8, 0.35)):
        tangent = main[:, at] - main[:, at - 1]
        heading = np.arctan2(tangent[:, 1], tangent[:, 0]) + turn
        short = lengths * share * generator.uniform(0.8, 1.15, number)
        fingers.append(hooks(main[:, at], heading, short, bends * -1.1 * np.sign(turn)))
        widths.append(short * 0.11)
    return np.stack(fingers, axis=1), np.stack(widths, axis=1)


def discs(middles: Array, radii: Array) -> Array:
    """Return the outlines (number, 24, 2) of discs."""
    around = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    circle = np.column_stack([np.cos(around), np.sin(around)])
    return middles[:, None] + circle * radii[:, None, None]


def froth(lip: Array, height: float, generator: np.random.Generator) -> tuple[Array, Array]:
    """Return the froth along a lip and the spray before it: middles (number, 2) and radii."""
    number, spray = 90, 110
    place = generator.uniform(0, 1, number)
    body = lip[(place * (len(lip) - 1)).astype(int)]
    body = (
        body + generator.normal(0, 0.016, (number, 2)) * height + (-0.005 * height, 0.03 * height)
    )
    radii = height * generator.uniform(0.014, 0.034, number)
    drops = lip[generator.integers(30, len(lip), spray)]
    away = np.abs(generator.normal(0, 1, (spray, 2))) * (0.22, -0.09) * height
    drops = drops + away + generator.normal(0, 0.05, (spray, 2)) * height
    small = height * generator.uniform(0.010, 0.026, spray)
    return np.concatenate([body, drops]), np.concatenate([radii, small])


def foam(
    shape: Shape, lips: list[Array], breakers: Breakers, chance: np.random.Generator
) -> Canvas:
    """Draw the foam of a row on a canvas of its own, where the paint's thickness is its cover."""
    canvas = Canvas(shape, INK)
    taper = np.linspace(1, 0.1, 14) ** 0.75

    def lay(outlines: Array, colours: Array) -> None:
        canvas.fill(outlines, np.broadcast_to(colours, (len(outlines), 3)), 1.0)

    for lip, (_, height) in zip(lips, breakers, strict=True):
        line = 0.0026 + 0.004 * height
        for paths, width in zip(*claws(lip, height, chance), strict=True):
            lay(brushes.ribbons(paths, width[:, None] * taper + line), INK)
            lay(brushes.ribbons(paths, width[:, None] * taper), FOAM[0])
        middles, radii = froth(lip, height, chance)
        lay(discs(middles, radii + line), INK)
        lay(discs(middles, radii), FOAM[0])
        shade = discs(middles + 0.25 * radii[:, None], radii * 0.6)
        lay(shade, FOAM[chance.integers(1, 3, len(shade))])
        lay(discs(middles, radii * 0.5), FOAM[0])
    return canvas


def sky(shape: Shape, generator: np.random.Generator) -> Array:
    """Print the sky: a graded wash, a red sun, and bands of mist with thin lines."""
    x, y = brushes.coordinates(shape)
    drift = 0.02 * brushes.noise(shape, (0.05, 0.5), generator, octaves=3)
    colours = brushes.ramp(SKY, (y + drift) / 0.55)
    away = np.hypot(x - 0.93, y - 0.245)
    sun = brushes.ramp(SUN, (y - 0.1) / 0.3 + drift)
    colours = brushes.mix(colours, sun, brushes.smoothstep(0.1415, 0.1395, away))
    mist = brushes.noise(shape, (0.035, 0.45), generator, octaves=2)
    level = mist * 1.6 + 6 * y
    line = np.abs(level - np.round(level)) / np.maximum(np.hypot(*np.gradient(level)), 1e-6)
    inked = brushes.smoothstep(4.2, 3.0, line * 1024 / min(shape)) * 0.8
    pale = brushes.smoothstep(0.75, 0.9, mist) * 0.8
    return brushes.mix(brushes.mix(colours, SKY[2], pale), INK, inked * 0.85)


def printed(colours: Array, generator: np.random.Generator) -> Array:
    """Print colours on washi: the plank's grain, speckled ink, fibres and the paper's tooth."""
    shape = (colours.shape[0], colours.shape[1])
    y = brushes.coordinates(shape)[1]
    warp = brushes.noise(shape, (0.12, 0.5), generator, octaves=2)
    rings = np.sin(2 * np.pi * (y * 34 + 1.5 * warp)) * 0.5 + 0.5
    grain = 0.6 * rings + 0.4 * brushes.noise(shape, (0.003, 0.2), generator)
    tooth = brushes.noise(shape, 1 / 480, generator) + brushes.noise(shape, 0.006, generator)
    speckle = brushes.smoothstep(1.7, 3.4, tooth)
    missing = np.clip(0.13 * grain + 0.55 * speckle, 0, 0.9)
    fibres = brushes.noise(shape, (0.002, 0.03), generator) + brushes.noise(
        shape, (0.03, 0.002), generator
    )
    paper = PAPER * (1 + 0.018 * fibres + 0.02 * tooth)[..., None]
    return brushes.mix(colours, paper, missing) + 0.035 * brushes.relief(tooth * 4e-4)[..., None]


def paint(seed: int = 11, size: int = brushes.SIZE) -> Image.Image:
    """Print the breakers, `size` pixels high and a quarter wider."""
    generator, shape = np.random.default_rng(seed), (size, round(size * WIDTH))
    colours = sky(shape, generator)
    for base, pitch, breakers in ROWS:
        edge, lips = profile(base, breakers)
        body = Canvas(shape, INK)
        outline = np.concatenate([edge, [(WIDTH + 0.6, 1.6), (-0.6, 1.6)]])
        body.fill([outline], INK[None], 1.0)
        cover = body.dry()[1]
        colours = brushes.mix(colours, stripes(cover, pitch, generator), cover)
        colours = brushes.mix(colours, *foam(shape, lips, breakers, generator).dry())
    return brushes.finish(printed(colours, generator))


if __name__ == "__main__":
    brushes.main(paint, __file__)
