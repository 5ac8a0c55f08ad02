"""GIFs and short videos: checked before decoding, painted without flicker, with sound."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from io import BytesIO
from itertools import islice
from pathlib import Path

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.video.stream import VideoStream

from realstyler.engine import Cancellation, Controls, Stylizer
from realstyler.errors import InputError, OutputError
from realstyler.video import (
    VideoOptions,
    VideoProgress,
    VideoResult,
    open_input,
    stylize_video,
)
from realstyler_bot.workers.timeouts import Pulse, within

# Choose the demuxer by magic bytes, never by probing: a playlist could open other files.
_MAGIC = {0: {b"GIF8": "gif", b"\x1aE\xdf\xa3": "matroska"}, 4: {}}
_MAGIC[4] = dict.fromkeys((b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"), "mp4")
_FOLDER = "realstyler-clip-"
_QUALITY, _PRESET = 22, "veryfast"
_REORDERED = 32
"""Frames by which decoding order may differ from the order of display; H.264 allows 16."""
_SLACK = 1.0
"""Seconds by which a clip may exceed its announced length: audio often does."""


@dataclass(frozen=True)
class ClipLimits:
    """Limits checked before a clip is decoded, and a timeout for its frames."""

    seconds: float
    frames: int
    pixels: int
    """Per frame."""
    side: int
    """Longer side in pixels to which larger frames are scaled down."""
    frame_seconds: float
    """Time limit for any single frame."""


@dataclass(frozen=True)
class Clip:
    """A painted clip: H.264, in MP4 unless MP4 can't hold its audio."""

    content: bytes
    suffix: str
    width: int
    height: int
    seconds: float
    sound: bool


@dataclass(frozen=True)
class Facts:
    """Properties of a clip, from headers and packets only, without decoding."""

    width: int
    height: int
    frames: int
    sound: bool
    end: Fraction | None = None
    """Seconds after which it is cut off; None for all of it."""


def paint_clip(
    content: bytes,
    stylizer: Stylizer,
    controls: Controls,
    limits: ClipLimits,
    cancellation: Cancellation,
    progress: Callable[[float], None],
    *,
    trim: bool = False,
    compare: bool = False,
) -> Clip:
    """Paint a clip; its metadata is dropped.

    With `trim`, only its beginning is painted, as much as the limits allow. With `compare`, the
    original is shown beside the painting.

    Audio is copied, or becomes AAC where MP4 can't contain it. The clip is kept in a temporary
    folder meanwhile.

    Raises:
        InputError: not a clip, damaged, or beyond a limit.
        Cancelled: the job was cancelled.
    """
    facts = inspect(content, limits, trim=trim)
    with tempfile.TemporaryDirectory(prefix=_FOLDER, ignore_cleanup_errors=True) as folder:
        source = Path(folder, "clip")
        source.write_bytes(content)
        work = _Work(source, stylizer, controls, limits, facts, cancellation, progress, compare)
        result = work.run(".mp4")
        return Clip(
            result.target.read_bytes(),
            result.target.suffix,
            result.width,
            result.height,
            result.seconds,
            facts.sound,
        )


def inspect(content: bytes, limits: ClipLimits, *, trim: bool = False) -> Facts:
    """Inspect headers and packets.

    Args:
        content: the clip.
        limits: what it may have at most.
        trim: cut it off where it is too long.

    Raises:
        InputError: not a clip, damaged, or beyond a limit.
    """
    try:
        with _open(content) as source:
            return _inspect(source, limits, trim=trim)
    except (FFmpegError, ValueError) as error:
        raise _unreadable() from error


