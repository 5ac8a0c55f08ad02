"""Networks compared with direct optimization."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor

from realstyler.engine import Pixels, cache
from realstyler.evaluation.optimization import (
    Comparison,
    Curve,
    begin,
    equivalent_iterations,
    gap_closed,
    mean_gap_closed,
    median_iterations,
    optimize,
    remembered,
    total_loss,
)
from realstyler.registry.config import TrainingConfig
from realstyler.training.loss import PerceptualLoss
from realstyler.training.vgg import VGG16

CURVE = [100.0, 60.0, 40.0, 40.0, 30.0, 20.0]


@pytest.mark.parametrize(
    ("loss", "iterations", "closed"),
    [(120.0, 0, -0.25), (100.0, 0, 0.0), (60.0, 1, 0.5), (40.0, 2, 0.75), (35.0, 4, 0.8125)],
)
def test_a_network_on_the_curve(loss: float, iterations: int, closed: float) -> None:
    """The first iteration that is no worse, and the share of the gap closed."""
    assert equivalent_iterations(CURVE, loss) == iterations
    assert gap_closed(100.0, loss, 20.0) == pytest.approx(closed)


def test_a_network_below_the_curve() -> None:
    """Better than all iterations: none is equivalent, more than the gap is closed."""
    found = Comparison.of("cat.jpg", CURVE, 100.0, 16.0)
    assert found.equivalent_iterations is None
    assert found.gap_closed == pytest.approx(1.05)
    assert (found.photograph_loss, found.optimized_loss) == (100.0, 20.0)


def test_no_gap_closes_nothing() -> None:
    """Where optimization gains nothing there is no scale."""
    assert gap_closed(5.0, 4.0, 5.0) == 0


@pytest.mark.parametrize(
    ("losses", "expected"),
    [([60.0], 1), ([60.0, 40.0, 20.0], 2), ([60.0, 1.0, 1.0], None), ([1.0, 20.0, 60.0], 5)],
)
def test_the_median_goes_beyond_the_last_iteration(
    losses: list[float], expected: int | None
) -> None:
    """A network that no iteration reaches counts as the best, not as missing."""
    comparisons = [Comparison.of("", CURVE, 100.0, loss) for loss in losses]
    assert median_iterations(comparisons) == expected
    halves = [Comparison.of("", CURVE, 100.0, loss) for loss in (60.0, 40.0)]
    assert mean_gap_closed(halves) == 0.625


def as_tensor(pixels: Pixels) -> Tensor:
    """Convert H×W×3 to 1×3×H×W."""
    return torch.from_numpy(pixels).permute(2, 0, 1)[None].float().contiguous()


def test_optimization_lowers_the_loss_within_the_range_of_colors(
    busy: Callable[..., Pixels],
) -> None:
    """With the real VGG-16, the loss falls from the photograph's; each iteration is reported."""
    photograph, style = as_tensor(busy(48, 48, 1)), as_tensor(busy(64, 64, 2))
    loss = PerceptualLoss(TrainingConfig(), style, VGG16(), photograph)
    seen: list[Tensor] = []
    loss.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0].detach().clone()))
    told: list[int] = []
    curve = optimize(loss, photograph, photograph, 12, told.append)
    assert sum(told) == 12
    assert len(curve) == 13
    assert curve == sorted(curve, reverse=True)
    with torch.no_grad():
        start = float(torch.stack(list(loss(photograph, photograph).values())).sum())
        assert float(total_loss(loss, photograph, photograph)) == pytest.approx(curve[0], rel=1e-3)
    assert curve[0] == pytest.approx(start, rel=0.02)  # half precision
    assert curve[-1] < 0.3 * curve[0]
    assert all(0 <= float(level) <= 255 for one in seen for level in (one.min(), one.max()))
    assert torch.equal(photograph, as_tensor(busy(48, 48, 1)))


def test_the_start_may_be_noise(busy: Callable[..., Pixels]) -> None:
    """The photograph itself, or white noise over the full range, determined by the seed."""
    photograph = as_tensor(busy(20, 30))
    assert begin(photograph, "photograph", 1) is photograph
    noise = begin(photograph, "noise", 1)
    assert noise.shape == photograph.shape
    assert torch.equal(noise, begin(photograph, "noise", 1))
    assert not torch.equal(noise, begin(photograph, "noise", 2))
    assert noise.std() == pytest.approx(255 / 12**0.5, rel=0.05)


def test_curves_are_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A photograph is optimized only once; shorter curves are prefixes of longer ones."""
    monkeypatch.setenv(cache.FOLDER_VARIABLE, str(tmp_path))
    computed: list[int] = []

    def compute() -> Curve:
        computed.append(1)
        return CURVE

    assert remembered(["mosaic", 1.5], 5, compute) == (CURVE, False)
    assert remembered(["mosaic", 1.5], 5, compute) == (CURVE, True)
    assert remembered(["mosaic", 1.5], 2, compute) == (CURVE[:3], True)
    assert remembered(["mosaic", 2.5], 5, compute) == (CURVE, False)
    assert len(computed) == 2
    for file in tmp_path.rglob("*.blob"):
        file.write_bytes(b"damaged")
    assert remembered(["mosaic", 1.5], 5, compute) == (CURVE, False)
