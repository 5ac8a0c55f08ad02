"""An avenue after the rain, laid with the palette knife: lamplit leaves and their reflections."""

from dataclasses import dataclass

import numpy as np
from PIL import Image
from scipy import ndimage

from realstyler_styles import brushes
from realstyler_styles.brushes import Array

Chance = np.random.Generator
HORIZON = 0.56
MIDDLE = np.array([0.53, HORIZON - 0.02])
LIGHT = brushes.palette("fffdf2", "fff6d0", "ffefa8", "ffe36c", "fff2dc")
YELLOW = brushes.palette("ffd93b", "ffcb25", "ffe670", "fdbb2d", "fff0a6")
CORAL = brushes.palette("ff7f66", "ff9a76", "f9635a", "ffb69a", "ff8f4e", "f26a7e")
TURQUOISE = brushes.palette("35c9c4", "6fdcd3", "1fa9b8", "a6ece2", "2bb6d4", "58c8e6")
WHITE = brushes.palette("fbf7ee", "eef6f4", "fdeee6", "e6f3f7", "fff8e2")
DARK = brushes.palette("0f1a33", "16263f", "1c1b3a", "10303f", "2a1f3f", "0b1424")
TRUNK = brushes.palette("171326", "22182c", "0e1528", "33203a")
LAMPS = np.array(
    [(0.205, 0.300, 0.050), (0.845, 0.275, 0.055), (0.405, 0.420, 0.030), (0.665, 0.415, 0.032)]
)
"""Place and size of each lamp."""
TREES = (
    (0.075, 0.020),
    (0.305, 0.012),
    (0.745, 0.013),
    (0.945, 0.022),
    (0.420, 0.007),
    (0.64, 0.007),
)
"""Place and half width of each trunk."""


@dataclass
class Painting:
    """The colours laid so far (rows, columns, 3) and how high the paint stands, in short sides."""

    colours: Array
    height: Array

    @property
    def size(self) -> int:
        """The short side in pixels."""
        side: int = min(self.height.shape)
        return side


@dataclass(frozen=True)
class Slab:
    """One pull of the knife: where it ends up, how it lies, and with which paint."""

    middle: Array
    angle: float
    half_length: float
    half_width: float
    colour: Array
    second: Array
    thickness: float = 1.0


@dataclass(frozen=True)
class Reach:
    """What one slab covers: a part of the picture, and where its pixels lie under the knife."""

    part: tuple[slice, slice]
    along: Array
    across: Array
    """Places along and across the slab, -1 to 1 from edge to edge."""


def wander(number: int, strength: float, chance: Chance) -> Array:
    """Return the offsets of a ragged edge at `number` even places: slow waves and small nicks."""
    slow = np.interp(np.linspace(0, 4, number), np.arange(5), chance.normal(0, 1, 5))
    line: Array = strength * (slow + 0.3 * chance.normal(0, 1, number))
    return line


def under(slab: Slab, shape: tuple[int, int]) -> Reach:
    """Return what a slab covers of a picture of `shape`; nothing if it lies beyond the edges."""
    size = min(shape)
    way = np.array([np.cos(slab.angle), np.sin(slab.angle)])
    reach = np.abs(way) * slab.half_length + np.abs(way[::-1]) * slab.half_width + 0.008
    low = np.clip(np.floor((slab.middle - reach) * size), 0, shape[::-1]).astype(int)
    high = np.clip(np.ceil((slab.middle + reach) * size), low, shape[::-1]).astype(int)
    x, y = np.meshgrid(*(np.arange(a, b) + 0.5 for a, b in zip(low, high, strict=True)))
    dx, dy = x / size - slab.middle[0], y / size - slab.middle[1]
    along = (dx * way[0] + dy * way[1]) / slab.half_length
    across = (dy * way[0] - dx * way[1]) / slab.half_width
    return Reach((slice(low[1], high[1]), slice(low[0], high[0])), along, across)


