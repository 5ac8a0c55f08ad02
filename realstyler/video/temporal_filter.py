"""The painting is carried from frame to frame where the video stands still, or pans as a whole."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from realstyler.engine import Pixels
from realstyler.video.motion import Motion, guessed_motion, moved_rows, refined_motion

State: TypeAlias = Mapping[str, NDArray[Any]]
"""All state that the next frames depend on."""

_CELL = 8
"""Side in pixels of the squares on which motion is judged."""

_WHOLE = 8
"""Shares are counted in eighths."""

_MANY, _UNEXPLAINED = 0.15, 0.5
"""Where a larger share of the squares moves, a pan is looked for; where so many move still after
it, it was none."""

_SLOWEST = 0.2
"""Pixels per frame of the slowest pan."""

_EXPLAINED = 0.8
"""A pan leaves at most this share of the change that there is without it: between two black frames
any motion explains the noise as well as none."""

_LIGHTER = 3.0
"""A square whose mean changes counts as so many times as much change: noise hardly moves a mean,
while fades move it from frame to frame, and would drag the old painting along."""

_ONE_FRAME = np.float32(0.5**0.5)
"""Two noisy frames differ by more than one of them from a smoothed past."""

_STRIP = 48
"""Rows that are computed at once, few enough for the cache of a core."""

_FINE = 6
"""Bits after the point in the levels of the past: whole ones would never quite follow."""

_STILL, _MOVING = 1.5, 3.0
"""Below so many times the noise a square stands still, above it moves."""

_LEAST_NOISE, _MOST_NOISE = 1.0, 6.0
"""Levels: camera noise is looked for between these; what changes more is motion."""

_QUIETEST = 0.25
"""Share of the squares that are taken to stand still, to judge the noise by."""


class TemporalFilter:
    """Keeps the painting where the video stands still, and moves it along where the camera pans.

    Where a frame differs from its smoothed past by no more than camera noise, the result is
    ``past + (painting − past) / 8``; where it moves, the painting itself; in eighths in between.
    Noise is judged in every frame. Where most squares move, but the same way, the past is shifted
    by whole pixels first, and the frame is compared with the shifted one before it.

    Levels of the past are kept in sixty-fourths, as 16-bit integers, and everything is computed
    in place, strip by strip: beside a network, memory traffic is what would cost time.
    """

    def __init__(self) -> None:
        self._noise = _LEAST_NOISE
        self._photo: Pixels | None = None
        self._seen = self._painted = _Past(np.zeros((_CELL, 3 * _CELL), np.uint8), _CELL)
        self._pan: Motion | None = None
        self._unrest = np.zeros((1, 1), np.float32)
        self._lag = 0.0, 0.0

    def reset(self) -> None:
        """Forget the past."""
        self._photo = self._pan = None

    def state(self) -> dict[str, NDArray[Any]]:
        """Return the state that the next result depends on, as arrays."""
        if self._photo is None:
            return {"noise": np.array(self._noise)}
        pan = {} if self._pan is None else {"pan": np.array([*self._pan, *self._lag])}
        pasts = {"seen": self._seen.fine, "painted": self._painted.fine}
        return {"noise": np.array(self._noise), "photo": self._photo, **pasts, **pan}

    def resume(self, state: State) -> None:
        """Continue from a state."""
        self.reset()
        self._noise = float(state["noise"])
        if "photo" not in state:
            return
        self._photo = state["photo"]
        self._seen = _Past.of(state["seen"], 2)
        self._painted = _Past.of(state["painted"], _CELL)
        if "pan" in state:
            down, right, *lag = map(float, state["pan"])
            self._pan, self._lag = Motion(down, right), (lag[0], lag[1])

    def apply(self, photo: Pixels, painting: Pixels) -> Pixels:
        """Steady uint8 H×W×3 in place and return it; ``photo`` is what it was painted from.

        ``photo`` is kept until the next frame and must not change.
        """
        height, width, _ = photo.shape
        if min(height, width) < _CELL:
            return painting
        seen = photo.reshape(height, 3 * width)[_sampled(height)]
        painted = painting.reshape(height, 3 * width)
        previous, self._photo = self._photo, photo
        if previous is None or previous.shape != photo.shape:
            self._seen, self._painted = _Past(seen, 2), _Past(painted, _CELL)
            return painting
        change = self._change(previous, photo, seen)  # h×w
        shares = _shares(change, self._noise)  # h×w in eighths
        if self._pan is None:
            self._seen.approach(seen, shares)
        else:
            self._seen.replace(seen)
        self._painted.approach(painted, shares, painted)
        self._judge_noise()
        return painting

    def _change(
        self, previous: Pixels, photo: Pixels, seen: NDArray[np.uint8]
    ) -> NDArray[np.float32]:
        """Return how much each square differs from the past, which is moved along in a pan."""
        change = None if self._pan is None else self._follow(previous, photo, seen, self._pan)
        if change is not None:
            return change
        self._pan = None
        change = self._compared(self._seen.levels(), seen)
        if (change > _MOVING).mean() > _MANY:
            guess = guessed_motion(previous, photo)
            followed = self._follow(previous, photo, seen, guess)
            change = change if followed is None else followed
        return change

    def _follow(
        self, previous: Pixels, photo: Pixels, seen: NDArray[np.uint8], guess: Motion
    ) -> NDArray[np.float32] | None:
        """Move the past along and return what else changed, or ``None`` if that is most of it."""
        motion = refined_motion(previous, photo, guess)
        if max(map(abs, motion)) < _SLOWEST:
            return None
        rows = _sampled(len(photo))
        before, unmoved = moved_rows(previous, rows, motion), previous[rows].reshape(seen.shape)
        change = _differences(before, seen)
        if not _explains(change, _differences(unmoved, seen), motion):
            return None
        change *= _ONE_FRAME
        # Whole pixels keep the strokes sharp; what is left over is made up for later.
        lag = self._lag if self._pan else (0.0, 0.0)
        down, right = (length + late for length, late in zip(motion, lag, strict=True))
        whole = round(down), round(right)
        _uncover(change, motion, whole)
        if (change > _MOVING * self._noise).mean() > _UNEXPLAINED:
            return None
        self._painted.move(*whole)
        self._unrest = change
        self._pan, self._lag = motion, (down - whole[0], right - whole[1])
        return change

    def _compared(self, one: NDArray[np.uint8], two: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return how much each square changes, h×w, and keep what of it may be noise."""
        change, lighter = _differences(one, two), np.abs(_lightening(one, two))
        self._unrest = np.sqrt(np.maximum(change**2 - lighter**2, 0))
        return np.maximum(change, _LIGHTER * lighter)

    def _judge_noise(self) -> None:
        place = int(_QUIETEST * (self._unrest.size - 1))
        quiet = float(np.partition(self._unrest, place, axis=None)[place])
        noise = min(max(quiet, _LEAST_NOISE), _MOST_NOISE)
        self._noise += 0.2 * (noise - self._noise)


