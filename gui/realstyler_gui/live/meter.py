"""Frames a second and latency of what was shown lately. Plain numbers, no Qt."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

WINDOW_SECONDS = 2.0
LATE_SECONDS = 0.2
"""A frame of this age is not worth showing, if fresher ones are the rule."""


class Reading(NamedTuple):
    """What the meter shows."""

    frames_per_second: float
    latency: float
    """Median seconds between the arrival of a frame and its painting on the screen."""


class Meter:
    """Remembers the frames of the last two seconds."""

    def __init__(self) -> None:
        self._frames: deque[tuple[float, float]] = deque()
        self._usual: float | None = None
        """The latest known latency; after a standstill it says what to expect."""

    def count(self, arrived: float, shown: float) -> None:
        """Note a frame that arrived and was shown at these times, in seconds."""
        self._frames.append((shown, shown - arrived))
        while self._frames and shown - self._frames[0][0] > WINDOW_SECONDS:
            self._frames.popleft()

    def is_late(self, arrived: float, now: float) -> bool:
        """Whether a frame is a straggler; where every frame takes that long, none is."""
        reading = self.read(now)
        self._usual = reading.latency if reading else self._usual
        return self._usual is not None and now - arrived > LATE_SECONDS > self._usual

    def clear(self) -> None:
        """Begin anew."""
        self._frames.clear()
        self._usual = None

    def read(self, now: float) -> Reading | None:
        """The pace and latency at this time; None if too little was shown lately."""
        recent = [entry for entry in self._frames if now - entry[0] <= WINDOW_SECONDS]
        if len(recent) < 2:
            return None
        span = max(recent[-1][0] - recent[0][0], 1e-9)
        latencies = sorted(latency for _, latency in recent)
        return Reading((len(recent) - 1) / span, latencies[len(latencies) // 2])
