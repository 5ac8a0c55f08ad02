"""GIFs and short videos: frame by frame through the painter, as MP4."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from io import BytesIO

import av
import numpy as np
from av.container import InputContainer, OutputContainer
from av.error import FFmpegError
from numpy.typing import NDArray

from realstyler.errors import InputError

Pixels = NDArray[np.uint8]
Paint = Callable[[Pixels], Pixels]

# The demuxer is named, never guessed: playlists among them could open other files.
_PROBED = {
    b"GIF8": "gif",
    b"\x1aE\xdf\xa3": "matroska",
}
_QUALITY = "21"
_MOST_FRAMES_PER_SECOND = 60
_UNKNOWN_RATE = Fraction(25)


@dataclass(frozen=True)
class ClipLimits:
    """What is refused before, or while, a clip is decoded."""

    seconds: float
    frames: int
    pixels: int
    """Of one frame."""
    side: int
    """Longer side to which frames are scaled."""
    decode_seconds: float
    """Time that all decoding may take."""


@dataclass(frozen=True)
class Clip:
    """An MP4 with H.264, without sound."""

    content: bytes
    width: int
    height: int
    seconds: float


def paint_clip(
    content: bytes, paint: Paint, limits: ClipLimits, progress: Callable[[float], None]
) -> Clip:
    """Paint every frame (uint8 H×W×3, even sides) of a clip.

    Raises:
        InputError: not a clip, damaged, or beyond a limit.
        Cancelled: from `paint`, when the work is stopped.
    """
    target = BytesIO()
    try:
        with _open(content) as source, av.open(target, "w", format="mp4") as result:
            size, seconds = _transcode(source, result, paint, limits, progress)
    except FFmpegError as error:
        raise InputError("the clip is damaged or of an unknown kind", "send it as MP4") from error
    return Clip(target.getvalue(), *size, seconds)


def _open(content: bytes) -> InputContainer:
    name = next((kind for magic, kind in _PROBED.items() if content.startswith(magic)), "mp4")
    return av.open(BytesIO(content), "r", format=name)


def _transcode(
    source: InputContainer,
    result: OutputContainer,
    paint: Paint,
    limits: ClipLimits,
    progress: Callable[[float], None],
) -> tuple[tuple[int, int], float]:
    if not source.streams.video:
        raise InputError("the clip holds no pictures", "send a GIF or a video")
    stream = source.streams.video[0]
    _refuse_long(source, limits)
    width, height = _size(stream.codec_context.width, stream.codec_context.height, limits)
    rate = min(stream.average_rate or _UNKNOWN_RATE, Fraction(_MOST_FRAMES_PER_SECOND))
    target = result.add_stream("libx264", rate=rate, options={"crf": _QUALITY, "preset": "fast"})
    target.width, target.height, target.pix_fmt = width, height, "yuv420p"
    expected = max(1, round(_seconds(source) * float(rate)))
    count = 0
    for frame in _frames(source, limits):
        scaled = frame.reformat(width=width, height=height, format="rgb24")
        painted = av.VideoFrame.from_ndarray(
            paint(np.asarray(scaled.to_ndarray(), np.uint8)), format="rgb24"
        )
        painted.pts, painted.time_base = count, 1 / rate
        result.mux(target.encode(painted))
        count += 1
        progress(min(1.0, count / expected))
    if not count:
        raise InputError("the clip holds no pictures", "send a GIF or a video")
    result.mux(target.encode(None))
    return (width, height), count / float(rate)


def _refuse_long(source: InputContainer, limits: ClipLimits) -> None:
    seconds = _seconds(source)
    if seconds > limits.seconds + 1:
        raise InputError(
            f"the clip lasts {seconds:.0f} s, more than {limits.seconds:g}", "make it shorter"
        )


def _seconds(source: InputContainer) -> float:
    return (source.duration or 0) / float(av.time_base)


def _size(width: int, height: int, limits: ClipLimits) -> tuple[int, int]:
    """Return even sides, as H.264 wants them, within the limit."""
    if not width or not height or width * height > limits.pixels:
        raise InputError(f"the clip has frames of {width}×{height} pixels", "make it smaller")
    factor = min(1.0, limits.side / max(width, height))
    return max(2, round(width * factor / 2) * 2), max(2, round(height * factor / 2) * 2)


def _frames(source: InputContainer, limits: ClipLimits) -> Iterator[av.VideoFrame]:
    """Yield frames; headers lie, so they are counted, measured and timed while decoding."""
    spent = 0.0
    frames = iter(source.decode(video=0))
    for count in range(limits.frames + 1):
        started = time.monotonic()
        frame = next(frames, None)
        spent += time.monotonic() - started
        if frame is None:
            return
        if count == limits.frames:
            raise InputError(f"the clip has more than {limits.frames} frames", "make it shorter")
        if spent > limits.decode_seconds:
            raise InputError("the clip takes too long to decode", "send a smaller one")
        if frame.width * frame.height > limits.pixels:
            raise InputError("the clip has frames that are too large", "make it smaller")
        yield frame
