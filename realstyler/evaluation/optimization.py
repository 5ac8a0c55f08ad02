"""Direct optimization of pixels (Gatys et al. 2016), the baseline for a network's loss.

As in Johnson et al. 2016, section 4.1, with L-BFGS and pixels clamped to their range, as is a
network's output. The paper starts from noise; starting from the photograph, as a network does, is
the stricter baseline: it needs far fewer iterations.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from realstyler.engine import cache
from realstyler.training.loss import PerceptualLoss

LINE_SEARCH = 25
"""Maximum evaluations per iteration; on average one or two are needed."""

Curve = list[float]
"""The lowest loss so far after 0, 1, 2, … iterations."""

Start = Literal["photograph", "noise"]


@dataclass(frozen=True)
class Comparison:
    """A network compared with the direct optimization of one photograph."""

    photograph: str
    photograph_loss: float
    """Loss of the untouched photograph, weighted as in training."""
    network_loss: float
    optimized_loss: float
    """The lowest loss over all iterations."""
    equivalent_iterations: int | None
    """The first iteration whose loss is no higher than the network's; None if there is none."""
    gap_closed: float
    """Share of the gap between the photograph's loss and the optimized one; 1 is all of it."""

    @classmethod
    def of(
        cls, photograph: str, curve: Curve, photograph_loss: float, network_loss: float
    ) -> Comparison:
        """Compare a network's loss with a curve and the loss of the untouched photograph."""
        return cls(
            photograph,
            photograph_loss,
            network_loss,
            optimized_loss=curve[-1],
            equivalent_iterations=equivalent_iterations(curve, network_loss),
            gap_closed=gap_closed(photograph_loss, network_loss, curve[-1]),
        )


def equivalent_iterations(curve: Curve, loss: float) -> int | None:
    """Return the first iteration whose loss is no higher, or None."""
    return next((index for index, value in enumerate(curve) if value <= loss), None)


def gap_closed(photograph: float, network: float, optimized: float) -> float:
    """Return (L_photo − L_network) / (L_photo − L_optimized); 0 if there was no gap."""
    gap = photograph - optimized
    return (photograph - network) / gap if gap else 0.0


def median_iterations(comparisons: Sequence[Comparison]) -> int | None:
    """Return the median of the equivalent iterations; None if it is beyond the last one."""
    found = sorted(
        (one.equivalent_iterations for one in comparisons),
        key=lambda count: float("inf") if count is None else count,
    )
    return found[(len(found) - 1) // 2]


def mean_gap_closed(comparisons: Sequence[Comparison]) -> float:
    """Return the mean over the photographs."""
    return fmean(one.gap_closed for one in comparisons)


def total_loss(loss: PerceptualLoss, picture: Tensor, photograph: Tensor) -> Tensor:
    """Return the weighted loss of 1×3×H×W pictures in 0..255, a scalar.

    VGG-16 runs in bfloat16 where the device is fast at it. Losses differ by 0.1 % from float32
    (mosaic, 256×256); an optimization of 50 iterations arrived at the same loss within 0.1 %.
    """
    with torch.autocast(picture.device.type, torch.bfloat16, enabled=_is_fast(picture.device)):
        losses = loss(picture, photograph)
    return torch.stack(list(losses.values())).sum()


def begin(photograph: Tensor, start: Start, seed: int) -> Tensor:
    """Return the initial picture, 1×3×H×W in 0..255: the photograph, or white noise."""
    if start == "photograph":
        return photograph
    noise = torch.rand(photograph.shape, generator=torch.Generator().manual_seed(seed))
    return (255 * noise).to(photograph.device)


def optimize(
    loss: PerceptualLoss,
    photograph: Tensor,
    start: Tensor,
    iterations: int,
    report: Callable[[int], None],
) -> Curve:
    """Minimize the perceptual loss over the pixels of a picture.

    Args:
        loss: content and style.
        photograph: 1×3×H×W RGB in 0..255, whose content is to be preserved.
        start: the initial picture, in the same format.
        iterations: iterations of L-BFGS with line search; stops early at convergence.
        report: called with the number of finished iterations.
    """
    # At this scale, the tiny first step of L-BFGS is not lost in float32 rounding.
    pixels = (start / 255).requires_grad_()  # 1×3×H×W
    lowest = np.full(iterations + 1, np.inf)
    optimizer = torch.optim.LBFGS(
        [pixels],
        max_iter=iterations,
        max_eval=LINE_SEARCH * iterations,
        tolerance_grad=0,
        tolerance_change=0,
        line_search_fn="strong_wolfe",
    )
    done = 0

    def evaluate() -> Tensor:
        nonlocal done
        optimizer.zero_grad()
        total = total_loss(loss, 255 * pixels.clamp(0, 1), photograph)
        total.backward()  # type: ignore[no-untyped-call]
        iteration = optimizer.state[pixels].get("n_iter", 0)
        lowest[iteration] = min(lowest[iteration], total.item())
        report(iteration - done)
        done = iteration
        return total

    optimizer.step(evaluate)  # type: ignore[no-untyped-call]
    report(iterations - done)
    return [float(value) for value in np.fmin.accumulate(lowest)]


def _is_fast(device: torch.device) -> bool:
    """Return whether a device has bfloat16 instructions: emulation is slow."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    return device.type == "cpu" and bool(torch.cpu._is_avx512_bf16_supported())  # noqa: SLF001


def remembered(
    identity: Sequence[object], iterations: int, compute: Callable[[], Curve]
) -> tuple[Curve, bool]:
    """Return a curve from the user's cache folder, or compute and cache it.

    Args:
        identity: everything that determines the curve, except the number of iterations: a longer
            curve starts with the shorter one.
        iterations: the number of iterations wanted.
        compute: computes the curve.

    Returns:
        The curve, and whether it was cached.
    """
    name = cache.path_of(["optimization", cache.stamp(__file__), *identity]).name
    path = cache.folder() / "optimizations" / name  # kept apart from compiled networks
    kept = cache.read(path)
    known: Curve = json.loads(kept) if kept else []
    if len(known) > iterations:
        return known[: iterations + 1], True
    curve = compute()
    cache.write(path, json.dumps(curve).encode())
    return curve, False
