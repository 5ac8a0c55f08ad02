"""Benchmarks of engines and networks on one machine: time, memory and agreement.

Every subject runs in its own process and they take turns, so ratios between subjects stay valid on
a machine that is busy or slows down; absolute times do not.
"""

from realstyler.benchmark.history import History
from realstyler.benchmark.plan import SIZES, BenchmarkPlan, Size
from realstyler.benchmark.report import Report
from realstyler.benchmark.runner import BenchmarkRunner
from realstyler.benchmark.subjects import ENGINES, EngineName

__all__ = [
    "ENGINES",
    "SIZES",
    "BenchmarkPlan",
    "BenchmarkRunner",
    "EngineName",
    "History",
    "Report",
    "Size",
]
