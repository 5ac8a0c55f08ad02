"""Cutting and resampling, for any times."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from realstyler.video.frames import Frame, at_rate, clipped, lasting

gaps = st.lists(st.integers(1, 90), min_size=1, max_size=20)
PIXELS = np.zeros((1, 1, 3), np.uint8)


def frames_of(gaps: list[int]) -> list[Frame]:
    """Frames that follow each other without a gap, in hundredths of a second."""
    starts = np.cumsum([0, *gaps]).tolist()
    return [
        Frame(PIXELS.copy(), None, Fraction(start, 100), Fraction(gap, 100))
        for start, gap in zip(starts, gaps, strict=False)
    ]


@given(gaps=gaps, start=st.integers(0, 500), length=st.integers(1, 500))
def test_clipped_shows_what_was_on_show(gaps: list[int], start: int, length: int) -> None:
    """At each instant of the part, the frame is the one that was on show in the source."""
    frames = frames_of(gaps)
    first, last = Fraction(start, 100), Fraction(start + length, 100)
    part = list(clipped(frames, first, last))
    for frame in part:
        middle = first + frame.time + frame.duration / 2
        assert frame.pixels is next(f for f in frames if f.time <= middle < f.end).pixels
    covered = sum((frame.duration for frame in part), Fraction(0))
    assert covered == max(Fraction(0), min(last, frames[-1].end) - first)
    assert all(one.end == other.time for one, other in itertools.pairwise(part))


@settings(max_examples=30)
@given(gaps=gaps, fps=st.integers(1, 60))
def test_resampled_frames_are_even_and_due(gaps: list[int], fps: int) -> None:
    """Ticks are evenly spaced without a hole and show the frame that is due then."""
    frames = frames_of(gaps)
    even = list(at_rate(frames, Fraction(fps)))
    assert [frame.time for frame in even] == [Fraction(n, fps) for n in range(len(even))]
    assert abs(float(len(even) - frames[-1].end * fps)) <= 1
    for frame in even[:-1]:
        shown = [f for f in frames if f.time <= frame.time + Fraction(1, 50 * fps)][-1]
        assert frame.pixels is shown.pixels


@given(fps=st.sampled_from([24, 25, 30, 50, 60]), units=st.sampled_from([3000, 10_000, 90_000]))
def test_rounded_timestamps_lose_no_frame(fps: int, units: int) -> None:
    """At a video's own rate each frame is shown once, though containers round its times.

    A time that is rounded up lies just behind its tick, and would wait for the next one.
    """
    times = [Fraction(math.ceil(Fraction(n * units, fps)), units) for n in range(3 * fps)]
    frames = [Frame(PIXELS.copy(), None, time, Fraction(1, fps)) for time in times]
    shown = list(at_rate(frames, Fraction(fps)))
    assert [f.pixels is g.pixels for f, g in zip(frames, shown, strict=True)] == [True] * len(
        frames
    )


@given(gaps=gaps)
def test_frames_last_until_the_next(gaps: list[int]) -> None:
    """Whatever durations a container states, none overlaps and none leaves a hole."""
    frames = frames_of(gaps)
    wrong = [Frame(f.pixels, None, f.time, Fraction(7)) for f in frames[:-1]] + frames[-1:]
    assert [f.duration for f in lasting(wrong)] == [f.duration for f in frames]


def test_packets_pass_in_their_place() -> None:
    """Packets of sound go through untouched and in order."""
    frames = frames_of([10, 10])
    items = ["a", frames[0], "b", frames[1], "c"]
    assert [i for i in clipped(items, Fraction(0), None) if isinstance(i, str)] == ["a", "b", "c"]
    assert [i for i in at_rate(items, Fraction(25)) if isinstance(i, str)] == ["a", "b", "c"]


def test_transparent_frames_are_laid_on_white() -> None:
    """Alpha 0 becomes white, 255 stays, half of it is half way."""
    pixels = np.full((1, 3, 3), 55, np.uint8)
    frame = Frame(pixels, np.array([[0, 255, 128]], np.uint8), Fraction(0), Fraction(1))
    assert frame.on_white().pixels[0, :, 0].tolist() == [255, 55, 155]
    assert frame.on_white().alpha is None
