"""Losses for a steady video, without optical flow, and a surface without grid and frame.

None needs a VGG pass. Values are on the scale of colours 0..1, so that 0.0025 means an error of
5 % of the range.
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

PERIOD = 4
"""Pixels: the networks work at a quarter of the resolution, and what is locked to it shows."""

SMOOTH_SIZE = 128
"""Side in pixels of the smooth pictures in which a grid is looked for."""


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


def smooth_pictures(photographs: Tensor) -> Tensor:
    """Pictures of the photographs' colours without detail, N×3×128×128 in 0..255.

    Args:
        photographs: N×3×S×S in 0..255.
    """
    colors = functional.adaptive_avg_pool2d(photographs.float(), PERIOD)  # N×3×4×4
    size = (SMOOTH_SIZE, SMOOTH_SIZE)
    smooth = functional.interpolate(colors, size, mode="bicubic", align_corners=False)
    return smooth.clamp(0, 255)


def grid_error(stylized: Tensor) -> Tensor:
    """Power of waves of 2 and 4 pixels in stylized smooth pictures, a scalar.

    Such a wave has the same phase everywhere, so that it survives the mean over all pixels of one
    phase, in which strokes cancel out.

    Args:
        stylized: f(x) of smooth pictures x, N×3×S×S.
    """
    # A mean over one period holds none of the waves: what it leaves is the slope of the picture.
    period = functional.avg_pool2d(stylized.float(), PERIOD, stride=1)  # N×3×(S-3)×(S-3)
    waves = stylized[..., 1:-2, 1:-2] - period
    cells = (stylized.shape[-1] - 2 * MARGIN) // PERIOD
    inner = waves[..., MARGIN:, MARGIN:][..., : cells * PERIOD, : cells * PERIOD]
    phases = inner.reshape(*inner.shape[:2], cells, PERIOD, cells, PERIOD)  # N×3×c×4×c×4
    error: Tensor = (phases.mean((2, 4)) / 255).square().mean()
    return error


def frame_error(stylized: Tensor) -> Tensor:
    """Power of lines along the borders of stylized smooth pictures, a scalar.

    Of three bands of 4 pixels, each a mean along a whole side, in which strokes cancel out: their
    second difference, in which slopes do.

    Args:
        stylized: f(x) of smooth pictures x, N×3×S×S.
    """
    profiles = [stylized.float().rot90(turn, (2, 3)).mean(3) for turn in range(4)]  # each N×3×S
    sides = torch.stack(profiles)[..., : 3 * PERIOD]  # 4×N×3×12, from the border inwards
    bands = sides.reshape(*sides.shape[:-1], 3, PERIOD).mean(-1)  # 4×N×3×3
    outer, middle, inner = bands.unbind(-1)  # each 4×N×3
    error: Tensor = ((outer - 2 * middle + inner) / 255).square().mean()
    return error


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
