"""One painted frame of a video, to see what the whole of it would look like."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import numpy as np

from realstyler import pictures
from realstyler.engine import Cancellation, Controls, Pixels, Stylizer
from realstyler.errors import InputError
from realstyler.video.frames import Frame
from realstyler.video.info import Wishes
from realstyler.video.options import VideoOptions
from realstyler.video.pipes import named
from realstyler.video.source import open_source


@dataclass(frozen=True)
class Preview:
    """A frame that was painted."""

    target: Path
    seconds: float
    """When it begins, from the beginning of the source."""

    width: int
    height: int


def side_by_side(photo: Pixels, painting: Pixels) -> Pixels:
    """Put uint8 H×W×3 or H×W and what was painted from it beside each other."""
    return np.hstack([photo, painting])


def paint_preview(
    source: Path,
    target: Path,
    stylizer: Stylizer,
    time: Fraction,
    controls: Controls | None = None,
    options: VideoOptions | None = None,
    cancel: Cancellation | None = None,
) -> Preview:
    """Paint the frame that a video shows at a time, and write it as a picture.

    Args:
        source: as in `stylize_video`.
        target: a picture; its suffix decides the format.
        stylizer: the style, network and device.
        time: seconds from the beginning of the source.
        controls: strength, colours and stroke.
        options: of these, size, comparison and whether a target is replaced.
        cancel: stops the work from another thread or a signal handler.

    Raises:
        InputError: no video, or it shows no frame at that time.
        UsageError: the target exists or is no picture.
        OutputError: the target cannot be written.
        Cancelled: ``cancel`` was used.
    """
    options = options or VideoOptions()
    pictures.format_of(target)
    frame = _frame_at(source, time, options, cancel)
    painting = stylizer.stylize(frame.pixels, controls or Controls(), cancel=cancel)
    if options.compare:
        painting = side_by_side(frame.pixels, painting)
    pictures.write(pictures.Picture(painting), target, overwrite=options.overwrite)
    return Preview(target, float(frame.time), painting.shape[1], painting.shape[0])


def _frame_at(
    source: Path, time: Fraction, options: VideoOptions, cancel: Cancellation | None
) -> Frame:
    end = time + Fraction(1, 1000)
    wishes = Wishes(
        options.size, time, end, track=options.track, sound=False, rate=options.fps, square=True
    )
    with closing(open_source(source, wishes, cancel)) as opened:
        for item in opened:
            if isinstance(item, Frame) and item.end > time:
                return replace(item.on_white(), alpha=None)
    raise InputError(code="video-without-frame", source=named(source), seconds=float(time))
