"""A linocut of a tree in blossom with two birds: thick black contours and four bright inks."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from PIL import Image
from scipy import ndimage

from realstyler_styles import brushes
from realstyler_styles.brushes import Array, Canvas

Chance = np.random.Generator
PAPER = brushes.palette("fbf8f0")[0]
BLACK = brushes.palette("14120f")[0]
RED, YELLOW, BLUE, GREEN = brushes.palette("e8432e", "fbc31e", "1f9fc4", "4fae5b")
INKS = np.stack([RED, YELLOW, BLUE, GREEN])
LEAVES = (GREEN, BLUE, GREEN, YELLOW)
BLOSSOM = 0.062
BLOSSOMS = np.array([(RED, YELLOW), (YELLOW, RED), (RED, BLUE), (BLUE, YELLOW)])
"""How far a flower of the tree reaches; the inks of petals and heart."""
CONTOUR = 0.0042
"""Half the width of a contour."""
SUN = np.array([0.855, 0.135])
BOUGHS = (
    (0.740, -0.16, 0.9, -1.0, 0.43),
    (0.665, -0.35, -1.5, 9.0, 0.46),
    (0.585, -0.62, 2.2, -14.0, 0.40),
    (0.510, -0.72, -2.2, 13.0, 0.40),
    (0.440, -1.00, 1.4, -12.0, 0.36),
    (0.390, -1.30, -1.6, 20.0, 0.34),
)
"""Height, bearing, bend, curl and length of each bough on the right; the left has them mirrored."""


def loop(corners: ArrayLike, softness: float = 3.0) -> Array:
    """Return a smooth closed outline (160, 2) past corners (number, 2)."""
    closed = np.asarray(corners, dtype=np.float64)
    closed = np.vstack([closed, closed[:1]])
    steps = np.r_[0, np.cumsum(np.linalg.norm(np.diff(closed, axis=0), axis=1))]
    places = np.linspace(0, steps[-1], 160, endpoint=False)
    even = np.column_stack([np.interp(places, steps, axis) for axis in closed.T])
    outline: Array = ndimage.gaussian_filter1d(even, softness, axis=0, mode="wrap")
    return outline


def placed(outline: Array, middle: Array, size: float, angle: float = 0) -> Array:
    """Return an outline drawn round (0, 0) at its place, turned by an angle."""
    cos, sin = np.cos(angle), np.sin(angle)
    spot: Array = outline * size @ np.array([[cos, sin], [-sin, cos]]) + middle
    return spot


def petal(slim: float, blunt: float = 1.0) -> Array:
    """Return a leaf or petal (number, 2) from (0, 0) to (1, 0), `slim` times as wide as long."""
    along = np.linspace(0, 1, 60)
    side = slim / 2 * np.sin(np.pi * along**blunt) ** 0.85
    return np.column_stack([np.r_[along, along[::-1]], np.r_[side, -side[::-1]]])


def ring(radius: float = 1) -> Array:
    """Return a circle (72, 2) round (0, 0)."""
    angle = np.linspace(0, 2 * np.pi, 72, endpoint=False)
    return radius * np.column_stack([np.cos(angle), np.sin(angle)])


class Block:
    """The sheet as it is printed: colours first by shape, contours on top, gouges last."""

    def __init__(self, shape: tuple[int, int], chance: Chance) -> None:
        """Take a clean sheet of paper."""
        self.canvas = Canvas(shape, PAPER, scale=3)
        self.chance = chance
        self.taken: list[tuple[Array, float]] = []

    def line(self, path: Array, half_width: ArrayLike, ink: Array = BLACK) -> None:
        """Cut one line along a path (number, 2), as unsteady as a hand."""
        number = len(path)
        waver = np.interp(np.linspace(0, 9, number), np.arange(10), self.chance.normal(0, 0.14, 10))
        width = np.broadcast_to(half_width, (number,)) * (1 + waver)
        self.canvas.fill(brushes.ribbons(path[None], width), ink[None], 0.6)

    def contour(self, outline: Array, half_width: float = CONTOUR) -> None:
        """Draw a thick black line round an outline."""
        self.line(np.vstack([outline, outline[:1]]), half_width)

    def shape(
        self, outline: Array, ink: Array, half_width: float = CONTOUR, margin: float = 0.008
    ) -> None:
        """Print one shape: a white rim, the ink a little out of register, the black contour."""
        middle = outline.mean(axis=0)
        reach = np.linalg.norm(outline - middle, axis=1).mean()
        rim = middle + (outline - middle) * (1 + margin / reach)
        shift = self.chance.normal(0, 0.0013, 2)
        self.canvas.fill([rim, outline + shift], np.stack([PAPER, ink]), 0.5)
        self.contour(outline, half_width)

    def gouge(
        self, start: Array, end: Array, half_width: float = 0.003, ink: Array = PAPER
    ) -> None:
        """Carve one mark from a blunt start to a thin end."""
        along = np.linspace(0, 1, 14)
        bend = self.chance.normal(0, 0.05) * np.sin(np.pi * along)
        way = end - start
        path = start + along[:, None] * way + bend[:, None] * np.array([-way[1], way[0]])
        profile = np.sin(np.pi * along**0.55) ** 0.7
        self.canvas.fill(brushes.ribbons(path[None], half_width * profile), ink[None], 0.4)

    def take(self, middle: Array, radius: float) -> None:
        """Note that a place is taken."""
        self.taken.append((middle, radius))

    def is_free(self, middle: Array, radius: float) -> bool:
        """Tell whether nothing has been set there yet."""
        return all(np.hypot(*(middle - other)) > radius + reach for other, reach in self.taken)


def leaf(block: Block, start: Array, angle: float, size: float, ink: Array) -> None:
    """Print a leaf with its rib, and carve its veins."""
    block.shape(placed(petal(0.5), start, size, angle), ink, margin=0.005)
    way = np.array([np.cos(angle), np.sin(angle)])
    rib = start + np.linspace(0.0, 0.8, 20)[:, None] * size * way
    block.line(rib, CONTOUR * np.linspace(0.75, 0.3, 20))
    for place in np.linspace(0.22, 0.68, 3):
        for side in (-1, 1):
            root = start + place * size * way
            vein = angle + side * 0.75
            tip = root + 0.2 * size * np.array([np.cos(vein), np.sin(vein)])
            block.gouge(root + 0.28 * (tip - root), tip, 0.0024)


def flower(block: Block, middle: Array, size: float, petals: int, inks: Array) -> None:
    """Print a flower: petals round a heart, two gouges along each petal."""
    turn = block.chance.uniform(0, 2 * np.pi)
    angles = turn + np.arange(petals) / petals * 2 * np.pi
    ways = np.column_stack([np.cos(angles), np.sin(angles)])
    one = petal(4.6 / petals, 1.5)
    rims = [
        placed(one, middle + 0.1 * size * way, size + 0.009, angle)
        for way, angle in zip(ways, angles, strict=True)
    ]
    block.canvas.fill(rims, np.repeat(PAPER[None], petals, axis=0), 0.4)
    for way, angle in zip(ways, angles, strict=True):
        outline = placed(one, middle + 0.1 * size * way, 0.92 * size, angle)
        block.shape(outline, inks[0], 0.0037, 0)
        for side in (-0.16, 0.16):
            bearing = np.array([np.cos(angle + side), np.sin(angle + side)])
            block.gouge(middle + 0.8 * size * bearing, middle + 0.42 * size * bearing, 0.0027)
    block.shape(placed(ring(0.34), middle, size), inks[1], 0.0037, 0)
    if size > 0.05:
        for angle in turn + np.arange(7) / 7 * 2 * np.pi:
            dot = middle + 0.2 * size * np.array([np.cos(angle), np.sin(angle)])
            block.canvas.fill([placed(ring(0.0028), dot, 1)], BLACK[None], 0.6)
    block.take(middle, size)


def fruit(block: Block, middle: Array, size: float, ink: Array) -> None:
    """Print a round fruit with a few gouges where the light falls."""
    block.shape(placed(ring(), middle, size), ink)
    for angle in (-2.9, -2.4, -1.9):
        way = np.array([np.cos(angle), np.sin(angle)])
        side = np.array([-way[1], way[0]])
        block.gouge(
            middle + size * (0.6 * way - 0.2 * side),
            middle + size * (0.6 * way + 0.2 * side),
            0.0022,
        )
    block.take(middle, size)


def sun(block: Block) -> None:
    """Print the sun: rays by turns long and short round two rings."""
    for turn in range(20):
        angle = turn / 20 * 2 * np.pi + 0.1
        way = np.array([np.cos(angle), np.sin(angle)])
        long, ink = (0.085, RED) if turn % 2 else (0.065, YELLOW)
        block.shape(placed(petal(0.32, 0.55), SUN + 0.095 * way, long, angle), ink, 0.0034)
    block.shape(placed(ring(0.088), SUN, 1), YELLOW, 0.0048)
    for turn in range(22):
        angle = turn / 22 * 2 * np.pi
        way = np.array([np.cos(angle), np.sin(angle)])
        block.gouge(SUN + 0.078 * way, SUN + 0.055 * way, 0.0028)
    block.shape(placed(ring(0.046), SUN, 1), RED, 0.004)
    swirl = np.linspace(0, 4.5 * np.pi, 90)
    spiral = SUN + (0.036 * swirl / swirl[-1])[:, None] * np.column_stack(
        [np.cos(swirl), np.sin(swirl)]
    )
    block.line(spiral[8:], 0.0022, PAPER)
    block.take(SUN, 0.185)


def hills(block: Block) -> None:
    """Print three hills, each carved in rows."""
    across = np.linspace(-0.06, 1.06, 120)
    ridges = (
        (0.800 - 0.035 * np.sin(4.4 * across + 0.3), BLUE),
        (0.855 + 0.030 * np.sin(5.2 * across + 0.2), GREEN),
        (0.925 - 0.022 * np.sin(6.0 * across + 1.4), YELLOW),
    )
    for index, (ridge, ink) in enumerate(ridges):
        crest = np.column_stack([across, ridge])
        block.canvas.fill([np.vstack([crest, [(1.06, 1.1), (-0.06, 1.1)]])], ink[None], 0.5)
        furrows(block, crest, index)
        block.line(crest, 0.0052)


def furrows(block: Block, crest: Array, index: int) -> None:
    """Carve a hill in rows along its crest (number, 2): ripples, grass or seeds."""
    for row in range(1, 9):
        for place in np.arange(-0.03 + 0.012 * (row % 2), 1.03, 0.026):
            here, there = np.interp([place, place + 0.02], *crest.T)
            start = np.array([place, here + 0.0215 * row]) + block.chance.normal(0, 0.0012, 2)
            lean = ((0.017, 0.85 * (there - here)), (0.004, -0.017), (0.012, 0.010))[index]
            block.gouge(start, start + lean, 0.0034, BLACK if index == 2 and row % 2 else PAPER)


def bough(
    height: float, bearing: float, bend: float, curl: float, long: float, right: bool
) -> Array:
    """Return the path (80, 2) of a bough from the trunk: it bends, then curls in at its end."""
    along = np.linspace(0, long, 80)
    angle = bearing + bend * along + curl * np.maximum(along - 0.45 * long, 0) ** 2 * 4
    way = np.stack([np.cos(angle), np.sin(angle)], axis=-1) * (1 if right else -1, 1)
    path: Array = np.array([0.5, height]) + np.cumsum(way, axis=0) * long / 80
    return path


def pruned(block: Block, path: Array) -> Array:
    """Shorten a bough until its end has room for a flower, and take that room."""
    while len(path) > 28 and not block.is_free(path[-1], BLOSSOM - 0.004):
        path = path[:-2]
    block.take(path[-1], BLOSSOM)
    return path


def tree(block: Block) -> None:
    """Print the tree: a carved trunk, boughs that curl, leaves along them, blossom at the ends."""
    whole = [bough(*facts, right) for facts in BOUGHS for right in (True, False)]
    paths = [pruned(block, path) for path in whole]
    for path in paths:
        block.line(path, np.linspace(0.0125, 0.006, len(path)))
    height = np.linspace(0.90, 0.30, 60)
    sway = 0.5 + 0.008 * np.sin(height * 17)
    foot = np.clip((height - 0.83) / 0.07, 0, 1) ** 2
    girth = 0.011 + 0.022 * ((height - 0.3) / 0.6) + 0.03 * foot
    trunk = np.column_stack([sway, height])
    block.line(trunk, girth)
    for place, half in zip(trunk[::3], girth[::3], strict=True):
        block.take(place, half)
    for lane in (-0.55, 0.0, 0.55):
        for place in np.arange(0.37, 0.88, 0.052) + block.chance.uniform(0, 0.03):
            x = np.interp(-place, -height, sway + lane * girth)
            block.gouge(np.array([x, place]), np.array([x, place + 0.04]), 0.0026)
    for number, path in enumerate(paths):
        foliage(block, path, number)
    for path in paths:
        for place in path[10::8]:
            block.take(place, 0.007)


def foliage(block: Block, path: Array, number: int) -> None:
    """Set leaves on both sides of a bough, and a flower at its end."""
    for step, index in enumerate(range(15, len(path) - 8, 8)):
        way = path[index + 1] - path[index - 1]
        side = 1 if step % 2 else -1
        angle = float(np.arctan2(way[1], way[0])) + side * block.chance.uniform(0.75, 1.05)
        size = block.chance.uniform(0.074, 0.098)
        middle = path[index] + 0.55 * size * np.array([np.cos(angle), np.sin(angle)])
        if block.is_free(middle, 0.28 * size):
            leaf(block, path[index], angle, size, LEAVES[(step + number) % 4])
            block.take(middle, 0.36 * size)
    flower(block, path[-1], BLOSSOM, 7, BLOSSOMS[number // 2 % 4])


@dataclass(frozen=True)
class Bird:
    """A bird on a block: its middle, its size, its three inks, and 1 if it looks to the right."""

    block: Block
    middle: Array
    size: float
    inks: Array
    face: int

    def at(self, outline: ArrayLike) -> Array:
        """Return where points (number, 2) lie that are drawn for a bird of size 1 at (0, 0)."""
        drawn = np.asarray(outline, dtype=np.float64)
        spot: Array = drawn * (self.face, 1) * self.size + self.middle
        return spot

    def print(self) -> None:
        """Print it from back to front."""
        self.tail()
        for x in (0.02, 0.22):
            self.block.line(self.at(np.linspace((x, 0.4), (x + 0.04, 0.75), 12)), 0.0036)
        self.head()
        self.body()
        self.wing()
        eye = self.at((0.70, -0.40))
        for radius, ink in ((0.115, BLACK), (0.075, PAPER), (0.045, BLACK)):
            self.block.canvas.fill([placed(ring(radius), eye, self.size)], ink[None], 0.6)
        self.block.take(self.middle, 0.75 * self.size)
        self.block.take(self.at((-1.0, 0.2)), 0.45 * self.size)

    def tail(self) -> None:
        """Print three feathers, each with three gouges."""
        root = np.array([-0.55, 0.08])
        inks = (self.inks[2], self.inks[1], self.inks[2])
        for turn, ink in zip((0.50, 0.22, -0.06), inks, strict=True):
            self.block.shape(self.at(placed(petal(0.3, 1.4), root, 0.95, np.pi - turn)), ink)
            way = np.array([-np.cos(turn), np.sin(turn)])
            for place in (0.42, 0.58, 0.74):
                start, end = root + place * way, root + (place + 0.12) * way
                self.block.gouge(self.at(start), self.at(end))

    def head(self) -> None:
        """Print the crest and the beak."""
        for turn in (-0.35, 0.0, 0.35):
            crown = np.array([0.62, -0.52])
            crest = placed(petal(0.42, 1.5), crown, 0.46, -np.pi / 2 - 0.35 + turn)
            self.block.shape(self.at(crest), self.inks[1], 0.0032)
        beak = [(0.84, -0.48), (1.2, -0.30), (0.84, -0.22)]
        self.block.shape(self.at(beak), self.inks[1], 0.0034)

    def body(self) -> None:
        """Print the body, with rows of feathers on the breast."""
        back = [(0.92, -0.40), (0.74, -0.62), (0.46, -0.52), (0.0, -0.22), (-0.75, 0.06)]
        belly = [(-0.40, 0.40), (0.15, 0.52), (0.66, 0.30), (0.90, -0.10)]
        self.block.shape(self.at(loop(back + belly)), self.inks[0], 0.0048)
        for row, column in np.ndindex(3, 4):
            x, y = 0.70 - 0.17 * column - 0.05 * row, -0.02 + 0.13 * row + 0.05 * column
            self.block.gouge(self.at((x, y)), self.at((x - 0.09, y + 0.05)), 0.0028)

    def wing(self) -> None:
        """Print the wing, with feathers on both sides of its middle."""
        wing = placed(petal(0.5, 0.75), np.array([0.36, -0.10]), 1.05, np.pi - 0.12)
        self.block.shape(self.at(wing), self.inks[2])
        for place in np.linspace(0.18, 0.78, 6):
            x, y = 0.36 - 1.0 * place, -0.10 + 0.12 * place
            for side in (-1, 1):
                start, end = (x + 0.02, y + 0.02 * side), (x - 0.09, y + 0.12 * side)
                self.block.gouge(self.at(start), self.at(end), 0.0028)


def sprinkle(block: Block) -> None:
    """Fill the free ground with loose blossoms, leaves and fruits, the large ones first."""
    chance = block.chance
    for radius, tries in ((0.066, 600), (0.050, 900), (0.036, 1200), (0.021, 1500)):
        for middle in chance.uniform((0.01, 0.01), (0.99, 0.98), (tries, 2)):
            kind, turn = chance.integers(3), chance.uniform(0, 2 * np.pi)
            pick = chance.permutation(4)
            if middle[1] > 0.775 or not block.is_free(middle, radius + 0.005):
                continue
            if radius > 0.025 and kind == 0:
                flower(block, middle, radius, 5 + int(chance.integers(3)), INKS[pick[:2]])
            elif radius > 0.025:
                way = np.array([np.cos(turn), np.sin(turn)])
                leaf(block, middle - radius * way, turn, 2 * radius, INKS[pick[0]])
                block.take(middle, 0.8 * radius)
            else:
                fruit(block, middle, 0.75 * radius, INKS[pick[0]])


def meadow(block: Block) -> None:
    """Print tall flowers in front of the hills."""
    for x, top, size, number in (
        (0.065, 0.868, 0.056, 0),
        (0.205, 0.885, 0.050, 1),
        (0.345, 0.862, 0.054, 2),
        (0.655, 0.868, 0.054, 3),
        (0.80, 0.880, 0.050, 0),
        (0.935, 0.868, 0.056, 1),
    ):
        middle = np.array([x, top])
        stalk = np.linspace(middle, (x + 0.01, 1.03), 30)
        block.line(stalk, 0.0062)
        for step, side in ((0.075, 1), (0.10, -1)):
            angle = -np.pi / 2 + side * 0.9
            leaf(block, np.array([x + 0.005, top + step + 0.03]), angle, 0.07, GREEN)
        flower(block, middle, size, 8, BLOSSOMS[number])


def chatter(block: Block) -> None:
    """Leave the marks of the gouge on the ground: short black ridges in streams."""

    def flow(points: Array) -> Array:
        x, y = points[..., 0], points[..., 1]
        angle = 2.1 * np.sin(5 * x + 1.3 * np.sin(4 * y)) + 1.6 * np.cos(6 * y + x)
        return np.stack([np.cos(angle), np.sin(angle)], axis=-1)

    places = brushes.spread(block.chance.uniform(-0.02, 1.02, (9000, 2)), 0.0235)
    ends = brushes.trace(places, flow, 4, 0.0095)[:, -1]
    for start, end in zip(places, ends, strict=True):
        long = block.chance.uniform(0.6, 1.15)
        block.gouge(
            start, start + (end - start) * long, block.chance.uniform(0.0016, 0.0027), BLACK
        )


def paint(seed: int = 3, size: int = brushes.SIZE) -> Image.Image:
    """Print the linocut, `size` pixels square."""
    chance, shape = np.random.default_rng(seed), (size, size)
    block = Block(shape, chance)
    chatter(block)
    hills(block)
    sun(block)
    perches = (np.array([0.235, 0.650]), np.array([0.765, 0.650]))
    for perch in perches:
        block.take(perch, 0.095)
    tree(block)
    Bird(block, perches[0], 0.11, np.stack([BLUE, YELLOW, RED]), 1).print()
    Bird(block, perches[1], 0.11, np.stack([RED, YELLOW, BLUE]), -1).print()
    meadow(block)
    sprinkle(block)
    return brushes.finish(ink_up(block.canvas.dry()[0], chance))


def ink_up(colours: Array, chance: Chance) -> Array:
    """Roll the ink on unevenly: it mottles, and leaves specks of paper where it is thin."""
    shape = (colours.shape[0], colours.shape[1])
    fine = brushes.noise(shape, 1 / 360, chance) + 0.8 * brushes.noise(shape, 0.006, chance)
    cloud = brushes.noise(shape, 0.12, chance, octaves=3)
    specks = brushes.smoothstep(2.75, 3.3, fine + 0.45 * cloud)
    printed = brushes.mix(colours, PAPER, 0.75 * specks)
    dark = 1 - brushes.lightness(printed)
    printed = printed + (0.016 * fine * (0.35 + dark))[..., None] + 0.012 * cloud[..., None]
    return printed + 0.02 * brushes.relief(fine * 4e-4)[..., None]


if __name__ == "__main__":
    brushes.main(paint, __file__)
