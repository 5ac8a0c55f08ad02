"""Configuration of a benchmark."""

from __future__ import annotations

from dataclasses import dataclass

from realstyler.benchmark.subjects import ENGINES, EngineName
from realstyler.errors import UsageError
from realstyler.networks.layers import UNIT

Size = tuple[int, int]
"""Width and height in pixels."""

SIZES: tuple[Size, ...] = ((640, 480), (1280, 720), (1920, 1080), (4000, 3000))

LARGE = 3_000_000
"""Pixels; above this, subjects run one after the other to save memory."""

LARGE_ROUNDS = 3
SMALLEST_SIDE = 32


@dataclass(frozen=True)
class BenchmarkPlan:
    """What to measure; validated on construction.

    Raises:
        UsageError: an engine or size can't be measured, or there is nothing to do.
    """

    style: str
    engines: tuple[EngineName, ...] = ENGINES
    """Engines that are not installed are skipped."""
    sizes: tuple[Size, ...] = SIZES
    rounds: int = 7
    turn_seconds: float = 0.5
    """Minimum duration of a turn: slow subjects paint one picture in it, fast ones many."""
    threads: int | None = None

    def __post_init__(self) -> None:
        for engine in self.engines:
            if engine not in ENGINES:
                allowed = ", ".join(ENGINES)
                raise UsageError(code="no-such-choice", kind="engine", name=engine, allowed=allowed)
        for width, height in self.sizes:
            if width % UNIT or height % UNIT or min(width, height) < SMALLEST_SIDE:
                limits = {"unit": UNIT, "smallest": SMALLEST_SIDE}
                raise UsageError(code="benchmark-size-unfit", width=width, height=height, **limits)
        if self.rounds < 1 or not (self.engines and self.sizes):
            raise UsageError(code="nothing-to-measure")

    def rounds_of(self, size: Size) -> int:
        """Return the number of rounds at a size: large pictures take long and vary little."""
        return min(self.rounds, LARGE_ROUNDS) if is_large(size) else self.rounds


def is_large(size: Size) -> bool:
    """Return whether a picture is too large to keep all subjects in memory at once."""
    return size[0] * size[1] > LARGE
