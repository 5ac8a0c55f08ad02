"""How far a whole picture moves from one frame to the next, as when the camera pans."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from realstyler.engine import Pixels

_FARTHEST = 1 / 8
"""Share of a side that a picture moves at most."""

_ROWS = 32
"""Approximate number of rows that are compared."""

_ROUNDS, _CLOSE = 3, 0.75
"""Gradients hold within a pixel or so: for larger motions they are computed again from there."""

_STEPS = 16
"""Parts of a pixel; those of both directions and 8 bits fit into 16."""


class Motion(NamedTuple):
    """Pixels by which the view moves: what is at (y, x) now was at (y + down, x + right)."""

    down: float
    right: float


def guessed_motion(one: Pixels, two: Pixels) -> Motion:
    """Estimate by how many whole pixels a frame moved as a whole; uint8 H×W×3.

    Cross-correlates the sums over rows and over columns, which is far cheaper than the pictures.
    """
    return Motion(*map(_shift_of, _profiles(one), _profiles(two)))


def refined_motion(one: Pixels, two: Pixels, guess: Motion) -> Motion:
    """Refine a close guess to fractions of a pixel (Lucas and Kanade, 1981)."""
    down, right = round(guess.down), round(guess.right)
    rest = _rest(one, two, down, right)
    for _ in range(_ROUNDS - 1):
        if max(map(abs, rest)) < _CLOSE:
            break
        down, right = down + round(rest.down), right + round(rest.right)
        rest = _rest(one, two, down, right)
    return Motion(down + rest.down, right + rest.right)


def _profiles(picture: Pixels) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the sums of some columns, H, and of some rows, W."""
    height, width, _ = picture.shape
    middle = picture[:, width * 2 // 5 : width * 3 // 5].reshape(height, -1)
    rows = picture.reshape(height, -1)[:: _every(height)].sum(0, dtype=np.uint32)
    return (
        middle.sum(1, dtype=np.uint32).astype(np.float32),
        rows.reshape(width, 3).sum(1).astype(np.float32),
    )


def _shift_of(one: NDArray[np.float32], two: NDArray[np.float32]) -> int:
    """Return s so that ``two[i] ≈ one[i + s]``."""
    size = 2 * len(one)  # room for shifts without wrapping around
    before, after = (np.fft.rfft(np.diff(profile), size) for profile in (one, two))
    correlation = np.fft.irfft(before * np.conj(after), size)
    farthest = max(1, int(len(one) * _FARTHEST))
    near = np.concatenate([correlation[-farthest:], correlation[: farthest + 1]])
    best = int(near.argmax())
    return best - farthest if near[best] > near[farthest] else 0


def _every(height: int) -> int:
    return max(1, height // _ROWS)


def _rest(one: Pixels, two: Pixels, down: int, right: int) -> Motion:
    """Return the motion that remains after a shift by whole pixels, at most about a pixel."""
    height, width, _ = one.shape
    every = _every(height)
    rows = 1 + max(0, -down), height - 1 - max(0, down)
    columns = slice(max(0, -right), width - max(0, right))
    beside = slice(columns.start + right, columns.stop + right)
    above, before, below = (
        one[rows[0] + down + more : rows[1] + down + more : every, beside, 1].astype(np.float32)
        for more in (-1, 0, 1)
    )
    change = (two[rows[0] : rows[1] : every, columns, 1] - before)[:, 1:-1].ravel()
    if not change.size:
        return Motion(0, 0)
    change -= change.mean()  # a change of brightness is no motion
    vertical, horizontal = (
        (below - above)[:, 1:-1].ravel(),
        (before[:, 2:] - before[:, :-2]).ravel(),
    )
    a, b, c = vertical @ vertical, vertical @ horizontal, horizontal @ horizontal
    determinant = a * c - b * b
    if determinant <= 1e-6 * a * c:  # no texture to track
        return Motion(0, 0)
    # The gradients span two pixels, hence the factor.
    p, q = 2 * (vertical @ change), 2 * (horizontal @ change)
    rest = ((c * p - b * q) / determinant, (a * q - b * p) / determinant)
    return Motion(*(min(max(float(length), -1.0), 1.0) for length in rest))


def moved_rows(picture: Pixels, every: slice, motion: Motion) -> NDArray[np.uint8]:
    """Return rows of a frame as they look after a motion, between pixels by interpolation.

    Args:
        picture: uint8 H×W×3.
        every: which rows, R of them.
        motion: by how much; pixels from beyond the border are undefined.

    Returns:
        uint8 R×3W.
    """
    height, width, _ = picture.shape
    rows = picture.reshape(height, 3 * width)
    numbers = range(height)[every]
    result = np.empty((len(numbers), 3 * width), np.uint8)
    (down, below), (right, beside) = _split(motion.down), _split(motion.right)
    next_row, next_column = int(below > 0), int(beside > 0)
    seen = [k for k, y in enumerate(numbers) if 0 <= y + down < height - next_row]
    first, last = 3 * max(0, -right), 3 * (width - max(0, right + next_column))
    if not seen or first >= last:
        return result
    begin, end = numbers[seen[0]] + down, numbers[seen[-1]] + down + 1
    lower = slice(begin + next_row, end + next_row, every.step)
    mixed = _mixed(rows[begin : end : every.step], rows[lower], below)
    start, stop = first + 3 * right, last + 3 * right
    farther = slice(start + 3 * next_column, stop + 3 * next_column)
    mixed = _mixed(mixed[:, start:stop], mixed[:, farther], beside)
    shift = 2 * (_STEPS.bit_length() - 1)
    np.right_shift(mixed, shift, out=result[seen[0] : seen[-1] + 1, first:last], casting="unsafe")
    return result


def _mixed(one: NDArray[Any], two: NDArray[Any], steps: int) -> NDArray[np.uint16]:
    """Return the levels between two, in sixteenths."""
    mixed: NDArray[np.uint16] = np.multiply(one, _STEPS - steps, dtype=np.uint16)
    if steps:
        mixed += np.multiply(two, steps, dtype=np.uint16)
    return mixed


def _split(length: float) -> tuple[int, int]:
    """Return whole pixels and the steps between them."""
    steps = round(length * _STEPS)
    whole = math.floor(steps / _STEPS)
    return whole, steps - whole * _STEPS
