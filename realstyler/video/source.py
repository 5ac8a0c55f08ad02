"""Read videos: containers with FFmpeg, animated WebP with Pillow, both as a sequence of frames.

What cannot be read is remembered in `problems` and the reading goes on where that makes sense.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import IO, Any, cast

import av
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import Image

from realstyler.engine import Cancellation
from realstyler.errors import InputError, UsageError
from realstyler.pictures.colour import spread
from realstyler.video.animation import AnimationSource
from realstyler.video.colors import ToRGB, colors_of, is_transparent
from realstyler.video.container import exact, open_input
from realstyler.video.extras import has_hidden_alpha, is_ignored, timecode_of, untaken
from realstyler.video.frames import Frame, Passed, lasting
from realstyler.video.info import VideoInfo, VideoSource, Wishes
from realstyler.video.interlaced import deinterlaced
from realstyler.video.options import fitted
from realstyler.video.orientation import orientation_of
from realstyler.video.packets import PacketReader, ends
from realstyler.video.pipes import STANDARD, PipedInput, named, standard_input
from realstyler.video.sequences import SequenceSource, is_sequence

DEFAULT_RATE = Fraction(25)
_STILL = ("image2", "_pipe", "tty", "ico")
"""Demuxers that accept still pictures and plain text as videos."""

_ALPHA_DECODERS = {"vp8": "libvpx", "vp9": "libvpx-vp9"}
_SHORTFALL = Fraction(3, 10)
"""Seconds that may be missing at the end, since containers state durations roughly."""

_DEEPER = {"probesize": "50000000", "analyzeduration": "60000000"}
"""Bytes and microseconds in which sound that begins late is looked for."""


def open_source(
    path: Path, wishes: Wishes | None = None, cancel: Cancellation | None = None
) -> VideoSource:
    """Open a video of any container and codec, standard input, or a sequence of pictures.

    Raises:
        InputError: missing, unreadable, or not a video.
        Cancelled: ``cancel`` was used while standard input was waited for.
    """
    wishes = wishes or Wishes()
    if path == STANDARD:
        return _piped(wishes, cancel or Cancellation())
    if is_sequence(path, wishes.rate):
        return SequenceSource(path, wishes)
    if _is_webp(require_readable(path)):
        return AnimationSource(path, wishes)
    return ContainerSource(path, wishes)


def _piped(wishes: Wishes, cancel: Cancellation) -> VideoSource:
    """Open what comes through standard input."""
    file = standard_input(cancel)
    try:
        if isinstance(file, PipedInput):
            if _is_webp(file.head):
                return AnimationSource(STANDARD, wishes, file.whole())
        else:
            head = file.read(16)
            file.seek(0)
            if not head:
                raise InputError(code="video-pipe-empty")
            if _is_webp(head):
                return AnimationSource(STANDARD, wishes, file)
        return ContainerSource(STANDARD, wishes, file)
    except InputError:
        cancel.check()  # it ended early
        raise


def _is_webp(head: bytes) -> bool:
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP"


def require_readable(path: Path) -> bytes:
    """Return the first bytes of a file.

    Raises:
        InputError: missing, unreadable, a folder or empty.
    """
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except FileNotFoundError as error:
        raise InputError(code="video-missing", source=path) from error
    except IsADirectoryError as error:
        raise InputError(code="video-folder", source=path) from error
    except OSError as error:
        raise InputError(code="video-unreadable", source=path, reason=error.strerror) from error
    if not head:
        raise InputError(code="video-empty", source=path)
    return head


class ContainerSource:
    """A video that FFmpeg reads."""

    def __init__(
        self, path: Path, wishes: Wishes, file: PipedInput | IO[bytes] | None = None
    ) -> None:
        self.problems: list[str] = []
        self.notes: list[str] = []
        self._path, self._wishes = named(path), wishes
        self._is_piped = path == STANDARD
        self._container = _open(path) if file is None else _open_stream(file)
        try:
            self._stream = self._video_stream()
            passthrough = self._passthrough_streams()
            self.notes += untaken(self._container, self._stream)
            self.origin = _origin([self._stream, *passthrough])
            self._convert = ToRGB()
            self._decoder = self._alpha_decoder()
            self._damaged = 0
            self._previous: Fraction | None = None
            self._reader = PacketReader(
                self._container, self._stream, passthrough, self.origin, wishes
            )
            self._items: Iterator[VideoFrame | Passed] = iter(())
            first = self._read_first()
            self._stored = _upright(first)
            self._size = fitted(*self._shown_size(first), wishes.size)
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

    def passthrough(self) -> Iterator[Passed]:
        """See `VideoSource`."""
        self._reader.pictures_done = True
        for item in self._items:
            if not isinstance(item, VideoFrame):
                yield item

    def close(self) -> None:
        """See `VideoSource`."""
        self._container.close()

    def _video_stream(self) -> VideoStream:
        covers = av.stream.Disposition.attached_pic
        moving = [s for s in self._container.streams.video if not s.disposition & covers]
        if not moving:
            raise InputError(code="video-without-pictures", source=self._path)
        # An animated AVIF begins with its title picture.
        moving = [s for s in moving if s.frames != 1] or moving
        track = self._wishes.track or 1
        if track > len(moving):
            raise UsageError(code="video-track-missing", track=track)
        stream = moving[track - 1]
        if stream.codec_context is None:
            raise InputError(code="video-pixels-unknown", source=self._path)
        stream.thread_type = "AUTO"
        return stream

    def _alpha_decoder(self) -> Any:
        """Return the decoder that knows transparency, where the stream's own does not."""
        own = self._stream.codec_context
        if not has_hidden_alpha(self._stream):
            return own
        name = _ALPHA_DECODERS.get(own.codec.canonical_name)
        if name not in av.codecs_available:
            self.notes.append("the transparency of its WebM was left out")
            return own
        decoder = av.CodecContext.create(name, "r")
        decoder.extradata = own.extradata
        return decoder

    def _passthrough_streams(self) -> tuple[Any, ...]:
        streams = self._container.streams
        sounds = [stream for stream in streams.audio if not _is_silent(stream)]
        if self._wishes.sound and len(sounds) < len(streams.audio):
            self.notes.append("a track of sound that holds none was left out")
        passed = (*(sounds if self._wishes.sound else ()), *streams.subtitles)
        if any(stream.codec_context is None for stream in passed):
            self.notes.append("sound or subtitles of an unknown kind were left out")
        return tuple(stream for stream in passed if stream.codec_context)

    def _info(self, first: VideoFrame, passthrough: tuple[Any, ...]) -> VideoInfo:
        stream = self._stream
        shown = self._shown_size(first)
        aspect = Fraction(1) if self._wishes.square else self._aspect(first)
        aspect *= Fraction(shown[0], self._size[0]) / Fraction(shown[1], self._size[1])
        return VideoInfo(
            *self._size,
            rate=self._rate(),
            time_base=exact(stream.time_base) or 1 / DEFAULT_RATE,
            seconds=self._seconds(),
            colors=colors_of(first),
            pixel_aspect=aspect.limit_denominator(1000),
            alpha=is_transparent(first),
            loops=self._loops(),
            metadata=dict(self._container.metadata),
            chapters=list(self._container.chapters()),
            passthrough=passthrough,
            fonts=tuple(self._container.streams.attachments),
            timecode=timecode_of(self._container),
        )

    def _loops(self) -> int:
        known = self._container.format.name == "gif" and not self._is_piped
        return _loops(Path(self._path)) if known else 0

    def _aspect(self, first: VideoFrame) -> Fraction:
        """Return the width of an upright pixel divided by its height."""
        aspect = exact(self._stream.sample_aspect_ratio) or Fraction(1)
        return 1 / aspect if orientation_of(first).transposed else aspect

    def _rate(self) -> Fraction:
        stream = self._stream
        rate = exact(stream.average_rate) or exact(stream.guessed_rate) or DEFAULT_RATE
        return rate if 0 < rate <= 1000 else DEFAULT_RATE

    def _seconds(self) -> Fraction | None:
        stream = self._stream
        if stream.duration and (time_base := exact(stream.time_base)):
            return Fraction(stream.duration) * time_base
        duration = self._container.duration
        return Fraction(duration, av.time_base) if duration and duration > 0 else None

    def _read_first(self) -> VideoFrame:
        """Read up to the first frame, from a place early enough, and put everything back."""
        earlier = Fraction(0)
        while self._reader.seeks:
            begins = self._reader.seek(earlier)
            first = self._first_of(self._decoded())
            due = None if first is None else self._due(first)
            if first is not None and (begins or (due is not None and due <= self._wishes.start)):
                return first
            if begins:
                break
            earlier = 4 * earlier + 1
        first = self._first_of(self._decoded())
        if first is None and self._is_piped:
            reason = "not one frame comes before what it needs"
            raise InputError(code="video-pipe-unreadable", reason=reason)
        if first is None:
            raise InputError(code="video-without-readable-frame", source=self._path)
        return first

    def _first_of(self, decoded: Iterator[VideoFrame | Passed]) -> VideoFrame | None:
        ahead: list[VideoFrame | Passed] = []
        items = deinterlaced(decoded)
        for item in items:
            ahead.append(item)
            if isinstance(item, VideoFrame):
                self._items = itertools.chain(ahead, items)
                return item
        return None

    def _decoded(self) -> Iterator[VideoFrame | Passed]:
        for packet in self._reader:
            if packet.stream.index == self._stream.index:
                yield from self._frames_of(packet)
            else:
                yield packet
        if self._reader.error is not None:
            self.problems.append(f"{self._reading()} ({_reason(self._reader.error)})")

    def _frames_of(self, packet: Any) -> Iterator[VideoFrame]:
        if not packet.size and not ends(packet):
            return  # Theora repeats a picture this way; it would end the decoder
        try:
            frames = self._decoder.decode(packet)
        except (av.FFmpegError, OSError):
            self._damaged += 1
            return
        end = self._wishes.end
        for frame in frames:
            due = self._due(frame)
            # Before the start, pictures may lack their reference frames.
            self._damaged += bool(frame.is_corrupt) and (due or 0) >= self._wishes.start
            yield frame
            if end is not None and due is not None and due >= end:
                self._reader.pictures_done = True
                return

    def _frame(self, frame: VideoFrame) -> Frame:
        self._note_another_size(frame)
        time_base = exact(frame.time_base) or self.info.time_base
        duration = frame.duration * time_base if frame.duration else 1 / self.info.rate
        time = self._time(frame, time_base)
        if self._wishes.blind is not None and time <= self._wishes.blind:
            return Frame(np.empty((0, 0, 3), np.uint8), None, time, duration)
        pixels, alpha = self._convert.convert(frame, self._size, alpha=True)
        if alpha is not None and frame.format.name.startswith("yuva"):
            # What lies hidden, often black, must not be painted into the rims.
            pixels = spread(pixels, alpha > 0)
        return Frame(pixels, alpha, time, duration)

    def _due(self, frame: VideoFrame) -> Fraction | None:
        """Return when a frame is due by its own timestamp."""
        if frame.pts is None or frame.time_base is None:
            return None
        return frame.pts * frame.time_base - self.origin

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

    def _shown_size(self, first: VideoFrame) -> tuple[int, int]:
        """Return the upright size, with square pixels where they are asked for."""
        width, height = _upright(first)
        aspect = self._aspect(first)
        if not self._wishes.square or aspect == 1:
            return width, height
        return max(1, round(width * aspect)), height

    def _note_another_size(self, frame: VideoFrame) -> None:
        """Report, once, that the pictures change their size."""
        size = _upright(frame)
        if size == self._stored:
            return
        self._stored = size
        width, height = self._size
        line = f"the pictures change their size; all were scaled to {width}×{height}"
        if line not in self.notes:
            self.notes.append(line)

    def _note_losses(self) -> None:
        if self._damaged:
            frames = "frame is" if self._damaged == 1 else "frames are"
            self.problems.append(f"{self._path}: {self._damaged} {frames} damaged")
        jumps = self._reader.timeline.jumps
        if jumps:
            self.notes.append(_told_jumps(jumps, self.origin))
        duration = self._duration()
        # Durations that were guessed from jumping clocks are meaningless.
        if self.problems or jumps or self._reader.stopped or not duration or duration < 0:
            return
        expected = duration
        if expected - self._reader.read_until > max(_SHORTFALL, expected / 50):
            self.problems.append(f"{self._reading()} of {float(expected):.1f} s")

    def _duration(self) -> Fraction | None:
        """Return the seconds that the file says it lasts, without tracks that nobody reads."""
        streams = self._container.streams
        if any(is_ignored(stream) for stream in streams):
            read = [s for s in streams if not is_ignored(s) and s.duration and s.time_base]
            return max((_end(stream) for stream in read), default=None)
        duration = self._container.duration
        return None if duration is None else Fraction(duration, av.time_base)

    def _reading(self) -> str:
        until = float(self._reader.read_until)
        return f"{self._path} is cut off or damaged after {until:.1f} s"


