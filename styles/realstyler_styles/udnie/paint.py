"""Dancers that fall into shards: folded fans and blades of grey, rust and green."""

import numpy as np
from PIL import Image

from realstyler_styles import brushes
from realstyler_styles.brushes import Array, Canvas

GREY = brushes.palette("16181c", "2f3338", "565b5e", "868a88", "b9bab2", "e6e2d6")
RUST = brushes.palette("2a1210", "6a2a16", "a84a20", "cf7438", "e5a878", "f3dcc4")
GREEN = brushes.palette("0f1c16", "22402e", "3f6a46", "6f9460", "a9bd88", "e0e4c6")
SLATE = brushes.palette("10161f", "263440", "44586a", "7d93a0", "b8c6c8", "e8e8e0")
BLUE = brushes.palette("0a1224", "142a4e", "1f4a80", "3f78b0", "86b0d4", "dceaf2")
BLACK = brushes.palette("08090a", "0e1012", "16181a", "202326", "2c2f32", "4a4d50")
WHITE = brushes.palette("9a9a94", "c4c4bc", "dcdcd4", "ecebe4", "f6f5ef", "fcfbf7")
FAMILIES = (GREY, BLACK, GREEN, WHITE, SLATE, BLUE, RUST)
POINTS = 20


def flow(points: Array) -> Array:
    """Sweep round two middles, one to each hand, and rise to the upper right between them."""
    x, y = points[..., 0], points[..., 1]
    way = np.stack([0.5 + 0.3 * np.sin(4 * y), -0.7 + 0.4 * np.cos(5 * x)], axis=-1)
    for a, b, reach, turn in ((0.36, 0.40, 0.22, 1.0), (0.86, 0.66, 0.20, -1.0)):
        across, down = x - a, y - b
        pull = turn * 7 * np.exp(-(across**2 + down**2) / (2 * reach**2)) / reach
        way[..., 0] -= pull * down
        way[..., 1] += pull * across
    return way


def profiles(number: int, generator: np.random.Generator) -> Array:
    """Choose how wide each shard is along its length (number, POINTS): wedges, kites, slabs."""
    along = np.linspace(0, 1, POINTS)
    kite = np.minimum(along / 0.3, (1 - along) / 0.7)
    kinds = np.stack([along, 1 - along, kite, 0.35 + 0.65 * along])
    return kinds[generator.choice(len(kinds), number, p=(0.32, 0.22, 0.26, 0.2))]


def shades(family: Array, generator: np.random.Generator) -> Array:
    """Return a ramp (28, 3) within a family: dark to light or back, brushed in fine streaks."""
    dark, light = generator.uniform(0, 0.4), generator.uniform(0.65, 1)
    places = np.linspace(*((dark, light) if generator.random() < 0.5 else (light, dark)), 28)
    return brushes.jitter(brushes.ramp(family, places), 0.022, generator)


def paint_shard(
    canvas: Canvas, path: Array, width: Array, family: Array, chance: np.random.Generator
) -> None:
    """Paint one shard along a path (POINTS, 2); one in seven fades (passage)."""
    outline = brushes.ribbons(path[None], width)[0]
    middle = len(path) // 2
    side = brushes.normals(path[None])[0, middle] * max(float(width.max()), 0.004)
    across = np.stack([path[middle] - side, path[middle] + side])
    axis = across if chance.random() < 0.75 else path[[0, -1]]
    if chance.random() < 0.15:
        canvas.shade(outline, axis, shades(family, chance), 0.5, (1.0, 0.0))
    else:
        rim = family[0] if chance.random() < 0.75 else family[-1]
        canvas.fill([brushes.ribbons(path[None], width + 0.0013)[0]], rim[None], 0.4)
        canvas.shade(outline, axis, shades(family, chance), chance.uniform(0.45, 0.65))


def family_at(points: Array, fields: Array, chance: np.random.Generator) -> list[Array]:
    """Choose a family of colours for each place: regions of one family, with strays among them."""
    strength = np.stack([brushes.look_up(field, points) for field in fields], axis=-1)
    strength += chance.normal(0, 0.75, strength.shape)
    return [FAMILIES[index] for index in strength.argmax(axis=-1)]


