"""Stability of painters with known results."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from realstyler.engine import Pixels
from realstyler.evaluation.stability import (
    MOTIONS,
    Motion,
    Stability,
    difference,
    inner,
    stability,
    with_noise,
)

HEIGHT, WIDTH = 120, 160


def itself(picture: Pixels) -> Pixels:
    """A network that paints nothing."""
    return picture


def negative(picture: Pixels) -> Pixels:
    """A pixel-wise painter, which follows every motion by whole pixels."""
    return 255 - picture


def locked(picture: Pixels) -> Pixels:
    """A painter whose 4×4 blocks don't move with the picture."""
    height, width = (side - side % 4 for side in picture.shape[:2])
    small = picture[:height:4, :width:4]
    painted = picture.copy()
    painted[:height, :width] = small.repeat(4, axis=0).repeat(4, axis=1)
    return painted


def test_a_painter_of_nothing_is_steady(busy: Callable[..., Pixels]) -> None:
    """The unpainted photograph follows every motion, and leaves noise unchanged."""
    found = stability(itself, busy(HEIGHT, WIDTH), seed=0)
    assert list(found.changes) == [motion.name for motion in MOTIONS]
    assert set(found.changes.values()) == {0.0}
    assert found.noise_gain == 1


def test_a_painter_of_pixels_follows_shifts(busy: Callable[..., Pixels]) -> None:
    """Shifts by whole pixels are exact; rotations and zooms differ by rounding at most."""
    changes = stability(negative, busy(HEIGHT, WIDTH), seed=0).changes
    assert [changes[f"shift {shift}"] for shift in ("1,0", "2,1", "3,2", "4,4")] == [0, 0, 0, 0]
    assert max(changes.values()) < 0.01


def test_a_grid_of_four_shows_at_every_other_shift(busy: Callable[..., Pixels]) -> None:
    """Strokes locked to a stride of 4 only follow shifts by 4."""
    changes = stability(locked, busy(HEIGHT, WIDTH), seed=0).changes
    assert changes["shift 4,4"] == 0
    assert min(changes[f"shift {shift}"] for shift in ("1,0", "2,1", "3,2")) > 0.005


def test_noise_gain(busy: Callable[..., Pixels]) -> None:
    """A painter that doubles the contrast doubles the noise."""

    def doubled(picture: Pixels) -> Pixels:
        return (2 * (picture.astype(int) - 128) + 128).clip(0, 255).astype(np.uint8)

    grey = (busy(HEIGHT, WIDTH) // 4 + 96).astype(np.uint8)  # never reaches the ends of the range
    assert stability(doubled, grey, seed=0).noise_gain == pytest.approx(2, abs=0.01)


def test_noise_is_seeded(busy: Callable[..., Pixels]) -> None:
    """The same seed gives the same noise, of 6 levels."""
    grey = np.full((HEIGHT, WIDTH, 3), 128, np.uint8)
    noisy = with_noise(grey, 1)
    assert np.array_equal(noisy, with_noise(grey, 1))
    assert not np.array_equal(noisy, with_noise(grey, 2))
    assert (noisy.astype(float) - 128).std() == pytest.approx(6, rel=0.05)


def test_motions_are_what_they_are_called() -> None:
    """A dot moves right and down, rotates around the centre, and moves outwards when zoomed."""
    dot = np.zeros((41, 41, 3), np.uint8)
    dot[20, 30] = 255

    def place(motion: Motion) -> list[int]:
        return [int(i) for i in np.unravel_index(motion.apply(dot)[..., 0].argmax(), (41, 41))]

    assert place(Motion("", right=3, down=2)) == [22, 33]
    assert place(Motion("", degrees=90)) == [30, 20]
    assert place(Motion("", zoom=1.5)) == [20, 35]


@given(
    st.integers(-9, 9), st.integers(-9, 9), st.floats(-5, 5), st.floats(0.9, 1.1), st.integers(0, 3)
)
def test_no_pixel_moves_beyond_the_reach(
    right: int, down: int, degrees: float, zoom: float, corner: int
) -> None:
    """The cropped border suffices for any motion: corners move farthest."""
    motion = Motion("", right, down, degrees, zoom)
    y, x = (1 if corner & 1 else -1) * 30, (1 if corner & 2 else -1) * 50
    angle = np.radians(degrees)
    there_x = (x * np.cos(angle) + y * np.sin(angle)) / zoom - right
    there_y = (y * np.cos(angle) - x * np.sin(angle)) / zoom - down
    assert np.hypot(there_x - x, there_y - y) <= motion.reach(60, 100) + 1e-6


def test_means_and_differences() -> None:
    """Averages are by name; differences are on the scale 0…1; cropping leaves a centre."""
    mean = Stability.mean([Stability({"a": 0.1}, 1.0), Stability({"a": 0.3}, 2.0)])
    assert mean == Stability({"a": pytest.approx(0.2)}, 1.5)
    black = np.zeros((5, 7, 3), np.uint8)
    assert difference(black, black + 51) == pytest.approx(0.2)
    assert inner(black, 1).shape == (3, 5, 3)
    assert inner(black, 9).shape == (3, 3, 3)
