"""Smooth and detailed pictures for the tests of evaluation."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from realstyler.engine import Pixels


@pytest.fixture(scope="session")
def busy() -> Callable[..., Pixels]:
    """A picture with structure at every scale: height, width, seed → uint8 H×W×3."""

    def make(height: int, width: int, seed: int = 0) -> Pixels:
        random = np.random.default_rng(seed)
        levels = np.zeros((height, width, 3))
        for cells in (3, 8, 24):
            coarse = random.integers(0, 256, (cells, cells, 3), dtype=np.uint8)
            grown = Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)
            levels += np.asarray(grown, float) / 3
        return levels.round().clip(0, 255).astype(np.uint8)

    return make