class _Past:
    """Smoothed rows of levels, and the memory to compute the next ones.

    Args:
        rows: uint8 R×3W, the first ones.
        side: how many of the rows belong to one square; what is left over, to the last one.
    """

    def __init__(self, rows: NDArray[np.uint8], side: int) -> None:
        height, width = rows.shape
        self._side = side
        self.fine = _fine(rows)
        self._spare: NDArray[np.int16] | None = None
        self._scratch = np.empty((min(_STRIP, height), width), np.int16)
        self._widths = np.full(width // (3 * _CELL), 3 * _CELL)
        self._widths[-1] += width % (3 * _CELL)

    @classmethod
    def of(cls, fine: NDArray[np.int16], side: int) -> Self:
        """Make one of what another's ``fine`` holds."""
        past = cls(np.zeros(fine.shape, np.uint8), side)
        past.fine = fine
        return past

    def levels(self) -> NDArray[np.uint8]:
        """Return the rows, R×3W."""
        return (self.fine >> _FINE).astype(np.uint8)

    def replace(self, rows: NDArray[np.uint8]) -> None:
        """Restart with other rows."""
        _fine(rows, self.fine)

    def move(self, down: int, right: int) -> None:
        """Move the view by whole pixels; what comes into it is 0.

        It is overwritten, but its last bits stay: the same frames have to give the same result.
        """
        height, width = self.fine.shape
        moved = np.empty_like(self.fine) if self._spare is None else self._spare
        rows, columns = _overlap(height, down), _overlap(width, 3 * right)
        moved[rows[1], columns[1]] = self.fine[rows[0], columns[0]]
        moved[: rows[1].start] = moved[rows[1].stop :] = 0
        moved[:, : columns[1].start] = moved[:, columns[1].stop :] = 0
        self.fine, self._spare = moved, self.fine

    def approach(
        self,
        rows: NDArray[np.uint8],
        shares: NDArray[np.int16],
        result: NDArray[np.uint8] | None = None,
    ) -> None:
        """Move towards ``rows`` by the shares of the squares, h×w; ``result`` takes the levels."""
        wide = shares.repeat(self._widths, axis=1)  # h×3W
        moving = shares.min(axis=1) == _WHOLE
        for squares, strip in _strips(len(rows), self._side):
            past, new = self.fine[strip], rows[strip]
            if moving[squares].all():  # the result is the new one
                _fine(new, past)
                continue
            self._step(past, new, wide[squares])
            if result is not None:
                np.right_shift(past, _FINE, out=result[strip], casting="unsafe")

    def _step(
        self, past: NDArray[np.int16], new: NDArray[np.uint8], shares: NDArray[np.int16]
    ) -> None:
        """Move ``past`` towards ``new`` by eighths, in place."""
        step = _fine(new, self._scratch[: len(past)])
        step -= past
        step >>= _WHOLE.bit_length() - 1
        squares = step.reshape(len(shares), -1, step.shape[1])
        squares *= shares[:, None]
        past += step


def _fine(rows: NDArray[np.uint8], out: NDArray[np.int16] | None = None) -> NDArray[np.int16]:
    """Return levels in fine steps, each in the middle of its step, so that cutting off rounds."""
    fine = np.empty(rows.shape, np.int16) if out is None else out
    fine[:] = rows
    fine *= 1 << _FINE
    fine += 1 << _FINE >> 1
    return fine


def _sampled(height: int) -> slice:
    """Return the rows on which motion is judged: two whole ones of each whole square.

    They tell it as well as all rows, and are read much faster than pixels here and there.
    """
    return slice(_CELL // 4, height - height % _CELL, _CELL // 2)


def _overlap(length: int, shift: int) -> tuple[slice, slice]:
    """Return what stays in view when it moves: where that was, and where it is."""
    shift = min(max(shift, -length), length)
    before = slice(max(0, shift), length + min(0, shift))
    return before, slice(max(0, -shift), length - max(0, shift))


def _differences(one: NDArray[np.uint8], two: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the mean absolute difference in each whole square of sampled rows, h×w, in levels."""
    height, width = len(one) // 2, one.shape[1] // (3 * _CELL)
    difference = np.maximum(one, two)
    difference -= np.minimum(one, two)
    columns = difference.reshape(height, 2, -1).sum(1, dtype=np.uint16)
    whole = columns[:, : width * 3 * _CELL].reshape(height, width, 3 * _CELL)
    means: NDArray[np.float32] = np.einsum("hwp->hw", whole) * np.float32(1 / (6 * _CELL))
    return means


def _lightening(one: NDArray[np.uint8], two: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return by how many levels the mean of each whole square rises, h×w."""
    height, width = len(one) // 2, one.shape[1] // (3 * _CELL)
    before, after = (
        rows.reshape(height, 2, -1)[..., : width * 3 * _CELL]
        .sum(1, dtype=np.uint16)
        .reshape(height, width, 3 * _CELL)
        .sum(2, dtype=np.float32)
        for rows in (one, two)
    )
    means: NDArray[np.float32] = (after - before) / np.float32(6 * _CELL)
    return means


def _explains(moved: NDArray[np.float32], unmoved: NDArray[np.float32], motion: Motion) -> bool:
    """Whether a motion leaves clearly less change, h×w, than none does, away from the borders."""
    down, right = (math.ceil(abs(length) / _CELL) + 1 for length in motion)
    inside = np.s_[down:-down, right:-right]
    return bool(moved[inside].sum() < _EXPLAINED * unmoved[inside].sum())


def _uncover(change: NDArray[np.float32], motion: Motion, whole: tuple[int, int]) -> None:
    """Mark the squares, h×w, that were beyond the border one frame ago."""
    for axis, lengths in enumerate(zip(motion, whole, strict=True)):
        for length in lengths:
            # Less than a sixteenth of a pixel reads nothing beyond the border.
            squares = math.ceil(math.ceil(abs(length) - 1 / 32) / _CELL)
            edge = (
                slice(max(0, change.shape[axis] - squares), None) if length > 0 else slice(squares)
            )
            change.swapaxes(0, axis)[edge] = np.inf


def _shares(change: NDArray[np.float32], noise: float) -> NDArray[np.int16]:
    """Return the share of the new painting in each square, 1…8 eighths, h×w."""
    still, moving = _STILL * noise, _MOVING * noise
    motion = np.clip((change - still) * np.float32(1 / (moving - still)), 0, 1)
    near = _window(motion, np.maximum)
    soft = np.maximum(near, _window(near, np.add) / 9)  # falls off outside, never inside
    return (1.5 + 7 * np.minimum(soft, 1)).astype(np.int16)


def _window(cells: NDArray[np.float32], combine: Any) -> NDArray[np.float32]:
    """Combine each square with its eight neighbours."""
    padded = np.empty((cells.shape[0] + 2, cells.shape[1] + 2), np.float32)
    padded[1:-1, 1:-1] = cells
    padded[0, 1:-1], padded[-1, 1:-1] = cells[0], cells[-1]
    padded[:, 0], padded[:, -1] = padded[:, 1], padded[:, -2]
    across = combine(combine(padded[:, :-2], padded[:, 1:-1]), padded[:, 2:])
    down: NDArray[np.float32] = combine(combine(across[:-2], across[1:-1]), across[2:])
    return down


def _strips(height: int, side: int) -> Iterator[tuple[slice, slice]]:
    """Yield which rows of squares to compute at once, and their pixels.

    Rows that fill no square come last, with the squares above them.
    """
    whole, several = height // side, _STRIP // side
    for first in range(0, whole, several):
        last = min(first + several, whole)
        yield slice(first, last), slice(first * side, last * side)
    if height % side:
        yield slice(whole - 1, whole), slice(whole * side, height)
