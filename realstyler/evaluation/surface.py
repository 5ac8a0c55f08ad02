"""Obvious surface defects: areas left unpainted, inverted tones, halos.

Perceptual losses average over whole pictures and hardly notice any of them. All functions compare
the luminance of a painting with that of its photograph, 1×1×H×W in 0..255 on one device.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional
from torchvision.transforms.v2.functional import gaussian_blur

WINDOW = 17
"""Pixels: side of the square windows in which contrast is measured."""

DEAD = 4.0
"""Levels: a painting with less contrast in a window is unpainted there."""

FLAT = 3.0
"""Levels: a photograph with less contrast in a window is plain there."""

EDGE = 25.0
"""Levels: a photograph with more contrast in a window has a strong edge there."""

LEAST_GROUND = 0.005
"""Share of a picture: less plain ground says nothing."""

SAME_GROUND = 12.0
"""Levels within which plain areas of a photograph count as one ground."""

TONE_BLUR = 16.0
"""Pixels: standard deviation of the blur that leaves tones only."""

HALO_REACH, HALO_FREE = 40, 72
"""Pixels: a halo lies nearer to an edge than the first; ground beyond the second has none."""

RANKED = 8
"""Pixels between the places whose tones are ranked."""


@dataclass(frozen=True)
class Surface:
    """How one painting covers its photograph."""

    dead_area: float
    """Share of the painting with a contrast under 4 levels, 0…1."""
    flat_contrast: float | None
    """Levels: median contrast of the painting where the photograph is plain; None without such."""
    tone_order: float
    """Rank correlation of the tones with the photograph's, −1…1; 1 keeps their order."""
    halo: float | None
    """Levels by which plain ground beside strong edges departs from the ground farther away; None
    where there is no such ground."""


def surface(painting: Tensor, photograph: Tensor) -> Surface:
    """Measure a painting against its photograph, both luminances 1×1×H×W in 0..255."""
    painted, original = contrast(painting), contrast(photograph)
    return Surface(
        float((painted < DEAD).float().mean()),
        _flat_contrast(painted, original),
        tone_order(painting, photograph),
        halo(painting, photograph, original),
    )


def contrast(luminance: Tensor) -> Tensor:
    """Standard deviation in every window of 17×17 pixels, 1×1×(H−16)×(W−16)."""
    levels = luminance.double()
    side = min(WINDOW, *levels.shape[-2:])
    mean = functional.avg_pool2d(levels, side, stride=1)
    square = functional.avg_pool2d(levels.square(), side, stride=1)
    return (square - mean.square()).clamp_min(0).sqrt()


def tone_order(painting: Tensor, photograph: Tensor) -> float:
    """Spearman's rank correlation of two blurred luminances 1×1×H×W."""
    ranks = torch.stack([_ranks(_blurred(picture)) for picture in (painting, photograph)])
    found = float(torch.corrcoef(ranks)[0, 1])
    return found if math.isfinite(found) else 0.0  # a constant picture has no order


def halo(painting: Tensor, photograph: Tensor, contrast_of_photograph: Tensor) -> float | None:
    """Departure of plain ground near strong edges, beyond the photograph's own, in levels."""
    means = [
        functional.avg_pool2d(picture.double(), WINDOW, stride=1)
        for picture in (painting, photograph)
    ]
    plain = contrast_of_photograph < FLAT
    edges = (contrast_of_photograph > EDGE).float()
    free = plain & (_grown(edges, HALO_FREE) == 0)
    if not free.any():
        return None
    alike = (means[1] - means[1][free].median()).abs() < SAME_GROUND
    near, free = plain & alike & (_grown(edges, HALO_REACH) > 0), free & alike
    if min(float(area.float().mean()) for area in (near, free)) < LEAST_GROUND:
        return None
    painted, original = (float((mean[near].mean() - mean[free].mean()).abs()) for mean in means)
    return max(0.0, painted - original)


def _flat_contrast(painted: Tensor, original: Tensor) -> float | None:
    ground = original < FLAT
    if float(ground.float().mean()) < LEAST_GROUND:
        return None
    return float(painted[ground].median())


def _blurred(luminance: Tensor) -> Tensor:
    reach = int(min(3 * TONE_BLUR, (min(luminance.shape[-2:]) - 1) // 2))
    size = 2 * reach + 1
    blurred: Tensor = gaussian_blur(luminance, [size, size], [TONE_BLUR, TONE_BLUR])
    return blurred[..., ::RANKED, ::RANKED]


def _ranks(values: Tensor) -> Tensor:
    """Rank of every value, flat, as floats."""
    return values.flatten().argsort().argsort().double()


def _grown(mask: Tensor, reach: int) -> Tensor:
    """Grow a mask 1×1×H×W of zeros and ones by so many pixels."""
    rows = functional.max_pool2d(mask, (2 * reach + 1, 1), stride=1, padding=(reach, 0))
    return functional.max_pool2d(rows, (1, 2 * reach + 1), stride=1, padding=(0, reach))
