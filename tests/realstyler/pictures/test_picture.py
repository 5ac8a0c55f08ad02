"""A picture in memory."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from picture_files import (
    gradient,
)
from realstyler import pictures
from realstyler.pictures import Picture


def test_picture_refuses_other_arrays() -> None:
    """Arrays of another type or shape are mistakes of a program and refused at once."""
    for pixels in (np.zeros((2, 2, 3), np.float32), np.zeros((2, 2, 4), np.uint8)):
        with pytest.raises(ValueError, match="H×W×3"):
            Picture(pixels)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="alpha"):
        Picture(gradient(), np.zeros((1, 1), np.uint8))


@given(st.integers(1, 90), st.integers(1, 90), st.integers(16, 100))
@settings(deadline=None, max_examples=30)
def test_a_reduced_picture_keeps_its_shape(height: int, width: int, side: int) -> None:
    """No side is longer than asked for or vanishes, alpha goes along, and nothing is enlarged."""
    picture = pictures.Picture(
        np.zeros((height, width, 3), np.uint8), alpha=np.full((height, width), 9, np.uint8)
    )
    reduced = pictures.reduced(picture, side)
    assert max(reduced.pixels.shape[:2]) == min(side, max(height, width))
    assert reduced.alpha is not None
    assert reduced.alpha.min() == reduced.alpha.max() == 9
