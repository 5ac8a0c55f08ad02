"""A summer border in watercolour: washes that run, bloom and dry with dark edges on white paper.

Light passes through each wash twice, so washes multiply; pigment settles in the hollows of the
paper (granulation), at the rim of a drying wash, and where water crept back into it (a bloom).

    python paint.py            writes style.jpg beside this file
"""

import sys
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image
from scipy import ndimage

Array = NDArray[np.float64]
HEIGHT, WIDTH = 1024, 1280
PAPER = np.array([0.985, 0.975, 0.95])


def paints(*colours: str) -> Array:
    """Return colours written as hex digits as an array (number, 3) in 0..1."""
    return np.array([list(bytes.fromhex(colour)) for colour in colours]) / 255


SKY = paints("8fc1e3", "a9cfe6", "c7b9dd", "f0c9bf", "b9dcd6")
LEAVES = paints("5f8f3f", "2f6f57", "8aa83a", "3d7f6f", "a3b64a", "28564f")
PETALS = paints("d8386f", "e8697f", "8a4bb0", "4a5fc4", "f2a63b", "ee6a3c", "b8307f", "f4c63f")
EARTH = paints("b98a5a", "8b7a9a", "c9a86b", "7f9a8a")


class Sheet:
    """A sheet of rough paper, and the light that it throws back. Lengths are in its heights."""

    def __init__(self, generator: np.random.Generator) -> None:
        """Stretch a sheet."""
        rows, columns = np.indices((HEIGHT, WIDTH), dtype=np.float64)
        self.x, self.y = (columns + 0.5) / HEIGHT, (rows + 0.5) / HEIGHT
        self.generator = generator
        self.light = np.ones((HEIGHT, WIDTH, 3)) * PAPER
        fine, coarse = self.noise(self.x.shape, 0.0045), self.noise(self.x.shape, 0.011)
        self.tooth = 0.75 * fine + 0.55 * coarse

    def noise(self, shape: tuple[int, ...], wavelength: float, octaves: int = 1) -> Array:
        """Return smooth noise of a shape in pixels, mean 0 and standard deviation about 1."""
        total = np.zeros(shape)
        for octave in range(octaves):
            cells = tuple(int(side / HEIGHT / wavelength * 2**octave) + 3 for side in shape[:2])
            coarse = Image.fromarray(self.generator.standard_normal(cells).astype(np.float32))
            down, across = (int(wavelength / 2**octave * HEIGHT * cell) + 1 for cell in cells)
            smooth = coarse.resize((across, down), Image.Resampling.BICUBIC)
            total += np.asarray(smooth, dtype=np.float64)[: shape[0], : shape[1]] / 2**octave
        return total / 0.75

    def wash(
        self,
        middle: tuple[float, float],
        reach: tuple[float, float],
        angle: float,
        pigments: Array,
        strength: float = 0.6,
        ragged: float = 0.14,
        wet: float = 0.0,
        reserve: float = 0.0,
    ) -> None:
        """Lay one wash: an ellipse with a wandering edge.

        `reach` is its half length and half width, `pigments` (2, 3) the two colours that mingle in
        it, `strength` how much pigment, `ragged` how far the edge wanders (in half widths), `wet`
        how softly it ends and `reserve` how much of the paper was kept free for it, all 0..1.
        """
        chance = self.generator
        rows, columns = self._window(middle, max(reach) * (1.7 + 2 * ragged))
        x, y = self.x[rows, columns] - middle[0], self.y[rows, columns] - middle[1]
        if min(x.shape) < 4:
            return
        along = (x * np.cos(angle) + y * np.sin(angle)) / reach[0]
        across = (y * np.cos(angle) - x * np.sin(angle)) / reach[1]
        size = min(reach)
        wander = self.noise(x.shape, size * 0.9, 4) * ragged
        depth = (1 - np.hypot(along, across) + wander) * size
        edge = 0.0016 + wet * size * 0.55
        body = smoothstep(-edge, edge, depth)
        rim = np.exp(-np.maximum(depth, 0) / (0.0032 + 0.02 * size)) * (1 - wet)
        pool = self.noise(x.shape, size * 1.3 + 0.01, 3)
        density = body * (0.62 + 0.2 * pool + 0.2 * along + 0.9 * rim)
        density *= self._bloom(x, y, size) if size > 0.03 and chance.random() < 0.75 else 1.0
        density *= 1 + 0.05 * self.tooth[rows, columns]
        dry = smoothstep(1.5, 0.9, self.tooth[rows, columns] - 3 * body * (size > 0.01))
        mingle = smoothstep(-0.9, 0.9, self.noise(x.shape, size * 1.1, 2) + along)[..., None]
        absorb = -np.log(np.clip(pigments, 0.02, 0.98))
        stain = absorb[0] * (1 - mingle) + absorb[1] * mingle
        kept = (reserve * smoothstep(-2 * edge, 0, depth))[..., None]
        self.light[rows, columns] += (PAPER - self.light[rows, columns]) * kept
        amount = np.clip(density * dry, 0, 2)[..., None] * strength
        self.light[rows, columns] *= np.exp(-amount * stain)

    def _bloom(self, x: Array, y: Array, size: float) -> Array:
        """Return how water that crept back moved the pigment: pale inside, a dark frayed line."""
        chance = self.generator
        a, b = chance.normal(0, 0.45 * size, 2)
        fray = self.noise(x.shape, size * 0.16, 3) * 0.07 + self.noise(x.shape, size * 0.5) * 0.1
        away = np.hypot(x - a, y - b) / size / chance.uniform(0.35, 0.65) + fray
        pale = 1 - 0.5 * smoothstep(1.0, 0.82, away)
        line = 0.5 * np.exp(-(((away - 1) / 0.035) ** 2)) * (away < 1.06)
        return np.asarray(pale + line, dtype=np.float64)

    def _window(self, middle: tuple[float, float], reach: float) -> tuple[slice, slice]:
        columns, rows = (
            slice(max(0, int((m - reach) * HEIGHT)), max(0, int((m + reach) * HEIGHT) + 1))
            for m in middle
        )
        return rows, columns

    def dry(self) -> Image.Image:
        """Return the dry sheet, lit from the upper left so that its tooth just shows."""
        tooth = ndimage.gaussian_filter(self.tooth, 0.7)
        down, across = np.gradient(tooth)
        colours = self.light * (1 - 0.012 * np.tanh(1.4 * (down + across)))[..., None]
        return Image.fromarray((np.clip(colours, 0, 1) * 255 + 0.5).astype(np.uint8))


