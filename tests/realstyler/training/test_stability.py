"""The two terms that keep a video steady."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from realstyler.networks.architecture import LiveNetwork
from realstyler.networks.torch_modules import build
from realstyler.training.stability import (
    NOISE,
    frame_error,
    grid_error,
    noise_error,
    shift_error,
    smooth_pictures,
)


def _photographs(side: int = 48) -> Tensor:
    return 255 * torch.rand(2, 3, side, side, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("seed", range(8))
def test_an_equivariant_map_has_no_shift_error(seed: int) -> None:
    """The identity follows every shift, whole or sub-pixel."""
    photographs = _photographs()
    assert shift_error(nn.Identity(), photographs, photographs, seed) < 1e-12


def test_a_fixed_pattern_has_a_shift_error() -> None:
    """A pattern that stays where it is while the picture moves is what the term is about."""
    pattern = 50 * torch.rand(1, 3, 48, 48)

    def painted(pictures: Tensor) -> Tensor:
        return pictures + pattern[..., : pictures.shape[-2], : pictures.shape[-1]]

    photographs = _photographs()
    network = nn.Module()
    network.forward = painted  # type: ignore[assignment]
    errors = [shift_error(network, photographs, painted(photographs), seed) for seed in range(8)]
    assert max(errors) > 1e-3


def test_shifts_are_random_and_repeatable() -> None:
    """A seed decides the shift, so that a resumed training sees the same."""
    photographs = _photographs()
    network = build(LiveNetwork(width=4, blocks=1, head_width=4))
    stylized = network(photographs).detach()
    errors = [
        float(shift_error(network, photographs, stylized, seed).detach()) for seed in (1, 1, 2, 3)
    ]
    assert errors[0] == errors[1]
    assert len(set(errors)) == 3


def test_noise_error_is_the_noise_for_the_identity() -> None:
    """‖x + n − x‖² is the variance of the noise, on the scale of colours 0..1."""
    grey = torch.full((2, 3, 64, 64), 128.0)
    error = noise_error(nn.Identity(), grey, grey, 5)
    assert float(error) == pytest.approx((NOISE / 255) ** 2, rel=0.1)
    assert error == noise_error(nn.Identity(), grey, grey, 5)


@pytest.mark.parametrize("term", [shift_error, noise_error])
def test_small_crops_have_a_centre(term: object) -> None:
    """Even the smallest crop that a configuration allows leaves something to compare."""
    photographs = _photographs(32)
    network = build(LiveNetwork(width=4, blocks=1, head_width=4))
    assert callable(term)
    assert torch.isfinite(term(network, photographs, network(photographs), 0))


@pytest.mark.parametrize("term", [shift_error, noise_error])
def test_terms_fall_with_training(term: object) -> None:
    """A network that learns on a term alone becomes steadier."""
    torch.manual_seed(0)
    network = build(LiveNetwork(width=4, blocks=1, head_width=4))
    optimizer = torch.optim.Adam(network.parameters(), 1e-2)
    photographs = _photographs()
    assert callable(term)

    def error(seed: int) -> Tensor:
        value = term(network, photographs, network(photographs), seed)
        assert isinstance(value, Tensor)
        return value

    before = sum(float(error(seed).detach()) for seed in range(100, 104))
    for step in range(30):
        optimizer.zero_grad()
        error(step).backward()
        optimizer.step()
    after = sum(float(error(seed).detach()) for seed in range(100, 104))
    assert after < 0.7 * before


class _Pattern(nn.Module):
    """Adds a wave of 8 levels that repeats after some pixels."""

    def __init__(self, period: int) -> None:
        super().__init__()
        self.period = period

    def forward(self, pictures: Tensor) -> Tensor:
        """Add the wave along the rows."""
        columns = torch.arange(pictures.shape[-1])
        return pictures + 8 * torch.cos(2 * torch.pi * columns / self.period)


@pytest.mark.parametrize("period", [2, 4])
def test_a_grid_has_a_grid_error(period: int) -> None:
    """The error is the power of the wave: 8² at every second pixel, or half of it as a cosine."""
    power = (8 / 255) ** 2 * (1 if period == 2 else 0.5)
    error = grid_error(_Pattern(period)(smooth_pictures(_photographs())))
    assert float(error) == pytest.approx(power, rel=0.05)


@pytest.mark.parametrize("network", [nn.Identity(), _Pattern(7)])
def test_smooth_colours_and_strokes_have_no_grid_error(network: nn.Module) -> None:
    """Slopes, and strokes that do not repeat with the grid, cost next to nothing."""
    assert float(grid_error(network(smooth_pictures(_photographs())))) < 3e-6


@pytest.mark.parametrize("side", range(4))
@pytest.mark.parametrize("width", [1, 2, 4])
def test_a_line_along_one_border_has_a_frame_error(width: int, side: int) -> None:
    """The error is the power of the line's mean over four pixels, of one side in four."""
    stylized = torch.full((2, 3, 32, 32), 128.0)
    stylized[..., :width] += 40
    power = (40 / 255 * width / 4) ** 2 / 4
    assert float(frame_error(stylized.rot90(side, (2, 3)))) == pytest.approx(power, rel=1e-3)


@pytest.mark.parametrize("slope", [-1.5, 0.0, 1.5])
def test_slopes_and_their_strokes_have_no_frame_error(slope: float) -> None:
    """A gradient up to the border, and strokes that run into it, cost next to nothing."""
    across, down = torch.arange(128.0), torch.arange(128.0)[:, None]
    strokes = 8 * torch.cos(2 * torch.pi * (across + down) / 7)
    stylized = (128 + slope * across + strokes).expand(1, 3, 128, 128)
    assert float(frame_error(stylized)) < 3e-6
