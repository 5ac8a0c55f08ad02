"""A score for the eye: black lines, filled circles, triangles and checks on cream paper."""

import numpy as np
from numpy.typing import ArrayLike
from PIL import Image

from realstyler_styles import brushes
from realstyler_styles.brushes import Array, Canvas

WIDTH = 1.15
CREAM = brushes.palette("f2e6c8")[0]
BLACK = brushes.palette("17130f")[0]
PAINTS = brushes.palette(
    "d8412a",
    "24408f",
    "f0b92a",
    "2f8f86",
    "ee9c96",
    "6b4a80",
    "8fc0d6",
    "d8843a",
    "c22f4e",
    "f3d060",
    "17130f",
)
WASHES = brushes.palette("f7e2a6", "c8dcd8", "f3d0c0", "ddd5e2", "f2e6c8", "f5ead0", "ede0c4")
PEN, BROADEST = 1.9, 0.0034
"""How much broader than a fine pen all lines are drawn, and half the width of the broadest."""
Chance = np.random.Generator


def somewhere(number: int, chance: Chance) -> Array:
    """Return places (number, 2) anywhere on the paper."""
    places: Array = chance.random((number, 2)) * (WIDTH, 1)
    return places


def turned(angle: float) -> Array:
    """Return the unit vectors (2, 2) along and across a direction."""
    along = np.array([np.cos(angle), np.sin(angle)])
    return np.stack([along, [-along[1], along[0]]])


def draw(canvas: Canvas, paths: Array, half_width: float, ink: Array = BLACK) -> None:
    """Draw lines of one width along paths (number, points, 2)."""
    half_width = min(half_width * PEN, BROADEST)
    canvas.fill(brushes.ribbons(paths, half_width), np.repeat(ink[None], len(paths), axis=0), 0.55)


def straight(starts: Array, ends: Array) -> Array:
    """Return straight paths (number, 2, 2)."""
    return np.stack([starts, ends], axis=1)


def arc(middle: Array, radii: ArrayLike, start: float, sweep: float) -> Array:
    """Return concentric arcs (number, 72, 2) around one middle."""
    angle = start + np.linspace(0, sweep, 72)
    ring = np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    paths: Array = middle + np.asarray(radii)[:, None, None] * ring
    return paths


def paint_of(chance: Chance) -> Array:
    """Choose one paint."""
    paint: Array = PAINTS[chance.integers(len(PAINTS))]
    return paint


def wash(ink: Array, chance: Chance) -> Array:
    """Return a ramp (20, 3) of watercolour: one paint, unevenly taken up."""
    light = np.linspace(0, 0.35, 20)[:, None]
    return brushes.jitter(ink * (1 - light) + CREAM * light, 0.025, chance)


def sheets(canvas: Canvas, chance: Chance) -> None:
    """Lay big pale washes whose edges cross: no corner of the paper stays bare."""
    for middle in somewhere(46, chance):
        along, across = turned(chance.uniform(0, np.pi))
        long, wide = chance.uniform(0.15, 0.45), chance.uniform(0.08, 0.3)
        corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * chance.uniform(0.6, 1, (4, 2))
        outline = middle + corners[:, :1] * long * along + corners[:, 1:] * wide * across
        axis = np.stack([middle - wide * across, middle + wide * across])
        tint = WASHES[chance.integers(len(WASHES))]
        canvas.shade(outline, axis, wash(tint, chance), 0.5, (0.95, chance.uniform(0, 0.4)))