def remove_leftovers(seconds: float) -> None:
    """Remove temporary folders of killed processes that are older than this."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_FOLDER}*"):
        try:
            age = time.time() - folder.stat().st_mtime
        except OSError:
            continue  # another process removed it
        if age > seconds:
            shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True)
class _Work:
    """The painting of a single clip."""

    source: Path
    stylizer: Stylizer
    controls: Controls
    limits: ClipLimits
    facts: Facts
    cancellation: Cancellation
    progress: Callable[[float], None]
    compare: bool

    def run(self, suffix: str) -> VideoResult:
        """Paint, and give up if no frame is finished within the time limit."""
        pulse = Pulse()
        target = self.source.with_name(f"painted{suffix}")
        try:
            return within(
                self.limits.frame_seconds,
                lambda: self._paint(target, pulse),
                what="the clip",
                pulse=pulse,
            )
        except InputError:
            self.cancellation.cancel()  # stop the abandoned thread too
            raise

    def _paint(self, target: Path, pulse: Pulse) -> VideoResult:
        def report(done: VideoProgress) -> None:
            pulse.beat()
            if done.frames > self.limits.frames:  # a packet may hold more than one frame
                raise _too_many_frames(self.limits)
            self.progress(min(1.0, done.frames / self.facts.frames))

        try:
            return stylize_video(
                self.source,
                target,
                self.stylizer,
                self.controls,
                self._options(),
                report,
                self.cancellation,
            )
        except OutputError as error:
            raise RuntimeError("the clip could not be written") from error  # not the sender's fault
        except InputError as error:
            raise _named(error) from error

    def _options(self) -> VideoOptions:
        shrinks = max(self.facts.width, self.facts.height) > self.limits.side
        return VideoOptions(
            end=self.facts.end,
            compare=self.compare,
            size=self.limits.side if shrinks else None,
            crf=_QUALITY,
            preset=_PRESET,
            metadata="none",  # no location, camera, or subtitles that contain them
        )


def _open(content: bytes) -> InputContainer:
    for place, names in _MAGIC.items():
        name = names.get(content[place : place + 4])
        if name:
            return open_input(BytesIO(content), format=name)
    raise _unreadable()


def _inspect(source: InputContainer, limits: ClipLimits, *, trim: bool) -> Facts:
    covers = av.stream.Disposition.attached_pic
    streams = [stream for stream in source.streams.video if not stream.disposition & covers]
    if not streams:
        raise _no_pictures()
    context = streams[0].codec_context
    width, height = context.width, context.height
    if not width or not height or width * height > limits.pixels:
        raise InputError(code="clip-frames-too-large", width=width, height=height)
    sound = bool(source.streams.audio)
    if trim:
        return Facts(width, height, *_beginning(source, streams[0], limits, sound=sound))
    _refuse_long((source.duration or 0) / av.time_base, limits)
    frames = 0
    for frames, end in enumerate(_packet_times(source, streams[0]), 1):
        if frames > limits.frames:
            raise _too_many_frames(limits)
        _refuse_long(end, limits)
    if not frames:
        raise _no_pictures()
    return Facts(width, height, frames, sound)


def _beginning(
    source: InputContainer, stream: VideoStream, limits: ClipLimits, *, sound: bool
) -> tuple[int, bool, Fraction]:
    """Return how many frames fit the limits, whether there is sound, and when the last one ends."""
    # Frames are stored in decoding order, so look a little further than the limit.
    times = sorted(islice(_packet_times(source, stream), limits.frames + _REORDERED))
    if not times:
        raise _no_pictures()
    end = min(limits.seconds, *times[limits.frames :][:1], times[-1] + _SLACK)
    fitting = sum(time < end for time in times)
    return max(1, fitting), sound, Fraction(end).limit_denominator(1000)


def _packet_times(source: InputContainer, stream: VideoStream) -> Iterator[float]:
    """Yield each packet's timestamp in seconds: headers may lie, packets are what gets decoded."""
    first = True
    packets = source.demux(stream)
    while True:
        try:
            packet = next(packets, None)
        except FFmpegError:
            if first:
                raise
            return  # truncated: paint what is there
        if packet is None:
            return
        if packet.size:
            first = False
            time = (packet.pts or 0) - (stream.start_time or 0)
            yield float(time * packet.time_base)


def _refuse_long(seconds: float, limits: ClipLimits) -> None:
    if seconds > limits.seconds + _SLACK:
        raise InputError(code="clip-too-long", seconds=seconds, most=limits.seconds)


def _too_many_frames(limits: ClipLimits) -> InputError:
    return InputError(code="clip-has-too-many-frames", most=limits.frames)


def _no_pictures() -> InputError:
    return InputError(code="clip-without-pictures")


def _unreadable() -> InputError:
    return InputError(code="clip-damaged")


def _named(error: InputError) -> InputError:
    """Return an error safe to show: our own errors unchanged, others without temporary paths."""
    return error if error.code.startswith("clip-") else _unreadable()
