"""Scene cut detection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from realstyler.engine import Pixels


class SceneCuts:
    """Detects scene cuts.

    A cut changes both the arrangement (means of coarse blocks) and the distribution of the
    colours; motion changes the one, a flash or a fade mostly the other.
    """

    _ARRANGEMENT, _CERTAIN, _DISTRIBUTION = 18.0, 50.0, 0.25
    _BLOCKS = 12

    def __init__(self) -> None:
        self._previous: Pixels | None = None

    def begins(self, frame: Pixels) -> bool:
        """Tell whether uint8 H×W×3 begins a scene; the first frame does."""
        step = max(1, min(frame.shape[:2]) // 60)
        small = frame[::step, ::step].copy()
        previous, self._previous = self._previous, small
        if previous is None or previous.shape != small.shape:
            return True
        return self._differ(previous, small)

    def state(self) -> dict[str, NDArray[Any]]:
        """Return the state that the next answer depends on, as arrays."""
        return {} if self._previous is None else {"small": self._previous}

    def resume(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Continue from a state."""
        self._previous = state.get("small")

    def _differ(self, one: Pixels, two: Pixels) -> bool:
        # Blocks differ less than the pixels in them: a cheap test that settles most frames.
        if _distance(one, two) < self._ARRANGEMENT / 2:
            return False
        arrangement = _distance(*(_block_means(picture, self._BLOCKS) for picture in (one, two)))
        distribution = float(np.abs(_histogram(one) - _histogram(two)).sum()) / 2
        return arrangement > self._CERTAIN or (
            arrangement > self._ARRANGEMENT and distribution > self._DISTRIBUTION
        )


def _distance(one: NDArray[Any], two: NDArray[Any]) -> float:
    """Return the mean absolute difference."""
    return float((np.maximum(one, two) - np.minimum(one, two)).mean())


def _block_means(picture: Pixels, blocks: int) -> NDArray[np.float32]:
    """Return the mean colours of blocks × blocks parts, fewer if the picture is smaller."""
    height, width = picture.shape[:2]
    rows = np.linspace(0, height, min(blocks, height), endpoint=False).astype(int)
    columns = np.linspace(0, width, min(blocks, width), endpoint=False).astype(int)
    sums = np.add.reduceat(np.add.reduceat(picture.astype(np.float32), rows, 0), columns, 1)
    counts = np.diff(np.append(rows, height))[:, None] * np.diff(np.append(columns, width))
    means: NDArray[np.float32] = (sums / counts[..., None]).astype(np.float32)
    return means


def _histogram(picture: Pixels) -> NDArray[np.float64]:
    """Return the shares of 4×4×4 colours."""
    cells = (picture >> 6).astype(np.int64)
    index = cells[..., 0] * 16 + cells[..., 1] * 4 + cells[..., 2]
    return np.bincount(index.ravel(), minlength=64) / index.size
