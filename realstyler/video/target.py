"""Writing: H.264, VP9, GIF or WebP by FFmpeg, with the sound and subtitles of the source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from realstyler import files
from realstyler.errors import OutputError
from realstyler.video.codecs import NAMES as CODECS
from realstyler.video.codecs import codec_of, holds_alpha, no_hardware, with_codec
from realstyler.video.encoders import Encoded, Encoder, add_encoder
from realstyler.video.extras import as_held, lost_tags
from realstyler.video.formats import (
    FORMATS,
    FRAGMENTS,
    GIF_DELAY,
    Format,
    chosen,
    format_of,
    suffix_of,
)
from realstyler.video.frames import Frame, Passed
from realstyler.video.info import VideoInfo
from realstyler.video.metadata import kept
from realstyler.video.options import VideoOptions
from realstyler.video.pipes import STANDARD, PipedOutput
from realstyler.video.tracks import NAMES, Copied, Heard, Span, Track, Transcoded, holds
from realstyler.video.webp import mend_webp

__all__ = ["FORMATS", "GIF_DELAY", "Format", "Writer", "format_of"]


def form_of(target: Path, options: VideoOptions) -> Format:
    """Return the format and the encoder of a target.

    Raises:
        UsageError: there is none, or it cannot be what is asked for.
    """
    return with_codec(chosen(target, options.format), options)


class Writer:
    """Writes frames in order of time and passes packets on; one thread at a time.

    The header is written at once: what the container refuses is known before anything is painted.
    A durable file gets it with its first frame, since FFmpeg cannot end one that holds none.

    Args:
        path: the file, which is replaced; `STANDARD` for standard output.
        target: what errors call it.
        info: size, colours and all that is taken over from the source.
        time_base: of the frames that will come.
        span: which part of the source is written.
        options: quality, see `VideoOptions`.
        durable: whether an MP4 can be read even if its end is never written.
        form: instead of what the suffix of ``target`` names.
        template: a stream of pictures that were encoded before; then they come as packets.

    Raises:
        OutputError: the file cannot be written.
    """

    def __init__(
        self,
        path: Path,
        target: Path,
        info: VideoInfo,
        time_base: Fraction,
        span: Span,
        options: VideoOptions,
        *,
        durable: bool = False,
        form: Format | None = None,
        template: Any = None,
    ) -> None:
        self.notes: list[str] = []
        self.frames = 0
        self.seconds = Fraction(0)
        self._path, self._target, self._info, self._span = path, target, info, span
        self._format, self._options = form or form_of(target, options), options
        self._suffix = suffix_of(target, options.format)
        settings = {**self._format.options, **self._loop_option()}
        seeks = target != STANDARD
        settings |= (
            FRAGMENTS if durable and seeks and self._format.container in {"mp4", "mov"} else {}
        )
        self._tracks: dict[int, Track] = {}
        self._heard: Heard | None = None
        self._tags: dict[str, str] = {}
        with self._errors_named(), self._hardware_named():
            self._container = av.open(
                PipedOutput() if path == STANDARD else str(path),
                "w",
                format=self._format.container,
                options=settings,
            )
            self._video: Encoder = (
                add_encoder(self._container, self._format, info, time_base, options)
                if template is None
                else Encoded(self._container, template)
            )
            self._begin(durable=durable)
        self.width: int = self._video.size[0]
        self.height: int = self._video.size[1]
        self._note_the_size()
        if info.alpha and not self._is_transparent:
            self.notes.append(f"transparency was laid on white: {self._holder} holds none")

    @property
    def _is_transparent(self) -> bool:
        return self._format.animated or holds_alpha(self._format)

    @property
    def _holder(self) -> str:
        """What cannot hold transparency: the format, or its codec."""
        return CODECS.get(codec_of(self._format), self._suffix)

    def write(self, frame: Frame) -> None:
        """Add a frame, later than all before it."""
        self._mux(self._video.encode(frame))
        self.frames += 1
        self.seconds = max(self.seconds, frame.end)

    @property
    def last_stamp(self) -> int:
        """When the last frame is shown, in units of the time base."""
        return self._video.last_stamp

    def add(self, packet: Any) -> None:
        """Add a packet of pictures that were encoded before."""
        packet.stream = self._video.stream
        self._mux([packet])

    def pass_on(self, packet: Passed, origin: Fraction) -> None:
        """Write a packet of a passthrough stream, ``origin`` seconds earlier."""
        track = self._tracks.get(packet.stream.index)
        if track is not None:
            self._mux(track.packets(packet, origin))

    def add_sound(self, rate: int, channels: int) -> None:
        """Add a track for `hear`, to a durable file and before its first frame."""
        with self._errors_named():
            self._heard = Heard(self._container, self._format.sound, rate, channels)

    def hear(self, samples: NDArray[np.int16]) -> None:
        """Add int16 N×C to the track of `add_sound`."""
        if self._heard is not None:
            self._mux(self._heard.packets(samples))

    def finish(self) -> None:
        """Write what is still buffered, and the end of the file."""
        self._mux(self._video.encode(None))
        for track in self._tracks.values():
            self._mux(track.rest())
            self.notes += track.notes
        if self._heard is not None:
            self._mux(self._heard.rest())
        with self._errors_named():
            self._container.close()
            self._note_lost_tags()
        if self._format.container == "webp":
            mend_webp(self._path, self._video.last_duration)

    def abandon(self) -> None:
        """Close the file without finishing it."""
        try:
            self._container.close()
        except (av.FFmpegError, OSError, ValueError):
            return  # nothing was written yet, or the disk is full: the file is removed anyway

    def _begin(self, *, durable: bool) -> None:
        """Add everything beside the pictures, and write the header."""
        try:
            if self._format.animated or self._format.silent:
                self._note_left_out_streams()
            else:
                self._add_tracks()
                self._copy_metadata()
            if not durable:
                self._container.start_encoding()
        except BaseException:
            self.abandon()
            raise

    def _mux(self, packets: Iterable[Any]) -> None:
        with self._errors_named():
            for packet in packets:
                self._container.mux(packet)

    def _add_tracks(self) -> None:
        for stream in self._info.passthrough:
            track = self._sound(stream) if stream.type == "audio" else self._subtitles(stream)
            if track is not None:
                track.output.metadata.update(kept(stream.metadata, self._options.metadata))
                track.output.disposition = stream.disposition
                self._tracks[stream.index] = track

    def _sound(self, stream: Any) -> Copied | Transcoded:
        """Copy sound where that is wanted and possible, or else encode it."""
        codec, encoder = stream.codec_context.name, self._format.sound
        fits = holds(self._format.container, stream)
        if fits and self._options.audio in {"copy", codec}:
            return Copied(self._container, stream, self._span)
        if not fits:
            became = f"the sound became {NAMES[encoder]}"
            self.notes.append(f"{became}: {self._suffix} holds no {codec}")
        return Transcoded(self._container, stream, encoder, self._span)

    def _subtitles(self, stream: Any) -> Copied | None:
        if self._options.metadata == "none":
            self.notes.append("subtitles left out with the metadata")
            return None
        if not holds(self._format.container, stream):
            codec = stream.codec_context.name
            self.notes.append(f"subtitles left out: {self._suffix} holds no {codec}")
            return None
        places = self._options.metadata == "all"
        return Copied(self._container, stream, self._span, places=places)

    def _copy_metadata(self) -> None:
        wish = self._options.metadata
        self._tags = kept(self._info.metadata, wish)
        self._container.metadata.update(as_held(self._tags, self._format.container))
        if wish == "none":
            return
        chapters = list(_cut(self._info.chapters, *self._span))
        if chapters:
            self._container.set_chapters(chapters)
        self._keep_timecode()
        self._keep_fonts()

    def _keep_timecode(self) -> None:
        """Continue the camera's time code, where the times are as before."""
        if self._info.timecode is None:
            return
        if self._span[0] > 0 or self._options.fps is not None:
            self.notes.append("the timecode was left out: its frames are others")
            return
        self._video.stream.metadata["timecode"] = self._info.timecode
        self._tags |= {"timecode": self._info.timecode}

    def _keep_fonts(self) -> None:
        """Copy attached files, which subtitles may need."""
        if self._info.fonts and self._format.container != "matroska":
            suffix = self._suffix
            self.notes.append(f"attached files, as fonts, left out: {suffix} holds none")
            return
        for font in self._info.fonts:
            name, kind = font.name or "file", font.mimetype or "application/octet-stream"
            self._container.add_attachment(name, kind, bytes(font.data))

    def _note_lost_tags(self) -> None:
        read_back = self._tags and self._path != STANDARD
        lost = lost_tags(self._tags, self._path) if read_back else []
        if lost:
            names = ", ".join(lost)
            self.notes.append(f"tags left out: {self._suffix} holds none for {names}")

    def _note_left_out_streams(self) -> None:
        kinds = {stream.type for stream in self._info.passthrough}
        names = {"audio": "the sound was", "subtitle": "subtitles were"}
        self.notes += [
            f"{names[kind]} left out: {self._suffix} holds none" for kind in sorted(kinds)
        ]

    def _note_the_size(self) -> None:
        size = (self._info.width, self._info.height)
        if self._video.size != size:
            name = CODECS.get(codec_of(self._format), "H.264")
            self.notes.append(
                f"{size[0]}×{size[1]} became {self.width}×{self.height}: {name} needs even sides"
            )

    def _loop_option(self) -> dict[str, str]:
        return {"loop": str(self._info.loops)} if self._format.animated else {}

    @contextmanager
    def _hardware_named(self) -> Iterator[None]:
        """Tell that hardware is missing, which FFmpeg does in many odd ways."""
        try:
            yield
        except (av.FFmpegError, OSError) as error:
            if self._options.hardware is None or isinstance(error, BrokenPipeError):
                raise
            raise no_hardware(self._options.hardware, codec_of(self._format)) from error

    @contextmanager
    def _errors_named(self) -> Iterator[None]:
        try:
            yield
        except BrokenPipeError:  # whoever reads it has seen enough
            raise
        except (av.FFmpegError, OSError) as error:
            raise _refusal(self._target, error) from error


def _refusal(target: Path, error: Exception) -> OutputError:
    """Tell errors of the system from those of FFmpeg."""
    reason = (getattr(error, "strerror", None) or str(error)).lower()
    if target == STANDARD:
        return OutputError(code="stdout-refuses", reason=reason)
    refused = files.refusal(target, getattr(error, "errno", None))
    if refused is not None:
        return refused
    return OutputError(code="video-refused", target=target, reason=reason)


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