def hatches(canvas: Canvas, chance: Chance) -> None:
    """Hatch pieces of the ground with bundles of thin lines, straight, bent or waved."""
    for middle in somewhere(34, chance):
        along, across = turned(chance.choice([0, 0.25, 0.5, 0.75, 0.85]) * np.pi)
        number = int(chance.integers(4, 9))
        long, gap = chance.uniform(0.04, 0.13), chance.uniform(0.016, 0.026)
        place = np.linspace(-long, long, 90)
        wave = chance.choice([0, 0, 0, 0.008]) * np.sin(place * chance.uniform(60, 110))
        bow = chance.choice([0, 0, 3.0, -3.0]) * place**2
        lanes = (np.arange(number) - number / 2)[:, None] * gap + wave + bow
        paths = middle + place[:, None] * along + lanes[..., None] * across
        ink = BLACK if chance.random() < 0.7 else paint_of(chance)
        draw(canvas, paths, chance.uniform(0.0006, 0.0009), ink)


def circles(canvas: Canvas, number: int, radius: float, chance: Chance) -> None:
    """Paint circles: a soft halo, rings of paint, a fine black outline that is a little off."""
    for middle in somewhere(number, chance):
        own = radius * chance.uniform(0.6, 1.15)
        halo = PAINTS[chance.integers(len(PAINTS) - 1)]
        for step in np.linspace(1.5, 1.05, 7):
            outline = arc(middle, [own * step], 0, 2 * np.pi)[0]
            axis = np.stack([middle, middle + own])
            canvas.shade(outline, axis, halo[None], 0.5, (0.11, 0.11))
        for edge in np.sort(chance.uniform(0.15, 1, chance.integers(2, 6)))[::-1]:
            outline = arc(middle, [own * edge], 0, 2 * np.pi)[0]
            turn = turned(chance.uniform(0, 2 * np.pi))[0] * own * edge
            axis = np.stack([middle - turn, middle + turn])
            canvas.shade(outline, axis, wash(paint_of(chance), chance), 0.5)
            draw(canvas, outline[None], 0.0008)
        off = middle + chance.normal(0, 0.06, 2) * own
        radii = own * (1.12 + 0.09 * np.arange(chance.integers(1, 4)))
        draw(canvas, arc(off, radii, chance.uniform(0, 6), chance.uniform(2, 6.2)), 0.0009)


def triangles(canvas: Canvas, number: int, reach: float, chance: Chance) -> None:
    """Paint tall triangles that fade to their foot, some ruled across, all outlined."""
    for middle in somewhere(number, chance):
        along, across = turned(chance.uniform(0, 2 * np.pi))
        long, wide = reach * chance.uniform(0.6, 1.2), reach * chance.uniform(0.15, 0.45)
        corners = middle + np.array([along * long, -along * long + across * wide])
        outline = np.vstack([corners, middle - along * long - across * wide])
        axis = np.stack([outline[0], middle - along * long])
        canvas.shade(outline, axis, wash(paint_of(chance), chance), 0.5, (1, 0.15))
        draw(canvas, straight(outline, np.roll(outline, 1, axis=0)), 0.0009)
        if chance.random() < 0.5:
            rungs = np.linspace(0.08, 0.92, 7)[:, None]
            left, right = (outline[0] + rungs * (foot - outline[0]) for foot in outline[1:])
            draw(canvas, straight(left, right), 0.0007)


def checks(canvas: Canvas, number: int, chance: Chance) -> None:
    """Paint checked boards, skewed as if they lay in space: black and paints by turns."""
    for middle in somewhere(number, chance):
        along, across = turned(chance.uniform(0, np.pi))
        across = across + along * chance.uniform(-0.5, 0.5)
        columns, rows = chance.integers(2, 6, 2)
        cell = chance.uniform(0.028, 0.05)
        inks = PAINTS[chance.integers(len(PAINTS), size=3)]
        for row, column in np.ndindex(rows, columns):
            corner = middle + cell * (column * along + row * across)
            square = corner + cell * np.array([0 * along, along, along + across, across])
            dark = (row + column) % 2 == 0
            tint = BLACK if dark and chance.random() < 0.7 else inks[chance.integers(3)]
            light = CREAM if chance.random() < 0.6 else inks[chance.integers(3)]
            axis = square[[0, 2]]
            canvas.shade(square, axis, wash(tint if dark else light, chance), 0.5)
        frame = middle + cell * np.array(
            [0 * along, columns * along, columns * along + rows * across, rows * across]
        )
        draw(canvas, straight(frame, np.roll(frame, 1, axis=0)), 0.0009)


