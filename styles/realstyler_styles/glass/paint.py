"""A window of pale glass: a morning sun over water, with poppies and lily pads in front."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from realstyler_styles import brushes
from realstyler_styles.brushes import Array

Labels = NDArray[np.intp]
Inside = NDArray[np.bool_]
Cells = NDArray[np.floating[Any]]
KINDS = ("sun", "sky", "far hill", "near hill", "water", "pad", "leaf", "petal", "lily", "heart")
GLASS = {
    "sun": brushes.palette("fff6d2", "ffefb4", "fde9a0", "ffdf86", "fff3dc"),
    "far hill": brushes.palette("e2d8ec", "d3cbe6", "eadcea", "cfd6ea", "b9a9d9"),
    "near hill": brushes.palette("d9ebcb", "c8e4c8", "e5f0d1", "d2e2b2", "a3d1aa"),
    "water": brushes.palette("cfe6f2", "bddcee", "d9efe9", "c2e5df", "e8f3f0", "79bfdc"),
    "pad": brushes.palette("cbe7be", "b6deb2", "dbeec8", "98d0a6", "6fba94"),
    "leaf": brushes.palette("b4dcae", "93cfa2", "cfe7b4", "63b585", "e4f0c8"),
    "petal": brushes.palette("f7b7ae", "f28d84", "ee6a5e", "fbd0c4", "f6a07c"),
    "lily": brushes.palette("fbdde4", "fff1f0", "f6c3d2", "fde7e6", "ee9db8"),
    "heart": brushes.palette("f5b52e", "e89a1c", "7b4a8c"),
}
SKY = brushes.palette(
    "fff3cf", "fdeebc", "fbe3c0", "f9d8cc", "f6d3d8", "e6dcea", "d0e2f2", "bcd9f0", "c9e4ee"
)
STRAYS = brushes.palette("fffaf0", "f7edd8", "f3e2b4", "f2c6cc", "d8ebd4", "6fb3e0", "f0c24a")
SUN, RADIUS = (0.63, 0.30), 0.105
HALF_LEAD = 0.00185
SMALLEST = 0.00065
"""The least area of a pane, in square short sides: what is smaller goes to its neighbours."""
POPPIES = (
    (0.155, 0.600, 0.105),
    (0.335, 0.725, 0.085),
    (0.070, 0.800, 0.085),
    (0.885, 0.640, 0.095),
    (0.945, 0.850, 0.085),
    (0.100, 0.075, 0.095),
    (0.285, 0.115, 0.070),
)
"""Middle and radius of each poppy."""
PADS = ((0.56, 0.76, 0.13), (0.74, 0.90, 0.14), (0.47, 0.93, 0.12), (0.24, 0.93, 0.12))
LILIES = ((0.60, 0.735, 0.075), (0.435, 0.895, 0.075), (0.775, 0.875, 0.07))
LEAVES = (
    ((0.155, 0.60), (0.10, 0.92), 0.026),
    ((0.335, 0.725), (0.27, 1.03), 0.024),
    ((0.885, 0.64), (0.85, 1.03), 0.026),
    ((0.22, 0.80), (0.14, 1.02), 0.034),
    ((0.02, 0.62), (0.03, 1.02), 0.034),
    ((0.97, 0.66), (0.90, 1.02), 0.034),
    ((0.00, 0.22), (0.20, 0.10), 0.030),
    ((0.10, 0.16), (0.13, 0.33), 0.032),
    ((0.15, 0.02), (0.42, 0.01), 0.030),
    ((0.27, 0.10), (0.33, 0.27), 0.030),
    ((0.33, 0.10), (0.47, 0.13), 0.028),
)
"""Both ends of each leaf, and half its width."""


class Design:
    """The panes of the window: what each pixel belongs to, and the pane within it."""

    def __init__(self, shape: tuple[int, int], chance: np.random.Generator) -> None:
        """Begin with an empty window; a slow wave bends all that is laid."""
        x, y = brushes.coordinates(shape)
        self.x = x + 0.0045 * brushes.noise(shape, 0.25, chance)
        self.y = y + 0.0045 * brushes.noise(shape, 0.25, chance)
        self.chance = chance
        self.kind = np.zeros(shape, dtype=np.intp)
        self.pane = np.zeros(shape, dtype=np.intp)
        self.number = 0

    def lay(self, name: str, inside: Inside, row: Cells, column: Cells) -> None:
        """Lay a part over what is there: its panes are the cells of rows and columns."""
        self.number += 1
        cell = self.number * 10**8 + (row.astype(np.intp) + 500) * 10**4 + column.astype(np.intp)
        self.kind[inside] = KINDS.index(name)
        self.pane[inside] = cell[inside]

    def bricks(self, name: str, inside: Inside, across: Array, along: Array) -> None:
        """Lay courses of panes: whole numbers of `across` part the courses, each cut by chance."""
        row = np.floor(across).astype(int)
        offset = self.chance.uniform(0, 1, 64)[row % 64]
        length = self.chance.uniform(0.75, 1.35, 64)[row % 64]
        slant = self.chance.uniform(-0.3, 0.3, 64)[row % 64] * (across - row)
        column = np.floor(along * length + offset + slant) + 500
        self.lay(name, inside, row.astype(np.float64), column)


def landscape(design: Design) -> None:
    """Lay the sky in rings round the sun, two chains of hills and the water."""
    x, y = design.x, design.y
    dx, dy = x - SUN[0], y - SUN[1]
    radius, angle = np.hypot(dx, dy), np.arctan2(dy, dx)
    everywhere = np.ones(x.shape, dtype=bool)
    ring = (radius - RADIUS) / 0.056
    row = np.floor(ring)
    turned = (angle + 2.4 * row) % (2 * np.pi)
    along = turned * (RADIUS + (row + 0.5) * 0.056) / 0.07
    design.bricks("sky", everywhere, ring, along)
    turn = np.floor((angle + np.pi) / (2 * np.pi) * 7 + 0.3) % 7
    core = radius < 0.036
    design.lay("sun", radius < RADIUS, (~core) * 1.0, np.where(core, 0.0, turn))
    far = 0.50 - 0.055 * np.sin(5.2 * x + 0.6) - 0.02 * np.sin(13 * x)
    near = 0.565 - 0.035 * np.sin(6.5 * x + 3.4) + 0.012 * np.sin(17 * x)
    shore = 0.635 + 0.008 * np.sin(9 * x)
    design.bricks("far hill", y > far, (y - far) / 0.052, x / 0.068)
    design.bricks("near hill", y > near, (y - near) / 0.05 + 20, x / 0.075 + (y - near) * 8)
    wave = 0.008 * np.sin(19 * x + 14 * y) + 0.006 * np.sin(37 * x - 20 * y)
    design.bricks("water", y > shore, (y - shore + wave) / 0.046 + 40, x / 0.092)


def leaf(design: Design, start: tuple[float, float], end: tuple[float, float], half: float) -> None:
    """Lay a leaf: a bent lens in two halves along its rib, each cut across."""
    first, way = np.array(start), np.array(end) - np.array(start)
    long = float(np.hypot(*way))
    way /= long
    along = ((design.x - first[0]) * way[0] + (design.y - first[1]) * way[1]) / long
    across = (design.y - first[1]) * way[0] - (design.x - first[0]) * way[1]
    inside = (along > 0) & (along < 1)
    swell = np.sin(np.pi * np.clip(along, 0, 1) ** 0.8) ** 0.7
    across = across + 0.16 * long * (along - along**2)
    side = (across > 0) * 1.0
    cuts = max(1, round(long / 0.075))
    place = along * cuts - np.abs(across) / 0.06
    design.lay("leaf", inside & (np.abs(across) < half * swell), side, np.floor(place) + 5)


def flower(
    design: Design, name: str, middle: tuple[float, float], size: float, petals: int
) -> None:
    """Lay a flower: petals round a heart, the outer ones cut once more."""
    dx, dy = design.x - middle[0], design.y - middle[1]
    radius = np.hypot(dx, dy) / size
    turn = (np.arctan2(dy, dx) / (2 * np.pi) * petals + design.chance.uniform(0, 1)) % petals
    within = turn - np.floor(turn)
    edge = 0.74 + 0.26 * np.sin(np.pi * within) ** 0.6
    ring = np.where(radius > 0.62 - 0.10 * np.sin(np.pi * within), 2.0, 1.0)
    shifted = np.where(ring == 1, np.floor((turn + 0.5) % petals), np.floor(turn))
    design.lay(name, radius < edge, ring, shifted)
    design.lay("heart", radius < 0.24, ring * 0, ring * 0)


def lily(design: Design, middle: tuple[float, float], size: float) -> None:
    """Lay a water lily seen from the side: pointed petals that open like a fan."""
    dx, dy = design.x - middle[0], design.y - middle[1] - 0.4 * size
    radius, angle = np.hypot(dx, dy) / size, np.arctan2(-dy, dx)
    turn = angle / np.pi * 5
    within = turn - np.floor(turn)
    edge = 0.95 + 0.5 * (1 - np.abs(2 * within - 1)) ** 0.8
    inside = (angle > 0) & (radius < edge * (0.8 + 0.2 * np.sin(angle)))
    design.lay("lily", inside, (radius > 0.72) * 1.0, np.floor(turn))
    design.lay("heart", inside & (radius < 0.33), radius * 0, radius * 0)


def pad(design: Design, middle: tuple[float, float], size: float) -> None:
    """Lay a lily pad: a flat ellipse cut from its middle like a cake, with one piece missing."""
    dx, dy = (design.x - middle[0]) / size, (design.y - middle[1]) / (0.42 * size)
    radius, angle = np.hypot(dx, dy), np.arctan2(dy, dx)
    turn = np.floor((angle / (2 * np.pi) + 0.5) * 7 + 0.2) % 7
    design.lay("pad", (radius < 1) & (turn != 3), radius * 0, turn)


def garden(design: Design) -> None:
    """Lay what stands in front: pads, leaves and flowers."""
    for x, y, size in PADS:
        pad(design, (x, y), size)
    for x, y, size in LILIES:
        lily(design, (x, y), size)
    for start, end, half in LEAVES:
        leaf(design, start, end, half)
    for index, (x, y, size) in enumerate(POPPIES):
        flower(design, "petal", (x, y), size, 5 + index % 2)


def cut(pane: Labels) -> tuple[Labels, Array]:
    """Give each pane its number and each pixel its way to the lead, in pixels.

    Slivers, which no glazier could cut, are shared out among the panes around them.
    """
    inner = np.ones(pane.shape, dtype=bool)
    for axis in (0, 1):
        same = np.diff(pane, axis=axis) == 0
        pad_by = [(0, 0), (0, 0)]
        pad_by[axis] = (0, 1)
        inner &= np.pad(same, pad_by, constant_values=True)
    pieces, number = ndimage.label(inner)
    area = np.bincount(pieces.ravel(), minlength=number + 1) / min(pane.shape) ** 2
    depth = ndimage.distance_transform_edt(inner)
    widest = ndimage.maximum(depth, pieces, np.arange(number + 1)) / min(pane.shape)
    kept = (area > SMALLEST) & (np.asarray(widest) > 0.008)
    kept[0] = False
    nearest = ndimage.distance_transform_edt(
        ~kept[pieces], return_distances=False, return_indices=True
    )
    whole = np.unique(pieces[tuple(nearest)], return_inverse=True)[1].reshape(pane.shape)
    border = np.zeros(pane.shape, dtype=bool)
    border[:-1] |= whole[:-1] != whole[1:]
    border[:, :-1] |= whole[:, :-1] != whole[:, 1:]
    away: Array = ndimage.distance_transform_edt(~border)
    return whole.astype(np.intp), away


def tints(kinds: Labels, middles: Array, luck: Array) -> Array:
    """Choose a colour of glass for each pane (number, 3): the sky's by its way from the sun."""
    away = np.hypot(*(middles - SUN).T) + 0.15 * (luck[:, 0] - 0.5)
    colours = brushes.ramp(SKY, np.clip((away - RADIUS) / 0.62, 0, 1))
    glow = np.exp(-(((middles[:, 0] - SUN[0]) / 0.13) ** 2))
    for index, kind in enumerate(kinds):
        name = KINDS[kind]
        choices = GLASS.get(name)
        if name == "water" and luck[index, 1] < 0.7 * glow[index]:
            choices = SKY[:5]
        elif name in {"sky", "water", "far hill"} and luck[index, 2] < 0.13:
            choices = STRAYS
        if choices is not None:
            colours[index] = choices[int(luck[index, 3] * len(choices))]
    return np.clip(colours + 0.08 * (luck[:, 4:5] - 0.5) + 0.04 * (luck[:, 5:8] - 0.5), 0, 1)


