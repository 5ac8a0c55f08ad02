"""Judging styles: how well networks paint, in numbers that only count together.

Each number alone can be gamed: a blur is steady, the photograph itself keeps all content. So all of
them are measured at once, on the same photographs, and every network of a style by one `Evaluator`.
Needs what training needs.
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
