"""One continuous time for the packets of a file, whatever its timestamps do.

Recordings of broadcasts are joined, cut and begun anew: their clocks go back or jump ahead.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

_GAP = Fraction(10)
"""Seconds without any packet that are a jump, in formats whose clock may be set anew."""

_GAP_ELSEWHERE = Fraction(30 * 3600)
"""The same in all others, where only broken timestamps are that far away."""

_BACK = Fraction(1, 10)
"""Seconds by which decoding times may go back without being a jump."""


class Timeline:
    """Shifts the packets of a file so that each goes on where the one before it ended.

    The rules are those of FFmpeg's own program, but that a gap in one stream, which others fill,
    stays a gap.

    Args:
        may_jump: whether clocks of this format may be set anew, as those of MPEG-TS.
    """

    def __init__(self, *, may_jump: bool) -> None:
        self.jumps: list[Fraction] = []
        """Where the timestamps jumped, in seconds of the continuous time."""

        self._gap = _GAP if may_jump else _GAP_ELSEWHERE
        self._offset = Fraction(0)
        self._last: dict[int, Fraction] = {}
        self._next: dict[int, Fraction] = {}

    def place(self, packet: Any) -> None:
        """Shift the timestamps of a packet, in place."""
        if packet.dts is not None and packet.stream.type in {"audio", "video"}:
            self._follow(packet.stream.index, packet)
        if self._offset:
            shift = round(self._offset / packet.time_base)
            packet.dts = None if packet.dts is None else packet.dts + shift
            packet.pts = None if packet.pts is None else packet.pts + shift

    def _follow(self, stream: int, packet: Any) -> None:
        """Detect whether the clock jumps at a packet, and remember when the next one is due."""
        time = packet.dts * packet.time_base + self._offset
        due = self._due(stream, time)
        if due is not None:
            self._offset += due - time
            self.jumps.append(due)
            time = due
        self._last[stream] = time
        self._next[stream] = time + (packet.duration or 0) * packet.time_base

    def _due(self, stream: int, time: Fraction) -> Fraction | None:
        """Return when a packet that the clock jumps at is due; ``None`` where it does not jump."""
        if not self._next:
            return None
        latest = max(self._next.values())
        last = self._last.get(stream)
        back = time < latest - self._gap if last is None else time < last - _BACK
        if back or time > latest + self._gap:
            return self._next.get(stream, latest)
        return None
