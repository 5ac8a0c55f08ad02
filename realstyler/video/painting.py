"""Paint a video file."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any, Self, TypeAlias

import av

from realstyler import __version__, files
from realstyler.engine import Cancellation, Controls, Pixels, Stylizer
from realstyler.errors import Cancelled, InputError, OutputError, UsageError
from realstyler.video import pipeline, sequences
from realstyler.video.frames import Frame, Passed, at_rate, clipped
from realstyler.video.info import VideoInfo, VideoSource, Wishes
from realstyler.video.options import VideoOptions, VideoProgress, VideoResult
from realstyler.video.packets import stamp
from realstyler.video.parts import Parts, Position, Recorder, identity_of
from realstyler.video.pipes import STANDARD, named
from realstyler.video.preview import side_by_side
from realstyler.video.sequences import SequenceWriter, is_sequence
from realstyler.video.source import open_source, require_readable
from realstyler.video.steadiness import Steadiness
from realstyler.video.target import GIF_DELAY, Format, Writer, form_of
from realstyler.video.temporal_filter import State

Report = Callable[[VideoProgress], None]
Packet: TypeAlias = Any
"""Of pictures that were encoded before, as PyAV gives it."""

_PICTURES = "image2"
_FASTEST_GIF = 1 / GIF_DELAY
_SIDE_BY_SIDE = 2
"""Most frames that are painted at once: each takes the memory of its feature maps."""

_SPEED_WINDOW = 5.0
"""Seconds over which to average the speed."""


def stylize_video(
    source: Path,
    target: Path,
    stylizer: Stylizer,
    controls: Controls | None = None,
    options: VideoOptions | None = None,
    progress: Report | None = None,
    cancel: Cancellation | None = None,
) -> VideoResult:
    """Paint a video file; sound, subtitles, chapters and times are taken over.

    Args:
        source: any container and codec that FFmpeg reads, GIF and animated WebP too; pictures as
            ``in/%04d.png``, or a folder of them where ``fps`` is given; ``-`` is standard input.
        target: its suffix decides the format, see `FORMATS`; written whole or not at all. A name
            such as ``out/%04d.png`` stands for a picture of each frame, ``-`` for standard output.
        stylizer: the style, network and device.
        controls: strength, colours and stroke.
        options: part, rate, size, quality and steadiness.
        progress: called after each frame from this thread.
        cancel: stops the work from another thread or a signal handler.

    Returns:
        What was written. Frames that could not be read are named in its ``problems``; with
        ``keep_partial`` an interrupted run is told by its ``complete``.

    Raises:
        InputError: the source is missing, no video, or not one frame of it can be read.
        UsageError: the target exists, or has an unknown suffix.
        OutputError: the target cannot be written.
        Cancelled: ``cancel`` was used; nothing is written, unless ``keep_partial``.
    """
    options, controls = options or VideoOptions(), controls or Controls()
    cancel = cancel or Cancellation()
    form = form_of(target, options)
    _check_target(source, target, form, options)
    with ExitStack() as stack:
        parts = stack.enter_context(_parts(source, target, stylizer, controls, options))
        wishes = _wishes(options, form, parts)
        opened = open_source(source, wishes, cancel)
        stack.callback(opened.close)
        with _place(target, form, options) as temporary:
            job = _Job(source, target, form, opened, wishes, options, progress, cancel, parts)
            with _Painters(stylizer, controls, job.cancel) as painters:
                result = job.run(temporary, painters)
        if parts is not None:
            parts.remove()
        return result


def _parts(
    source: Path, target: Path, stylizer: Stylizer, controls: Controls, options: VideoOptions
) -> AbstractContextManager[Parts | None]:
    """Find the finished parts of a render that may be resumed."""
    if not options.resume:
        return nullcontext()
    pictures = is_sequence(source, options.fps)
    if not pictures:
        require_readable(source)
    ours = ("start", "end", "fps", "size", "crf", "preset", "steady", "compare", "track")
    coded = ("codec", "hardware", "bits", "hdr")
    identity = {
        "source": sequences.identity_of(source) if pictures else identity_of(source),
        "style": stylizer.identity,
        "controls": repr(controls),
        "options": repr([getattr(options, name) for name in (*ours, *coded)]),
        "format": (options.format or target.suffix).lower(),
        "versions": f"{__version__}, PyAV {av.__version__}",
    }
    return Parts(target, identity)


def _wishes(options: VideoOptions, form: Format, parts: Parts | None) -> Wishes:
    done = parts is not None and parts.position.frames > 0
    return Wishes(
        options.size,
        options.start or Fraction(0),
        options.end,
        (options.start or Fraction(0)) + parts.position.time if parts and done else None,
        track=options.track,
        sound=options.audio != "none",
        rate=options.fps,
        square=form.animated or form.container == _PICTURES,
    )


def _place(target: Path, form: Format, options: VideoOptions) -> AbstractContextManager[Path]:
    """Return where the result is written until it is finished."""
    if target == STANDARD:
        return nullcontext(target)
    if form.container == _PICTURES:
        return sequences.replacing(target, overwrite=options.overwrite)
    return files.replacing(target, overwrite=options.overwrite)


def _check_target(source: Path, target: Path, form: Format, options: VideoOptions) -> None:
    """Fail early, before a long computation."""
    if options.resume and STANDARD in (source, target):
        raise UsageError(code="video-pipe-resume")
    if options.resume and form.animated:
        raise UsageError(code="video-resume-animated", target=target)
    if options.resume and form.silent:
        raise UsageError(code="video-resume-ordered", target=target)
    if target != STANDARD and target.exists():
        if not options.overwrite:
            raise UsageError(code="target-exists", target=target)
        if source.exists() and source.samefile(target):
            raise UsageError(code="video-onto-itself", target=target)


@dataclass(frozen=True, eq=False)
class _Painted:
    """A painting for the writer, and the photograph it was painted from."""

    frame: Frame
    photo: Pixels


@dataclass
class _Job:
    """One run, from an open source into a temporary file."""

    source: Path
    target: Path
    form: Format
    opened: VideoSource
    wishes: Wishes
    options: VideoOptions
    progress: Report | None
    cancel: Cancellation
    parts: Parts | None = None
    complete: bool = True
    base: Fraction = Fraction(1)
    """Seconds of which the times of all written frames are multiples."""

    def run(self, path: Path, painters: _Painters) -> VideoResult:
        started = time.perf_counter()
        fps = self._fps()
        info = self.opened.info if fps is None else replace(self.opened.info, rate=fps)
        if self.options.compare:
            info = replace(info, width=2 * info.width)
        self.base = self.opened.info.time_base if fps is None else 1 / fps
        # Find out what the format refuses, before anything is painted.
        self._note_colors(info)
        if self.parts is not None and info.alpha and self.form.codec == "libvpx-vp9":
            raise UsageError(code="video-resume-alpha")
        self._writer(Path(os.devnull) if path == STANDARD else path, info).abandon()
        if self.parts is not None:
            self._run_in_parts(self.parts, info, fps, painters)
            return self._result(self._join(self.parts, path, info), started, None)
        writer = self._writer(path, info, durable=self.options.keep_partial)
        failure = self._run_at_once(writer, fps, painters)
        return self._result(writer, started, failure)

    def _note_colors(self, info: VideoInfo) -> None:
        """Report what happens to colours that a painting cannot represent."""
        colors, hdr = info.colors, self.options.hdr
        if hdr and not colors.is_hdr:
            self.opened.notes.append("its dynamic range is the usual one: none was brought back")
        elif hdr:
            self.opened.notes.append(f"painted in BT.709, and brought back to {colors.name}")
        elif colors.is_wide:
            self.opened.notes.append(f"{colors.name} became BT.709, with highlights rolled off")

    def _writer(self, path: Path, info: VideoInfo, **ways: Any) -> Writer | SequenceWriter:
        if self.form.container == _PICTURES:
            return SequenceWriter(path, self.target, info, self.options)
        return self._container(path, info, **ways)

    def _container(self, path: Path, info: VideoInfo, **ways: Any) -> Writer:
        span = (self.wishes.start, self.wishes.end)
        return Writer(path, self.target, info, self.base, span, self.options, **ways)

    def _run_at_once(
        self, writer: Writer | SequenceWriter, fps: Fraction | None, painters: _Painters
    ) -> OutputError | None:
        """Paint everything into one file; return what ended it early, if a part of it is kept."""
        try:
            pipeline.run(
                self._items(fps), lambda items: self._painted(items, painters), self._put(writer)
            )
            self._require_frames(writer.frames)
            writer.finish()
        except OutputError as error:
            writer.abandon()
            if not self.options.keep_partial or not writer.frames:
                raise
            self.complete = False
            return error
        except BaseException:
            writer.abandon()
            raise
        return None

    def _run_in_parts(
        self, parts: Parts, info: VideoInfo, fps: Fraction | None, painters: _Painters
    ) -> None:
        """Paint all parts that are missing."""
        form = Format("mov" if self.form.codec == "prores_ks" else "mp4", self.form.codec)
        recorder = Recorder(
            parts, lambda path: self._container(path, info.bare(), form=form), self.base
        )
        items = _without(self._items(fps), parts.position.frames)
        if parts.number:
            begun = f"{float(parts.position.end):.1f} s"
            self.opened.notes.append(f"the first {begun} had been painted before")
        try:
            pipeline.run(
                items,
                lambda items: self._painted(items, painters),
                self._put_into_parts(recorder, parts.state),
            )
            recorder.close({})
            self._require_frames(parts.position.frames)
        except BaseException:
            recorder.abandon()
            raise

    def _join(self, parts: Parts, path: Path, info: VideoInfo) -> Writer:
        """Join the parts, and add all that goes beside the pictures."""
        with ExitStack() as stack:
            beside = open_source(self.source, self.wishes)
            stack.callback(beside.close)
            first = stack.enter_context(av.open(str(parts.path(0))))
            passed = replace(info, passthrough=beside.info.passthrough)
            writer = self._container(path, passed, template=first.streams.video[0])
            try:
                _merge(writer, parts.packets(), beside, self.wishes.start)
                writer.finish()
            except BaseException:
                writer.abandon()
                raise
        writer.frames, writer.seconds = parts.position.frames, parts.position.end
        return writer

    def _fps(self) -> Fraction | None:
        """The even rate that is asked for, or that a GIF needs."""
        rate = self.opened.info.rate
        if self.form.container == "gif" and rate > _FASTEST_GIF:
            return min(self.options.fps or _FASTEST_GIF, _FASTEST_GIF)
        if self.form.even:
            return self.options.fps or rate.limit_denominator(1001)
        return self.options.fps

    def _items(self, fps: Fraction | None) -> Iterator[Frame | Passed]:
        start, end = self.options.start or Fraction(0), self.options.end
        items: Iterable[Frame | Passed] = clipped(self.opened, start, end)
        return iter(items if fps is None else at_rate(items, fps))

    def _painted(
        self, items: Iterable[Frame | Passed], painters: _Painters
    ) -> Iterator[_Painted | Passed]:
        """Paint frames and pass packets on, until all is done or the user stops."""
        position = Position() if self.parts is None else self.parts.position
        speed = _Speed(self._length(), position)
        try:
            for item in painters.paint(items):
                self.cancel.check()
                if not isinstance(item, _Begun):
                    yield item
                    continue
                frame = item.frame
                yield _Painted(replace(frame, pixels=item.painting.result()), frame.pixels)
                if self.progress is not None:
                    self.progress(speed.after(frame))
            if self.source == STANDARD:
                self.cancel.check()  # a pipe ends early when the user stops
        except Cancelled:
            if not self.options.keep_partial:
                raise
            self.complete = False

    def _put(self, writer: Writer | SequenceWriter) -> Callable[[_Painted | Passed], None]:
        """Suppress flicker in finished frames while the network paints the next ones."""
        steadiness = Steadiness() if self.options.steady else None

        def put(item: _Painted | Passed) -> None:
            if not isinstance(item, _Painted):
                writer.pass_on(item, self.opened.origin)
                return
            if steadiness is not None:
                steadiness.apply(item.photo, item.frame.pixels)
            writer.write(self._shown(item))

        return put

    def _put_into_parts(
        self, recorder: Recorder, state: State
    ) -> Callable[[_Painted | Passed], None]:
        """Do the same, part by part; what goes through untouched is added at the end."""
        steadiness = Steadiness() if self.options.steady else None
        if steadiness is not None and state:
            steadiness.resume(state)
        last: Pixels | None = None

        def put(item: _Painted | Passed) -> None:
            nonlocal last
            if not isinstance(item, _Painted):
                return
            # A frame that is shown twice is in one part, since it is painted once.
            if recorder.full and item.photo is not last:
                recorder.close({} if steadiness is None else steadiness.state())
            if steadiness is not None:
                steadiness.apply(item.photo, item.frame.pixels)
            last = item.photo
            recorder.write(self._shown(item))

        return put

    def _shown(self, painted: _Painted) -> Frame:
        """Return what is written: the painting, or the source and the painting."""
        frame = painted.frame
        if not self.options.compare:
            return frame
        alpha = None if frame.alpha is None else side_by_side(frame.alpha, frame.alpha)
        return replace(frame, pixels=side_by_side(painted.photo, frame.pixels), alpha=alpha)

    def _length(self) -> Fraction | None:
        """Seconds that the result will have, as far as is known."""
        end = self.opened.info.seconds
        if self.options.end is not None:
            end = min(end or self.options.end, self.options.end)
        return None if end is None else end - (self.options.start or 0)

    def _require_frames(self, frames: int) -> None:
        if frames:
            return
        if not self.complete:
            raise Cancelled
        raise InputError(code="video-part-empty", source=named(self.source))

    def _result(
        self, writer: Writer | SequenceWriter, started: float, failure: OutputError | None
    ) -> VideoResult:
        return VideoResult(
            target=self.target,
            frames=writer.frames,
            seconds=float(writer.seconds),
            width=writer.width,
            height=writer.height,
            elapsed=time.perf_counter() - started,
            complete=self.complete,
            problems=self._problems(writer, failure),
            notes=(*self.opened.notes, *writer.notes),
        )

    def _problems(
        self, writer: Writer | SequenceWriter, failure: OutputError | None
    ) -> tuple[str, ...]:
        if failure is not None:
            kept = {"seconds": float(writer.seconds), "target": self.target}
            return (str(OutputError(code="video-cut-short", reason=failure, **kept)),)
        # A reader that was stopped early has not seen the end, which is no fault of the file.
        return tuple(self.opened.problems) if self.complete else ()


@dataclass(frozen=True, eq=False)
class _Begun:
    """A frame and its painting, which may not be finished yet."""

    frame: Frame
    painting: Future[Pixels]


class _Painters:
    """Paints frames on the streams of a stylizer, some side by side, and keeps their order."""

    def __init__(self, stylizer: Stylizer, controls: Controls, cancel: Cancellation) -> None:
        self._stylizer, self._controls, self._cancel = stylizer, controls, cancel
        self._number = min(stylizer.streams, _SIDE_BY_SIDE)
        self._pool = ThreadPoolExecutor(self._number, "realstyler video painter")
        self._last: tuple[Pixels, Future[Pixels]] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    def paint(self, items: Iterable[Frame | Passed]) -> Iterator[_Begun | Passed]:
        """Yield frames with their paintings, perhaps still unfinished, and packets unchanged."""
        waiting: deque[_Begun | Passed] = deque()
        for item in items:
            if isinstance(item, Frame):
                waiting.append(_Begun(item, self._begin(item.pixels)))
            else:
                waiting.append(item)
            if len(waiting) > self._number:  # so that no thread idles while a frame is passed on
                yield waiting.popleft()
        yield from waiting

    def _begin(self, photo: Pixels) -> Future[Pixels]:
        """Start painting, unless the photo is the previous one again."""
        if self._last is None or self._last[0] is not photo:
            self._last = photo, self._pool.submit(self._paint, photo)
        return self._last[1]

    def _paint(self, photo: Pixels) -> Pixels:
        return self._stylizer.stylize(photo, self._controls, cancel=self._cancel)


def _without(items: Iterator[Frame | Passed], frames: int) -> Iterator[Frame | Passed]:
    """Leave out the first frames."""
    for item in items:
        if frames and isinstance(item, Frame):
            frames -= 1
        else:
            yield item


def _merge(
    writer: Writer, pictures: Iterator[Packet], beside: VideoSource, start: Fraction
) -> None:
    """Write pictures and what goes beside them, in order of time."""
    picture = next(pictures, None)
    for packet in beside.passthrough():
        time = stamp(packet) - beside.origin - start
        while picture is not None and stamp(picture) <= time:
            writer.add(picture)
            picture = next(pictures, None)
        writer.pass_on(packet, beside.origin)
    while picture is not None:
        writer.add(picture)
        picture = next(pictures, None)


class _Speed:
    """Counts frames and measures their rate."""

    def __init__(self, length: Fraction | None, begun: Position) -> None:
        self._length = length
        self._begun = float(begun.end / length) if length else 0.0
        self._started = time.perf_counter()
        self._recent: deque[float] = deque([self._started])
        self._frames = begun.frames

    def after(self, frame: Frame) -> VideoProgress:
        now = time.perf_counter()
        self._frames += 1
        self._recent.append(now)
        while len(self._recent) > 2 and now - self._recent[0] > _SPEED_WINDOW:
            self._recent.popleft()
        fps = (len(self._recent) - 1) / max(now - self._recent[0], 1e-9)
        share = min(1.0, float(frame.end / self._length)) if self._length else None
        return VideoProgress(self._frames, share, now - self._started, fps, self._begun)
