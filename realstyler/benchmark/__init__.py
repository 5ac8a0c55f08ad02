"""Engines and networks side by side on one machine: time, memory and whether they agree.

Every subject works in a process of its own and they take turns, so that a ratio between two of them
holds on a machine that is busy or slows down meanwhile; absolute times do not.
"""

from realstyler.benchmark.plan import SIZES, BenchmarkPlan, Size
from realstyler.benchmark.report import Report
from realstyler.benchmark.runner import BenchmarkRunner
from realstyler.benchmark.subjects import ENGINES, EngineName

__all__ = ["ENGINES", "SIZES", "BenchmarkPlan", "BenchmarkRunner", "EngineName", "Report", "Size"]
