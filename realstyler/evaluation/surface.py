"""Visible surface defects: unpainted areas, inverted tones, halos.

Perceptual losses average over the whole picture and hardly notice them. All functions compare the
luminance of a painting with its photograph's, 1×1×H×W in 0..255 on one device.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional
from torchvision.transforms.v2.functional import gaussian_blur

WINDOW = 17
"""Side in pixels of the square windows in which contrast is measured."""

DEAD = 4.0
"""Contrast in levels below which a window of a painting counts as unpainted."""

FLAT = 3.0
"""Contrast in levels below which a window of a photograph counts as plain."""

EDGE = 25.0
"""Contrast in levels above which a window of a photograph has a strong edge."""

LEAST_GROUND = 0.005
"""Minimum share of plain area in a picture for meaningful results."""

SAME_GROUND = 12.0
"""Difference in levels within which plain areas of a photograph are the same ground."""

TONE_BLUR = 16.0
"""Standard deviation in pixels of the blur that leaves only tones."""

HALO_REACH, HALO_FREE = 40, 72
"""Pixels: halos lie within the first distance of an edge; beyond the second there are none."""

RANKED = 8
"""Step in pixels between the positions whose tones are ranked."""


@dataclass(frozen=True)
class Surface:
    """Surface defects of one painting."""

    dead_area: float
    """Share of the painting with a contrast below 4 levels, 0…1."""
    flat_contrast: float | None
    """Median contrast in levels where the photograph is plain; None if it is plain nowhere."""
    tone_order: float
    """Rank correlation of tones with the photograph's, −1…1; 1 keeps their order."""
    halo: float | None
    """Levels by which plain areas near strong edges differ from those farther away; None without
    such areas."""


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
    """Return the standard deviation in every 17×17 window, 1×1×(H−16)×(W−16)."""
    levels = luminance.double()
    side = min(WINDOW, *levels.shape[-2:])
    mean = functional.avg_pool2d(levels, side, stride=1)
    square = functional.avg_pool2d(levels.square(), side, stride=1)
    return (square - mean.square()).clamp_min(0).sqrt()


def tone_order(painting: Tensor, photograph: Tensor) -> float:
    """Return Spearman's rank correlation of two blurred luminances 1×1×H×W."""
    ranks = torch.stack([_ranks(_blurred(picture)) for picture in (painting, photograph)])
    found = float(torch.corrcoef(ranks)[0, 1])
    return found if math.isfinite(found) else 0.0  # undefined for constant pictures


def halo(painting: Tensor, photograph: Tensor, contrast_of_photograph: Tensor) -> float | None:
    """Return how much plain areas change near strong edges, beyond the photograph's, in levels."""
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
    """Return the rank of every value, flattened, as floats."""
    return values.flatten().argsort().argsort().double()


def _grown(mask: Tensor, reach: int) -> Tensor:
    """Dilate a mask 1×1×H×W of zeros and ones by ``reach`` pixels."""
    rows = functional.max_pool2d(mask, (2 * reach + 1, 1), stride=1, padding=(reach, 0))
    return functional.max_pool2d(rows, (1, 2 * reach + 1), stride=1, padding=(0, reach))
