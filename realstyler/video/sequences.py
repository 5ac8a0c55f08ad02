"""Pictures with numbers in their names, as a source and as a target."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from pathlib import Path

import numpy as np
from PIL import Image

from realstyler import files, pictures
from realstyler.errors import InputError, OutputError, UsageError
from realstyler.pictures.colour import to_srgb
from realstyler.video.colors import BT709
from realstyler.video.formats import is_pattern, number_in
from realstyler.video.frames import Frame, Passed, lasting
from realstyler.video.info import VideoInfo, Wishes
from realstyler.video.options import VideoOptions, fitted

_RATE = Fraction(25)
"""Frames a second where nobody says how many."""

_DIGITS = re.compile(r"(\d+)")


def is_sequence(path: Path, rate: Fraction | None) -> bool:
    """Tell whether a source is a pattern of names, or a folder whose pictures have a rate."""
    if path.is_dir():
        return rate is not None
    return is_pattern(path) and not path.exists()


def identity_of(path: Path) -> str:
    """Identify a sequence by the names, sizes and times of its pictures."""
    digest = sha256()
    for slot, picture in _found(path):
        state = picture.stat()
        digest.update(f"{slot} {picture.name} {state.st_size} {state.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _found(path: Path) -> list[tuple[int, Path]]:
    """Return pictures with their places: as numbered, or one after the other.

    Raises:
        InputError: there is none.
    """
    found = list(enumerate(_in_folder(path))) if path.is_dir() else sorted(_numbered(path))
    if not found:
        raise InputError(code="video-sequence-empty", source=path)
    return found


def _in_folder(folder: Path) -> list[Path]:
    paths = (found.path for found in pictures.find_pictures([folder], recursive=False))
    return sorted(paths, key=_by_number)


def _by_number(path: Path) -> list[tuple[int, str]]:
    """Return a key that sorts 2 before 10."""
    parts = _DIGITS.split(path.name)
    return [(int(part), "") if part.isdecimal() else (0, part) for part in parts]


def _numbered(pattern: Path) -> Iterator[tuple[int, Path]]:
    """Yield what a pattern names, in any order."""
    try:
        entries = list(pattern.parent.iterdir())
    except OSError as error:
        raise InputError(code="video-sequence-empty", source=pattern) from error
    for entry in entries:
        number = number_in(entry, pattern)
        if number is not None:
            yield number, entry


class SequenceSource:
    """Pictures as the frames of a video; see `VideoSource`.

    Where numbers are missing, or a picture cannot be read, the one before it is shown on.
    """

    def __init__(self, path: Path, wishes: Wishes) -> None:
        self.problems: list[str] = []
        self.notes: list[str] = []
        self.origin = Fraction(0)
        self._path, self._wishes = path, wishes
        self._rate = wishes.rate or _RATE
        found = _found(path)
        self._first, self._end = found[0][0], found[-1][0] + 1
        self._found = [(number - self._first, picture) for number, picture in found]
        self._damaged: list[Path] = []
        picture = self._first_picture()
        height, width = picture.pixels.shape[:2]
        self._stored = (width, height)
        self._size = fitted(width, height, wishes.size)
        self.info = VideoInfo(
            *self._size,
            rate=self._rate,
            time_base=1 / self._rate,
            seconds=(self._end - self._first) / self._rate,
            colors=BT709,
            alpha=picture.alpha is not None and bool((picture.alpha < 255).any()),
        )

    def __iter__(self) -> Iterator[Frame | Passed]:
        """See `VideoSource`."""
        yield from lasting(self._frames())
        self._note_gaps()
        if self._damaged:
            names = self._damaged[0].name
            if len(self._damaged) > 1:
                names += f" and {len(self._damaged) - 1} more"
            self.problems.append(f"{self._path}: {names} cannot be read")

    def passthrough(self) -> Iterator[Passed]:
        """See `VideoSource`."""
        yield from ()

    def close(self) -> None:
        """See `VideoSource`."""

    def _frames(self) -> Iterator[Frame]:
        for slot, path in self._wanted():
            time = slot / self._rate
            if self._wishes.blind is not None and time <= self._wishes.blind:
                yield Frame(np.empty((0, 0, 3), np.uint8), None, time, 1 / self._rate)
                continue
            frame = self._frame(path, time)
            if frame is not None:
                yield frame

    def _wanted(self) -> Iterator[tuple[int, Path]]:
        """Yield the pictures of the part that is asked for."""
        start, end = self._wishes.start * self._rate, self._wishes.end
        followers = [slot for slot, _ in self._found[1:]] + [self._end - self._first]
        for (slot, path), follower in zip(self._found, followers, strict=True):
            if end is not None and slot >= end * self._rate:
                return
            if follower > start:
                yield slot, path

    def _frame(self, path: Path, time: Fraction) -> Frame | None:
        try:
            picture = pictures.read(path)
        except InputError:
            self._damaged.append(path)
            return None
        pixels, alpha = to_srgb(picture.pixels, picture.icc_profile), picture.alpha
        self._note_another_size(pixels.shape[1], pixels.shape[0])
        if (pixels.shape[1], pixels.shape[0]) != self._size:
            pixels = self._resized(pixels)
            alpha = None if alpha is None else self._resized(alpha)
        opaque = alpha is None or bool((alpha == 255).all())
        return Frame(pixels, None if opaque else alpha, time, 1 / self._rate)

    def _resized(self, array: np.ndarray) -> np.ndarray:
        return np.asarray(Image.fromarray(array).resize(self._size, Image.Resampling.LANCZOS))

    def _first_picture(self) -> pictures.Picture:
        """Return the first picture that can be read."""
        for _, path in self._found:
            try:
                return pictures.read(path)
            except InputError:
                continue
        raise InputError(code="video-sequence-damaged", source=self._path)

    def _note_another_size(self, width: int, height: int) -> None:
        width_first, height_first = self._size
        line = f"the pictures change their size; all were scaled to {width_first}×{height_first}"
        if (width, height) != self._stored and line not in self.notes:
            self.notes.append(line)

    def _note_gaps(self) -> None:
        missing = self._end - self._first - len(self._found)
        if missing:
            slots = {slot for slot, _ in self._found}
            first = next(slot for slot in range(missing + len(slots)) if slot not in slots)
            self.notes.append(
                f"numbers without a picture: {missing}, the first is {first + self._first}; "
                "the picture before was shown on"
            )


@contextmanager
def replacing(target: Path, *, overwrite: bool) -> Iterator[Path]:
    """Yield a hidden folder whose pictures appear beside each other, in the target's, at the end.

    Raises:
        UsageError: pictures of that name exist.
        OutputError: the system refuses.
    """
    folder = target.parent
    files.make_folder(folder)
    older = dict(_numbered(target))
    if older and not overwrite:
        raise UsageError(code="target-exists", target=older[min(older)])
    with files.hidden_folder(folder) as hidden:
        yield hidden
        for path in sorted(hidden.iterdir()):
            files.move(path, folder / path.name, overwrite=overwrite)


@dataclass
class SequenceWriter:
    """Writes each frame as a picture with a number, from 1 on; see `Writer`."""

    folder: Path
    target: Path
    info: VideoInfo
    options: VideoOptions

    def __post_init__(self) -> None:
        self.frames, self.seconds = 0, Fraction(0)
        self.width, self.height = self.info.width, self.info.height
        self._format = pictures.format_of(self.target)
        kinds = sorted({stream.type for stream in self.info.passthrough})
        names = {"audio": "the sound was", "subtitle": "subtitles were"}
        self.notes = [f"{names[kind]} left out: pictures hold none" for kind in kinds]
        if self.info.alpha and self._format not in pictures.WITH_ALPHA:
            self.notes.append(f"transparency was laid on white: {self._format} holds none")
        older = max(dict(_numbered(self.target)), default=0)
        self._older = older if self.options.overwrite else 0

    def write(self, frame: Frame) -> None:
        """Add a frame, later than all before it."""
        path = self.folder / (self.target.name % (self.frames + 1))
        with path.open("wb") as file, _disk_errors(path, self.target):
            pictures.write(pictures.Picture(frame.pixels, frame.alpha), file, format=self._format)
        self.frames += 1
        self.seconds = max(self.seconds, frame.end)

    def pass_on(self, packet: Passed, origin: Fraction) -> None:
        """Pictures hold neither sound nor subtitles."""

    def finish(self) -> None:
        """Tell what an earlier run left behind the last picture."""
        if self._older > self.frames:
            name = self.target.name % (self.frames + 1)
            self.notes.append(f"pictures from {name} on are of an earlier run")

    def abandon(self) -> None:
        """Pictures are whole or absent: nothing is open."""


@contextmanager
def _disk_errors(path: Path, target: Path) -> Iterator[None]:
    """Remove a picture that is half written, and say why the disk refused it."""
    try:
        yield
    except OSError as error:
        path.unlink(missing_ok=True)
        other = OutputError(
            code="writing-failed", target=target, reason=str(error.strerror or error)
        )
        raise files.refusal(target, error.errno) or other from error
