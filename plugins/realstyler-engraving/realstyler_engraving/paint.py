"""An evening by a lake, cut in copper: lines that swell with the dark and follow each form.

The tone of the scene is not painted but engraved: every form has a course that its lines keep to,
and a line is as wide as the tone asks for. Dark places are cut a second and a third time, across.

    python paint.py            writes style.jpg beside this file
"""

import sys
from copy import copy
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image
from scipy import ndimage

Array = NDArray[np.float64]
HEIGHT, WIDTH = 1024, 1280
SCALE = 2  # drawn larger, so that edges come out smooth
INK = np.array([0.115, 0.095, 0.105])
PAPER = np.array([0.945, 0.9, 0.79])
SPACING = 0.0085
SUN = (0.84, 0.31)
HORIZON = 0.56


class Plate:
    """A copper plate: how much ink each place holds, 0..1. Lengths are in heights of the plate.

    A window of it shares its ink, so that a small form costs little.
    """

    def __init__(self, generator: np.random.Generator) -> None:
        """Polish a plate."""
        rows, columns = np.indices((HEIGHT * SCALE, WIDTH * SCALE), dtype=np.float64)
        self.x, self.y = (columns + 0.5) / len(rows), (rows + 0.5) / len(rows)
        self.generator = generator
        self.ink = np.zeros_like(self.x)
        # The hand is never quite even: lines swell, waver and break.
        self.pressure = self.noise(0.02)
        self.waver = self.noise(0.09, 2) * 0.0011
        self.breaks = self.noise(0.006)
        self.grain = self.noise(0.012, 2)
        self.streaks = self.noise(0.012, 2, stretch=0.25)

    def window(self, x: float, y: float, reach: float) -> "Plate":
        """Return the part of the plate that lies within `reach` of a place."""
        rows, columns = (
            slice(
                max(0, int((middle - reach) * HEIGHT * SCALE)),
                int((middle + reach) * HEIGHT * SCALE) + 1,
            )
            for middle in (y, x)
        )
        part = copy(self)
        for name in ("x", "y", "ink", "pressure", "waver", "breaks", "grain", "streaks"):
            setattr(part, name, getattr(self, name)[rows, columns])
        return part

    def noise(self, wavelength: float, octaves: int = 1, stretch: float = 1.0) -> Array:
        """Return smooth noise of the plate's shape, mean 0 and standard deviation 1.

        `stretch` makes its blobs wider than high.
        """
        total = np.zeros_like(self.x)
        for octave in range(octaves):
            blob = wavelength / 2**octave
            cells = (int(1 / blob) + 2, int(WIDTH / HEIGHT / blob / stretch) + 2)
            coarse = Image.fromarray(self.generator.standard_normal(cells).astype(np.float32))
            smooth = coarse.resize(self.x.shape[::-1], Image.Resampling.BICUBIC)
            total += np.asarray(smooth, dtype=np.float64) / 2**octave
        return np.asarray((total - total.mean()) / total.std(), dtype=np.float64)

    def engrave(
        self, mask: Array, tone: ArrayLike, course: Array, angle: float, spacing: float = SPACING
    ) -> None:
        """Cut a form anew where `mask` is 1: first along its course, then across where it is dark.

        `course` counts heights from line to line and need not be even; `angle` (radians) is the
        direction of the second cut; `tone` is 0 for paper and 1 for black.
        """
        if min(self.ink.shape) < 2:
            return  # it lies beside the plate
        tone = np.clip(tone, 0, 1) * np.ones_like(self.x)
        straight = self.x * np.sin(angle) + self.y * np.cos(angle)
        steep = self.x * np.sin(angle + 0.9) + self.y * np.cos(angle + 0.9)
        ink = self._lines(course, 0.06 + 0.62 * tone, spacing)
        ink *= smoothstep(0.02, 0.1, tone + 0.045 * self.breaks)
        across = self._lines(straight, 0.9 * (tone - 0.42), spacing * 0.92)
        ink = np.maximum(ink, across * smoothstep(0.42, 0.47, tone + 0.02 * self.breaks))
        ink = np.maximum(ink, self._lines(steep, 0.95 * (tone - 0.72), spacing * 0.92))
        self.ink += (ink - self.ink) * mask

    def _lines(self, course: Array, width: Array, spacing: float) -> Array:
        place = (course + self.waver) / spacing
        down, across = np.gradient(place)
        # How much of a line one pixel sees; where lines would be closer than that, they merge.
        blur = np.clip(np.hypot(down, across), 1e-6, 0.9) * 1.3
        off = np.abs(place - np.round(place)) * 2
        width = width * (1 + 0.14 * self.pressure)
        return smoothstep(blur, -blur, off - width) * (width > 0)

    def outline(self, distance: Array, width: float) -> None:
        """Cut a line where `distance` (heights) is 0, swelling at random."""
        pixel = 1 / HEIGHT / SCALE
        half = width * (0.75 + 0.35 * self.pressure)
        np.maximum(self.ink, smoothstep(half + pixel, half - pixel, np.abs(distance)), out=self.ink)

    def print(self) -> Image.Image:
        """Ink the plate, wipe it, and print it on laid paper."""
        small = np.asarray(
            Image.fromarray(self.ink.astype(np.float32)).resize(
                (WIDTH, HEIGHT), Image.Resampling.BOX
            )
        ).astype(np.float64)
        grain = self.generator.standard_normal((HEIGHT, WIDTH))
        fibre = (
            ndimage.gaussian_filter(grain, 0.8) * 0.03 + ndimage.gaussian_filter(grain, 9) * 0.25
        )
        stain = ndimage.gaussian_filter(grain, 60) * 2.2
        paper = PAPER * (1 + (0.5 * fibre + stain)[..., None] * (0.8, 1.0, 1.3))
        film = 0.05 + 0.04 * stain  # what the wiping leaves on the plate
        cover = np.clip(film + small * (0.97 + fibre), 0, 1)[..., None]
        colours = paper * (1 - cover) + INK * cover
        return Image.fromarray((np.clip(colours, 0, 1) * 255 + 0.5).astype(np.uint8))


