"""Runs an evaluation: style by style, photograph by photograph."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import torch

from realstyler import __version__
from realstyler.engine import Pixels, Stylizer
from realstyler.engine.devices import TORCH_DEVICES, resolve
from realstyler.errors import InputError, RealstylerError
from realstyler.evaluation import grid
from realstyler.evaluation.evaluator import Evaluator, Measures, as_pixels, digest
from realstyler.evaluation.optimization import (
    Comparison,
    begin,
    optimize,
    remembered,
    total_loss,
)
from realstyler.evaluation.plan import EvaluationPlan, Photograph
from realstyler.evaluation.report import Report, Verdict
from realstyler.evaluation.stability import Stability, stability
from realstyler.registry.style import Style
from realstyler.registry.weights import NetworkName

Tick = Callable[[str, int], None]
"""Called with the current step and the work done since the last call."""

Show = Callable[[Style, NetworkName, Photograph, Pixels], None]
"""Called with every painting of a whole photograph."""

Failures = dict[str, RealstylerError]

PHOTOGRAPH_WORK, GRADIENT_WORK = 10, 1
"""Cost of each step for the progress bar, in iterations of the direct optimization."""


@dataclass
class _Subject:
    """A network and its measurements so far."""

    network: NetworkName
    stylizer: Stylizer
    measures: list[Measures] = field(default_factory=list)
    stabilities: list[Stability] = field(default_factory=list)
    comparisons: list[Comparison] = field(default_factory=list)

    @property
    def paint(self) -> Callable[[Pixels], Pixels]:
        """Return the function that paints uint8 H×W×3."""
        return self.stylizer.stylize


def work(plan: EvaluationPlan) -> int:
    """Return the total work of a plan, in the unit of the ticks."""
    networks = sum(len(plan.networks_of(style)) for style in plan.styles)
    optimized = min(plan.optimized, len(plan.photographs)) * plan.iterations
    each = len(plan.photographs) * PHOTOGRAPH_WORK + grid.GRADIENTS * GRADIENT_WORK
    return len(plan.styles) * optimized + networks * each


def evaluate(plan: EvaluationPlan, tick: Tick, show: Show) -> Report:
    """Evaluate all networks of a plan; failures are reported and the others continue.

    Raises:
        RealstylerError: nothing could be evaluated; gives the first reason.
    """
    failures: Failures = {}
    verdicts: list[Verdict] = []
    for style in plan.styles:
        try:
            verdicts += _judge(style, plan, failures, tick, show)
        except RealstylerError as error:
            failures[style.name] = error
    if not verdicts:
        raise next(iter(failures.values()))
    return Report(
        version=__version__,
        size=plan.size,
        optimization_size=plan.optimization_size,
        iterations=plan.iterations,
        start=plan.start,
        seed=plan.seed,
        device=resolve(plan.device),
        verdicts=tuple(verdicts),
        failed={name: str(error) for name, error in failures.items()},
    )


def _judge(
    style: Style, plan: EvaluationPlan, failures: Failures, tick: Tick, show: Show
) -> Iterator[Verdict]:
    """Evaluate the networks of a style, the full one first."""
    device = resolve(plan.device)
    subjects = [
        # Load all weights first: damaged ones should fail now, not after minutes of optimization.
        _Subject(network, Stylizer(style.load_weights(network), device=device))
        for network in plan.networks_of(style)
    ]
    evaluator = Evaluator(style, device if device in TORCH_DEVICES else "cpu")
    for index, photograph in enumerate(_readable(plan, failures)):
        if plan.iterations and index < plan.optimized:
            _compare(photograph, plan, evaluator, subjects, tick)
        original = evaluator.extract(photograph.pixels)
        for subject in subjects:
            tick(f"{photograph.name} in {style.name} {subject.network}", 0)
            painting = subject.paint(photograph.pixels)
            found = evaluator.measure(photograph.name, evaluator.extract(painting), original)
            subject.measures.append(found)
            steady = stability(subject.paint, photograph.pixels, plan.seed + index)
            subject.stabilities.append(steady)
            show(style, subject.network, photograph, painting)
            tick("", PHOTOGRAPH_WORK)
    full: Verdict | None = None
    for subject in subjects if subjects[0].measures else ():
        verdict = _verdict(style, subject, plan, tick)
        full = full or (verdict if subject.network == "full" else None)
        yield verdict.beside(full) if full and full is not verdict else verdict


def _readable(plan: EvaluationPlan, failures: Failures) -> Iterator[Photograph]:
    for path in plan.photographs:
        try:
            yield plan.read(path)
        except InputError as error:
            failures[str(path)] = error


def _compare(
    photograph: Photograph,
    plan: EvaluationPlan,
    evaluator: Evaluator,
    subjects: Sequence[_Subject],
    tick: Tick,
) -> None:
    """Compare every network with the direct optimization of one photograph."""
    tick(f"{photograph.name}: direct optimization", 0)
    loss, target = evaluator.loss, evaluator.tensor(photograph.square)
    loss.balance(target)
    start = begin(target, plan.start, plan.seed)
    curve, known = remembered(
        [*evaluator.identity, digest(photograph.square), digest(as_pixels(start))],
        plan.iterations,
        lambda: optimize(loss, target, start, plan.iterations, lambda done: tick("", done)),
    )
    if known:
        tick("", plan.iterations)
    with torch.no_grad():
        untouched = float(total_loss(loss, target, target))
        for subject in subjects:
            painting = evaluator.tensor(subject.paint(photograph.square))
            found = float(total_loss(loss, painting, target))
            subject.comparisons.append(Comparison.of(photograph.name, curve, untouched, found))


def _verdict(style: Style, subject: _Subject, plan: EvaluationPlan, tick: Tick) -> Verdict:
    tick(f"Gradients in {style.name} {subject.network}", 0)
    side = plan.size - plan.size % max(grid.PERIODS)
    painted = []
    for gradient in grid.smooth_gradients(side, plan.seed):
        painted.append(subject.paint(gradient))
        tick("", GRADIENT_WORK)
    return Verdict.of(
        style.name,
        subject.network,
        subject.measures,
        subject.comparisons,
        grid.waves(painted),
        grid.frame(painted),
        Stability.mean(subject.stabilities),
    )