def beams(canvas: Canvas, chance: Chance) -> None:
    """Draw the long lines that hold it together: rays, staves, thick bars and great arcs."""
    for middle in somewhere(5, chance):
        angles = chance.uniform(0, 2 * np.pi) + np.arange(chance.integers(3, 8)) * 0.09
        ends = np.stack([np.cos(angles), np.sin(angles)], axis=-1) * chance.uniform(0.25, 0.8)
        draw(canvas, straight(np.repeat(middle[None], len(ends), axis=0), middle + ends), 0.0008)
    for middle in somewhere(14, chance):
        along = turned(chance.choice([0.05, 0.2, 0.3, 0.7, 0.82]) * np.pi)[0]
        reach = along * chance.uniform(0.15, 0.6)
        draw(
            canvas,
            (middle + np.stack([-reach, reach]))[None],
            chance.choice([0.001, 0.002, 0.0035]),
        )
    for middle in somewhere(9, chance):
        radii = chance.uniform(0.08, 0.45) + 0.018 * np.arange(chance.integers(1, 4))
        paths = arc(middle, radii, chance.uniform(0, 6), chance.uniform(0.6, 2.2))
        draw(canvas, paths, chance.choice([0.0008, 0.0012, 0.002]))


def marks(canvas: Canvas, chance: Chance) -> None:
    """Set small signs: rows of dots, scallops, zigzags and little ladders."""
    for index, middle in enumerate(somewhere(50, chance)):
        along, across = turned(chance.choice([0, 0.25, 0.5, 0.8]) * np.pi)
        number, gap = int(chance.integers(4, 8)), chance.uniform(0.02, 0.03)
        places = middle + np.arange(number)[:, None] * gap * along
        ink = paint_of(chance) if chance.random() < 0.5 else BLACK
        if index % 4 == 0:
            dots = [arc(place, [gap * 0.34], 0, 2 * np.pi)[0] for place in places]
            canvas.fill(dots, np.repeat(ink[None], number, axis=0), 0.6)
        elif index % 4 == 1:
            bow = np.concatenate([arc(place, [gap / 2], 0, np.pi) for place in places])
            draw(canvas, bow, 0.0011, ink)
        elif index % 4 == 2:
            zigzag = places + across * gap * 0.6 * np.where(np.arange(number) % 2, 1, -1)[:, None]
            draw(canvas, straight(zigzag[:-1], zigzag[1:]), 0.0012, ink)
        else:
            draw(canvas, straight(places - across * gap, places + across * gap), 0.0012, ink)


def paint(seed: int = 8, size: int = brushes.SIZE) -> Image.Image:
    """Paint the score, `size` pixels high and and wider by 15 %."""
    chance, shape = np.random.default_rng(seed), (size, round(size * WIDTH))
    canvas = Canvas(shape, CREAM, scale=3)
    sheets(canvas, chance)
    hatches(canvas, chance)
    circles(canvas, 7, 0.15, chance)
    triangles(canvas, 22, 0.18, chance)
    checks(canvas, 16, chance)
    circles(canvas, 26, 0.065, chance)
    beams(canvas, chance)
    triangles(canvas, 30, 0.08, chance)
    circles(canvas, 26, 0.032, chance)
    marks(canvas, chance)
    colours = canvas.dry()[0]
    tooth = brushes.noise(shape, 1 / 420, chance) + brushes.noise(shape, 0.007, chance)
    mottle = brushes.noise(shape, 0.09, chance, octaves=5)
    stain = (0.012 * tooth + 0.026 * mottle)[..., None]
    return brushes.finish(colours * (1 + stain) + 0.02 * brushes.relief(tooth * 5e-4)[..., None])


if __name__ == "__main__":
    brushes.main(paint, __file__)