def smoothstep(start: ArrayLike, end: ArrayLike, value: ArrayLike) -> Array:
    """Rise smoothly from 0 where `value` is `start` to 1 where it is `end` (3t² - 2t³)."""
    t = np.clip(np.subtract(value, start) / np.subtract(end, start), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), dtype=np.float64)


def inside(distance: Array) -> Array:
    """Return 1 where a signed distance is negative, with a soft edge of a pixel."""
    pixel = 1 / HEIGHT / SCALE
    return smoothstep(pixel, -pixel, distance)


def sky(plate: Plate) -> None:
    """Cut the sky in rings around the sun, light near it and dark above."""
    away = np.hypot(plate.x - SUN[0], plate.y - SUN[1])
    clouds = plate.noise(0.35, 4, stretch=2.6)
    tone = 0.1 + 0.52 * smoothstep(0.05, 0.95, away) + 0.13 * clouds * smoothstep(0.1, 0.5, away)
    course = away + 0.012 * plate.noise(0.5, 2)
    plate.engrave(np.ones_like(away), tone, course, 0.5)
    plate.ink *= 1 - inside(away - 0.075)
    plate.outline(away - 0.075, 0.0012)


def cloud(plate: Plate, x: float, y: float, size: float) -> None:
    """Pile a cloud of round puffs, the near ones last, each lit from the side of the sun."""
    chance = plate.generator
    sky = plate
    for step in np.linspace(0, 1, 22):
        puff = size * chance.uniform(0.24, 0.46) * (1.15 - 0.5 * step)
        a = x + size * chance.normal(0, 0.95)
        b = y + size * (0.42 * step - 0.25) + size * chance.normal(0, 0.13)
        plate = sky.window(a, b, puff * 1.6)
        ripple = 0.07 * np.sin(np.arctan2(plate.y - b, plate.x - a) * chance.integers(5, 9))
        across, down = (plate.x - a) / 1.35, plate.y - b
        away = np.hypot(across, down)
        edge = away - puff * (1 + ripple)
        light = ((SUN[0] - a) * across + (SUN[1] - 0.25 - b) * down) / puff
        light /= np.hypot(SUN[0] - a, SUN[1] - 0.25 - b)
        tone = 0.24 - 0.34 * light + 0.13 * (away / puff) ** 3
        course = np.hypot(across + puff * 0.5, down - puff * 1.4)
        plate.engrave(inside(edge), tone, course, 1.0, SPACING * 0.85)
        plate.outline(np.where(light > -0.35, edge, 1.0), 0.0009)


