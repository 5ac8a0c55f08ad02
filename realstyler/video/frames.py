"""Frames and packets between reader and writer, and how their times change."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from realstyler.engine import Pixels

if TYPE_CHECKING:
    from av.packet import Packet
    from av.stream import Stream

Passed: TypeAlias = "Packet[Stream]"
"""A packet of sound or subtitles, which goes through untouched."""

Rest = TypeVar("Rest")

_SLIVER = Fraction(1, 20)
"""Seconds for which a frame that was cut is shown at least."""


@dataclass(frozen=True, eq=False)
class Frame:
    """One upright picture of a video."""

    pixels: Pixels
    """uint8 H×W×3 RGB."""

    alpha: NDArray[np.uint8] | None
    """H×W, 0 transparent to 255 opaque; ``None`` if opaque."""

    time: Fraction
    """Seconds from the beginning of the result."""

    duration: Fraction
    """Seconds that it is shown."""

    @property
    def end(self) -> Fraction:
        """When it is followed by the next one."""
        return self.time + self.duration

    def on_white(self) -> Frame:
        """Lay a transparent frame on white, for formats without transparency."""
        if self.alpha is None:
            return self
        share = self.alpha[..., None].astype(np.float32) / 255
        mixed = self.pixels * share + (255 * (1 - share))
        return replace(self, pixels=np.rint(mixed).astype(np.uint8), alpha=None)


def lasting(items: Iterable[Frame | Rest]) -> Iterator[Frame | Rest]:
    """Make each frame last until the next, whatever duration it states; the last keeps its own."""
    shown: Frame | None = None
    for item in items:
        if not isinstance(item, Frame):
            yield item
            continue
        if shown is not None:
            yield replace(shown, duration=item.time - shown.time)
        shown = item
    if shown is not None:
        yield shown


def clipped(
    items: Iterable[Frame | Rest], start: Fraction, end: Fraction | None
) -> Iterator[Frame | Rest]:
    """Leave out frames before ``start`` and from ``end`` on; the result begins at 0.

    The frame shown at ``start`` is kept from there on, and the last one until ``end``. Where a cut
    leaves hardly anything of a frame, its neighbour is shown instead.
    """
    held: Frame | None = None
    sliver = False
    for item in items:
        if not isinstance(item, Frame):
            yield item
        elif item.end > start and (end is None or item.time < end):
            part = _part(item, start, end)
            if held is None or sliver:
                held = part if held is None else replace(part, time=held.time, duration=part.end)
                sliver = _is_sliver(part, item)
            elif _is_sliver(part, item):
                held = replace(held, duration=part.end - held.time)
            else:
                yield held
                held = part
    if held is not None:
        yield held


def _part(frame: Frame, start: Fraction, end: Fraction | None) -> Frame:
    """Return what is shown of a frame between two times, counted from the first."""
    time, stop = max(frame.time, start), frame.end if end is None else min(frame.end, end)
    return replace(frame, time=time - start, duration=stop - time)


def _is_sliver(part: Frame, whole: Frame) -> bool:
    return part.duration < min(whole.duration / 2, _SLIVER)


def at_rate(items: Iterable[Frame | Rest], fps: Fraction) -> Iterator[Frame | Rest]:
    """Show, every 1/fps seconds, the frame that is due: some twice, some not at all.

    A frame that is shown twice keeps its very same pixels, so that it need not be painted again.
    """
    shown: Frame | None = None
    first = tick = 0
    for item in items:
        if not isinstance(item, Frame):
            yield item
            continue
        due = _first_tick(item.time, fps)
        if shown is None:
            first = tick = due
        yield from _repeated(shown, tick, due, fps)
        tick, shown = max(tick, due), item
    if shown is not None:
        # Even the shortest video shows one frame.
        last = max(_first_tick(shown.end, fps), first + 1)
        yield from _repeated(shown, tick, last, fps)


def _repeated(frame: Frame | None, tick: int, due: int, fps: Fraction) -> Iterator[Frame]:
    if frame is not None:
        for number in range(tick, due):
            yield replace(frame, time=number / fps, duration=1 / fps)


def _first_tick(time: Fraction, fps: Fraction) -> int:
    """Return the first tick not before ``time``, tolerating timestamps rounded up."""
    return math.ceil(time * fps - Fraction(1, 50))
