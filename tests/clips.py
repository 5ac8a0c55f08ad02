"""Small video files, made for the tests that read them."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

RATE = 25
RED, GREEN, BLUE, GREY = (200, 40, 40), (40, 160, 60), (50, 60, 190), (120, 120, 120)


@dataclass(frozen=True)
class Clip:
    """What a clip is made of; the defaults are 24 frames of 64×48 at 25 a second, silent."""

    frames: int = 24
    size: tuple[int, int] = (64, 48)
    codec: str = "libx264"
    pixel_format: str = "yuv420p"
    time_base: Fraction = Fraction(1, RATE)
    times: Sequence[int] | None = None
    """When each frame is due, in units of the time base; evenly spaced if ``None``."""

    rotation: int = 0
    sound: bool = False
    sound_codec: str = "aac"
    subtitles: bool = False
    chapters: bool = False
    matrix: int = 2
    range: int = 0
    transfer: int = 2
    primaries: int = 2
    still: bool = False
    options: dict[str, str] = field(default_factory=lambda: {"crf": "10"})

    def write(self, path: Path) -> Path:
        """Make the file."""
        with av.open(str(path), "w") as container:
            video = self._video(container)
            sound = None
            if self.sound:
                sound = container.add_stream(self.sound_codec, rate=48000, bit_rate=128_000)
            titles = None
            if self.subtitles:
                titles = container.add_mux_stream("subrip" if path.suffix == ".mkv" else "mov_text")
            if self.chapters:
                container.set_chapters(_chapters())
            container.metadata["title"] = "A clip"
            self._mux(container, video, sound)
            if titles is not None:
                container.mux(_subtitle(titles, path.suffix))
        return path

    def picture(self, number: int) -> NDArray[np.uint8]:
        """Draw a frame: four coloured quarters and a bright bar that moves."""
        width, height = self.size
        picture = np.empty((height, width, 3), np.uint8)
        picture[: height // 2, : width // 2] = RED
        picture[: height // 2, width // 2 :] = GREEN
        picture[height // 2 :, : width // 2] = BLUE
        picture[height // 2 :, width // 2 :] = GREY
        if not self.still:
            left = number * 2 % (width - 4)
            picture[height // 2 - 2 : height // 2 + 2, left : left + 4] = 240
        return picture

    def due(self) -> list[Fraction]:
        """Return the times of the frames in seconds."""
        times = self.times if self.times is not None else range(self.frames)
        return [time * self.time_base for time in times]

    def _video(self, container: Any) -> Any:
        video = container.add_stream(self.codec, rate=RATE, options=self.options)
        video.width, video.height = self.size
        video.pix_fmt = self.pixel_format
        context = video.codec_context
        context.time_base = self.time_base
        context.colorspace, context.color_range = self.matrix, self.range
        context.color_trc, context.color_primaries = self.transfer, self.primaries
        if self.rotation:
            video.set_display_rotation(self.rotation)
        return video

    def _mux(self, container: Any, video: Any, sound: Any) -> None:
        for frame in self._coded():
            container.mux(list(video.encode(frame)))
        container.mux(list(video.encode(None)))
        if sound is not None:
            for packet in _tone(sound, float(self.due()[-1]) + 1 / RATE):
                container.mux(packet)

    def _coded(self) -> Any:
        times = self.times if self.times is not None else range(self.frames)
        matrix = {1: "itu709", 9: "bt2020"}.get(self.matrix, "itu601")
        for number, time in enumerate(times):
            frame = av.VideoFrame.from_ndarray(self.picture(number), "rgb24").reformat(
                format=self.pixel_format, dst_colorspace=matrix, dst_color_range=self.range or 1
            )
            frame.pts, frame.time_base = time, self.time_base
            frame.colorspace, frame.color_trc = self.matrix, self.transfer
            frame.color_primaries = self.primaries
            yield frame


def _tone(stream: Any, seconds: float) -> Any:
    """Encode a tone that wavers, in stereo."""
    times = np.arange(int(48000 * seconds)) / 48000
    wave = 0.3 * np.sin(2 * np.pi * 440 * times) * np.sin(2 * np.pi * 3 * times)
    for start in range(0, len(wave), 1024):
        part = np.tile(wave[start : start + 1024].astype(np.float32), (2, 1))
        samples = part if stream.format.is_planar else part.T.reshape(1, -1)
        if stream.format.name.startswith("s16"):
            samples = (samples * 32767).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(samples), format=stream.format.name, layout="stereo"
        )
        frame.sample_rate, frame.pts, frame.time_base = 48000, start, Fraction(1, 48000)
        yield from stream.encode(frame)
    yield from stream.encode(None)


def _subtitle(stream: Any, suffix: str) -> Any:
    text = b"painted"
    packet = av.Packet(text if suffix == ".mkv" else len(text).to_bytes(2, "big") + text)
    packet.stream, packet.time_base = stream, Fraction(1, 1000)
    packet.pts = packet.dts = 200
    packet.duration = 500
    return packet


def _chapters() -> list[Any]:
    base = Fraction(1, 1000)
    return [
        {"id": 1, "start": 0, "end": 400, "time_base": base, "metadata": {"title": "first"}},
        {"id": 2, "start": 400, "end": 960, "time_base": base, "metadata": {"title": "second"}},
    ]


def remuxed(source: Path, target: Path, later: int = 0, **options: str) -> Path:
    """Copy pictures, and sound that the target cannot hold anew, ``later`` seconds later.

    MPEG program streams get their own codecs.
    """
    offset = {"output_ts_offset": str(later)} if later else {}
    with av.open(str(source)) as old, av.open(str(target), "w", options=offset | options) as new:
        if target.suffix == ".vob":
            _recoded(old, new)
            return target
        seats = {stream.index: new.add_stream_from_template(stream) for stream in old.streams}
        for packet in old.demux():
            if packet.dts is not None:
                packet.stream = seats[packet.stream.index]
                new.mux(packet)
    return target


def _recoded(old: Any, new: Any) -> None:
    video = new.add_stream("mpeg2video", rate=RATE, options={"g": "15", "bf": "2", "b": "2000000"})
    sound = new.add_stream("mp2", rate=48000)
    video.width, video.height = old.streams.video[0].width, old.streams.video[0].height
    for frame in old.decode():
        if isinstance(frame, av.VideoFrame):
            frame.pict_type = 0
            new.mux(list(video.encode(frame)))
        else:
            new.mux(list(sound.encode(frame)))
    new.mux(list(video.encode(None)))
    new.mux(list(sound.encode(None)))


def with_matrix(path: Path, matrix: Sequence[int]) -> Path:
    """Give the pictures of an MP4 a display matrix: a, b, c, d, x, y as whole numbers."""
    data = bytearray(path.read_bytes())
    place = data.index(b"tkhd") + 4 + 4 + 20 + 8 + 8
    a, b, c, d, x, y = (number << 16 for number in matrix)
    data[place : place + 36] = struct.pack(">9i", a, b, 0, c, d, 0, x, y, 1 << 30)
    path.write_bytes(data)
    return path


@dataclass(frozen=True)
class Content:
    """What a file holds."""

    frames: list[NDArray[np.uint8]]
    """H×W×3, or H×W×4 where there is an alpha channel; as stored, without rotation."""

    times: list[Fraction]
    duration: Fraction
    """Of the video, from its first frame to the end of its last."""

    packets: dict[str, list[tuple[int, bytes]]]
    """Time stamp and bytes of each packet of sound and subtitles, by kind."""

    codec: str
    pixel_format: str
    matrix: int
    range: int
    rotation: int
    chapters: list[tuple[float, float, str]]
    metadata: dict[str, str]


def read(path: Path) -> Content:
    """Read a whole file, straight by PyAV."""
    with av.open(str(path)) as container:
        video = container.streams.video[0]
        decoded: list[Any] = []
        packets: dict[str, list[tuple[int, bytes]]] = {}
        for packet in container.demux():
            if packet.stream.type == "video":
                decoded += packet.decode()
            elif packet.size:
                packets.setdefault(packet.stream.type, []).append((packet.pts, bytes(packet)))
        first, last = decoded[0], decoded[-1]
        kind = "rgba" if any(part.is_alpha for part in first.format.components) else "rgb24"
        return Content(
            frames=[frame.to_ndarray(format=kind) for frame in decoded],
            times=[frame.pts * frame.time_base for frame in decoded],
            duration=(last.pts + last.duration) * last.time_base - first.pts * first.time_base,
            packets=packets,
            codec=video.codec_context.name,
            pixel_format=first.format.name,
            matrix=first.colorspace,
            range=first.color_range,
            rotation=first.rotation,
            chapters=[
                (
                    float(chapter["start"] * chapter["time_base"]),
                    float(chapter["end"] * chapter["time_base"]),
                    chapter["metadata"].get("title", ""),
                )
                for chapter in container.chapters()
            ],
            metadata=dict(container.metadata),
        )
