"""Results of an evaluation: one document, and the numbers of its tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from statistics import fmean
from typing import Any

from realstyler.evaluation.evaluator import Measures
from realstyler.evaluation.grid import Peak
from realstyler.evaluation.optimization import (
    Comparison,
    Start,
    mean_gap_closed,
    median_iterations,
)
from realstyler.evaluation.stability import Stability
from realstyler.registry.weights import NetworkName

MEANS = "mean"
"""What stands for the photograph where measures are averaged."""


@dataclass(frozen=True)
class Verdict:
    """All numbers of one network of one style."""

    style: str
    network: NetworkName
    mean: Measures
    """Over all photographs."""
    photographs: tuple[Measures, ...]
    optimization: tuple[Comparison, ...]
    """Empty where it was left out."""
    equivalent_iterations: int | None
    """Median over the optimized photographs; None if it lies beyond the last, or was left out."""
    gap_closed: float | None
    """Mean over the optimized photographs."""
    waves: dict[int, Peak]
    """By their period in pixels, on smooth gradients."""
    frame: Peak
    stability: Stability
    loss_above_full: float | None = None
    """By what share the mean perceptual loss exceeds that of the full network; None for itself."""
    style_loss_above_full: float | None = None
    """The same for the style loss alone."""

    @classmethod
    def of(
        cls,
        style: str,
        network: NetworkName,
        photographs: Sequence[Measures],
        optimization: Sequence[Comparison],
        waves: dict[int, Peak],
        frame: Peak,
        stability: Stability,
    ) -> Verdict:
        """Summarize the measurements."""
        return cls(
            style,
            network,
            mean_of(photographs),
            tuple(photographs),
            tuple(optimization),
            median_iterations(optimization) if optimization else None,
            mean_gap_closed(optimization) if optimization else None,
            waves,
            frame,
            stability,
        )

    def beside(self, full: Verdict) -> Verdict:
        """Return this verdict, compared with that of the full network."""
        mine, its = self.mean.losses, full.mean.losses
        return replace(
            self,
            loss_above_full=mine["total"] / its["total"] - 1,
            style_loss_above_full=mine["style"] / its["style"] - 1,
        )


@dataclass(frozen=True)
class Report:
    """All results of one run."""

    version: str
    size: int
    optimization_size: int
    iterations: int
    start: Start
    seed: int
    device: str
    verdicts: tuple[Verdict, ...]
    failed: dict[str, str]
    """Why a photograph or a style was left out, by its name."""

    def document(self) -> dict[str, Any]:
        """Return what ``--json`` prints."""
        return asdict(self)


def mean_of(several: Sequence[Measures]) -> Measures:
    """Average over photographs, field by field."""
    documents = [asdict(one) for one in several]
    return Measures(**{**_mean(documents), "photograph": MEANS})


def _mean(values: Sequence[Any]) -> Any:
    known = [value for value in values if value is not None]
    if not known:
        return None
    first = known[0]
    if isinstance(first, dict):
        return {key: _mean([value[key] for value in known]) for key in first}
    return first if isinstance(first, str) else fmean(known)
