"""Writing: H.264, VP9, GIF or WebP by FFmpeg, with the sound and subtitles of the source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, Protocol

import av
import numpy as np
from av.video.frame import VideoFrame

from realstyler.engine import Pixels
from realstyler.errors import OutputError, UsageError
from realstyler.video.colors import FromRGB, with_alpha
from realstyler.video.frames import Frame, Passed
from realstyler.video.metadata import kept
from realstyler.video.options import VideoOptions
from realstyler.video.source import VideoInfo
from realstyler.video.webp import mend_webp

GIF_DELAY = Fraction(1, 50)
"""Shortest time between two frames of a GIF: players slow anything faster down to a tenth."""

_PALETTE = "stats_mode=single:reserve_transparent=1"
_DITHER = "new=1:dither=sierra2_4a:alpha_threshold=128"


@dataclass(frozen=True)
class Format:
    """How files of a suffix are written."""

    container: str
    codec: str
    animated: bool = False
    """An animated picture: transparency and loops, but neither sound nor chapters."""

    options: dict[str, str] = field(default_factory=dict)


_MOV = {"movflags": "+faststart"}
_FRAGMENTS = {"movflags": "+hybrid_fragmented", "frag_duration": "1000000"}
"""An MP4 that grows second by second, and becomes an ordinary one when it is finished."""

FORMATS = {
    ".mp4": Format("mp4", "libx264", options=_MOV),
    ".m4v": Format("mp4", "libx264", options=_MOV),
    ".mov": Format("mov", "libx264", options=_MOV),
    ".mkv": Format("matroska", "libx264"),
    ".webm": Format("webm", "libvpx-vp9"),
    ".gif": Format("gif", "gif", animated=True),
    ".webp": Format("webp", "libwebp", animated=True),
}
"""Suffix (lower case) to the format that is written."""


def format_of(target: Path) -> Format:
    """Return the format that the suffix names.

    Raises:
        UsageError: it names none.
    """
    try:
        return FORMATS[target.suffix.lower()]
    except KeyError:
        what = f"cannot write {target}: unknown video suffix '{target.suffix}'"
        raise UsageError(what, f"use one of {', '.join(FORMATS)}") from None


class Writer:
    """Writes frames in order of time and passes packets on; one thread at a time.

    Args:
        path: the file, which is replaced.
        target: what errors call it.
        info: size, colours and all that is taken over from the source.
        time_base: of the frames that will come.
        span: which part of the source is written, for chapters: seconds, end ``None`` for all.
        options: quality, see `VideoOptions`.
        durable: whether an MP4 can be read even if its end is never written.

    Raises:
        UsageError: the format cannot hold the sound of the source.
        OutputError: the file cannot be written.
    """

    def __init__(
        self,
        path: Path,
        target: Path,
        info: VideoInfo,
        time_base: Fraction,
        span: tuple[Fraction, Fraction | None],
        options: VideoOptions,
        *,
        durable: bool = False,
    ) -> None:
        self.notes: list[str] = []
        self.frames = 0
        self.seconds = Fraction(0)
        self._target, self._info, self._span = target, info, span
        self._format, self._metadata = format_of(target), options.metadata
        settings = {**self._format.options, **self._loop_option()}
        settings |= _FRAGMENTS if durable else {}
        with self._errors_named():
            self._container = av.open(
                str(path), "w", format=self._format.container, options=settings
            )
        self._path = path
        self._video = _encoder(self._format, info, time_base, options)(self._container)
        self._outputs: dict[int, Any] = {}
        if self._format.animated:
            self._note_left_out_streams()
        else:
            self._add_passthrough_streams()
            self._copy_metadata()
        self.width, self.height = self._video.size
        self._note_the_size()

    def write(self, frame: Frame) -> None:
        """Add a frame, later than all before it."""
        with self._errors_named():
            for packet in self._video.encode(frame):
                self._container.mux(packet)
        self.frames += 1
        self.seconds = max(self.seconds, frame.end)

    def pass_on(self, packet: Passed, origin: Fraction) -> None:
        """Write a packet of a passthrough stream as it is, ``origin`` seconds earlier."""
        output = self._outputs.get(packet.stream.index)
        start, end = self._span
        time = _time(packet) - origin
        if output is None or (start > 0 and time < start) or (end is not None and time >= end):
            return
        shift = round((origin + start) / packet.time_base)
        packet.pts = None if packet.pts is None else packet.pts - shift
        packet.dts = None if packet.dts is None else packet.dts - shift
        packet.stream = output
        with self._errors_named():
            self._container.mux(packet)

    def finish(self) -> None:
        """Write what is still held back, and the end of the file."""
        with self._errors_named():
            for packet in self._video.encode(None):
                self._container.mux(packet)
            self._container.close()
        if self._format.container == "webp":
            mend_webp(self._path, self._video.last_duration)

    def abandon(self) -> None:
        """Give the file back without finishing it."""
        try:
            self._container.close()
        except (av.FFmpegError, OSError, ValueError):
            return  # nothing was written yet, or the disk is full: it is removed anyway

    def _add_passthrough_streams(self) -> None:
        for stream in self._info.passthrough:
            if stream.type != "audio" and self._metadata == "none":
                self.notes.append(f"{stream.type}s left out with the metadata")
                continue
            try:
                output = self._container.add_stream_from_template(stream)
            except (ValueError, av.FFmpegError):
                self._refuse(stream)
                continue
            output.metadata.update(kept(stream.metadata, self._metadata))
            output.disposition = stream.disposition
            self._outputs[stream.index] = output

    def _refuse(self, stream: Any) -> None:
        kind, codec = stream.type, stream.codec_context.name
        if kind == "audio":
            self._container.close()
            what = f"cannot write {self._target}: {self._target.suffix} holds no {codec} sound"
            raise UsageError(what, "write .mkv, which keeps it as it is")
        self.notes.append(f"{kind}s left out: {self._target.suffix} holds no {codec}")

    def _copy_metadata(self) -> None:
        self._container.metadata.update(kept(self._info.metadata, self._metadata))
        chapters = [] if self._metadata == "none" else list(_cut(self._info.chapters, *self._span))
        if chapters:
            self._container.set_chapters(chapters)

    def _note_left_out_streams(self) -> None:
        kinds = {stream.type for stream in self._info.passthrough}
        names = {"audio": "the sound was", "subtitle": "subtitles were"}
        self.notes += [
            f"{names[kind]} left out: {self._target.suffix} holds none" for kind in sorted(kinds)
        ]

    def _note_the_size(self) -> None:
        size = (self._info.width, self._info.height)
        if self._video.size != size:
            self.notes.append(
                f"{size[0]}×{size[1]} became {self.width}×{self.height}: H.264 needs even sides"
            )

    def _loop_option(self) -> dict[str, str]:
        return {"loop": str(self._info.loops)} if self._format.animated else {}

    @contextmanager
    def _errors_named(self) -> Iterator[None]:
        try:
            yield
        except (av.FFmpegError, OSError) as error:
            reason = (error.strerror or str(error)).lower()
            what = f"cannot write {self._target}: {reason}"
            raise OutputError(what, "free some space or write elsewhere") from error


class Encoder(Protocol):
    """Turns frames into packets."""

    size: tuple[int, int]
    last_duration: Fraction

    def encode(self, frame: Frame | None) -> Iterator[Any]:
        """Yield the packets that are ready; ``None`` asks for all the others."""


class _Coded:
    """What the encoders share: times, and the duration that each packet is given."""

    def __init__(self, stream: Any, time_base: Fraction) -> None:
        self._stream, self._time_base = stream, time_base
        self._durations: dict[int, int] = {}
        self._last = -1
        self.last_duration = Fraction(0)

    def _stamp(self, coded: VideoFrame, frame: Frame) -> VideoFrame:
        # Rounding may bring two frames together; they stay in order and apart.
        coded.pts = max(round(frame.time / self._time_base), self._last + 1)
        coded.time_base = self._time_base
        coded.duration = max(1, round(frame.end / self._time_base) - coded.pts)
        self._last = coded.pts
        self._durations[coded.pts] = coded.duration
        self.last_duration = coded.duration * self._time_base
        return coded

    def _packets(self, coded: VideoFrame | None) -> Iterator[Any]:
        for packet in self._stream.encode(coded):
            # Without it the last frame would be as short as its container likes.
            packet.duration = self._durations.pop(packet.pts, packet.duration)
            yield packet


class _VideoEncoder(_Coded):
    """H.264 or VP9 in 4:2:0, so that it plays everywhere."""

    def __init__(self, stream: Any, info: VideoInfo, time_base: Fraction) -> None:
        super().__init__(stream, time_base)
        self.size = (info.width + info.width % 2, info.height + info.height % 2)
        colors = info.colors.written()
        self._convert = FromRGB("yuv420p", colors)
        context = stream.codec_context
        stream.width, stream.height = self.size
        stream.pix_fmt = "yuv420p"
        context.time_base = time_base
        context.colorspace, context.color_range = colors.matrix, colors.range
        context.color_primaries, context.color_trc = colors.primaries, colors.transfer
        if info.pixel_aspect != 1:
            context.sample_aspect_ratio = info.pixel_aspect

    def encode(self, frame: Frame | None) -> Iterator[Any]:
        """See `Encoder`."""
        if frame is None:
            yield from self._packets(None)
            return
        pixels = _even(frame.on_white().pixels, self.size)
        yield from self._packets(self._stamp(self._convert.convert(pixels), frame))


class _WebPEncoder(_Coded):
    """One WebP picture after the other."""

    def __init__(self, stream: Any, info: VideoInfo, time_base: Fraction) -> None:
        super().__init__(stream, time_base)
        self.size = (info.width, info.height)
        stream.width, stream.height = self.size
        stream.pix_fmt = "bgra"
        stream.codec_context.time_base = time_base

    def encode(self, frame: Frame | None) -> Iterator[Any]:
        """See `Encoder`."""
        if frame is None:
            yield from self._packets(None)
            return
        joined = with_alpha(frame.pixels, frame.alpha)
        coded = VideoFrame.from_numpy_buffer(joined, "rgba").reformat(format="bgra", threads=1)
        yield from self._packets(self._stamp(coded, frame))


class _GifEncoder(_Coded):
    """A palette of its own for every frame, dithered."""

    def __init__(self, stream: Any, info: VideoInfo, time_base: Fraction) -> None:
        super().__init__(stream, time_base)
        self.size = (info.width, info.height)
        stream.width, stream.height = self.size
        stream.pix_fmt = "pal8"
        stream.codec_context.time_base = time_base
        self._graph = _palette_graph(self.size, time_base)

    def encode(self, frame: Frame | None) -> Iterator[Any]:
        """See `Encoder`."""
        coded = None
        if frame is not None:
            joined = with_alpha(frame.pixels, frame.alpha)
            coded = self._stamp(VideoFrame.from_numpy_buffer(joined, "rgba"), frame)
        self._graph.vpush(coded)
        for reduced in _pulled(self._graph):
            yield from self._packets(reduced)
        if frame is None:
            yield from self._packets(None)


def _palette_graph(size: tuple[int, int], time_base: Fraction) -> Any:
    graph = av.filter.Graph()
    source = graph.add(
        "buffer",
        f"video_size={size[0]}x{size[1]}:pix_fmt=rgba:time_base={time_base}:pixel_aspect=1/1",
    )
    split, sink = graph.add("split"), graph.add("buffersink")
    palette, use = graph.add("palettegen", _PALETTE), graph.add("paletteuse", _DITHER)
    source.link_to(split)
    split.link_to(use, 0, 0)
    split.link_to(palette, 1, 0)
    palette.link_to(use, 0, 1)
    use.link_to(sink)
    graph.configure()
    return graph


def _pulled(graph: Any) -> Iterator[VideoFrame]:
    while True:
        try:
            yield graph.vpull()
        except (av.BlockingIOError, av.EOFError):
            return


def _encoder(form: Format, info: VideoInfo, time_base: Fraction, options: VideoOptions) -> Any:
    """Return what makes the encoder for an open container."""

    def make(container: Any) -> Encoder:
        rate = info.rate.limit_denominator(1001)
        stream = container.add_stream(form.codec, rate=rate, options=_quality(form.codec, options))
        if form.codec == "gif":
            return _GifEncoder(stream, info, Fraction(1, 100))
        if form.codec == "libwebp":
            return _WebPEncoder(stream, info, Fraction(1, 1000))
        return _VideoEncoder(stream, info, time_base)

    return make


def _quality(codec: str, options: VideoOptions) -> dict[str, str]:
    if codec == "libx264":
        # 0 would be lossless, in a profile that few players know.
        # Nor B-frames: with them MP4 tells the last frame's duration wrong, at variable rates.
        return {"crf": str(max(options.crf, 1)), "preset": options.preset, "bf": "0"}
    if codec == "libvpx-vp9":
        scaled = str(round(options.crf * 63 / 51))
        return {"crf": scaled, "b": "0", "deadline": "good", "cpu-used": "5", "row-mt": "1"}
    return {"quality": str(100 - options.crf)} if codec == "libwebp" else {}


def _even(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    """Repeat the last row and column where 4:2:0 needs one more."""
    height, width = pixels.shape[:2]
    if (width, height) == size:
        return pixels
    return np.pad(pixels, ((0, size[1] - height), (0, size[0] - width), (0, 0)), mode="edge")


def _time(packet: Passed) -> Fraction:
    stamp = packet.pts if packet.pts is not None else packet.dts
    return Fraction(stamp or 0) * packet.time_base


def _cut(chapters: Sequence[Any], start: Fraction, end: Fraction | None) -> Iterator[Any]:
    """Yield the chapters of a part, counted from its start."""
    for chapter in chapters:
        base = chapter["time_base"]
        first = max(Fraction(0), chapter["start"] * base - start)
        stop = chapter["end"] * base
        last = (stop if end is None else min(stop, end)) - start
        if last > first:
            times = {"start": round(first / base), "end": round(last / base)}
            yield {**chapter, **times}
