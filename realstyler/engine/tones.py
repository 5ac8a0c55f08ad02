"""Plain pictures: scale the painting with their contrast, and keep light and dark.

Instance normalization gives every picture the same contrast: black and white frames come out alike,
noise of two levels becomes confetti, and a fade to black never gets dark. So pictures of low
contrast are mixed with the style's own tones for light and dark.
"""

from __future__ import annotations

from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from realstyler.engine.blending import luminance_of
from realstyler.engine.painter import Painter
from realstyler.engine.pictures import Pixels

PAINTED_FROM = 20.0
"""Levels of contrast from which pictures are fully painted."""

EVERY = 7
"""Sampling step in pixels for measuring contrast: accurate enough, and saves memory."""

RAMP_HEIGHT, LEVELS = 128, 256
RAMP_NOISE = 10.0
"""Noise in levels added to the ramp from which tones are taken, to give it some texture."""

SMOOTHING = 20
"""Levels on either side over which tones are averaged."""

_ROWS = 256
"""Rows mixed at a time, to save memory."""

_curves: WeakKeyDictionary[Painter, Pixels] = WeakKeyDictionary()


def contrast(photo: Pixels) -> float:
    """Return the largest standard deviation of the channels of H×W×3, in levels."""
    sample = photo[::EVERY, ::EVERY] if min(photo.shape[:2]) > 4 * EVERY else photo
    return max(float(sample[..., channel].std()) for channel in range(3))


def painted_share(levels: float) -> float:
    """Return the painting's share in the result: 0 without contrast, 1 from 20 levels, smooth."""
    share = min(1.0, levels / PAINTED_FROM)
    return share * share * (3 - 2 * share)


def weigh(painter: Painter, photo: Pixels, painted: Pixels) -> None:
    """Mix a painting with the style's tones for its photograph, in place, both H×W×3."""
    share = painted_share(contrast(photo))
    if share == 1:
        return
    curve = tone_curve(painter).astype(np.float32)
    for start in range(0, len(photo), _ROWS):
        rows = slice(start, start + _ROWS)
        tones = curve[luminance_of(photo[rows]).round().astype(np.uint8)]  # h×W×3
        painted[rows] = (tones + share * (painted[rows] - tones)).round()


def tone_curve(painter: Painter) -> Pixels:
    """Return the style's tones, 256×3, from its darkest for black to its lightest for white.

    They are the colours of a painted ramp, sorted by luminance.
    """
    curve = _curves.get(painter)
    if curve is None:
        curve = _curves[painter] = _tones_of(painter)
    return curve


def _tones_of(painter: Painter) -> Pixels:
    ramp = np.broadcast_to(np.arange(LEVELS)[None, :, None], (RAMP_HEIGHT, LEVELS, 3))
    noise = np.random.default_rng(0).normal(0, RAMP_NOISE, ramp.shape)
    picture = np.ascontiguousarray((ramp + noise).clip(0, 255).astype(np.uint8))
    painted = np.empty_like(picture)
    painter.paint(picture, painted)
    colours = painted.reshape(-1, 3)
    ordered = colours[luminance_of(colours[None])[0].argsort(kind="stable")]
    means = ordered.reshape(LEVELS, -1, 3).mean(axis=1)
    return _smoothed(means).round().astype(np.uint8)


def _smoothed(curve: NDArray[np.float64]) -> NDArray[np.float64]:
    """Average 256×3 over neighbouring levels, so that hues change smoothly."""
    padded = np.pad(curve, ((SMOOTHING, SMOOTHING), (0, 0)), mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * SMOOTHING + 1, axis=0)
    smoothed: NDArray[np.float64] = windows.mean(axis=-1)
    return smoothed
