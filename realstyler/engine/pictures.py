"""Pictures as arrays: validation, padding and scaling."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from realstyler.errors import InputError

Pixels = NDArray[np.uint8]
"""H×W×3 RGB levels in 0..255."""

LARGEST_SIDE = 65500
"""Pixels; more than any common picture format supports."""


def as_pixels(picture: Any) -> Pixels:
    """Return a picture as contiguous uint8 H×W×3, without copying if possible.

    Raises:
        InputError: it is something else, or empty.
    """
    if not isinstance(picture, np.ndarray) or picture.dtype != np.uint8:
        kind = getattr(picture, "dtype", type(picture).__name__)
        raise InputError(code="pixels-of-wrong-type", kind=str(kind))
    if picture.ndim != 3 or picture.shape[2] != 3 or 0 in picture.shape:
        shape = "×".join(map(str, picture.shape))
        raise InputError(code="pixels-of-wrong-shape", shape=shape)
    if max(picture.shape) > LARGEST_SIDE:
        raise InputError(code="picture-side-too-long", side=max(picture.shape))
    # OpenVINO only shares memory with writeable arrays.
    return np.require(picture, requirements=["C_CONTIGUOUS", "WRITEABLE"])


def check_output(out: Pixels, picture: Pixels) -> None:
    """Raise `InputError` unless ``out`` can hold the stylization of ``picture``."""
    fits = out.dtype == np.uint8 and out.shape == picture.shape and out.flags.c_contiguous
    if not fits or np.may_share_memory(out, picture):
        raise InputError(code="output-does-not-fit")


def grow_into(picture: Pixels, grown: Pixels) -> None:
    """Copy a picture into a larger one, replicating its last row and column."""
    height, width = picture.shape[:2]
    grown[:height, :width] = picture
    grown[:height, width:] = picture[:, -1:]
    grown[height:] = grown[height - 1]


def scaled_size(height: int, width: int, longer_side: int) -> tuple[int, int]:
    """Return the size with the same aspect ratio and a given longer side, at least 1 pixel."""
    factor = longer_side / max(height, width)
    return max(1, round(height * factor)), max(1, round(width * factor))
