"""Read videos: containers with FFmpeg, animated WebP with Pillow, both as a sequence of frames.

What cannot be read is remembered in `problems` and the reading goes on where that makes sense.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, Protocol

import av
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import Image, UnidentifiedImageError

from realstyler.errors import InputError
from realstyler.video.colors import BT709, Colors, ToRGB, colors_of
from realstyler.video.container import open_input
from realstyler.video.frames import Frame, Passed, lasting
from realstyler.video.interlaced import deinterlaced
from realstyler.video.options import fitted

DEFAULT_RATE = Fraction(25)
_STILL = ("image2", "_pipe", "tty", "ico")
"""Demuxers that accept still pictures and plain text as videos."""

_SHORTFALL = Fraction(3, 10)
"""Seconds that may be missing at the end, since containers state durations roughly."""


@dataclass(frozen=True)
class VideoInfo:
    """Properties of a video known before its frames are read; sizes are upright and scaled."""

    width: int
    height: int
    rate: Fraction
    """Average frames a second."""

    time_base: Fraction
    """Seconds of which all times are multiples."""

    seconds: Fraction | None
    colors: Colors
    pixel_aspect: Fraction = Fraction(1)
    """Width of a pixel divided by its height."""

    loops: int = 0
    """How often an animation is played; 0 is for ever."""

    metadata: dict[str, str] = field(default_factory=dict)
    chapters: list[Any] = field(default_factory=list)
    """As PyAV gives them, from the beginning of the source."""

    passthrough: tuple[Any, ...] = ()
    """Streams of sound and subtitles."""


class VideoSource(Protocol):
    """An open video."""

    info: VideoInfo
    problems: list[str]
    origin: Fraction
    """Seconds on the source's own clock at which it begins."""

    def __iter__(self) -> Iterator[Frame | Passed]:
        """Yield frames in order of time and, between them, passthrough packets."""

    def close(self) -> None:
        """Give the file back."""


def open_source(
    path: Path, size: int | tuple[int, int] | None = None, start: Fraction = Fraction(0)
) -> VideoSource:
    """Open a video of any container and codec; frames before ``start`` may be left out.

    Raises:
        InputError: missing, unreadable, or not a video.
    """
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except FileNotFoundError as error:
        raise InputError(f"{path} does not exist", "check the path") from error
    except IsADirectoryError as error:
        raise InputError(f"{path} is a folder", "name a video inside it") from error
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}", "check the file") from error
    if not head:
        raise InputError(f"{path} is empty", "get the file again")
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return AnimationSource(path, size)
    return ContainerSource(path, size, start)


