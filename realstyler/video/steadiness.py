"""Against flicker: what stands still in the video stands still in the painting.

A network paints every frame anew, so that camera noise, amplified, makes strokes boil. Two things
are carried from frame to frame: the statistics that the network normalizes by, and the painting
itself, where the video does not move. Both are forgotten where the scene is cut.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from realstyler.engine import Cancellation, Controls, Pixels, Stylizer

_CELL = 8
"""Motion is judged on squares of so many pixels."""

_WHOLE = 8
"""Shares are counted in eighths."""

_STRIP = 3
"""Rows of squares that are computed at once."""

_FINE = 6
"""Bits after the point in the levels of the past: whole ones would never quite follow."""

_STILL, _MOVING = 1.5, 3.0
"""Below so many times the noise a square stands still, above it moves."""

_LEAST_NOISE, _MOST_NOISE = 1.0, 6.0
"""Levels: camera noise is looked for between these; what changes more is motion."""

_QUIETEST = 0.25
"""Share of the squares that are taken to stand still, to judge the noise by."""


class SceneCuts:
    """Tells where one scene ends and the next begins.

    A cut changes both the arrangement (means of coarse blocks) and the distribution of the
    colours; motion changes the one, a flash or a fade mostly the other.
    """

    _ARRANGEMENT, _CERTAIN, _DISTRIBUTION = 18.0, 50.0, 0.25
    _BLOCKS = 12

    def __init__(self) -> None:
        self._blocks: NDArray[np.float32] | None = None
        self._histogram = np.zeros(0)

    def begins(self, frame: Pixels) -> bool:
        """Tell whether uint8 H×W×3 begins a scene; the first frame does."""
        step = max(1, min(frame.shape[:2]) // 60)
        small = frame[::step, ::step]
        blocks, histogram = _block_means(small, self._BLOCKS), _histogram(small)
        previous, self._blocks = self._blocks, blocks
        old, self._histogram = self._histogram, histogram
        if previous is None or previous.shape != blocks.shape:
            return True
        arrangement = float(np.abs(blocks - previous).mean())
        distribution = float(np.abs(histogram - old).sum()) / 2
        return arrangement > self._CERTAIN or (
            arrangement > self._ARRANGEMENT and distribution > self._DISTRIBUTION
        )


class TemporalFilter:
    """Keeps the painting where the video stands still.

    Where a frame differs from its smoothed past by no more than camera noise, the result is
    ``past + (painting − past) / 8``; where it moves, the painting itself; in eighths in between.
    Noise is judged in every frame.

    Levels of the past are kept in sixty-fourths, as 16-bit integers, and everything is computed
    strip by strip: on a CPU that the network keeps busy, memory traffic is what would cost time.
    """

    def __init__(self) -> None:
        self._noise = _LEAST_NOISE
        self._photo: NDArray[np.int16] | None = None
        self._past = np.zeros((0, 0), np.int16)

    def reset(self) -> None:
        """Forget the past."""
        self._photo = None

    def apply(self, photo: Pixels, painting: Pixels) -> Pixels:
        """Steady uint8 H×W×3 in place and return it; ``photo`` is what it was painted from."""
        height, width, _ = photo.shape
        if min(height, width) < _CELL:
            return painting
        # A quarter of the pixels tells motion as well as all of them.
        seen = np.ascontiguousarray(photo[::2, ::2]).reshape(-(-height // 2), -1)
        painted = painting.reshape(height, 3 * width)
        if self._photo is None or self._past.shape != painted.shape:
            self._photo, self._past = _fine(seen), _fine(painted)  # H/2×3W/2, H×3W
            return painting
        change = _change(seen, self._photo)  # h×w
        shares = _shares(change, self._noise)  # h×w in eighths
        _approach_all(self._photo, seen, shares, _CELL // 2)
        _approach_all(self._past, painted, shares, _CELL, painted)
        self._judge_noise(change)
        return painting

    def _judge_noise(self, change: NDArray[np.float32]) -> None:
        quiet = float(np.quantile(change, _QUIETEST))
        noise = min(max(quiet, _LEAST_NOISE), _MOST_NOISE)
        self._noise += 0.2 * (noise - self._noise)


def _fine(rows: NDArray[np.uint8]) -> NDArray[np.int16]:
    return np.left_shift(rows, _FINE, dtype=np.int16)


def _levels(fine: NDArray[np.int16]) -> NDArray[np.uint8]:
    levels: NDArray[np.uint8] = ((fine + (1 << _FINE >> 1)) >> _FINE).astype(np.uint8)
    return levels


def _change(seen: NDArray[np.uint8], past: NDArray[np.int16]) -> NDArray[np.float32]:
    """Return the mean absolute difference in each whole square, h×w, in levels."""
    side = _CELL // 2
    height, width = len(seen) // side, seen.shape[1] // (3 * side)
    new, old = (rows[: height * side, : width * 3 * side] for rows in (seen, _levels(past)))
    difference = np.maximum(new, old) - np.minimum(new, old)
    columns = difference.reshape(height, side, -1).sum(1, dtype=np.uint16)
    sums = np.einsum("hwp->hw", columns.reshape(height, width, 3 * side))
    means: NDArray[np.float32] = sums * np.float32(1 / (3 * side * side))
    return means


def _shares(change: NDArray[np.float32], noise: float) -> NDArray[np.int16]:
    """Return the share of the new painting in each square, 1…8 eighths, h×w."""
    still, moving = _STILL * noise, _MOVING * noise
    motion = np.clip((change - still) * (1 / (moving - still)), 0, 1)
    near = _window(motion, np.maximum)
    soft = np.maximum(near, _window(near, np.add) / 9)  # falls off outside, never inside
    return (1.5 + 7 * np.clip(soft, 0, 1)).astype(np.int16)


def _window(cells: NDArray[np.float32], combine: Any) -> NDArray[np.float32]:
    """Combine each square with its eight neighbours."""
    padded = np.pad(cells, 1, mode="edge")
    across = combine(combine(padded[:, :-2], padded[:, 1:-1]), padded[:, 2:])
    down: NDArray[np.float32] = combine(combine(across[:-2], across[1:-1]), across[2:])
    return down


def _approach_all(
    past: NDArray[np.int16],
    new: NDArray[np.uint8],
    shares: NDArray[np.int16],
    side: int,
    result: NDArray[np.uint8] | None = None,
) -> None:
    """Move ``past`` towards ``new`` by the shares of its squares; ``result`` takes its levels."""
    columns = np.minimum(np.arange(new.shape[1]) // (3 * side), shares.shape[1] - 1)
    wide = shares[:, columns]  # h×3W
    for rows, strip in _strips(len(new), side):
        if wide[rows].min() == _WHOLE:  # moving all over, as in a pan: the result is the new one
            past[strip] = _fine(new[strip])
            continue
        squares = (len(wide[rows]), -1, new.shape[1])
        old, target = past[strip].reshape(squares), new[strip].reshape(squares)
        _approach(old, target, wide[rows, None])
        if result is not None:
            result[strip] = _levels(past[strip])


def _strips(height: int, side: int) -> Iterator[tuple[slice, slice]]:
    """Yield which rows of squares to compute at once, few enough for the cache, and their pixels.

    Rows that fill no square come last, with the squares above them.
    """
    whole = height // side
    for first in range(0, whole, _STRIP):
        last = min(first + _STRIP, whole)
        yield slice(first, last), slice(first * side, last * side)
    if height % side:
        yield slice(whole - 1, whole), slice(whole * side, height)


def _approach(past: NDArray[np.int16], new: NDArray[np.uint8], share: NDArray[np.int16]) -> None:
    """Move ``past``, in fine levels, towards ``new`` by eighths, in place."""
    step = _fine(new)
    step -= past
    step >>= 3
    step *= share
    past += step


class SteadyStream:
    """Stylizes the frames of one video, one after the other, without flicker.

    Args:
        stylizer: the style, network and device.
        controls: strength, colours and stroke; may be replaced between frames.
        steady: false paints every frame on its own.
    """

    def __init__(
        self, stylizer: Stylizer, controls: Controls | None = None, *, steady: bool = True
    ) -> None:
        chosen = controls or Controls()
        self._stream = stylizer.stream(
            strength=chosen.strength, keep_colors=chosen.keep_colors, stroke=chosen.stroke
        )
        self._cuts = SceneCuts() if steady else None
        self._filter = TemporalFilter()
        self._last: tuple[Pixels, Pixels] | None = None

    @property
    def controls(self) -> Controls:
        """How the painting is mixed with its photograph."""
        return self._stream.controls

    @controls.setter
    def controls(self, controls: Controls) -> None:
        self._stream.controls = controls

    def stylize(self, frame: Pixels, *, cancel: Cancellation | None = None) -> Pixels:
        """Return the painting of uint8 H×W×3, a new array unless the frame is the very last one.

        Raises:
            Cancelled: ``cancel`` was used.
        """
        if self._last is not None and self._last[0] is frame:
            return self._last[1]
        result = self._paint(frame, cancel)
        self._last = frame, result
        return result

    def _paint(self, frame: Pixels, cancel: Cancellation | None) -> Pixels:
        painting = np.empty_like(frame)
        if self._cuts is None:
            return self._stream.stylize(frame, painting, cancel=cancel)
        if self._cuts.begins(frame):
            self._filter.reset()
        self._stream.stylize(frame, painting, cancel=cancel)
        return self._filter.apply(frame, painting)


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
