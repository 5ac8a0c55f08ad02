"""A synthetic test picture with the flat areas, edges and texture of photographs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageEnhance

OCTAVES = 7
DISKS = 24
SATURATION = 0.35
"""Retained saturation, since the channels of photographs are correlated."""


def scene(height: int, width: int, seed: int = 0) -> NDArray[np.uint8]:
    """Generate a uint8 H×W×3 picture, identical on every machine for the same size.

    Noise whose amplitude falls with frequency, as in photographs (Field 1987), below disks whose
    edges occlude one another (the dead leaves model, Lee et al. 2001).
    """
    random = np.random.default_rng(seed)
    picture = _clouds(random, height, width)
    draw = ImageDraw.Draw(picture)
    for _ in range(DISKS):
        x, y = random.uniform(0, width), random.uniform(0, height)
        radius = min(height, width) * random.uniform(0.02, 0.2)
        box = (x - radius, y - radius, x + radius, y + radius)
        draw.ellipse(box, fill=tuple(random.integers(0, 256, 3).tolist()))
    textured = Image.blend(picture, _clouds(random, height, width), 0.2)
    return np.array(ImageEnhance.Color(textured).enhance(SATURATION))


def _clouds(random: np.random.Generator, height: int, width: int) -> Image.Image:
    total = np.full((height, width, 3), 128, np.float32)
    for octave in range(OCTAVES):
        cells = random.integers(0, 256, (3 << octave, 4 << octave, 3), dtype=np.uint8)
        layer = Image.fromarray(cells).resize((width, height), Image.Resampling.BICUBIC)
        total += (np.asarray(layer, np.float32) - 127.5) * 0.6**octave
    return Image.fromarray(np.clip(total, 0, 255).astype(np.uint8))
