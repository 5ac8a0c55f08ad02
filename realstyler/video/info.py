"""What is known about a video before its frames are read, and the interface of all sources."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, Protocol

from realstyler.video.colors import Colors
from realstyler.video.frames import Frame, Passed


@dataclass(frozen=True)
class Wishes:
    """Which part of a source to read, and how."""

    size: int | tuple[int, int] | None = None
    """The longer side, or width and height, in pixels."""

    start: Fraction = Fraction(0)
    """Seconds; frames before it may be left out."""

    end: Fraction | None = None
    """Seconds; reading stops once all that lies before it has been read."""

    blind: Fraction | None = None
    """Seconds; of frames that are due earlier, only the times are needed, not the pixels."""

    track: int | None = None
    """Which of several tracks of pictures, from 1 on; ``None`` for the first."""

    sound: bool = True
    rate: Fraction | None = None
    """Frames a second of pictures that do not tell it themselves."""

    square: bool = False
    """Whether to make pixels square that are not."""


@dataclass(frozen=True)
class VideoInfo:
    """Properties of a video known before its frames are read; sizes are upright and scaled."""

    width: int
    height: int
    rate: Fraction
    """Average frames a second."""

    time_base: Fraction
    """Seconds of which all times are multiples."""

    seconds: Fraction | None
    colors: Colors
    pixel_aspect: Fraction = Fraction(1)
    """Width of a pixel divided by its height."""

    alpha: bool = False
    """Whether it may be transparent in places."""

    loops: int = 0
    """Number of times that an animation plays; 0 means forever."""

    metadata: dict[str, str] = field(default_factory=dict)
    chapters: list[Any] = field(default_factory=list)
    """As PyAV gives them, from the beginning of the source."""

    passthrough: tuple[Any, ...] = ()
    """Streams of sound and subtitles."""

    fonts: tuple[Any, ...] = ()
    """Attached files, as PyAV gives them, mostly fonts of the subtitles."""

    timecode: str | None = None
    """The time code of the first frame, as HH:MM:SS:FF."""

    def bare(self) -> VideoInfo:
        """Return only what concerns the pictures."""
        nothing: dict[str, Any] = {"metadata": {}, "chapters": [], "passthrough": (), "fonts": ()}
        return replace(self, timecode=None, **nothing)


class VideoSource(Protocol):
    """An open video."""

    info: VideoInfo
    problems: list[str]
    """Parts that could not be read."""

    notes: list[str]
    """What was read differently from how it is stored, or not at all."""

    origin: Fraction
    """Seconds on the source's own clock at which it begins."""

    def __iter__(self) -> Iterator[Frame | Passed]:
        """Yield frames in order of time and, between them, passthrough packets."""

    def passthrough(self) -> Iterator[Passed]:
        """Yield the passthrough packets alone, instead of iterating; nothing is decoded."""

    def close(self) -> None:
        """Close the file."""
