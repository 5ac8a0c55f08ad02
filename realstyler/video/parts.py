"""A long render in parts that outlive its process, so that the next one can continue.

Each part begins with a key frame and an encoder of its own, whether the render is interrupted or
not: a render that was continued is the same, packet for packet, as one that ran through.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any, Self
from zipfile import BadZipFile

import av
import numpy as np

from realstyler import files
from realstyler.errors import Cancelled, UsageError
from realstyler.video.frames import Frame
from realstyler.video.target import Writer
from realstyler.video.temporal_filter import State

LENGTH = 125
"""Frames of a part, the most that an interruption can cost."""

_ENDS = 1 << 20
"""Bytes at either end of a source that identify it."""


def folder_of(target: Path) -> Path:
    """Return the hidden folder in which the parts of a target are kept."""
    return target.with_name(f".{target.name}.parts")


def identity_of(source: Path) -> str:
    """Identify a source by its size and both of its ends."""
    digest = hashlib.sha256()
    with source.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        for place in (0, max(0, size - _ENDS)):
            file.seek(place)
            digest.update(file.read(_ENDS))
    return f"{size} {digest.hexdigest()}"


@dataclass(frozen=True)
class Position:
    """How far the finished parts reach."""

    frames: int = 0
    stamp: int = -1
    """When the last frame is shown, in units of the time base."""

    time: Fraction = Fraction(-1)
    """The same in seconds of the result."""

    end: Fraction = Fraction(0)
    """When the last frame ends, in seconds."""


class Parts:
    """The finished parts of one render; one process at a time.

    Args:
        target: the result, beside which they are kept.
        identity: what a render depends on, by names: parts of another one are not continued.

    Raises:
        UsageError: the parts belong to another render, or another process is at it.
        OutputError: the folder cannot be written.
    """

    def __init__(self, target: Path, identity: Mapping[str, str]) -> None:
        self.folder = folder_of(target)
        self.position = Position()
        self.state: State = {}
        """Of the steadiness, behind the last part."""

        self._identity, self._offsets = dict(identity), list[int]()
        self._unit = Fraction(1)
        files.make_folder(self.folder)
        self._lock = os.open(self.folder / "render.json", os.O_CREAT | os.O_RDWR, 0o666)
        try:
            if files.lock(self._lock) is False:
                raise UsageError(code="video-parts-in-use", folder=self.folder)
            self._check()
            self._find()
        except (ValueError, KeyError, EOFError, FileNotFoundError, BadZipFile) as error:
            os.close(self._lock)
            raise UsageError(code="video-parts-damaged", folder=self.folder) from error
        except BaseException:
            os.close(self._lock)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._lock)
        with suppress(OSError):
            if not self._offsets:  # nothing to continue
                shutil.rmtree(self.folder)

    @property
    def number(self) -> int:
        """How many parts are finished."""
        return len(self._offsets)

    def path(self, number: int) -> Path:
        """Return the file of a part."""
        return self.folder / f"{number:06d}.mp4"

    def announce(self, frames: int, offset: int, position: Position, state: State) -> None:
        """Note a part; it counts only once its file exists and `added` is called."""
        path = self.path(self.number)
        about = {
            "frames": self.position.frames + frames,
            "offset": offset,
            "stamp": position.stamp,
            "time": str(position.time),
            "end": str(position.end),
        }
        with files.replacing(path.with_suffix(".npz"), overwrite=True) as temporary:
            np.savez(temporary, allow_pickle=False, **state)
        files.write_text(path.with_suffix(".json"), json.dumps(about), overwrite=True)

    def added(self) -> None:
        """Count a part whose file now exists, and forget the state before it."""
        number = len(self._offsets)
        self._count(number)
        if number:
            self.path(number - 1).with_suffix(".npz").unlink(missing_ok=True)

    def packets(self) -> Iterator[Any]:
        """Yield the packets of all parts, at their times in the result."""
        for number, offset in enumerate(self._offsets):
            with av.open(str(self.path(number))) as container:
                for packet in container.demux(video=0):
                    if packet.size:
                        shift = round(offset * self._unit / packet.time_base)
                        packet.pts = (packet.pts or 0) + shift
                        packet.dts = (packet.dts or 0) + shift
                        yield packet

    def counted_in(self, unit: Fraction) -> None:
        """Set the unit, in seconds, of which all timestamps are multiples."""
        self._unit = unit

    def remove(self) -> None:
        """Remove all parts once they have been joined."""
        self._offsets.clear()

    def _check(self) -> None:
        """Compare what the render depends on with what is noted, or note it."""
        with os.fdopen(os.dup(self._lock), "r+", encoding="utf-8") as file:
            text = file.read()
            if not text:
                file.write(json.dumps(self._identity))
                return
        with suppress(ValueError):
            if json.loads(text) == self._identity:
                return
            before = json.loads(text)
            names = [name for name in self._identity if before.get(name) != self._identity[name]]
            raise UsageError(code="video-parts-differ", folder=self.folder, names=", ".join(names))
        raise UsageError(code="video-parts-differ", folder=self.folder, names="all")

    def _find(self) -> None:
        while self.path(len(self._offsets)).exists():
            self._count(len(self._offsets))
        if self._offsets:
            last = self.path(len(self._offsets) - 1).with_suffix(".npz")
            with np.load(last, allow_pickle=False) as arrays:
                self.state = dict(arrays)

    def _count(self, number: int) -> None:
        about = json.loads(self.path(number).with_suffix(".json").read_text())
        self._offsets.append(about["offset"])
        times = Fraction(about["time"]), Fraction(about["end"])
        self.position = Position(about["frames"], about["stamp"], *times)


class Recorder:
    """Writes frames into parts.

    Args:
        parts: to which they are added.
        writer: opens a file for pictures alone.
        unit: seconds of which all stamps are multiples.
    """

    def __init__(self, parts: Parts, writer: Callable[[Path], Writer], unit: Fraction) -> None:
        self._parts, self._new_writer, self._unit = parts, writer, unit
        self._writer: Writer | None = None
        self._stack = ExitStack()
        self._offset = 0
        self._last: Frame | None = None
        parts.counted_in(unit)

    @property
    def full(self) -> bool:
        """Whether the part may be closed."""
        return self._writer is not None and self._writer.frames >= LENGTH

    def write(self, frame: Frame) -> None:
        """Add a frame, later than all before it."""
        if self._writer is None:
            self._writer = self._begin(frame)
        self._writer.write(replace(frame, time=frame.time - self._offset * self._unit))
        self._last = frame

    def close(self, state: State) -> None:
        """Finish the part; the next frame goes on from ``state``."""
        if self._writer is None or self._last is None:
            return
        self._writer.finish()
        stamp = self._offset + self._writer.last_stamp
        position = Position(0, stamp, self._last.time, self._last.end)
        self._parts.announce(self._writer.frames, self._offset, position, state)
        self._writer = None
        self._stack.close()
        self._parts.added()

    def abandon(self) -> None:
        """Give up the part that is not finished."""
        if self._writer is not None:
            self._writer.abandon()
        with suppress(Cancelled):
            self._stack.__exit__(Cancelled, Cancelled(), None)

    def _begin(self, first: Frame) -> Writer:
        self._offset = max(round(first.time / self._unit), self._parts.position.stamp + 1)
        path = self._parts.path(self._parts.number)
        temporary = self._stack.enter_context(files.replacing(path, overwrite=True))
        return self._new_writer(temporary)