def smoothstep(start: ArrayLike, end: ArrayLike, value: ArrayLike) -> Array:
    """Rise smoothly from 0 where `value` is `start` to 1 where it is `end` (3t² - 2t³)."""
    t = np.clip(np.subtract(value, start) / np.subtract(end, start), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), dtype=np.float64)


def two(colours: Array, generator: np.random.Generator) -> Array:
    """Choose two neighbouring colours (2, 3) of a row of paints."""
    first = int(generator.integers(len(colours)))
    return colours[[first, (first + 1) % len(colours)]]


def ground(sheet: Sheet) -> None:
    """Flood the sheet with big soft washes: sky above, earth and green below."""
    chance = sheet.generator
    for _ in range(16):
        middle = (chance.uniform(0, 1.25), chance.uniform(-0.05, 0.5))
        reach = (chance.uniform(0.16, 0.4), chance.uniform(0.1, 0.2))
        turn = chance.normal(0, 0.4)
        sheet.wash(middle, reach, turn, two(SKY, chance), 0.75, 0.28, chance.uniform(0, 0.7))
    for _ in range(17):
        middle = (chance.uniform(0, 1.25), chance.uniform(0.5, 1.05))
        reach = (chance.uniform(0.14, 0.34), chance.uniform(0.08, 0.16))
        family = LEAVES if chance.random() < 0.65 else EARTH
        turn = chance.normal(0, 0.5)
        sheet.wash(middle, reach, turn, two(family, chance), 0.36, 0.28, chance.uniform(0, 0.6))