def streaks(pane: Labels, luck: Array, chance: np.random.Generator) -> Array:
    """Return how milky the glass is at each pixel, in streaks that each pane turns its own way."""
    shape = (pane.shape[0], pane.shape[1])
    x, y = brushes.coordinates(shape)
    turn = (np.pi * luck[:, 8])[pane]
    field = brushes.noise((640, 640), (0.013, 0.09), chance, octaves=3)
    bend = 0.012 * brushes.noise(shape, 0.06, chance)
    along, across = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn) + bend
    milk: Array = ndimage.map_coordinates(field, [across * 640, along * 640], order=1, mode="wrap")
    return milk


def glaze(
    pane: Labels, border: Array, glass: Array, luck: Array, chance: np.random.Generator
) -> Array:
    """Let light through the panes and set the lead between them."""
    size, shape = min(pane.shape), (pane.shape[0], pane.shape[1])
    milk = streaks(pane, luck, chance)
    cloud = brushes.noise(shape, 0.04, chance, octaves=4)
    edge = np.exp(-border / 0.0055)
    whole = (0.75 * (luck[:, 9] - 0.5))[pane]
    depth = 1.12 + whole + 0.30 * milk + 0.16 * cloud + 1.1 * edge
    # Light is lost exponentially in glass (Beer-Lambert): thicker glass is deeper in colour.
    colours = glass[pane] ** np.clip(depth, 0.3, 3.4)[..., None]
    colours += 0.075 * brushes.relief(depth * 0.0045, 1.6)[..., None]
    half = HALF_LEAD * (1 + 0.1 * brushes.noise(shape, 0.03, chance))
    dome = np.sqrt(np.clip(1 - (border / half) ** 2, 0, 1)) * half
    shine = brushes.relief(dome, 1.0)
    lead = np.array([0.11, 0.105, 0.125]) + 0.13 * np.clip(shine, -0.4, 1)[..., None]
    cover = brushes.smoothstep(0.6 / size, -0.6 / size, border - half)
    return brushes.mix(colours, lead, cover)


def paint(seed: int = 5, size: int = brushes.SIZE) -> Image.Image:
    """Paint the window, `size` pixels square."""
    chance = np.random.default_rng(seed)
    design = Design((2 * size, 2 * size), chance)
    landscape(design)
    garden(design)
    whole, away = cut(design.pane)
    panes = np.arange(int(whole.max()) + 1)
    kinds = np.asarray(ndimage.median(design.kind, whole, panes)).astype(np.intp)
    middles = np.array(ndimage.center_of_mass(np.ones_like(whole), whole, panes))
    middles = (middles[:, ::-1] + 0.5) / (2 * size)
    # What chance gives a pane goes by its place in the design, so that it is alike at every size.
    cells = np.asarray(ndimage.median(design.pane, whole, panes)).astype(np.intp)
    luck = chance.random((4093, 10))[cells % 4093]
    border = ndimage.gaussian_filter(away, 0.9).reshape(size, 2, size, 2).mean(axis=(1, 3))
    glass = tints(kinds, middles, luck)
    return brushes.finish(glaze(whole[::2, ::2], border / (2 * size), glass, luck, chance))


if __name__ == "__main__":
    brushes.main(paint, __file__)
