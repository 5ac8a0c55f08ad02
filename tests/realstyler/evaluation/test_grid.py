"""Grids and frames are found where they were added, and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest

from realstyler.engine import Pixels, Stylizer
from realstyler.evaluation.grid import frame, smooth_gradients, waves
from realstyler.registry import find_style
from realstyler.registry.weights import NetworkName

SIDE = 128
CHANCE = 2.5


def with_noise(amount: float = 4.0) -> list[Pixels]:
    """Gradients with fine texture, like paintings."""
    random = np.random.default_rng(3)
    return [
        (one + random.normal(0, amount, one.shape)).round().clip(0, 255).astype(np.uint8)
        for one in smooth_gradients(SIDE, seed=1)
    ]


def painted_over(pattern: np.ndarray) -> list[Pixels]:
    """The textured gradients plus a pattern of S×S levels."""
    return [
        (one + pattern[..., None]).round().clip(0, 255).astype(np.uint8) for one in with_noise()
    ]


def test_gradients_are_smooth_and_reproducible() -> None:
    """Neighbours differ by a few levels, the range is wide, and the seed determines them."""
    gradients = smooth_gradients(SIDE, seed=1)
    for one in gradients:
        assert (one.shape, one.dtype) == ((SIDE, SIDE, 3), np.uint8)
        assert np.abs(np.diff(one.astype(int), axis=0)).max() <= 3
        assert np.ptp(one) > 100
    assert np.array_equal(gradients, smooth_gradients(SIDE, seed=1))
    assert not np.array_equal(gradients, smooth_gradients(SIDE, seed=2))


@pytest.mark.parametrize("pictures", [smooth_gradients(SIDE, seed=1), with_noise()])
def test_a_picture_without_a_grid_has_no_peak(pictures: list[Pixels]) -> None:
    """Neither gradients nor noise stand out at any period or at the border."""
    for peak in (*waves(pictures).values(), frame(pictures)):
        assert peak.amplitude < 1
        assert peak.prominence < CHANCE


@pytest.mark.parametrize(("period", "other"), [(2, 4), (4, 2)])
@pytest.mark.parametrize("direction", ["rows", "columns", "both"])
def test_a_grid_is_found(period: int, other: int, direction: str) -> None:
    """A wave of 3 levels is found at its own period with its amplitude, in any direction."""
    rows, columns = np.mgrid[:SIDE, :SIDE]
    place = {"rows": rows, "columns": columns, "both": rows + columns}[direction]
    found = waves(painted_over(3 * np.cos(2 * np.pi * place / period)))
    assert found[period].amplitude == pytest.approx(3, rel=0.15)
    assert found[period].prominence > 10
    assert found[other].prominence < CHANCE


def test_blocks_of_four_pixels_are_a_grid() -> None:
    """Every fourth row and column is darker, like an artifact of wrong upsampling."""
    lines = np.zeros((SIDE, SIDE))
    lines[::4], lines[:, ::4] = -6, -6
    assert waves(painted_over(lines))[4].prominence > 10


@pytest.mark.parametrize("width", [1, 3])
def test_a_frame_is_found(width: int) -> None:
    """A darker border stands out, with the mean level of the band."""
    border = np.full((SIDE, SIDE), -12.0)
    border[width:-width, width:-width] = 0
    found = frame(painted_over(border))
    assert found.amplitude == pytest.approx(12 * width / 4, rel=0.25)
    assert found.prominence > 10


@pytest.mark.parametrize("network", find_style("mosaic").networks)
def test_strokes_do_not_hide_a_grid(network: NetworkName) -> None:
    """On a trained network's painting, an added grid of a few levels stands out."""
    paint = Stylizer("mosaic", network).stylize
    painted = [paint(one) for one in smooth_gradients(SIDE, seed=1, count=3)]
    rows, columns = np.mgrid[:SIDE, :SIDE]
    grid = 12 * np.cos(np.pi * rows / 2) * np.cos(np.pi * columns / 2)
    spoilt = [(one + grid[..., None]).round().clip(0, 255).astype(np.uint8) for one in painted]
    assert waves(spoilt)[4].prominence > 2 * waves(painted)[4].prominence