def leaf(sheet: Sheet, x: float, y: float, length: float, angle: float) -> None:
    """Paint a leaf in two halves, with a line of light left between them."""
    chance = sheet.generator
    pair = two(LEAVES, chance)
    for side in (-1, 1):
        off = side * length * 0.13
        middle = (x - off * np.sin(angle), y + off * np.cos(angle))
        reach = (length * 0.5, length * 0.115)
        sheet.wash(middle, reach, angle + side * 0.06, pair, chance.uniform(0.5, 0.95), 0.1, 0, 0.7)


def stem(sheet: Sheet, x: float, y: float, length: float, angle: float) -> None:
    """Draw a stem with the tip of the brush."""
    middle = (x + np.cos(angle) * length / 2, y + np.sin(angle) * length / 2)
    sheet.wash(middle, (length / 2, 0.0042), angle, two(LEAVES, sheet.generator), 0.8, 0.25, 0, 0.4)


def flower(sheet: Sheet, x: float, y: float, size: float) -> None:
    """Paint a flower: petals that overlap like glass, a dark heart with dots of pollen."""
    chance = sheet.generator
    pair = two(PETALS, chance)
    number = int(chance.integers(5, 9))
    squeeze, turn = chance.uniform(0.6, 1.0), chance.uniform(0, 2 * np.pi)
    for petal in range(number):
        angle = turn + 2 * np.pi * petal / number + chance.normal(0, 0.1)
        out = size * chance.uniform(0.5, 0.62)
        middle = (x + np.cos(angle) * out, y + np.sin(angle) * out * squeeze)
        reach = (size * chance.uniform(0.42, 0.54), size * chance.uniform(0.24, 0.34))
        sheet.wash(middle, reach, angle, pair, chance.uniform(0.4, 0.8), 0.13, 0, 0.66)
    heart = two(paints("5a2f4f", "3a3560", "6a4a22"), chance)
    sheet.wash((x, y), (size * 0.17, size * 0.15), turn, heart, 0.75, 0.3, 0.3, 0.3)
    for _ in range(int(chance.integers(5, 12))):
        a, b = chance.normal(0, 0.2 * size, 2)
        sheet.wash((x + a, y + b), (0.0042, 0.0038), 0, two(PETALS[4:8], chance), 1.1, 0.2, 0, 0.9)


def border(sheet: Sheet) -> None:
    """Plant the border: leaves and stems behind, flowers of three sizes before them."""
    chance = sheet.generator
    for _ in range(44):
        x, y = chance.uniform(0, 1.25), chance.uniform(0.3, 1.0)
        leaf(sheet, x, y, chance.uniform(0.08, 0.22), -np.pi / 2 + chance.normal(0, 0.7))
    for number, size, top in ((22, 0.045, 0.2), (15, 0.085, 0.28), (9, 0.13, 0.42)):
        for _ in range(number):
            x, y = chance.uniform(0.03, 1.22), chance.uniform(top, 0.95)
            stem(sheet, x, y, chance.uniform(0.15, 0.4), np.pi / 2 + chance.normal(0, 0.12))
            flower(sheet, x, y, size * chance.uniform(0.75, 1.2))
        for _ in range(14):
            x, y = chance.uniform(0, 1.25), chance.uniform(0.45, 1.0)
            leaf(sheet, x, y, chance.uniform(0.06, 0.16), -np.pi / 2 + chance.normal(0, 0.8))


def spatter(sheet: Sheet) -> None:
    """Flick the brush: drops of every colour, most of them small."""
    chance = sheet.generator
    for _ in range(190):
        middle = (chance.uniform(0, 1.25), chance.uniform(0, 1))
        drop = 0.0016 + 0.009 * chance.random() ** 4
        family = (PETALS, LEAVES, SKY)[int(chance.integers(3))]
        sheet.wash(middle, (drop, drop * chance.uniform(0.8, 1)), 0, two(family, chance), 0.9, 0.12)


def paint(seed: int = 7) -> Image.Image:
    """Paint the border."""
    sheet = Sheet(np.random.default_rng(seed))
    ground(sheet)
    border(sheet)
    spatter(sheet)
    return sheet.dry()


if __name__ == "__main__":
    default = Path(__file__).with_name("style.jpg")
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else default
    paint().save(target, quality=95, subsampling="4:4:4")
