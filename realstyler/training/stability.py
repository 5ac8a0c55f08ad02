"""Losses that keep a stylized video steady, without optical flow.

Both compare two stylizations of the same photograph and need no VGG pass. Values are on the scale
of colours 0..1, so that 0.0025 means an error of 5 % of the range.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

LARGEST_SHIFT = 15
"""Pixels."""

NOISE = 6.0
"""Standard deviation of the simulated sensor noise, in levels of 255."""

MARGIN = 8
"""Pixels at the border that do not count: there the two pictures see different surroundings."""


def shift_error(network: nn.Module, photographs: Tensor, stylized: Tensor, seed: int) -> Tensor:
    """‖f(shift(x)) − shift(f(x))‖², a scalar, for a random shift; half of them sub-pixel.

    Args:
        network: f.
        photographs: x, N×3×S×S in 0..255.
        stylized: f(x), N×3×S×S.
        seed: decides the shift.
    """
    random = torch.Generator().manual_seed(seed)
    down, right = torch.randint(0, LARGEST_SHIFT + 1, (2,), generator=random).tolist()
    fraction = torch.rand(2, generator=random) * (torch.rand(1, generator=random) < 0.5)
    kernel = _bilinear(fraction).to(photographs)
    moved_photographs = _shift(photographs, down, right, kernel)
    moved_stylized = _shift(stylized, down, right, kernel)
    return _error(network(moved_photographs), moved_stylized)


def noise_error(network: nn.Module, photographs: Tensor, stylized: Tensor, seed: int) -> Tensor:
    """‖f(x + n) − f(x)‖², a scalar, for Gaussian noise n.

    Args:
        network: f.
        photographs: x, N×3×S×S in 0..255.
        stylized: f(x), N×3×S×S.
        seed: decides the noise.
    """
    random = torch.Generator(photographs.device).manual_seed(seed)
    noise = torch.randn(photographs.shape, generator=random, device=photographs.device)
    return _error(network((photographs + NOISE * noise).clamp(0, 255)), stylized)


def _bilinear(fraction: Tensor) -> Tensor:
    """2×2 kernel that samples ``fraction`` (down, right) of a pixel further on."""
    down, right = fraction[0], fraction[1]
    rows = torch.stack([1 - down, down])
    columns = torch.stack([1 - right, right])
    return rows[:, None] * columns[None, :]


def _shift(pictures: Tensor, down: int, right: int, kernel: Tensor) -> Tensor:
    """Cut the window that begins at (down, right) plus the kernel's fraction."""
    size = pictures.shape[-1] - LARGEST_SHIFT - 1
    window = pictures[..., down : down + size + 1, right : right + size + 1]
    with torch.autocast(pictures.device.type, enabled=False):
        weight = kernel.expand(3, 1, 2, 2)
        return functional.conv2d(window.float(), weight, groups=3)  # N×3×size×size


def _error(first: Tensor, second: Tensor) -> Tensor:
    margin = min(MARGIN, first.shape[-1] // 4)
    inner = slice(margin, -margin)
    difference = (first.float() - second.float())[..., inner, inner] / 255
    return difference.square().mean()
