"""Tracks of sound and subtitles in the result: packets as they are, or sound encoded anew."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from fractions import Fraction
from io import BytesIO
from typing import Any, Protocol

import av
import numpy as np
from av.format import Flags
from numpy.typing import NDArray

from realstyler.video.metadata import tells_place
from realstyler.video.packets import stamp

Span = tuple[Fraction, Fraction | None]
"""The part of the source that is written: seconds, the end ``None`` for all."""

_BITS_PER_CHANNEL = {"aac": 96_000, "libopus": 64_000}
"""Bits a second for each channel, at which both can hardly be told from their source."""

_WARM_UP = Fraction(1, 5)
"""Seconds of sound before the beginning that decoders may need."""

_USUAL_RATE = 48_000
_LAYOUTS = {1: "mono", 2: "stereo", 6: "5.1", 8: "7.1"}
"""Numbers of channels to what all encoders and players know."""

NAMES = {"aac": "AAC", "libopus": "Opus"}


class Track(Protocol):
    """Converts packets of the source to packets of the result."""

    output: Any
    """The stream in the result."""

    @property
    def notes(self) -> list[str]:
        """What could not be copied."""

    def packets(self, packet: Any, origin: Fraction) -> Iterator[Any]:
        """Yield what is ready after a packet; the source begins at ``origin`` s of its clock."""

    def rest(self) -> Iterator[Any]:
        """Yield what was buffered."""


def holds(container: str, stream: Any) -> bool:
    """Tell whether files of a container, as FFmpeg names it, take a stream as it is.

    Some are refused only when the header is written: so one is written, to memory.
    """
    try:
        with av.open(BytesIO(), "w", format=container) as trial:
            trial.add_stream_from_template(stream)
            trial.start_encoding()
    except (av.FFmpegError, OSError, ValueError):
        return False
    return True


class Copied:
    """Unchanged packets, shifted in time; those outside the part are left out.

    Args:
        container: the open result.
        stream: of the source.
        span: the part.
        places: whether subtitles may tell where the video was filmed.
    """

    def __init__(self, container: Any, stream: Any, span: Span, *, places: bool = True) -> None:
        self.output = container.add_stream_from_template(stream)
        self._span, self._places = span, places or stream.type != "subtitle"
        self._step = 0 if Flags(container.format.flags) & Flags.ts_nonstrict else 1
        self._last: int | None = None
        self._left_out = 0

    @property
    def notes(self) -> list[str]:
        """What was left out."""
        if not self._left_out:
            return []
        return [f"subtitles that tell a place were left out, {self._left_out} in all"]

    def packets(self, packet: Any, origin: Fraction) -> Iterator[Any]:
        """See `Track`."""
        start, end = self._span
        time = stamp(packet) - origin
        if (start > 0 and time < start) or (end is not None and time >= end):
            return
        if time < -_WARM_UP:  # cut off by an edit list, which not every container has
            return
        if not self._places and tells_place(bytes(packet)):
            self._left_out += 1
            return
        self._move(packet, round((origin + start) / packet.time_base))
        packet.stream = self.output
        yield packet

    def rest(self) -> Iterator[Any]:
        """See `Track`."""
        yield from ()

    def _move(self, packet: Any, shift: int) -> None:
        """Move a packet to its time in the part; muxers take none that goes back."""
        packet.pts = None if packet.pts is None else packet.pts - shift
        packet.dts = None if packet.dts is None else packet.dts - shift
        if packet.dts is None:
            return
        if self._last is not None:
            packet.dts = max(packet.dts, self._last + self._step)
        if packet.pts is not None:
            packet.pts = max(packet.pts, packet.dts)
        self._last = packet.dts


class Heard:
    """Sound that is heard while the pictures are seen, and encoded at once.

    Args:
        container: the open result.
        codec: the encoder, ``aac`` or ``libopus``.
        rate: samples a second.
        channels: 1 or 2.
    """

    def __init__(self, container: Any, codec: str, rate: int, channels: int) -> None:
        self._rate, self._layout = rate, _LAYOUTS[channels]
        self._position = 0
        self.output = container.add_stream(codec, rate=rate, layout=self._layout)
        self.output.codec_context.bit_rate = _BITS_PER_CHANNEL[codec] * channels

    def packets(self, samples: NDArray[np.int16]) -> Iterator[Any]:
        """Encode int16 N×C that follow what was encoded before."""
        data = np.ascontiguousarray(samples).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(data, format="s16", layout=self._layout)
        frame.sample_rate, frame.pts = self._rate, self._position
        frame.time_base = Fraction(1, self._rate)
        self._position += len(samples)
        yield from self.output.encode(frame)

    def rest(self) -> Iterator[Any]:
        """Encode what is still held back."""
        yield from self.output.encode(None)


class Transcoded:
    """Sound that the container cannot hold, decoded and encoded anew, cut to the sample.

    Args:
        container: the open result.
        stream: of the source.
        codec: the encoder, ``aac`` or ``libopus``.
        span: the part.
    """

    def __init__(self, container: Any, stream: Any, codec: str, span: Span) -> None:
        self._input, self._span = stream, span
        context = stream.codec_context
        rates = av.Codec(codec, "w").audio_rates or [context.sample_rate]
        self._rate = context.sample_rate if context.sample_rate in rates else _USUAL_RATE
        self._layout = _LAYOUTS.get(context.layout.nb_channels, "stereo")
        self.output = container.add_stream(codec, rate=self._rate, layout=self._layout)
        channels = self.output.codec_context.layout.nb_channels
        self.output.codec_context.bit_rate = _BITS_PER_CHANNEL[codec] * channels
        self._graph: Any = None
        self._shape: tuple[Any, ...] = ()
        self._damaged = 0

    @property
    def notes(self) -> list[str]:
        """What could not be decoded."""
        return [f"{self._damaged} damaged packets of sound left out"] if self._damaged else []

    def packets(self, packet: Any, origin: Fraction) -> Iterator[Any]:
        """See `Track`."""
        try:
            frames = self._input.codec_context.decode(packet)
        except (av.FFmpegError, OSError, ValueError):
            self._damaged += 1
            return
        for frame in frames:
            yield from self._encoded(frame, origin)

    def rest(self) -> Iterator[Any]:
        """See `Track`."""
        if self._graph is not None:
            yield from self._pushed(None)
            yield from self.output.encode(None)

    def _encoded(self, frame: Any, origin: Fraction) -> Iterator[Any]:
        shape = (frame.format.name, frame.layout.name, frame.sample_rate, frame.time_base)
        if shape != self._shape:
            if self._graph is not None:
                yield from self._pushed(None)
            self._graph, self._shape = self._new_graph(frame, origin), shape
        yield from self._pushed(frame)

    def _pushed(self, frame: Any) -> Iterator[Any]:
        self._graph.push(frame)
        while True:
            try:
                ready = self._graph.pull()
            except (av.BlockingIOError, av.EOFError):
                return
            yield from self.output.encode(ready)

    def _new_graph(self, frame: Any, origin: Fraction) -> Any:
        """Cut to the part, fill gaps with silence, and bring to what the encoder takes."""
        start, end = self._span
        graph = av.filter.Graph()
        begin = f"start={float(start + origin):.6f}:" if start > 0 else ""
        stop = f"end={float(end + origin):.6f}" if end is not None else ""
        steps = [
            graph.add_abuffer(
                sample_rate=frame.sample_rate,
                format=frame.format.name,
                layout=frame.layout.name,
                time_base=frame.time_base,
            ),
            *([graph.add("atrim", (begin + stop).rstrip(":"))] if begin or stop else []),
            graph.add("asetpts", f"PTS-{float(start + origin):.6f}/TB"),
            graph.add("aresample", "async=1"),
            graph.add("aformat", f"sample_rates={self._rate}:channel_layouts={self._layout}"),
            graph.add("abuffersink"),
        ]
        for one, two in itertools.pairwise(steps):
            one.link_to(two)
        graph.configure()
        return graph
