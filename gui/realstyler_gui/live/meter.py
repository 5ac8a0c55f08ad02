"""Frame rate and latency of recent frames. Plain numbers, no Qt."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

WINDOW_SECONDS = 2.0
LATE_SECONDS = 0.2
"""Older frames are skipped, unless latency is usually higher."""


class Reading(NamedTuple):
    """A reading of the meter."""

    frames_per_second: float
    latency: float
    """Median seconds between a frame's arrival and its display."""


class Meter:
    """Keeps the frames of the last two seconds."""

    def __init__(self) -> None:
        self._frames: deque[tuple[float, float]] = deque()
        self._usual: float | None = None
        """The last known latency; what to expect after a pause."""

    def count(self, arrived: float, shown: float) -> None:
        """Record a frame's arrival and display times, in seconds."""
        self._frames.append((shown, shown - arrived))
        while self._frames and shown - self._frames[0][0] > WINDOW_SECONDS:
            self._frames.popleft()

    def is_late(self, arrived: float, now: float) -> bool:
        """Return whether a frame is a straggler; never so if all frames take that long."""
        reading = self.read(now)
        self._usual = reading.latency if reading else self._usual
        return self._usual is not None and now - arrived > LATE_SECONDS > self._usual

    def clear(self) -> None:
        """Start over."""
        self._frames.clear()
        self._usual = None

    def read(self, now: float) -> Reading | None:
        """Return frame rate and latency at a time; None if too few frames were shown recently."""
        recent = [entry for entry in self._frames if now - entry[0] <= WINDOW_SECONDS]
        if len(recent) < 2:
            return None
        span = max(recent[-1][0] - recent[0][0], 1e-9)
        latencies = sorted(latency for _, latency in recent)
        return Reading((len(recent) - 1) / span, latencies[len(latencies) // 2])
