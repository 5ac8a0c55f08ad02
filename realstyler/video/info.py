"""What is known of a video before its frames are read, and what every source of frames offers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, Protocol

from realstyler.video.colors import Colors
from realstyler.video.frames import Frame, Passed


@dataclass(frozen=True)
class Wishes:
    """What is to be read of a source, and how."""

    size: int | tuple[int, int] | None = None
    """The longer side, or width and height, in pixels."""

    start: Fraction = Fraction(0)
    """Seconds; frames before it may be left out."""

    end: Fraction | None = None
    """Seconds; reading stops once all that lies before it has been read."""

    blind: Fraction | None = None
    """Seconds; of frames that are due until then only times are wanted, no pixels."""

    track: int | None = None
    """Which of several tracks of pictures, from 1 on; ``None`` for the first."""

    sound: bool = True
    rate: Fraction | None = None
    """Frames a second of pictures that do not tell it themselves."""

    square: bool = False
    """Whether pixels that are not square are made so."""


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
    """How often an animation is played; 0 is for ever."""

    metadata: dict[str, str] = field(default_factory=dict)
    chapters: list[Any] = field(default_factory=list)
    """As PyAV gives them, from the beginning of the source."""

    passthrough: tuple[Any, ...] = ()
    """Streams of sound and subtitles."""

    fonts: tuple[Any, ...] = ()
    """Attached files, as PyAV gives them, mostly fonts of the subtitles."""

    timecode: str | None = None
    """The clock of the camera at the first frame, as HH:MM:SS:FF."""

    def bare(self) -> VideoInfo:
        """Return what concerns the pictures alone."""
        nothing: dict[str, Any] = {"metadata": {}, "chapters": [], "passthrough": (), "fonts": ()}
        return replace(self, timecode=None, **nothing)


class VideoSource(Protocol):
    """An open video."""

    info: VideoInfo
    problems: list[str]
    """Parts that could not be read."""

    notes: list[str]
    """What was read otherwise than it is stored, or not at all."""

    origin: Fraction
    """Seconds on the source's own clock at which it begins."""

    def __iter__(self) -> Iterator[Frame | Passed]:
        """Yield frames in order of time and, between them, passthrough packets."""

    def passthrough(self) -> Iterator[Passed]:
        """Yield the passthrough packets alone, instead of iterating; nothing is decoded."""

    def close(self) -> None:
        """Give the file back."""
