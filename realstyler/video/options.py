"""Options of a painted video, its progress and its result."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal, get_args

from realstyler.errors import UsageError
from realstyler.video.metadata import CHOICES, Metadata

PRESETS = ("ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower")
PRESETS_BESIDE = {"full": "medium", "live": "ultrafast"}
"""The encoder's cost is negligible next to the full network, but not next to the live one."""

Audio = Literal["copy", "aac", "none"]
AUDIO: tuple[Audio, ...] = get_args(Audio)

Codec = Literal["h264", "hevc", "av1", "vp9", "prores"]
CODECS: tuple[Codec, ...] = get_args(Codec)
Hardware = Literal["nvenc", "qsv", "vaapi", "amf", "videotoolbox"]
HARDWARE: tuple[Hardware, ...] = get_args(Hardware)
BITS = (8, 10)

SMALLEST_SIDE, LARGEST_SIDE = 8, 16384


@dataclass(frozen=True)
class VideoOptions:
    """How a video is cut, scaled and written; checked when it is made.

    Raises:
        UsageError: a value is out of range.
    """

    start: Fraction | None = None
    """Seconds from the beginning of the source; ``end`` likewise. What lies outside is left out."""

    end: Fraction | None = None

    fps: Fraction | None = None
    """Frames a second, evenly spaced; ``None`` keeps every frame and its time."""

    size: int | tuple[int, int] | None = None
    """The longer side, or width and height, of the result in pixels."""

    crf: int = 20
    """Constant rate factor of H.264, and likewise of other codecs: 0 is nearly lossless, 18 hardly
    to be told apart, 51 worst."""

    preset: str = "superfast"
    """Of x264: faster ones leave more of the processor to the network, slower ones make smaller
    files."""

    steady: bool = True
    """Whether flicker is suppressed, see `SteadyStream`."""

    format: str | None = None
    """``mkv``, ``ts``, ``y4m`` and others, instead of what the suffix of the target names; standard
    output, which has none, is Matroska by default."""

    codec: Codec | None = None
    """Instead of the format's own, H.264 or VP9."""

    hardware: Hardware | None = None
    """The kind of hardware that encodes; ``None`` for the processor. Files are larger with it."""

    bits: int = 8
    """Of each colour in the file, 8 or 10. Painting is in 8; 10 code smooth places better."""

    hdr: bool = False
    """Whether a video of high dynamic range gets it back, in 10 bits; it is painted without."""

    track: int | None = None
    """Which track of pictures is painted, where there are several: 1 is the first, the default."""

    audio: Audio = "copy"
    """``copy`` passes sound through untouched where the target holds it, ``aac`` encodes all that
    is no AAC yet; what the target does not hold becomes AAC, or Opus in WebM. ``none`` is silent.
    """

    metadata: Metadata = "no-place"
    """What is told beside picture and sound: ``all`` tags, all but the place where it was filmed,
    or ``none``: neither tags nor chapters nor subtitles, in which cameras write places too."""

    compare: bool = False
    """Whether the source is shown to the left of its painting."""

    keep_partial: bool = False
    """Whether a run that is interrupted, or meets a full disk, leaves a file of what was done. An
    MP4 then has its index at its end."""

    resume: bool = False
    """Whether finished parts are kept beside the target until it is whole, and a run goes on from
    those of one that was stopped; not for GIF and WebP."""

    overwrite: bool = False
    """Whether a target that exists is replaced."""

    def __post_init__(self) -> None:
        if self.start is not None and self.start < 0:
            raise UsageError(code="video-start-negative", seconds=float(self.start))
        if self.end is not None and self.end <= (self.start or 0):
            raise UsageError(code="video-end-before-start", seconds=float(self.end))
        if self.fps is not None and not 0 < self.fps <= 1000:
            raise UsageError(code="frame-rate-out-of-range", rate=float(self.fps))
        if not 0 <= self.crf <= 51:
            raise UsageError(code="rate-factor-out-of-range", factor=self.crf)
        _require("preset", self.preset, PRESETS)
        if self.track is not None and self.track < 1:
            raise UsageError(code="video-track-missing", track=self.track)
        self._check_codec()
        _require("audio", self.audio, AUDIO)
        _require("metadata", self.metadata, CHOICES)
        if self.resume and self.keep_partial:
            raise UsageError(code="video-resume-keeps")
        sides = (self.size,) if isinstance(self.size, int) else self.size or ()
        if not all(SMALLEST_SIDE <= side <= LARGEST_SIDE for side in sides):
            limits = {"smallest": SMALLEST_SIDE, "largest": LARGEST_SIDE}
            raise UsageError(code="video-size-out-of-range", size=self.size, **limits)

    def _check_codec(self) -> None:
        if self.codec is not None and self.codec not in CODECS:
            codecs = ", ".join(CODECS)
            raise UsageError(code="video-codec-unknown", codec=self.codec, codecs=codecs)
        if self.hardware is not None and self.hardware not in HARDWARE:
            kinds = ", ".join(HARDWARE)
            raise UsageError(code="video-hardware-unknown", hardware=self.hardware, kinds=kinds)
        if self.bits not in BITS:
            raise UsageError(code="video-bits-unknown", bits=self.bits)


