"""Times and what becomes of them: medians, tails and ratios; and how far pictures agree."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from realstyler.errors import RealstylerError

Clock = Callable[[], float]
Item = TypeVar("Item")

EQUAL = 100.0
"""dB that stand for equal pictures and for those that differ in next to no pixel."""


def take_turn(
    work: Callable[[], object], seconds: float, clock: Clock = time.perf_counter
) -> list[float]:
    """Do the work until ``seconds`` have passed, at least once; return the time of each.

    The first one of several is left out: it meets caches that another subject has filled.
    """
    times: list[float] = []
    while sum(times) < seconds or not times:
        started = clock()
        work()
        times.append(clock() - started)
    return times[1:] or times


@dataclass
class Record:
    """What one subject achieved, turn by turn."""

    turns: list[list[float]] = field(default_factory=list)
    """Seconds of every piece of work, by turns; every subject takes one turn in each round."""
    peak_bytes: int | None = None
    """Most memory that its process held at once."""
    cpu_times: list[float] = field(default_factory=list)
    """CPU seconds of all cores, of whole processes."""
    error: str | None = None

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Note whatever goes wrong in the block: the others go on."""
        try:
            yield
        except RealstylerError as error:
            self.error = str(error)
        except Exception as error:  # noqa: BLE001 - engines raise what they like
            self.error = f"{type(error).__name__}: {error}".splitlines()[0]

    def note_peak(self, peak_bytes: int | None) -> None:
        """Keep the larger peak."""
        if peak_bytes is not None:
            self.peak_bytes = max(peak_bytes, self.peak_bytes or 0)

    @property
    def times(self) -> list[float]:
        """Seconds of all turns."""
        return [seconds for turn in self.turns for seconds in turn]

    @property
    def median(self) -> float:
        """Median in seconds."""
        return median(self.times)

    @property
    def p95(self) -> float:
        """The time in seconds that 95% stay below, interpolated linearly."""
        return float(np.percentile(self.times, 95))


def times_faster(subject: Record, reference: Record) -> float:
    """Return how many times faster a subject is: the median of the ratios within each round.

    What disturbs a whole round slows both down and cancels out.
    """
    rounds = zip(subject.turns, reference.turns, strict=False)  # an interrupted one has fewer
    return median(median(theirs) / median(ours) for ours, theirs in rounds)


def rotated(subjects: Sequence[Item], number: int) -> list[Item]:
    """Return the order of a round: each begins with another, so that none always follows one."""
    start = number % max(1, len(subjects))
    return [*subjects[start:], *subjects[:start]]


def psnr(picture: NDArray[np.uint8], reference: NDArray[np.uint8]) -> float:
    """Return the peak signal-to-noise ratio in dB of two uint8 pictures, at most `EQUAL`."""
    difference = np.subtract(picture, reference, dtype=np.int16)
    error = float(np.mean(np.square(difference, dtype=np.int32)))
    return EQUAL if error == 0 else min(EQUAL, 10 * math.log10(255**2 / error))
