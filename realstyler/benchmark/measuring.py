"""Timing and its statistics (medians, percentiles, ratios), and agreement of pictures."""

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
"""dB reported for pictures that are equal or differ in almost no pixel."""


def take_turn(
    work: Callable[[], object], seconds: float, clock: Clock = time.perf_counter
) -> list[float]:
    """Repeat the work for ``seconds``, at least once; return the duration of each repetition.

    If there are several, the first is dropped: another subject has filled the caches before it.
    """
    times: list[float] = []
    while sum(times) < seconds or not times:
        started = clock()
        work()
        times.append(clock() - started)
    return times[1:] or times


@dataclass
class Record:
    """Measurements of one subject, turn by turn."""

    turns: list[list[float]] = field(default_factory=list)
    """Durations in seconds, by turn; every subject takes one turn per round."""
    peak_bytes: int | None = None
    """Peak memory of its process."""
    cpu_times: list[float] = field(default_factory=list)
    """CPU seconds over all cores, for whole processes."""
    error: str | None = None

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Record any error in the ``with`` block, so that the other subjects continue."""
        try:
            yield
        except RealstylerError as error:
            self.error = str(error)
        except Exception as error:  # noqa: BLE001 - engines raise all kinds of errors
            self.error = f"{type(error).__name__}: {error}".splitlines()[0]

    def note_peak(self, peak_bytes: int | None) -> None:
        """Keep the maximum of the peaks."""
        if peak_bytes is not None:
            self.peak_bytes = max(peak_bytes, self.peak_bytes or 0)

    @property
    def times(self) -> list[float]:
        """Durations of all turns, in seconds."""
        return [seconds for turn in self.turns for seconds in turn]

    @property
    def median(self) -> float:
        """Median in seconds."""
        return median(self.times)

    @property
    def p95(self) -> float:
        """95th percentile in seconds, interpolated linearly."""
        return float(np.percentile(self.times, 95))


def times_faster(subject: Record, reference: Record) -> float:
    """Return how many times faster a subject is: the median of the ratios per round.

    Disturbances that last a whole round slow both down and cancel out.
    """
    rounds = zip(subject.turns, reference.turns, strict=False)  # an interrupted subject has fewer
    return median(median(theirs) / median(ours) for ours, theirs in rounds)


def rotated(subjects: Sequence[Item], number: int) -> list[Item]:
    """Rotate the order per round, so that no subject always follows the same one."""
    start = number % max(1, len(subjects))
    return [*subjects[start:], *subjects[:start]]


def psnr(picture: NDArray[np.uint8], reference: NDArray[np.uint8]) -> float:
    """Return the peak signal-to-noise ratio of two uint8 pictures in dB, at most `EQUAL`."""
    difference = np.subtract(picture, reference, dtype=np.int16)
    error = float(np.mean(np.square(difference, dtype=np.int32)))
    return EQUAL if error == 0 else min(EQUAL, 10 * math.log10(255**2 / error))