def borders(slab: Slab, reach: Reach, chance: Chance) -> tuple[Array, Array, Array]:
    """Return how far each pixel lies within the long sides, the start and the end of a slab."""
    places, along, across = np.linspace(-1, 1, 17), reach.along, reach.across
    edges = [wander(17, strength, chance) for strength in (0.06, 0.06, 0.07, 0.09)]
    left = 1 + across - np.interp(along, places, edges[0])
    right = 1 - across - np.interp(along, places, edges[1])
    start = 1 + along - np.interp(across, places, edges[2])
    end = 1 - along - np.interp(across, places, edges[3])
    sides = np.minimum(left, right) * slab.half_width
    return sides, start * slab.half_length, end * slab.half_length


def streaks(reach: Reach, chance: Chance) -> Array:
    """Return the streaks of unmixed paint along a slab, about -2 to 2."""
    lanes = chance.normal(0, 1, (2, 15))
    place = np.linspace(-1.1, 1.1, 15)
    lane: Array = np.interp(reach.across, place, lanes[0])
    lane += 0.5 * np.interp(reach.across + 0.06 * reach.along, place, lanes[1])
    return lane


def worn(slab: Slab, reach: Reach, below: Array, chance: Chance) -> Array:
    """Return where the paint has run out: towards the end, it catches only on what stands high."""
    places = [np.clip(reach.across + 1, 0, 2) * 3, np.clip(reach.along + 1, 0, 2) * 6]
    thin = ndimage.map_coordinates(chance.normal(0, 1, (7, 13)), places, order=1)
    dry = brushes.smoothstep(0.25, 1.0, reach.along + 0.28 * thin - 0.15 * slab.thickness)
    gone: Array = dry * (below < np.median(below) + 0.0006)
    return gone


def press(painting: Painting, slab: Slab, chance: Chance) -> None:
    """Press one slab on: flat and streaked in the middle, with ridges where the knife left it."""
    reach = under(slab, (painting.height.shape[0], painting.height.shape[1]))
    colours, below = painting.colours[reach.part], painting.height[reach.part]
    if not below.size:
        return
    sides, start, end = borders(slab, reach, chance)
    inside = np.minimum(sides, np.minimum(start, end))
    lane = streaks(reach, chance)
    cover = brushes.smoothstep(-0.6 / painting.size, 0.6 / painting.size, inside)
    cover *= 1 - 0.85 * worn(slab, reach, below, chance)
    blend = 0.75 * brushes.smoothstep(0.2, 1.6, lane)
    paint = brushes.mix(np.broadcast_to(slab.colour, colours.shape), slab.second, blend)
    paint = paint * (1 + 0.035 * lane[..., None])
    # The edge drags some of what lies below with it.
    paint = brushes.mix(paint, colours, 0.22 * np.exp(-np.maximum(inside, 0) / 0.0025))
    # The knife leans: one of its edges leaves the higher ridge, and a lip stands where it lifts.
    ridge = np.exp(-(((sides - 0.0028) / 0.0021) ** 2)) * (0.75 + 0.45 * np.sign(reach.across))
    lip = 1.15 * np.exp(-(((end - 0.0036) / 0.0028) ** 2))
    raised = 0.0011 + 0.0032 * np.maximum(ridge, lip) + 0.00013 * lane
    painting.colours[reach.part] = brushes.mix(colours, paint, cover)
    painting.height[reach.part] += (0.35 * below + slab.thickness * raised - below) * cover


def choose(colours: Array, chance: Chance) -> Array:
    """Choose one paint, a little off."""
    one: Array = brushes.jitter(colours[chance.integers(len(colours))], 0.03, chance)
    return one


