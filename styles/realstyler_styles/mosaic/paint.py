"""A rose window in stained glass: relaxed cells that follow the petals, dark leading, lit glass."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from realstyler_styles import brushes
from realstyler_styles.brushes import Array, Integers

GLASS = {
    "core": brushes.palette("fff0b0", "ffd75e", "ffb52e"),
    "inner petal": brushes.palette("d8122f", "f0283c", "b00c34", "ff6a3a"),
    "inner ground": brushes.palette("0c4fc4", "1a79e0", "0a2f96", "14b4cc"),
    "band": brushes.palette("ffc93c", "ff9d1c", "ffe48a", "f4791f"),
    "outer petal": brushes.palette("6a28b8", "8f3fd8", "c22a8c", "4a1c96"),
    "heart": brushes.palette("ff7a5c", "ffd98a", "f2425a"),
    "outer ground": brushes.palette("0fa3a0", "16c2a0", "0a7f8c", "ffd08a", "fff0d2", "f29a8c"),
    "rim": brushes.palette("12944a", "2fc05a", "0b6e44", "a8d84a"),
    "field": brushes.palette("0b2fa0", "123fc8", "071d70", "2360e6", "ffe2b0", "f7b052", "f4a3a0"),
    "corner": brushes.palette("e0202c", "ff8a1e", "b00f3c", "ffcf5a"),
}
NAMES = list(GLASS)
RINGS = (0.055, 0.235, 0.28, 0.45, 0.487)
PETALS = ((8, 0.062, 0.226, 0.052), (12, 0.298, 0.44, 0.06))
HEARTS = (12, 0.322, 0.422, 0.026)
CORNERS = [(x, y, 0.125) for x in (0.03, 0.97) for y in (0.03, 0.97)]
Petals = tuple[int, float, float, float]


def petal_width(along: Array, half_width: float) -> Array:
    """Half the width of a petal at a place 0..1 along it: a drop, fullest past its middle."""
    drop: Array = half_width * np.sin(np.pi * np.clip(along, 0, 1) ** 1.25) ** 0.8
    return drop


def inside_petals(radius: Array, angle: Array, petals: Petals) -> NDArray[np.bool_]:
    """Say which places, given around the centre, lie inside a wreath of petals."""
    number, start, end, half_width = petals
    turn = 2 * np.pi / number
    off = (angle + turn / 2) % turn - turn / 2
    along = (radius * np.cos(off) - start) / (end - start)
    inside: NDArray[np.bool_] = np.abs(radius * np.sin(off)) < petal_width(along, half_width)
    inside &= (along > 0) & (along < 1)
    return inside


def petal_outlines(petals: Petals) -> list[Array]:
    """Return the outline of each petal of a wreath, as points (number, 2) around the centre."""
    number, start, end, half_width = petals
    along = np.linspace(0, 1, 200)
    side = petal_width(along, half_width)
    out, across = np.r_[along, along[::-1]], np.r_[side, -side[::-1]]
    outline = (start + out * (end - start) + 1j * across)[:, None]
    turned = outline * np.exp(2j * np.pi * np.arange(number) / number)
    return [np.column_stack([one.real, one.imag]) for one in turned.T]


def outlines() -> list[Array]:
    """Return every line of the design, in order of importance, in picture coordinates."""
    around = np.linspace(0, 2 * np.pi, 400)
    circle = np.column_stack([np.cos(around), np.sin(around)])
    wreaths = [line for petals in (*PETALS, HEARTS) for line in petal_outlines(petals)]
    rings = [circle * radius for radius in RINGS]
    corners = [circle * r + (x, y) for x, y, full in CORNERS for r in (full, full / 2)]
    return [line + 0.5 for line in (*rings, *wreaths)] + corners


def hug(line: Array, spacing: float) -> Array:
    """Set points in pairs on both sides of a line: the border between a pair follows the line."""
    steps = np.r_[0, np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))]
    stations = np.linspace(0, steps[-1], max(6, round(steps[-1] / spacing)), endpoint=False)
    x, y = (np.interp(stations, steps, axis) for axis in line.T)
    slope_x, slope_y = (np.interp(stations, steps, np.gradient(axis)) for axis in line.T)
    normal = np.column_stack([-slope_y, slope_x])
    normal *= 0.36 * spacing / np.linalg.norm(normal, axis=1, keepdims=True)
    middle = np.column_stack([x, y])
    return np.stack([middle + normal, middle - normal], axis=1).reshape(-1, 2)


def pieces(generator: np.random.Generator) -> Array:
    """Return the middle of each piece of glass: rows along the design, loose cells between."""
    centres = np.array([(0.5, 0.5), *((x, y) for x, y, _ in CORNERS)])
    hugging = [hug(line, 0.027) for line in outlines()]
    rows = brushes.spread(np.concatenate([centres, *hugging]), 0.0145)
    loose = generator.random((6000, 2))
    radius = np.linalg.norm(loose - 0.5, axis=1)
    # The centres keep more room, so that each stays one round piece.
    room = np.r_[np.full(len(centres), 0.03), np.full(len(rows) - len(centres), 0.0205)]
    apart = np.r_[room, 0.021 + 0.026 * brushes.smoothstep(0.3, 0.7, radius)]
    both = brushes.spread(np.concatenate([rows, loose]), apart)
    free = both[np.isin(both[:, 0], loose[:, 0])]
    return brushes.relax(rows, free, (1.0, 1.0))


def regions(points: Array) -> Integers:
    """Return which part of the design (an index into NAMES) each point belongs to."""
    x, y = (points - 0.5).T
    radius, angle = np.hypot(x, y), np.arctan2(y, x)
    corner = np.any([np.hypot(*(points - (a, b)).T) < r for a, b, r in CORNERS], axis=0)
    inner, outer = (inside_petals(radius, angle, petals) for petals in PETALS)
    tests = {
        "core": radius < RINGS[0],
        "inner petal": inner & (radius < RINGS[1]),
        "inner ground": radius < RINGS[1],
        "band": radius < RINGS[2],
        "heart": inside_petals(radius, angle, HEARTS),
        "outer petal": outer & (radius < RINGS[3]),
        "outer ground": radius < RINGS[3],
        "rim": radius < RINGS[4],
        "corner": corner,
    }
    indices = [NAMES.index(name) for name in tests]
    return np.select(list(tests.values()), indices, default=NAMES.index("field"))


def tints(region: Integers, generator: np.random.Generator) -> Array:
    """Choose a colour of glass for each piece from the palette of its part of the design."""
    chosen = [GLASS[NAMES[int(part)]] for part in region]
    picks = [colours[generator.integers(len(colours))] for colours in chosen]
    return brushes.jitter(picks, 0.045, generator)


def thickness(cell: Integers, border: Array, count: int, generator: np.random.Generator) -> Array:
    """Return how much glass the light passes at each pixel: about 1, more near the leading."""
    shape = (cell.shape[0], cell.shape[1])
    x, y = brushes.coordinates(shape)
    turn = generator.uniform(0, np.pi, count)[cell]
    streaks = brushes.noise((512, 512), (0.012, 0.12), generator, octaves=2)
    along, across = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
    streak = ndimage.map_coordinates(streaks, [across * 512, along * 512], order=1, mode="wrap")
    cloud = brushes.noise(shape, 0.05, generator, octaves=4)
    edge = 1 - brushes.smoothstep(0, 0.011, border)
    whole = generator.normal(0, 0.16, count)[cell]
    shade = 0.22 * brushes.noise(shape, 0.6, generator) + 0.25 * (x + y - 1)
    depth: Array = 0.88 + whole + shade + 0.22 * streak + 0.15 * cloud + 0.75 * edge
    return depth


def paint(seed: int = 7, size: int = brushes.SIZE) -> Image.Image:
    """Paint the window, `size` pixels square."""
    generator, shape = np.random.default_rng(seed), (size, size)
    points = pieces(generator)
    region = regions(points)
    cell, beyond, border = brushes.voronoi(points, shape)
    depth = thickness(cell, border, len(points), generator)
    # Light is lost exponentially in glass (Beer-Lambert): thicker glass is deeper in colour.
    glass = tints(region, generator)[cell] ** np.clip(depth, 0.3, 2.6)[..., None]
    # A window hangs high: what light falls on its inside comes from the floor, lower right.
    glass += 0.10 * brushes.relief(depth * 0.006, -2.0)[..., None]
    half_width = np.where(region[cell] == region[beyond], 0.0023, 0.0042)
    half_width = half_width * (1 + 0.12 * brushes.noise(shape, 0.03, generator))
    dome = np.sqrt(np.clip(1 - (border / half_width) ** 2, 0, 1)) * half_width
    dome += 0.0002 * brushes.noise(shape, 0.004, generator)
    shine = brushes.relief(dome, -1.1)
    lead = np.array([0.085, 0.09, 0.105]) + 0.2 * np.clip(shine, -0.25, 1)[..., None]
    cover = brushes.smoothstep(0.5 / size, -0.5 / size, border - half_width)
    return brushes.finish(brushes.mix(glass, lead, cover))


if __name__ == "__main__":
    brushes.main(paint, __file__)