def _require(kind: str, name: str, known: Collection[str]) -> None:
    if name not in known:
        raise UsageError(code="no-such-choice", kind=kind, name=name, allowed=", ".join(known))


@dataclass(frozen=True)
class VideoProgress:
    """Progress of a video."""

    frames: int
    """Frames painted so far."""

    share: float | None
    """Of the whole, 0…1; ``None`` if the source does not say how long it is."""

    elapsed: float
    """Seconds since the first frame was read."""

    fps: float
    """Frames painted a second, over the last few seconds."""

    begun: float = 0.0
    """The share that an earlier run had painted."""

    @property
    def remaining(self) -> float | None:
        """Estimated seconds to go, at the current speed."""
        if not self.share or self.share <= self.begun:
            return None
        return max(0.0, self.elapsed * (1 - self.share) / (self.share - self.begun))


@dataclass(frozen=True)
class VideoResult:
    """What was written."""

    target: Path
    frames: int
    seconds: float
    """Length of the result."""

    width: int
    height: int
    elapsed: float
    """Elapsed seconds."""

    complete: bool
    """False if the work was interrupted and the file holds what was done until then; where it was
    an error that did so, ``problems`` tell it."""

    problems: tuple[str, ...]
    """Parts of the source that could not be read."""

    notes: tuple[str, ...]
    """What the target format cannot hold, or holds in another form."""


def parse_time(text: str) -> Fraction:
    """Read seconds, ``M:SS`` or ``H:MM:SS``, each with decimals: ``90``, ``1:30.5``.

    Raises:
        UsageError: it is something else.
    """
    try:
        parts = [Fraction(part) for part in text.split(":")]
    except (ValueError, ZeroDivisionError):
        parts = []
    if not 1 <= len(parts) <= 3 or any(part < 0 for part in parts):
        raise UsageError(code="time-unreadable", text=text)
    return sum((part * 60**power for power, part in enumerate(reversed(parts))), Fraction(0))


def parse_rate(text: str) -> Fraction:
    """Read frames a second: ``24``, ``29.97`` or ``30000/1001``.

    Raises:
        UsageError: it is something else.
    """
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise UsageError(code="frame-rate-unreadable", text=text) from None


def parse_size(text: str) -> int | tuple[int, int]:
    """Read the longer side, ``640``, or width and height, ``640x480``.

    Raises:
        UsageError: it is something else.
    """
    sides = text.lower().replace("×", "x").split("x")
    if not 1 <= len(sides) <= 2 or not all(side.strip().isdecimal() for side in sides):
        raise UsageError(code="size-unreadable", text=text, example="e.g. 640 or 640x480")
    numbers = [int(side) for side in sides]
    return numbers[0] if len(numbers) == 1 else (numbers[0], numbers[1])


def fitted(width: int, height: int, size: int | tuple[int, int] | None) -> tuple[int, int]:
    """Return the width and height that a picture of ``width`` × ``height`` is scaled to."""
    if size is None:
        return width, height
    if not isinstance(size, int):
        return size
    factor = size / max(width, height)
    return max(1, math.floor(width * factor + 0.5)), max(1, math.floor(height * factor + 0.5))
