"""Grids and frames, which upsampling and padding may leave: looked for on smooth gradients.

A gradient has no period and no border of its own, so whatever is found there was painted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from realstyler.engine import Pixels

GRADIENTS = 8
PERIODS = (2, 4)
"""Pixels; what a network that halves its picture twice may leave."""

DARKEST, BRIGHTEST = 20.0, 235.0
NEAR, FAR = 3, 12
"""Frequencies at this distance, in steps of the spectrum, are a peak's neighbours."""

BAND = 4
"""Pixels at the border that may be a frame; three times as many behind them are its neighbours."""

LEAST = 0.1
"""Levels that the usual step is taken to have at the least; less is rounding."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Peak:
    """A regularity and how it stands out."""

    amplitude: float
    """Levels of 255."""
    prominence: float
    """Ratio to the usual value nearby (root mean square); chance alone gives up to about 2."""


def smooth_gradients(side: int, seed: int, count: int = GRADIENTS) -> list[Pixels]:
    """Return uint8 side×side×3 pictures; each channel rises evenly in a direction of its own.

    They are dithered, since plain rounding would leave a pattern of its own.
    """
    random = np.random.default_rng(seed)
    rows, columns = np.mgrid[-1 : 1 : side * 1j, -1 : 1 : side * 1j][..., None]  # S×S×1
    pictures = []
    for _ in range(count):
        angles = random.uniform(0, 2 * np.pi, 3)
        slopes = rows * np.sin(angles) + columns * np.cos(angles)  # S×S×3
        levels = DARKEST + (BRIGHTEST - DARKEST) * (1 + slopes / np.sqrt(2)) / 2
        dither = random.uniform(-0.5, 0.5, levels.shape)
        pictures.append((levels + dither).round().astype(np.uint8))
    return pictures


def waves(pictures: Sequence[Pixels]) -> dict[int, Peak]:
    """Return the strongest wave of 2 and of 4 pixels in pictures of S×S×3, S a multiple of 4.

    Spectra are of a Hann window and averaged over the pictures; a wave may run along rows, columns
    or both.
    """
    power = np.mean([_power(picture) for picture in pictures], axis=0)  # S×S×3
    return {period: _peak(power, period) for period in PERIODS}


def frame(pictures: Sequence[Pixels]) -> Peak:
    """Return the step between the border and what lies behind it in pictures of S×S×3.

    Averaged over the pictures and their four sides: what a border owes to the gradient cancels
    out, what all borders have in common stays. It is compared with such steps further inside.
    """
    sides = [np.rot90(p, turn).mean(axis=1) for p in pictures for turn in range(4)]
    profile = np.mean(sides, axis=0)  # S×3, from the border inwards
    half = len(profile) // 2
    inside = [_step(profile, start) for start in range(4 * BAND, half - 4 * BAND)]
    usual = max(LEAST, float(np.sqrt(np.mean(np.square(inside)))))
    step = float(np.abs(_step(profile, 0)).max())
    return Peak(step, step / usual)


def _power(picture: Pixels) -> Floats:
    """Squared amplitudes of the waves in a picture, S×S×3."""
    side = len(picture)
    window = 1 - np.cos(2 * np.pi * np.arange(side) / side)  # Hann, with a mean of 1
    levels = (picture - picture.mean(axis=(0, 1))) * window[:, None, None] * window[:, None]
    return np.abs(np.fft.fft2(levels, axes=(0, 1)) / side**2) ** 2


def _peak(power: Floats, period: int) -> Peak:
    # A wave of two pixels is its own mirror image; others share their amplitude with theirs.
    factor = 1 if period == 2 else 2
    amplitudes, prominences = [], []
    for row, column in _frequencies(len(power), period):
        here = power[row, column]  # 3
        amplitudes.append(factor * np.sqrt(here).max())
        prominences.append(np.sqrt(here / _neighbours(power, row, column)).max())
    return Peak(float(max(amplitudes)), float(max(prominences)))


def _frequencies(side: int, period: int) -> Iterator[tuple[int, int]]:
    """Places in the spectrum of all waves that repeat after ``period`` pixels, and not sooner."""
    for row, column in product(range(period), repeat=2):
        if row % 2 or column % 2:
            yield row * side // period, column * side // period


def _neighbours(power: Floats, row: int, column: int) -> Floats:
    """Mean power of the frequencies nearby, of each channel."""
    reach = np.arange(-FAR, FAR + 1)
    area = power.take(row + reach, axis=0, mode="wrap").take(column + reach, axis=1, mode="wrap")
    near = np.maximum(np.abs(reach[:, None]), np.abs(reach)) < NEAR
    rounding = 2.25 / 12 / len(power) ** 2  # where the picture is constant
    mean: Floats = area[~near].mean(axis=0)
    return np.maximum(mean, rounding)


def _step(profile: Floats, start: int) -> Floats:
    """Mean of a band less the mean of what follows, of each channel."""
    end = start + BAND
    step: Floats = profile[start:end].mean(axis=0) - profile[end : end + 3 * BAND].mean(axis=0)
    return step