def family(place: Array, chance: Chance) -> Array:
    """Choose the paints for a place above the horizon: light in the middle, then in clouds."""
    x, y = place
    away = float(np.hypot((x - MIDDLE[0]) * 0.95, y - MIDDLE[1])) + chance.normal(0, 0.05)
    lamp = min(np.hypot(x - a, y - b) / size for a, b, size in LAMPS)
    if away < 0.10 or lamp < 1.1:
        return LIGHT
    if away < 0.19 or lamp < 1.9:
        return YELLOW if chance.random() < 0.7 else LIGHT
    swing = np.sin(5.5 * x + 1.0) + 0.8 * np.sin(7 * y - 3.2 * x) + chance.normal(0, 0.55)
    if chance.random() < 0.12:
        return WHITE
    if swing > 0.45:
        return TURQUOISE
    return CORAL if swing > -0.6 else YELLOW


def pull(
    painting: Painting,
    place: Array,
    angle: float,
    length: tuple[float, float],
    paints: Array,
    chance: Chance,
    thickness: float = 1.0,
) -> None:
    """Pull the knife once at a place; `length` is the range of lengths in short sides."""
    half = chance.uniform(*length) / 2
    width = half * chance.uniform(0.34, 0.56)
    colour, second = choose(paints, chance), choose(paints, chance)
    press(painting, Slab(place, angle, half, width, colour, second, thickness), chance)


def strip(
    painting: Painting,
    place: Array,
    angle: float,
    size: tuple[float, float],
    paints: Array,
    chance: Chance,
) -> None:
    """Lay one strip with the edge of the knife; `size` is half its length and half its width."""
    colour, second = choose(paints, chance), choose(paints, chance)
    press(painting, Slab(place, angle, *size, colour, second), chance)


def scatter(
    low: tuple[float, float], high: tuple[float, float], distance: float, chance: Chance
) -> Array:
    """Return places (number, 2) in a rectangle, spread evenly, in an order left to chance."""
    tries = int(6 * (high[0] - low[0]) * (high[1] - low[1]) / distance**2)
    return brushes.spread(chance.uniform(low, high, (tries, 2)), distance)


def leaves(
    painting: Painting, distance: float, length: tuple[float, float], chance: Chance
) -> None:
    """Lay the leaves: slabs that fan out from the light at the end of the avenue."""
    for place in scatter((-0.03, -0.03), (1.03, HORIZON), distance, chance):
        way = place - MIDDLE
        angle = float(np.arctan2(way[1], way[0])) + chance.normal(0.25 * np.sin(9 * place[0]), 0.4)
        pull(painting, place, angle, length, family(place, chance), chance)


def mirrored(place: Array, chance: Chance) -> Array | None:
    """Choose the paints of what the wet ground mirrors at a place, or nothing: it stays dark."""
    x, y = place
    glow = max(np.exp(-(((x - light) / 0.05) ** 2)) for light in (MIDDLE[0], *LAMPS[:, 0]))
    paints = family(np.array([x, HORIZON - 1.15 * (y - HORIZON)]), chance)
    trunk = min(abs(x - foot) / half for foot, half in TREES)
    if chance.random() > 0.50 + 0.45 * glow or trunk < 1.3:
        return None
    if chance.random() < 0.5 * glow:
        return LIGHT if chance.random() < 0.55 else YELLOW
    return paints


def ground(painting: Painting, chance: Chance) -> None:
    """Lay the wet ground: dark slabs all along, then what it mirrors, pulled straight down."""
    for place in scatter((-0.05, HORIZON), (1.05, 1.05), 0.036, chance):
        pull(painting, place, chance.normal(0, 0.12), (0.09, 0.16), DARK, chance, 0.7)
    for place in scatter((-0.03, HORIZON + 0.01), (1.03, 1.03), 0.031, chance):
        paints = mirrored(place, chance)
        if paints is not None:
            angle = np.pi / 2 + chance.normal(0, 0.07)
            pull(painting, place, angle, (0.06, 0.12), paints, chance, 0.85)
    for place in scatter((-0.03, HORIZON + 0.02), (1.03, 1.03), 0.092, chance):
        paints = (DARK, TURQUOISE, WHITE, CORAL)[chance.choice(4, p=(0.4, 0.25, 0.2, 0.15))]
        size = (chance.uniform(0.02, 0.045), chance.uniform(0.006, 0.012))
        strip(painting, place, chance.normal(0, 0.1), size, paints, chance)