def mountains(plate: Plate, base: float, height: float, dark: float) -> None:
    """Raise a ridge whose flanks turn their light sides to the sun, hatched down the slope."""
    chance = plate.generator
    x = plate.x[0]
    ridge = np.zeros_like(x)
    for octave in range(7):
        knots = np.linspace(0, x[-1], 4 * 2**octave + 1)
        ridge += np.interp(x, knots, chance.normal(0, 1, len(knots))) / 1.75**octave
    ridge = base - height * (0.62 + 0.3 * (ridge - ridge.mean()) / ridge.std())
    rise = plate.y - ridge
    relief = plate.noise(0.26, 4, stretch=0.6)
    flank = ndimage.gaussian_filter(relief, len(x) / 400)
    lit = np.gradient(flank, axis=1) * len(plate.x) / 22
    tone = dark + 0.22 * np.tanh(-1.6 * lit) + 0.12 * smoothstep(0, height, rise)
    course = 0.8 * plate.x + 0.45 * plate.y + 0.011 * flank
    plate.engrave(inside(-rise), tone, course, -0.6, SPACING * 0.9)
    plate.outline(rise, 0.0013)


def lake(plate: Plate) -> None:
    """Cut the water in level lines, wider towards the shore, with the sun's road on it."""
    depth = np.maximum(plate.y - HORIZON, 0)
    waves = plate.noise(0.05, 3, stretch=5) * (0.2 + 2.2 * depth)
    course = plate.y * 0.78 + 0.0042 * waves - 0.25 * depth**2
    road = np.exp(-(((plate.x - SUN[0]) / (0.05 + 0.5 * depth)) ** 2))
    glitter = road * smoothstep(-0.5, 0.5, waves / (0.2 + 2.2 * depth) + 0.3)
    tone = 0.5 - 0.46 * glitter + 0.1 * waves + 0.2 * smoothstep(0.1, 0.4, depth)
    plate.engrave(inside(HORIZON - plate.y), tone, course, 0.35, SPACING * 0.85)


def boulder(plate: Plate, x: float, y: float, size: float) -> None:
    """Set a stone: lines run round it like meridians, its shadow side is cut three times."""
    plate = plate.window(x, y, size * 1.5)
    chance = plate.generator
    tilt, flat = chance.uniform(-0.7, 0.7), chance.uniform(0.62, 0.85)
    turn = np.arctan2(plate.y - y, plate.x - x)
    lump = sum(
        chance.normal(0, 0.05) * np.sin(k * turn + chance.uniform(0, 6)) for k in range(2, 7)
    )
    across = ((plate.x - x) * np.cos(tilt) + (plate.y - y) * np.sin(tilt)) / size
    down = ((plate.y - y) * np.cos(tilt) - (plate.x - x) * np.sin(tilt)) / size / flat
    away = np.hypot(across, down) / (1 + lump)
    bulge = np.sqrt(np.maximum(1 - away**2, 0.0))
    light = 0.62 * across - 0.5 * down + 0.6 * bulge
    tone = 0.62 - 0.62 * light + 0.07 * plate.grain
    course = size * (np.arcsin(np.clip(down, -1, 1)) * 0.62 + 0.25 * bulge * np.sign(across + 2))
    plate.engrave(inside((away - 1) * size * flat), tone, course, tilt + 1.0)
    plate.outline((away - 1) * size * flat, 0.0019)


