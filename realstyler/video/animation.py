"""Read animated WebP, which FFmpeg does not, with Pillow."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import IO

import numpy as np
from PIL import Image, UnidentifiedImageError

from realstyler.errors import InputError
from realstyler.video.colors import BT709
from realstyler.video.frames import Frame, Passed
from realstyler.video.info import VideoInfo, Wishes
from realstyler.video.options import fitted
from realstyler.video.pipes import named


class AnimationSource:
    """An animated WebP, which FFmpeg does not read."""

    def __init__(self, path: Path, wishes: Wishes, file: IO[bytes] | None = None) -> None:
        self.problems: list[str] = []
        self.notes: list[str] = []
        self.origin = Fraction(0)
        self._path, self._end = named(path), wishes.end
        try:
            self._image = Image.open(path if file is None else file)
            self._image.load()
        except (UnidentifiedImageError, OSError, ValueError) as error:
            raise InputError(code="animation-damaged", source=named(path)) from error
        self._count = getattr(self._image, "n_frames", 1)
        self._size = fitted(*self._image.size, wishes.size)
        self.info = VideoInfo(
            *self._size,
            rate=self._rate(),
            time_base=Fraction(1, 1000),
            seconds=None,
            colors=BT709,
            alpha=self._is_transparent(),
            loops=int(self._image.info.get("loop", 0)),
        )

    def __iter__(self) -> Iterator[Frame | Passed]:
        """See `VideoSource`."""
        time = Fraction(0)
        for number in range(self._count):
            try:
                self._image.seek(number)
                self._image.load()
            except (OSError, EOFError, ValueError, SyntaxError):
                self.problems.append(f"{self._path} is cut off after {number} frames")
                return
            duration = Fraction(int(self._image.info.get("duration", 0)) or 100, 1000)
            yield self._frame(time, duration)
            time += duration
            if self._end is not None and time >= self._end:
                return

    def passthrough(self) -> Iterator[Passed]:
        """See `VideoSource`."""
        yield from ()

    def close(self) -> None:
        """See `VideoSource`."""
        self._image.close()

    def _is_transparent(self) -> bool:
        *_, lowest_and_highest = self._image.convert("RGBA").getextrema()
        return lowest_and_highest != (255, 255)

    def _rate(self) -> Fraction:
        duration = int(self._image.info.get("duration", 0)) or 100
        return Fraction(1000, duration)

    def _frame(self, time: Fraction, duration: Fraction) -> Frame:
        image = self._image.convert("RGBA")
        if image.size != self._size:
            image = image.resize(self._size, Image.Resampling.LANCZOS)
        array = np.array(image)
        pixels, alpha = (np.ascontiguousarray(part) for part in (array[..., :3], array[..., 3]))
        return Frame(pixels, None if (alpha == 255).all() else alpha, time, duration)