class ContainerSource:
    """A video that FFmpeg reads."""

    def __init__(
        self, path: Path, size: int | tuple[int, int] | None = None, start: Fraction = Fraction(0)
    ) -> None:
        self.problems: list[str] = []
        self._path = path
        self._container = _open(path)
        try:
            self._stream = self._video_stream()
            passthrough = self._passthrough_streams()
            self.origin = _origin([self._stream, *passthrough])
            self._convert = ToRGB()
            self._damaged = 0
            self._read_until = Fraction(0)
            self._previous: Fraction | None = None
            if start > 0:
                # A little early: the sound of an instant may lie before its picture.
                self._container.seek(int((start + self.origin) * av.time_base), backward=True)
            self._items = deinterlaced(self._decoded([self._stream, *passthrough]))
            first = self._read_first()
            self._size = fitted(*_upright(first), size)
            self.info = self._info(first, passthrough)
        except BaseException:
            self._container.close()
            raise

    def __iter__(self) -> Iterator[Frame | Passed]:
        """See `VideoSource`."""
        converted = (
            self._frame(item) if isinstance(item, VideoFrame) else item for item in self._items
        )
        yield from lasting(converted)
        self._note_losses()

    def close(self) -> None:
        """See `VideoSource`."""
        self._container.close()

    def _video_stream(self) -> VideoStream:
        covers = av.stream.Disposition.attached_pic
        for stream in self._container.streams.video:
            if not stream.disposition & covers:
                if stream.codec_context is None:
                    raise InputError(f"{self._path}: its pictures are in an unknown format")
                stream.thread_type = "AUTO"
                return stream
        raise InputError(f"{self._path} holds no moving pictures", "name a video")

    def _passthrough_streams(self) -> tuple[Any, ...]:
        streams = self._container.streams
        return tuple(s for s in (*streams.audio, *streams.subtitles) if s.codec_context)

    def _info(self, first: VideoFrame, passthrough: tuple[Any, ...]) -> VideoInfo:
        stream = self._stream
        aspect = stream.sample_aspect_ratio or Fraction(1)
        source_size = _upright(first)
        if source_size != (first.width, first.height):
            aspect = 1 / aspect
        aspect *= Fraction(source_size[0], self._size[0]) / Fraction(source_size[1], self._size[1])
        return VideoInfo(
            *self._size,
            rate=self._rate(),
            time_base=stream.time_base or 1 / DEFAULT_RATE,
            seconds=self._seconds(),
            colors=colors_of(first),
            pixel_aspect=aspect.limit_denominator(1000),
            loops=_loops(self._path) if self._container.format.name == "gif" else 0,
            metadata=dict(self._container.metadata),
            chapters=list(self._container.chapters()),
            passthrough=passthrough,
        )

    def _rate(self) -> Fraction:
        rate = self._stream.average_rate or self._stream.guessed_rate or DEFAULT_RATE
        return rate if 0 < rate <= 1000 else DEFAULT_RATE

    def _seconds(self) -> Fraction | None:
        stream = self._stream
        if stream.duration and stream.time_base:
            return stream.duration * stream.time_base
        duration = self._container.duration
        return Fraction(duration, av.time_base) if duration and duration > 0 else None

    def _read_first(self) -> VideoFrame:
        """Read as far as the first frame and put everything back."""
        ahead: list[VideoFrame | Passed] = []
        for item in self._items:
            ahead.append(item)
            if isinstance(item, VideoFrame):
                self._items = itertools.chain(ahead, self._items)
                return item
        raise InputError(f"{self._path}: not one frame can be read", "get the file again")

    def _decoded(self, streams: list[Any]) -> Iterator[VideoFrame | Passed]:
        for packet in self._packets(streams):
            if packet.stream.index == self._stream.index:
                yield from self._frames_of(packet)
            elif packet.dts is not None or packet.pts is not None:
                yield packet

    def _packets(self, streams: list[Any]) -> Iterator[Any]:
        packets = self._container.demux(streams)
        while True:
            try:
                packet = next(packets)
            except StopIteration:
                return
            except (av.FFmpegError, OSError) as error:
                self.problems.append(f"{self._reading()} ({_reason(error)})")
                # Frames that the decoder holds back are still good.
                yield from self._flush()
                return
            self._follow(packet)
            yield packet

    def _flush(self) -> Iterator[Any]:
        packet = av.Packet()
        packet.stream = self._stream
        yield packet

    def _follow(self, packet: Any) -> None:
        if packet.pts is not None and packet.size:
            end = (packet.pts + (packet.duration or 0)) * packet.time_base - self.origin
            self._read_until = max(self._read_until, end)

    def _frames_of(self, packet: Any) -> Iterator[VideoFrame]:
        try:
            frames = packet.decode()
        except (av.FFmpegError, OSError):
            self._damaged += 1
            return
        for frame in frames:
            self._damaged += bool(frame.is_corrupt)
            yield frame

    def _frame(self, frame: VideoFrame) -> Frame:
        pixels, alpha = self._convert.convert(frame, self._size, alpha=True)
        time_base = frame.time_base or self.info.time_base
        duration = frame.duration * time_base if frame.duration else 1 / self.info.rate
        return Frame(pixels, alpha, self._time(frame, time_base), duration)

    def _time(self, frame: VideoFrame, time_base: Fraction) -> Fraction:
        """Return when a frame is due; always later than the one before it."""
        previous = self._previous
        if frame.pts is not None:
            time = frame.pts * time_base - self.origin
        else:
            time = Fraction(0) if previous is None else previous + 1 / self.info.rate
        if previous is not None and time <= previous:
            time = previous + time_base
        self._previous = time
        return time

    def _note_losses(self) -> None:
        if self._damaged:
            frames = "frame is" if self._damaged == 1 else "frames are"
            self.problems.append(f"{self._path}: {self._damaged} {frames} damaged")
        duration = self._container.duration
        if not self.problems and duration and duration > 0:
            expected = Fraction(duration, av.time_base)
            if expected - self._read_until > max(_SHORTFALL, expected / 50):
                self.problems.append(f"{self._reading()} of {float(expected):.1f} s")

    def _reading(self) -> str:
        return f"{self._path} is cut off or damaged after {float(self._read_until):.1f} s"


class AnimationSource:
    """An animated WebP, which FFmpeg does not read."""

    def __init__(self, path: Path, size: int | tuple[int, int] | None = None) -> None:
        self.problems: list[str] = []
        self.origin = Fraction(0)
        self._path = path
        try:
            self._image = Image.open(path)
            self._image.load()
        except (UnidentifiedImageError, OSError, ValueError) as error:
            raise InputError(f"{path} is damaged", "get the file again") from error
        self._count = getattr(self._image, "n_frames", 1)
        self._size = fitted(*self._image.size, size)
        self.info = VideoInfo(
            *self._size,
            rate=self._rate(),
            time_base=Fraction(1, 1000),
            seconds=None,
            colors=BT709,
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

    def close(self) -> None:
        """See `VideoSource`."""
        self._image.close()

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


def _open(path: Path) -> InputContainer:
    try:
        # An absolute path is never taken for an address, and a playlist reaches no other file.
        container = open_input(str(path.absolute()), options={"protocol_whitelist": "file"})
    except (av.FFmpegError, OSError, ValueError) as error:
        what = f"{path} is not a video, or damaged at its beginning ({_reason(error)})"
        raise InputError(what, "name a video, or get the file again") from error
    name = container.format.name
    if name.endswith(_STILL) or name.startswith(_STILL):
        container.close()
        raise InputError(f"{path} is not a video", "pictures are painted by `realstyler stylize`")
    return container


def _origin(streams: list[Any]) -> Fraction:
    """Return when the first stream begins, in seconds: camcorders and broadcasts do not start at 0.

    Sound may begin a little before 0, to be skipped by the player; that is left as it is.
    """
    starts = [s.start_time * s.time_base for s in streams if s.start_time is not None]
    return max(Fraction(0), min(starts, default=Fraction(0)))


def _upright(frame: VideoFrame) -> tuple[int, int]:
    turned = round(frame.rotation / 90) % 2
    return (frame.height, frame.width) if turned else (frame.width, frame.height)


def _loops(path: Path) -> int:
    """Read how often a GIF is played, which FFmpeg does not tell."""
    try:
        with Image.open(path) as image:
            return int(image.info.get("loop", 1))
    except (OSError, ValueError):
        return 0


def _reason(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error).lower()
