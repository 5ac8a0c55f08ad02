"""Evaluation results: a JSON document, and the numbers for the tables."""

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
"""Name that stands for the photograph where measures are averaged."""


@dataclass(frozen=True)
class Verdict:
    """All results for one network of one style."""

    style: str
    network: NetworkName
    mean: Measures
    """Over all photographs."""
    photographs: tuple[Measures, ...]
    optimization: tuple[Comparison, ...]
    """Empty if skipped."""
    equivalent_iterations: int | None
    """Median over the optimized photographs; None if beyond the last iteration, or skipped."""
    gap_closed: float | None
    """Mean over the optimized photographs."""
    waves: dict[int, Peak]
    """By period in pixels, on smooth gradients."""
    frame: Peak
    stability: Stability
    loss_above_full: float | None = None
    """Relative excess of the mean perceptual loss over the full network's; None for itself."""
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
        """Return this verdict with a comparison to the full network's."""
        mine, its = self.mean.losses, full.mean.losses
        return replace(
            self,
            loss_above_full=mine["total"] / its["total"] - 1,
            style_loss_above_full=mine["style"] / its["style"] - 1,
        )


@dataclass(frozen=True)
class Report:
    """The results of a run."""

    version: str
    size: int
    optimization_size: int
    iterations: int
    start: Start
    seed: int
    device: str
    verdicts: tuple[Verdict, ...]
    failed: dict[str, str]
    """Why a photograph or a style was skipped, by its name."""

    def document(self) -> dict[str, Any]:
        """Return the document for ``--json``."""
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
