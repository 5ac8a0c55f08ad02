"""Evaluation of styles by metrics that are meaningful only in combination.

Each metric alone can be gamed: a blur is stable, the untouched photograph keeps all content. So all
are measured together, on the same photographs, and by one `Evaluator` for all networks of a style.
Requires the packages for training.
"""

import realstyler.training  # noqa: F401  # lets torchmetrics import torchvision
from realstyler.evaluation.judging import Show, Tick, evaluate, work
from realstyler.evaluation.plan import OPTIMIZATION_SIZE, EvaluationPlan, Photograph, draw
from realstyler.evaluation.report import Report, Verdict
from realstyler.evaluation.tables import Section, sections

__all__ = [
    "OPTIMIZATION_SIZE",
    "EvaluationPlan",
    "Photograph",
    "Report",
    "Section",
    "Show",
    "Tick",
    "Verdict",
    "draw",
    "evaluate",
    "sections",
    "work",
]
