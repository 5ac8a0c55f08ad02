"""``realstyler video``: a clip in, a painted clip out, with its sound."""

from __future__ import annotations

import dataclasses
import json
import math
import signal
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from types import FrameType, ModuleType
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from realstyler.cli.console import note, print_json, progress
from realstyler.cli.options import (
    Device,
    Force,
    Network,
    Stroke,
    as_share,
    make_stylizer,
    unknown_value,
)
from realstyler.cli.running import handling
from realstyler.errors import Cancelled, UsageError, needing

if TYPE_CHECKING:
    from rich.progress import Progress

    from realstyler.engine import Cancellation
    from realstyler.video import VideoProgress, VideoResult
    from realstyler.video.metadata import Metadata
    from realstyler.video.options import Audio, Codec, Hardware

PROGRESS = ("bar", "json")
_PACE = 0.5
"""Seconds between lines of progress."""

STREAMS = {"full": 1, "live": 2}
"""Frames painted side by side: the feature maps of the full network are too large for more."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(video)


def video(
    source: Annotated[
        Path,
        typer.Argument(metavar="INPUT", help="A video, GIF or WebP; in/%04d.png; -."),
    ],
    style: Annotated[
        str, typer.Option("--style", "-s", help="A style, or a blend: mosaic:0.6,night:0.4.")
    ],
    out: Annotated[
        Path,
        typer.Option(
            "--out", "-o", help="A file: mp4, mov, mkv, webm, gif, webp, ts, y4m; out/%04d.png; -."
        ),
    ],
    network: Network = "full",
    strength: Annotated[
        str, typer.Option(metavar="SHARE", help="0 is the video, 1 the style; or as in 60%.")
    ] = "1",
    keep_colors: Annotated[
        bool, typer.Option("--keep-colors", help="Keep the video's colours.")
    ] = False,
    stroke: Stroke = "auto",
    start: Annotated[str | None, typer.Option(help="Where to begin: 90 or 1:30.5.")] = None,
    end: Annotated[str | None, typer.Option(help="Where to end, likewise.")] = None,
    fps: Annotated[str | None, typer.Option(help="Other frames a second: 24.")] = None,
    size: Annotated[str | None, typer.Option(help="Other size: 640x480, or 640.")] = None,
    form: Annotated[
        str | None, typer.Option("--format", help="Instead of the suffix, and for -o -: mkv, y4m.")
    ] = None,
    codec: Annotated[
        str | None, typer.Option(help="h264, hevc, av1, vp9 or prores; else the format's own.")
    ] = None,
    hardware: Annotated[
        str | None, typer.Option(help="Encode with nvenc, qsv, vaapi, amf or videotoolbox.")
    ] = None,
    bits: Annotated[int, typer.Option(help="Bits per colour in the file: 8 or 10.")] = 8,
    hdr: Annotated[
        bool, typer.Option("--hdr", help="Bring high dynamic range back after painting.")
    ] = False,
    crf: Annotated[int, typer.Option(help="Quality: 0 best, 18 fine, 51 smallest file.")] = 20,
    preset: Annotated[
        str | None, typer.Option(help="Of x264, ultrafast to slower: speed against file size.")
    ] = None,
    steady: Annotated[
        bool, typer.Option("--steady/--no-steady", help="Suppress flicker, or leave it.")
    ] = True,
    track: Annotated[
        int | None, typer.Option(help="Which track of pictures, where there are several: 2.")
    ] = None,
    audio: Annotated[
        str, typer.Option(help="Sound: copy (as it is, where the target holds it), aac, none.")
    ] = "copy",
    metadata: Annotated[
        str, typer.Option(help="What else is told: all, no-place (not where it was filmed), none.")
    ] = "no-place",
    preview: Annotated[
        str | None, typer.Option(metavar="TIME", help="Paint one frame, as a picture: 90 or 1:30.")
    ] = None,
    compare: Annotated[
        bool, typer.Option("--compare", help="Show the source at the left of its painting.")
    ] = False,
    keep_partial: Annotated[
        bool, typer.Option("--keep-partial", help="Ctrl-C or a full disk leaves what was done.")
    ] = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="Keep finished parts, and go on from them next time.")
    ] = False,
    device: Device = "auto",
    force: Force = False,
    shown: Annotated[
        str, typer.Option("--progress", help="bar on a terminal, or json: lines on stderr.")
    ] = "bar",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> int:
    """Paint a video in a style; its sound, subtitles and times are kept."""
    if out == Path("-") and as_json:
        raise UsageError(code="stdout-mixed")
    videos = _import_video()
    from realstyler.engine import Cancellation, Controls, parse_stroke
    from realstyler.video.options import (
        PRESETS_BESIDE,
        VideoOptions,
        parse_rate,
        parse_size,
        parse_time,
    )

    options = VideoOptions(
        start=None if start is None else parse_time(start),
        end=None if end is None else parse_time(end),
        fps=None if fps is None else parse_rate(fps),
        size=None if size is None else parse_size(size),
        crf=crf,
        preset=preset or PRESETS_BESIDE.get(network, "medium"),
        steady=steady,
        format=form,
        codec=cast("Codec | None", codec),
        hardware=cast("Hardware | None", hardware),
        bits=bits,
        hdr=hdr,
        track=track,
        audio=cast("Audio", audio),
        metadata=cast("Metadata", metadata),
        compare=compare,
        keep_partial=keep_partial,
        resume=resume,
        overwrite=force,
    )
    controls = Controls(as_share(strength), keep_colors, parse_stroke(stroke))
    stylizer = make_stylizer(style, network, device, streams=STREAMS.get(network, 1))
    if shown not in PROGRESS:
        raise unknown_value("--progress", shown, PROGRESS)
    cancel = Cancellation()
    if preview is not None:
        with _interruptible(cancel):
            time = parse_time(preview)
            one = videos.paint_preview(source, out, stylizer, time, controls, options, cancel)
        if as_json:
            print_json(dataclasses.asdict(one))
        return 0
    display = _shown(f"Painting {source.name}") if shown == "bar" else nullcontext(_Lines())
    with _interruptible(cancel):
        with _kept(out), display as report:
            result: VideoResult = videos.stylize_video(
                source, out, stylizer, controls, options, report, cancel
            )
        return _tell(result, as_json)


@contextmanager
def _kept(target: Path) -> Iterator[None]:
    """Report what a failed run has kept to be resumed."""
    from realstyler.video.parts import folder_of

    try:
        yield
    except BaseException:
        if folder_of(target).exists():
            note(f"realstyler: --resume goes on from the parts in {folder_of(target)}")
        raise


def _import_video() -> ModuleType:
    with needing("video"):
        import av  # noqa: F401
    from realstyler import video as videos

    return videos


@contextmanager
def _interruptible(cancel: Cancellation) -> Iterator[None]:
    """Let Ctrl-C, SIGTERM and SIGHUP end the work in order; a second one ends it at once."""
    received = [signal.SIGINT]

    def stop(number: int, frame: FrameType | None) -> None:
        if cancel.requested:
            signal.default_int_handler(number, frame)
        received[:] = [signal.Signals(number)]
        cancel.cancel()

    with handling(("SIGINT", "SIGTERM", "SIGHUP"), stop):
        try:
            yield
        except Cancelled as error:
            if received == [signal.SIGINT]:
                raise
            note(f"realstyler: {error}")
            raise typer.Exit(128 + received[0]) from error


@contextmanager
def _shown(label: str) -> Iterator[Any]:
    """Show the progress on a terminal; yield the function to report it to."""
    with progress() as bars:
        task = bars.add_task(label, total=None)

        def report(state: VideoProgress) -> None:
            _update(bars, task, label, state)

        yield report


class _Lines:
    """Progress as JSON, a line on stderr now and then, for programs that start this one."""

    def __init__(self) -> None:
        self._told = -math.inf

    def __call__(self, state: VideoProgress) -> None:
        whole = state.share is not None and state.share >= 1
        if state.elapsed - self._told < _PACE and not whole:
            return
        self._told = state.elapsed
        note(json.dumps({**dataclasses.asdict(state), "remaining": state.remaining}))


def _update(bars: Progress, task: Any, label: str, state: VideoProgress) -> None:
    text = f"{label}: {state.frames} frames, {state.fps:.1f} fps"
    if state.remaining is not None:
        minutes, seconds = divmod(round(state.remaining), 60)
        text += f", {minutes}:{seconds:02} left"
    total = None if state.share is None else 1.0
    bars.update(task, description=text, total=total, completed=state.share or 0.0)


def _tell(result: VideoResult, as_json: bool) -> int:
    for line in (*result.problems, *result.notes):
        note(f"realstyler: {line}")
    if as_json:
        print_json(dataclasses.asdict(result))
    if not result.complete and not result.problems:
        raise Cancelled(code="video-interrupted", seconds=result.seconds, target=result.target)
    return 1 if result.problems else 0
