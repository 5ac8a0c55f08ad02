"""Encoders of the pictures: videos proper, GIF and WebP."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any, ClassVar, Protocol

import av
import numpy as np
from av.video.frame import VideoFrame

from realstyler.engine import Pixels
from realstyler.video.codecs import codec_of, holds_alpha, pixel_format, settings
from realstyler.video.colors import FromRGB, with_alpha
from realstyler.video.formats import Format
from realstyler.video.frames import Frame
from realstyler.video.info import VideoInfo
from realstyler.video.options import VideoOptions

_PALETTE = "stats_mode=single:reserve_transparent=1"
_DITHER = "new=1:dither=sierra2_4a:alpha_threshold=128"


class Encoder(Protocol):
    """Turns frames into packets."""

    stream: Any
    """Of the result, as PyAV gives it."""

    size: tuple[int, int]
    last_duration: Fraction
    last_stamp: int
    """When the last frame is shown, in units of the time base; −1 before the first."""

    def encode(self, frame: Frame | None) -> Iterator[Any]:
        """Yield the packets that are ready; ``None`` flushes the rest."""


class _Coded:
    """What the encoders share: times, and the duration that each packet is given."""

    def __init__(self, stream: Any, time_base: Fraction) -> None:
        self.stream, self._time_base = stream, time_base
        self._durations: dict[int, int] = {}
        self.last_stamp = -1
        self.last_duration = Fraction(0)

    def _stamp(self, coded: VideoFrame, frame: Frame) -> VideoFrame:
        # Rounding may bring two frames together; they stay in order and apart.
        coded.pts = max(round(frame.time / self._time_base), self.last_stamp + 1)
        coded.time_base = self._time_base
        coded.duration = max(1, round(frame.end / self._time_base) - coded.pts)
        self.last_stamp = coded.pts
        self._durations[coded.pts] = coded.duration
        self.last_duration = coded.duration * self._time_base
        return coded

    def _packets(self, coded: VideoFrame | None) -> Iterator[Any]:
        for packet in self.stream.encode(coded):
            # Without it the last frame would be as short as its container likes.
            packet.duration = self._durations.pop(packet.pts, packet.duration)
            yield packet


class Encoded:
    """Pictures that were encoded before: their packets are joined as they are."""

    last_duration = Fraction(0)
    last_stamp = -1

    def __init__(self, container: Any, template: Any) -> None:
        self.stream = container.add_stream_from_template(template, opaque=True)
        self.size = (template.width, template.height)

    def encode(self, frame: Frame | None) -> Iterator[Any]:  # noqa: ARG002 - see `Encoder`
        """See `Encoder`; there is nothing to encode."""
        yield from ()


class _VideoEncoder(_Coded):
    """Videos proper, in 4:2:0 where the codec has it, so that they play everywhere."""

    def __init__(
        self,
        stream: Any,
        form: Format,
        info: VideoInfo,
        time_base: Fraction,
        options: VideoOptions,
    ) -> None:
        super().__init__(stream, time_base)
        # Raw pictures of odd sides are no harm.
        odd = form.codec == "rawvideo"
        width, height = info.width, info.height
        self.size = (width, height) if odd else (width + width % 2, height + height % 2)
        colors = info.colors.written(hdr=options.hdr)
        self._alpha = info.alpha and holds_alpha(form)
        bits = 10 if colors.is_hdr else options.bits
        kind = pixel_format(form, bits, alpha=self._alpha) or "yuv420p"
        self._convert = FromRGB(kind, colors)
        context = stream.codec_context
        stream.width, stream.height = self.size
        stream.pix_fmt = kind
        if codec_of(form) == "hevc" and form.container in {"mp4", "mov"}:
            context.codec_tag = "hvc1"  # Apple's players know no other
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
        pixels = _even(self._joined(frame), self.size)
        yield from self._packets(self._stamp(self._convert.convert(pixels), frame))

    def _joined(self, frame: Frame) -> Pixels:
        if self._alpha:
            return with_alpha(frame.pixels, frame.alpha)
        return frame.on_white().pixels


class _AnimationEncoder(_Coded):
    """Pictures in their own size, with transparency."""

    pixel_format: ClassVar[str]

    def __init__(self, stream: Any, info: VideoInfo, time_base: Fraction) -> None:
        super().__init__(stream, time_base)
        self.size = (info.width, info.height)
        stream.width, stream.height = self.size
        stream.pix_fmt = self.pixel_format
        stream.codec_context.time_base = time_base


class _WebPEncoder(_AnimationEncoder):
    """One WebP picture after the other."""

    pixel_format = "bgra"

    def encode(self, frame: Frame | None) -> Iterator[Any]:
        """See `Encoder`."""
        if frame is None:
            yield from self._packets(None)
            return
        joined = with_alpha(frame.pixels, frame.alpha)
        coded = VideoFrame.from_numpy_buffer(joined, "rgba").reformat(format="bgra", threads=1)
        yield from self._packets(self._stamp(coded, frame))


class _GifEncoder(_AnimationEncoder):
    """A palette of its own for every frame, dithered."""

    pixel_format = "pal8"

    def __init__(self, stream: Any, info: VideoInfo, time_base: Fraction) -> None:
        super().__init__(stream, info, time_base)
        self._graph = _palette_graph(self.size, time_base)
        self._transparent = info.alpha

    def encode(self, frame: Frame | None) -> Iterator[Any]:
        """See `Encoder`."""
        coded = None
        if frame is not None:
            joined = with_alpha(frame.pixels, frame.alpha)
            if self._transparent and joined[..., 3].min() > 0:
                # FFmpeg has opaque frames stay under transparent ones that follow: a pixel of the
                # corner makes it clear them.
                joined[-1, -1, 3] = 0
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


def add_encoder(
    container: Any, form: Format, info: VideoInfo, time_base: Fraction, options: VideoOptions
) -> Encoder:
    """Add a stream of pictures to an open container, and return what encodes for it."""
    rate = info.rate.limit_denominator(1001)
    ways = settings(form.codec, options, alpha=info.alpha)
    stream = container.add_stream(form.codec, rate=rate, options=ways)
    if form.codec == "gif":
        return _GifEncoder(stream, info, Fraction(1, 100))
    if form.codec == "libwebp":
        return _WebPEncoder(stream, info, Fraction(1, 1000))
    return _VideoEncoder(stream, form, info, time_base, options)


def _even(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    """Repeat the last row and column where 4:2:0 needs one more."""
    height, width = pixels.shape[:2]
    if (width, height) == size:
        return pixels
    return np.pad(pixels, ((0, size[1] - height), (0, size[0] - width), (0, 0)), mode="edge")