def blades(
    canvas: Canvas, number: int, length: float, fields: Array, chance: np.random.Generator
) -> None:
    """Paint shards that follow the flow."""
    starts = chance.random((number, 2)) * 1.2 - 0.1
    paths = brushes.trace(starts, flow, POINTS - 1, length / POINTS)
    # Chords instead of curves for half of them: the hard edges of cubism.
    straight = paths[:, :1] + (paths[:, -1:] - paths[:, :1]) * np.linspace(0, 1, POINTS)[:, None]
    paths = np.where(chance.random((number, 1, 1)) < 0.5, straight, paths)
    widths = profiles(number, chance) * length * chance.uniform(0.14, 0.3, (number, 1))
    families = family_at(paths[:, POINTS // 2], fields, chance)
    for path, width, family in zip(paths, widths, families, strict=True):
        paint_shard(canvas, path, width, family, chance)


def fans(
    canvas: Canvas, number: int, reach: float, fields: Array, chance: np.random.Generator
) -> None:
    """Paint fans: wedges that open from one point, turn by turn, like folds of a skirt."""
    middles = chance.random((number, 2))
    for middle, family in zip(middles, family_at(middles, fields, chance), strict=True):
        folds, turn = chance.integers(3, 7), chance.uniform(0.2, 0.42)
        first, bend = chance.uniform(0, 2 * np.pi), chance.choice([0.0, 0.0, 0.3, -0.3])
        for fold in range(folds):
            angle = first + fold * turn
            long = reach * chance.uniform(0.75, 1.1)
            along = np.linspace(0.04, 1, POINTS)
            bow = angle + bend * along
            path = middle + long * along[:, None] * np.stack([np.cos(bow), np.sin(bow)], axis=-1)
            stray = FAMILIES[chance.integers(len(FAMILIES))] if chance.random() < 0.2 else family
            paint_shard(canvas, path, long * along * turn * 0.52, stray, chance)


def fold(colours: Array, number: int, chance: np.random.Generator) -> Array:
    """Crease the picture along long arcs: dark fades from one side of each, light from the other.

    The creases run through the shards and hold them together.
    """
    x, y = brushes.coordinates((colours.shape[0], colours.shape[1]))
    for _ in range(number):
        radius, angle = chance.uniform(0.12, 0.9), chance.uniform(0, 2 * np.pi)
        a, b = chance.uniform(0, 1, 2) - radius * np.array([np.cos(angle), np.sin(angle)])
        away = (np.hypot(x - a, y - b) - radius) * chance.choice([-1, 1])
        bearing = np.arctan2(y - b, x - a) - angle
        off = np.abs((bearing + np.pi) % (2 * np.pi) - np.pi) * radius
        seen = brushes.smoothstep(0.34, 0.22, off)
        reach = chance.uniform(0.03, 0.08)
        dark = seen * brushes.smoothstep(-0.0008, 0.0008, away) * np.exp(-np.abs(away) / reach)
        light = seen * brushes.smoothstep(0.0008, -0.0008, away) * np.exp(-np.abs(away) / reach)
        # Powers keep the hue where shade and light pile up.
        colours = colours ** (1 + 0.75 * dark - 0.42 * light)[..., None]
    return colours


def paint(seed: int = 4, size: int = brushes.SIZE) -> Image.Image:
    """Paint the dancers, `size` pixels square."""
    generator, shape = np.random.default_rng(seed), (size, size)
    canvas = Canvas(shape, GREY[2])
    fields = np.stack([brushes.noise((128, 128), 0.3, generator, 2) for _ in FAMILIES])
    for length, number, reach, wreaths in (
        (0.6, 110, 0.5, 8),
        (0.42, 150, 0.34, 12),
        (0.3, 90, 0.22, 14),
    ):
        blades(canvas, number, length, fields, generator)
        fans(canvas, wreaths, reach, fields, generator)
    colours, thickness = canvas.dry()
    colours = fold(colours, 30, generator)
    weave = brushes.noise(shape, 1 / 330, generator) + brushes.noise(shape, 0.02, generator)
    shine = brushes.relief(thickness * 0.008 + weave * 0.00025, 0.8)
    colours = colours * (1.03, 1.0, 0.95)
    return brushes.finish(colours * (1 + 0.025 * weave[..., None]) + 0.09 * shine[..., None])


if __name__ == "__main__":
    brushes.main(paint, __file__)
