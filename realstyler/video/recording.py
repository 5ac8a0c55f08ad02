"""Live recording: frames arrive at any time, and the file survives a full disk."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from realstyler.engine import Pixels
from realstyler.video.colors import BT709
from realstyler.video.frames import Frame
from realstyler.video.info import VideoInfo
from realstyler.video.options import VideoOptions
from realstyler.video.target import Writer

_MILLISECOND = Fraction(1, 1000)
_USUAL_RATE = Fraction(30)
_GAP_SECONDS = 0.2
"""Shorter ones are how unevenly samples arrive, not silence."""

_OPTIONS = VideoOptions(crf=19, preset="veryfast")


class Recording:
    """Writes an MP4 in H.264 frame by frame; one thread at a time.

    While it grows the file consists of short fragments, each readable without what follows, so
    that a full disk or a crash costs its last second at most.

    Args:
        path: the file, which is replaced.
        target: what errors call it.
        width: of all frames, in pixels; likewise `height`.
        height: see `width`.
        sound: samples a second and channels (1 or 2) of `hear`; None for a silent clip.

    Raises:
        OutputError: the file cannot be written.
    """

    def __init__(
        self,
        path: Path,
        target: Path,
        width: int,
        height: int,
        sound: tuple[int, int] | None = None,
    ) -> None:
        info = VideoInfo(width, height, _USUAL_RATE, _MILLISECOND, seconds=None, colors=BT709)
        whole = (Fraction(0), None)
        self._writer = Writer(path, target, info, _MILLISECOND, whole, _OPTIONS, durable=True)
        self._sound, self._heard = sound, 0
        if sound is not None:
            self._writer.add_sound(*sound)
        self._waiting: Frame | None = None
        self._start: float | None = None

    @property
    def frames(self) -> int:
        """Frames that were written; the newest waits until it is known how long it lasts."""
        return self._writer.frames

    def write(self, pixels: Pixels, moment: float) -> None:
        """Add uint8 H×W×3 that was seen at `moment`, in seconds of any clock that never goes back.

        Raises:
            OutputError: the file cannot be written; `frames` of it can be read.
        """
        self._start = moment if self._start is None else self._start
        time = Fraction(round((moment - self._start) * 1000), 1000)
        if self._waiting is not None:
            # Two frames of one millisecond: the writer moves the second one apart.
            lasted = max(time - self._waiting.time, _MILLISECOND)
            self._writer.write(replace(self._waiting, duration=lasted))
        self._waiting = Frame(pixels, None, time, 1 / _USUAL_RATE)

    def hear(self, samples: NDArray[np.int16], moment: float) -> None:
        """Add int16 N×C, the first of which was heard at `moment`, by the clock of `write`.

        What was heard before the first picture is left out, and a gap is silent.

        Raises:
            OutputError: the file cannot be written; `frames` of it can be read.
        """
        if self._sound is None or self._start is None:
            return
        rate, channels = self._sound
        late = round((moment - self._start) * rate) - self._heard
        if late > _GAP_SECONDS * rate or (late > 0 and self._heard == 0):
            samples = np.concatenate([np.zeros((late, channels), np.int16), samples])
        elif late < 0 and self._heard == 0:
            samples = samples[-late:]
        if len(samples):
            self._heard += len(samples)
            self._writer.hear(samples)

    def finish(self) -> None:
        """Write the frame that waits, and the end of the file.

        Raises:
            OutputError: the file cannot be written; `frames` of it can be read.
        """
        if self._waiting is not None:
            self._writer.write(self._waiting)
        self._writer.finish()

    def abandon(self) -> None:
        """Close the file as it is, after an error."""
        self._writer.abandon()