def shore(plate: Plate) -> None:
    """Roll the bank out to the foreground in grassy mounds."""
    for level, reach in ((0.83, 0.05), (0.9, 0.06), (0.96, 0.05)):
        swell = ndimage.gaussian_filter1d(plate.generator.normal(0, 1, len(plate.x[0])), 130)
        top = (
            level
            + reach * swell / np.abs(swell).max()
            - 0.12 * np.exp(-(((plate.x - 0.08) / 0.3) ** 2))
        )
        below = plate.y - top
        tufts = plate.noise(0.014, 2, stretch=0.3)
        tone = 0.36 + 0.2 * tufts + 1.4 * below + 0.2 * smoothstep(0.9, 0.1, plate.x)
        course = 0.9 * plate.x + 0.1 * np.sin(9 * plate.x) * below + 0.006 * tufts + 0.5 * below
        plate.engrave(inside(-below - 0.006 * np.maximum(tufts, 0)), tone, course, 0.2)


def tree(plate: Plate, x: float, foot: float, height: float) -> None:
    """Grow an oak: a trunk ruled along its grain, then leaves in clumps of small curls."""
    wood = plate
    plate = wood.window(x, foot - height / 2, height)
    chance = plate.generator
    rise = (foot - plate.y) / height
    lean = x + 0.05 * height * np.sin(3.1 * rise)
    half = height * (0.048 - 0.026 * rise + 0.05 * np.exp(-14 * np.maximum(rise, 0)))
    across = (plate.x - lean) / half
    bark = plate.streaks
    trunk = inside(np.maximum(np.abs(plate.x - lean) - half, plate.y - foot)) * (rise < 0.72)
    tone = 0.72 - 0.36 * across + 0.13 * bark
    plate.engrave(trunk, tone, half * np.arcsin(np.clip(across, -1, 1)) * 0.9 + 0.003 * bark, 1.2)
    plate.outline(np.where((rise < 0.7) & (rise > 0), np.abs(plate.x - lean) - half, 1.0), 0.0015)
    crowns = [
        (
            x + height * np.clip(chance.normal(0, 0.21), -0.4, 0.4),
            foot - height * chance.uniform(0.48, 0.98),
        )
        for _ in range(62)
    ]
    for a, b in sorted(crowns, key=lambda crown: crown[1]):
        clump(wood, a, b, height * chance.uniform(0.055, 0.1))


def clump(plate: Plate, x: float, y: float, size: float) -> None:
    """Cut one clump of leaves: a scalloped edge, curls that open to the light."""
    plate = plate.window(x, y, size * 1.2)
    chance = plate.generator
    across, down = plate.x - x, plate.y - y
    turn = np.arctan2(down, across)
    scallop = np.abs(np.sin(turn * chance.integers(6, 9) + chance.uniform(0, 6)))
    edge = np.hypot(across, down) - size * (0.82 + 0.2 * scallop)
    light = (0.75 * across - 0.66 * down) / size
    curls = plate.grain
    tone = 0.55 - 0.42 * light + 0.12 * curls
    course = np.hypot(across - 0.6 * size, down + 0.7 * size) + 0.0035 * curls
    plate.engrave(inside(edge), tone, course, 0.8, SPACING * 0.8)
    plate.outline(np.where(light > -0.6, edge, 1.0), 0.0011)


def paint(seed: int = 3) -> Image.Image:
    """Engrave and print the plate."""
    plate = Plate(np.random.default_rng(seed))
    sky(plate)
    for x, y, size in ((0.3, 0.17, 0.13), (1.13, 0.11, 0.1), (0.6, 0.1, 0.06), (1.12, 0.42, 0.05)):
        cloud(plate, x, y, size)
    mountains(plate, HORIZON, 0.24, 0.22)
    mountains(plate, HORIZON + 0.012, 0.15, 0.42)
    lake(plate)
    shore(plate)
    for x, y, size in (
        (0.66, 0.87, 0.06),
        (1.08, 0.86, 0.1),
        (0.9, 0.93, 0.075),
        (0.48, 0.95, 0.06),
        (1.2, 0.95, 0.08),
    ):
        boulder(plate, x, y, size)
    tree(plate, 0.2, 0.9, 0.72)
    return plate.print()


if __name__ == "__main__":
    default = Path(__file__).with_name("style.jpg")
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else default
    paint().save(target, quality=95, subsampling="4:4:4")
