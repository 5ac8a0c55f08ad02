"""Detects grids and frames, artifacts of upsampling and padding, on smooth gradients.

A gradient has neither a period nor a border of its own, so any in its painting is an artifact.
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
"""Wavelengths in pixels that a network with two halvings of resolution may leave."""

DARKEST, BRIGHTEST = 20.0, 235.0
NEAR, FAR = 3, 12
"""Distances in frequency steps between which a peak's neighbours lie."""

BAND = 4
"""Width of the border in pixels; its neighbours are three times as many pixels behind it."""

LEAST = 0.1
"""Minimum assumed for the typical step, in levels; smaller ones are rounding."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Peak:
    """A periodic artifact and how much it stands out."""

    amplitude: float
    """Levels of 255."""
    prominence: float
    """Ratio to the RMS of its neighbours; up to about 2 occurs by chance."""


def smooth_gradients(side: int, seed: int, count: int = GRADIENTS) -> list[Pixels]:
    """Return uint8 side×side×3 pictures; each channel is a linear ramp in its own direction.

    They are dithered, since plain rounding would introduce a pattern.
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

    Spectra use a Hann window and are averaged over the pictures; waves may run along rows, columns
    or both.
    """
    power = np.mean([_power(picture) for picture in pictures], axis=0)  # S×S×3
    return {period: _peak(power, period) for period in PERIODS}


def frame(pictures: Sequence[Pixels]) -> Peak:
    """Return the step between the border and the area behind it in pictures of S×S×3.

    It is averaged over pictures and sides, which cancels the gradients and keeps what all borders
    have in common, and compared with the steps further inside.
    """
    sides = [np.rot90(p, turn).mean(axis=1) for p in pictures for turn in range(4)]
    profile = np.mean(sides, axis=0)  # S×3, from the border inwards
    half = len(profile) // 2
    inside = [_step(profile, start) for start in range(4 * BAND, half - 4 * BAND)]
    usual = max(LEAST, float(np.sqrt(np.mean(np.square(inside)))))
    step = float(np.abs(_step(profile, 0)).max())
    return Peak(step, step / usual)


def _power(picture: Pixels) -> Floats:
    """Return the squared amplitudes of the waves in a picture, S×S×3."""
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
    """Return the frequencies of waves whose smallest period is ``period`` pixels."""
    for row, column in product(range(period), repeat=2):
        if row % 2 or column % 2:
            yield row * side // period, column * side // period


def _neighbours(power: Floats, row: int, column: int) -> Floats:
    """Return the mean power of nearby frequencies, per channel."""
    reach = np.arange(-FAR, FAR + 1)
    area = power.take(row + reach, axis=0, mode="wrap").take(column + reach, axis=1, mode="wrap")
    near = np.maximum(np.abs(reach[:, None]), np.abs(reach)) < NEAR
    rounding = 2.25 / 12 / len(power) ** 2  # for constant pictures
    mean: Floats = area[~near].mean(axis=0)
    return np.maximum(mean, rounding)


def _step(profile: Floats, start: int) -> Floats:
    """Return the mean of a band minus the mean of what follows, per channel."""
    end = start + BAND
    step: Floats = profile[start:end].mean(axis=0) - profile[end : end + 3 * BAND].mean(axis=0)
    return step