def trees(painting: Painting, chance: Chance) -> None:
    """Lay trunks from the crowns to the ground, and boughs that fork off them."""
    for x, half in TREES:
        foot = HORIZON + 2.2 * half
        tall = 14 * half + 0.12
        for step in np.arange(0, tall, 0.042):
            place = np.array([x + chance.normal(0, 0.15 * half), foot - step])
            size = (0.036, half * (1 - 0.55 * step / tall))
            strip(painting, place, np.pi / 2 + chance.normal(0, 0.06), size, TRUNK, chance)
        for _ in range(int(120 * half) + 3):
            start = np.array([x, foot - tall * chance.uniform(0.55, 1.0)])
            angle = -np.pi / 2 + chance.choice([-1, 1]) * chance.uniform(0.35, 1.0)
            place = start + 0.05 * np.array([np.cos(angle), np.sin(angle)])
            strip(painting, place, angle, (0.05, 0.3 * half + 0.002), TRUNK, chance)


def lamps(painting: Painting, chance: Chance) -> None:
    """Lay each lamp: a post, and slabs of light that burst from it."""
    for x, y, size in LAMPS:
        post = HORIZON + 0.8 * size - y
        for step in np.arange(0.3, 1.0, 0.06 / post):
            place = np.array([x, y + step * post])
            strip(painting, place, np.pi / 2, (0.036, 0.09 * size), TRUNK, chance)
        for ring, number, paints in ((1.35, 13, YELLOW), (0.75, 8, LIGHT), (0.2, 4, LIGHT)):
            for turn in np.arange(number) / number * 2 * np.pi + chance.uniform(0, 6):
                away = ring * size * chance.uniform(0.85, 1.15)
                place = np.array([x + away * np.cos(turn), y + away * np.sin(turn)])
                angle = turn + chance.normal(0, 0.3)
                pull(painting, place, angle, (1.1 * size, 1.5 * size), paints, chance)


def paint(seed: int = 11, size: int = brushes.SIZE) -> Image.Image:
    """Paint the avenue, `size` pixels square."""
    chance, shape = np.random.default_rng(seed), (size, size)
    y = brushes.coordinates(shape)[1]
    prime = brushes.ramp(DARK[[3, 0, 4]], y + 0.08 * brushes.noise(shape, 0.2, chance))
    painting = Painting(prime, 0.0004 * brushes.noise(shape, 1 / 300, chance))
    leaves(painting, 0.046, (0.09, 0.14), chance)
    ground(painting, chance)
    leaves(painting, 0.064, (0.06, 0.10), chance)
    trees(painting, chance)
    leaves(painting, 0.095, (0.05, 0.09), chance)
    lamps(painting, chance)
    return brushes.finish(varnish(painting, chance))


def varnish(painting: Painting, chance: Chance) -> Array:
    """Let the light from the upper left catch on the paint."""
    shape = (painting.height.shape[0], painting.height.shape[1])
    tooth = brushes.noise(shape, 1 / 380, chance) + 2 * brushes.noise(shape, 0.012, chance, 2)
    light = brushes.relief(painting.height + 0.00008 * tooth, 1.6, 0.0009)
    shade = np.minimum(light, 0)
    colours = painting.colours ** (1 - 0.55 * shade)[..., None]
    gleam: Array = colours * (1 + 0.3 * shade)[..., None] + 0.17 * np.maximum(light, 0)[..., None]
    return gleam


if __name__ == "__main__":
    brushes.main(paint, __file__)