def _told_jumps(jumps: list[Fraction], origin: Fraction) -> str:
    first = f"{float(jumps[0] - origin):.1f} s"
    times = f"at {first}" if len(jumps) == 1 else f"{len(jumps)} times, first at {first}"
    return f"the time stamps jump {times}: what follows was joined to what is before"


def _open(path: Path) -> InputContainer:
    container = _opened(path)
    if any(_is_unknown(stream) for stream in container.streams.audio):
        container.close()
        container = _opened(path, **_DEEPER)
    _refuse_stills(container, path)
    return container


def _open_stream(file: PipedInput | IO[bytes]) -> InputContainer:
    """Open what can perhaps be read only once; it reaches no file at all."""
    try:
        container = open_input(cast("IO[bytes]", file), options={"protocol_whitelist": "pipe"})
    except (av.FFmpegError, OSError, ValueError) as error:
        raise InputError(code="video-pipe-unreadable", reason=_reason(error)) from error
    _refuse_stills(container, STANDARD)
    return container


def _refuse_stills(container: InputContainer, path: Path) -> None:
    name = container.format.name
    if name.endswith(_STILL) or name.startswith(_STILL):
        container.close()
        raise InputError(code="not-a-video", source=named(path))


def _opened(path: Path, **options: str) -> InputContainer:
    try:
        # An absolute path is never taken for an address, and a playlist reaches no other file.
        return open_input(str(path.absolute()), options={"protocol_whitelist": "file", **options})
    except (av.FFmpegError, OSError, ValueError) as error:
        reason = _reason(error)
        raise InputError(code="not-a-video-or-damaged", source=path, reason=reason) from error


