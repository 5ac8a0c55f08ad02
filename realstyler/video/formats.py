"""The formats that are written, by the suffix of the target."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from realstyler.errors import UsageError

GIF_DELAY = Fraction(1, 50)
"""Shortest time between two frames of a GIF: players slow anything faster down to a tenth."""


@dataclass(frozen=True)
class Format:
    """How files of a suffix are written."""

    container: str
    codec: str
    sound: str = "aac"
    """The encoder of sound that the container cannot hold as it is."""

    animated: bool = False
    """An animated picture: transparency and loops, but neither sound nor chapters."""

    options: dict[str, str] = field(default_factory=dict)


_MOV = {"movflags": "+faststart"}
FRAGMENTS = {"movflags": "+hybrid_fragmented", "frag_duration": "1000000"}
"""An MP4 that grows second by second, and becomes an ordinary one when it is finished."""

FORMATS = {
    ".mp4": Format("mp4", "libx264", options=_MOV),
    ".m4v": Format("mp4", "libx264", options=_MOV),
    ".mov": Format("mov", "libx264", options=_MOV),
    ".mkv": Format("matroska", "libx264"),
    ".webm": Format("webm", "libvpx-vp9", "libopus"),
    ".gif": Format("gif", "gif", animated=True),
    ".webp": Format("webp", "libwebp", animated=True),
}
"""Suffix (lower case) to the format that is written."""


def format_of(target: Path) -> Format:
    """Return the format that the suffix names.

    Raises:
        UsageError: it names none.
    """
    try:
        return FORMATS[target.suffix.lower()]
    except KeyError:
        what = f"cannot write {target}: unknown video suffix '{target.suffix}'"
        raise UsageError(what, f"use one of {', '.join(FORMATS)}") from None
