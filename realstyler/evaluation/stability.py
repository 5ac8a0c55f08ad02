"""Stability: does the painting follow motion, and how much does it amplify noise?

Numbers are root mean squares on the colour scale 0…1. f(T(x)) is compared with T(f(x)) for known
motions T, away from the border, where the two pictures differ in their surroundings.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean

import numpy as np
from PIL import Image

from realstyler.engine import Pixels
from realstyler.training.stability import MARGIN, NOISE

Paint = Callable[[Pixels], Pixels]


@dataclass(frozen=True)
class Motion:
    """A rotation and zoom around the centre of the picture, followed by a shift."""

    name: str
    right: float = 0.0
    down: float = 0.0
    degrees: float = 0.0
    zoom: float = 1.0

    def apply(self, picture: Pixels) -> Pixels:
        """Move uint8 H×W×3 by bicubic interpolation; shifts by whole pixels are exact."""
        height, width = picture.shape[:2]
        cosine, sine = self._rotation()
        across = width / 2 - cosine * width / 2 - sine * height / 2 - self.right
        along = height / 2 + sine * width / 2 - cosine * height / 2 - self.down
        # Pillow expects the inverse mapping, from target to source.
        moved = Image.fromarray(picture).transform(
            (width, height),
            Image.Transform.AFFINE,
            (cosine, sine, across, -sine, cosine, along),
            resample=Image.Resampling.BICUBIC,
        )
        return np.array(moved)

    def reach(self, height: int, width: int) -> float:
        """Return the maximum displacement in a picture of this size, in pixels."""
        cosine, sine = self._rotation()
        corner = math.hypot(height, width) / 2
        return corner * math.hypot(cosine - 1, sine) + math.hypot(self.right, self.down)

    def _rotation(self) -> tuple[float, float]:
        angle = math.radians(self.degrees)
        return math.cos(angle) / self.zoom, math.sin(angle) / self.zoom


MOTIONS = (
    *(Motion(f"shift {x},{y}", x, y) for x, y in ((1, 0), (2, 1), (3, 2), (4, 4))),
    *(Motion(f"shift {x:g},{y:g}", x, y) for x, y in ((0.5, 0.0), (1.5, 0.5))),
    *(Motion(f"turn {angle}°", degrees=angle) for angle in (1, 2)),
    *(Motion(f"zoom {zoom}", zoom=zoom) for zoom in (1.02, 1.05)),
)
"""Whole-pixel shifts, multiples of the networks' stride and others; fractional shifts; the rest."""


@dataclass(frozen=True)
class Stability:
    """How a network responds to motion and noise; means over photographs."""

    changes: dict[str, float]
    """Residual difference after each motion is undone, by the motion's name."""
    noise_gain: float
    """Change of the painting by camera noise, divided by the photograph's."""

    @classmethod
    def mean(cls, several: Sequence[Stability]) -> Stability:
        """Average over photographs."""
        changes = {name: fmean(one.changes[name] for one in several) for name in several[0].changes}
        return cls(changes, fmean(one.noise_gain for one in several))


def stability(
    paint: Paint, photograph: Pixels, seed: int, motions: Sequence[Motion] = MOTIONS
) -> Stability:
    """Measure a network on one photograph, uint8 H×W×3 with sides of at least about 100."""
    height, width = photograph.shape[:2]
    reach = max(motion.reach(height, width) for motion in motions)
    edge = math.ceil(reach) + MARGIN
    seen = paint(inner(photograph, edge))

    def change(motion: Motion) -> float:
        moved = paint(inner(motion.apply(photograph), edge))
        return difference(inner(moved, edge), inner(motion.apply(seen), edge))

    noisy = with_noise(photograph, seed)
    noise = difference(inner(noisy, edge), inner(photograph, edge))
    return Stability(
        {motion.name: change(motion) for motion in motions},
        difference(paint(inner(noisy, edge)), seen) / noise,
    )


def with_noise(picture: Pixels, seed: int) -> Pixels:
    """Add camera noise as in training: Gaussian, 6 levels."""
    noise = np.random.default_rng(seed).normal(0, NOISE, picture.shape)
    return (picture + noise).round().clip(0, 255).astype(np.uint8)


def inner(picture: Pixels, edge: int) -> Pixels:
    """Crop a border; for small pictures at most a third of each side."""
    down, right = (min(edge, side // 3) for side in picture.shape[:2])
    return picture[down : len(picture) - down, right : picture.shape[1] - right]


def difference(one: Pixels, other: Pixels) -> float:
    """Return the root mean square difference, on the scale 0…1."""
    return float(np.sqrt(np.square(one.astype(np.float64) - other).mean()) / 255)
