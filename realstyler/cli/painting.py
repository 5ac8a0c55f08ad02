"""One picture from its file to its painting: read, stylized, written."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from realstyler import files
from realstyler.cli.console import percentage, results
from realstyler.cli.jobs import STANDARD, Job
from realstyler.errors import InputError, RealstylerError

if TYPE_CHECKING:
    from realstyler.engine import Cancellation, Controls, Stylizer
    from realstyler.pictures import Frames, Metadata, Picture

FIRST_FRAME = "only its first frame is painted; --format webp keeps all, as does `realstyler video`"
FIRST_PAGE = "only its first page is painted; --format tiff keeps all"
EIGHT_BITS = "it has {bits} bits per channel; the painting has 8"

PIXELS_SIDE_BY_SIDE = 16_000_000
"""Pictures that have more together are painted one after the other: a painting needs memory."""

_POLL_SECONDS = 0.1


@dataclass(frozen=True)
class Writing:
    """How results are written."""

    metadata: Metadata
    force: bool
    size: int | None
    """Longest side in pixels; None leaves the size alone."""
    suffix: str | None
    """Of the format asked for."""
    quality: int


class PictureJobs:
    """Does jobs, in several threads at once as long as their pictures fit into memory."""

    def __init__(
        self, stylizers: Mapping[str, Stylizer], controls: Controls, writing: Writing
    ) -> None:
        self._stylizers = stylizers
        self._controls = controls
        self._writing = writing
        self._room = _Room(PIXELS_SIDE_BY_SIDE)

    def load_meanwhile(self) -> None:
        """Let the networks load while the first picture is found and read.

        What goes wrong there is told when the first picture is painted. The interpreter waits for
        the thread: one that ends in the middle of a compilation takes the process down with it.
        """

        def load() -> None:
            with suppress(RealstylerError):
                for stylizer in self._stylizers.values():
                    stylizer.load()

        threading.Thread(target=load).start()

    def do(self, job: Job, cancel: Cancellation, alone: bool = False) -> dict[str, Any]:
        """Paint one picture, and return what to report about it.

        Args:
            job: what to read, and where to write the result.
            cancel: stops the work from another thread.
            alone: how far it is is shown, as there is nothing else to show.

        Raises:
            RealstylerError: it cannot be read, painted or written, or `cancel` was used.
        """
        from realstyler.pictures import read

        def paint(picture: Picture) -> Picture:
            return self._resized(self._painted(picture, job, cancel, alone))

        started = time.perf_counter()
        content = content_of(job)
        picture = read(content, name=job.name)
        frames, told = self._frames(content, picture, job, paint)
        told = _with_depth(told, picture.bits)
        first = frames.first if frames else paint(picture)
        self._write(frames or first, job.target)
        height, width = first.pixels.shape[:2]
        return {
            "input": job.name,
            "output": str(job.target or STANDARD),
            "style": job.style,
            "width": width,
            "height": height,
            "seconds": round(time.perf_counter() - started, 3),
            **told,
        }

    def _frames(
        self,
        content: Path | bytes,
        picture: Picture,
        job: Job,
        paint: Callable[[Picture], Picture],
    ) -> tuple[Frames | None, dict[str, Any]]:
        """Paint all frames or pages where there are any and the result holds them.

        Return them, and what to tell: how many they are, or why only the first is to be painted.
        """
        from realstyler.pictures import holds_frames, read_frames

        if not picture.more_frames:
            return None, {"preview": True} if picture.format == "RAW" else {}
        if not holds_frames(self._format(picture, job.target), picture.format):
            return None, {"note": FIRST_PAGE if picture.format == "TIFF" else FIRST_FRAME}
        try:
            frames = read_frames(content, paint, name=job.name)
        except InputError as error:  # the first is whole, or it would not have been read
            return None, {"note": f"only the first is painted: {error.what}"}
        return frames, {"frames": len(frames.frames)}

    def _format(self, picture: Picture, target: Path | None) -> str:
        """Return the format that a result is written in."""
        from realstyler.pictures import WRITABLE, format_of, stream_format

        if target is not None:
            return format_of(target)
        suffix = self._writing.suffix
        return WRITABLE[suffix] if suffix else stream_format(picture)

    def _painted(self, picture: Picture, job: Job, cancel: Cancellation, alone: bool) -> Picture:
        height, width = picture.pixels.shape[:2]
        with self._room.taken(height * width, cancel), percentage("Painting", alone) as report:
            stylizer = self._stylizers[job.style]
            return stylizer.stylize(picture, self._controls, cancel=cancel, progress=report)

    def _resized(self, result: Picture) -> Picture:
        from realstyler.pictures import reduced

        side = self._writing.size
        return result if side is None else reduced(result, side)

    def _write(self, result: Picture | Frames, target: Path | None) -> None:
        """Write a result to a file or to stdout."""
        from realstyler.pictures import WRITABLE, write

        writing = self._writing
        metadata, quality = writing.metadata, writing.quality
        if target is None:
            file_format = WRITABLE[writing.suffix] if writing.suffix else None
            stdout = sys.stdout.buffer
            with results():
                write(result, stdout, format=file_format, quality=quality, metadata=metadata)
        else:
            files.make_folder(target.parent)
            write(result, target, quality=quality, metadata=metadata, overwrite=writing.force)


def _with_depth(told: dict[str, Any], bits: int) -> dict[str, Any]:
    """Add that a picture loses bits, if it does, to what is told about it."""
    if bits <= 8:
        return told
    notes = [note for note in (told.get("note"), EIGHT_BITS.format(bits=bits)) if note]
    return {**told, "bits": bits, "note": "; ".join(notes)}


class _Room:
    """Admits pictures that fit into memory together; a larger one is admitted alone."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._taken = 0
        self._changed = threading.Condition()

    @contextmanager
    def taken(self, size: int, cancel: Cancellation) -> Iterator[None]:
        """Wait for room and keep it during the block.

        Raises:
            Cancelled: `cancel` was used meanwhile.
        """
        with self._changed:
            while self._taken and self._taken + size > self._size:
                cancel.check()
                self._changed.wait(_POLL_SECONDS)
            self._taken += size
        try:
            yield
        finally:
            with self._changed:
                self._taken -= size
                self._changed.notify_all()


def content_of(job: Job) -> Path | bytes:
    """Return the source of a job: its file, or the content of standard input.

    Raises:
        InputError: standard input is empty.
    """
    if job.source is not None:
        return job.source
    content = sys.stdin.buffer.read()
    if not content:
        raise InputError(code="standard-input-empty")
    return content