def _is_silent(stream: Any) -> bool:
    """Tell whether a track holds nothing: no packet was found, or its index lists none."""
    indexed = {"mov", "mp4"} & set(stream.container.format.name.split(","))
    empty = stream.duration == 0 and not stream.frames and not len(stream.index_entries)
    return _is_unknown(stream) or bool(indexed and empty)


def _is_unknown(stream: Any) -> bool:
    """Whether only the name of a sound stream was found."""
    return stream.codec_context is not None and not stream.codec_context.sample_rate


def _origin(streams: list[Any]) -> Fraction:
    """Return when the first stream begins, in seconds: camcorders and broadcasts do not start at 0.

    Sound may begin a little before 0, to be skipped by the player; that is left as it is.
    """
    starts = [s.start_time * s.time_base for s in streams if s.start_time is not None]
    return max(Fraction(0), min(starts, default=Fraction(0)))


def _end(stream: Any) -> Fraction:
    """Return when a stream ends, in seconds of the file's clock."""
    end: Fraction = ((stream.start_time or 0) + stream.duration) * exact(stream.time_base)
    return end


def _upright(frame: VideoFrame) -> tuple[int, int]:
    return orientation_of(frame).size(frame.width, frame.height)


def _loops(path: Path) -> int:
    """Read how often a GIF plays, which FFmpeg does not report."""
    try:
        with Image.open(path) as image:
            return int(image.info.get("loop", 1))
    except (OSError, ValueError):
        return 0


def _reason(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error).lower()
