"""The formats that are written, by the suffix of the target."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

from realstyler import pictures
from realstyler.errors import UsageError
from realstyler.video.pipes import STANDARD

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

    silent: bool = False
    """Pictures alone: neither sound nor chapters."""

    even: bool = False
    """Frames without times: they follow each other at one rate."""

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


STREAMS = {
    ".ts": Format("mpegts", "libx264"),
    ".y4m": Format("yuv4mpegpipe", "rawvideo", silent=True, even=True),
}
"""The same for formats that are made to be handed on, to files or to other programs."""

_PIPED = (".mkv", ".ts", ".y4m", ".mp4", ".mov", ".webm", ".gif")
"""Formats that can be written in order, the default first."""

_ALIASES = {"matroska": ".mkv", "mpegts": ".ts", "yuv4mpegpipe": ".y4m"}
_SEGMENTS = {"movflags": "+frag_keyframe+empty_moov+default_base_moof"}
"""An MP4 that is written in order, and stays one of fragments."""

_SEQUENCE = Format("image2", "", silent=True, even=True)
_NUMBER = re.compile(r"%(?:0\d+)?d")


def is_pattern(path: Path) -> bool:
    """Tell whether a name stands for several pictures: ``%04d``, or ``%d``, in its place once."""
    one = len(list(_NUMBER.finditer(path.name))) == path.name.count("%") == 1
    return one and path.suffix.lower() in pictures.READABLE


def number_in(path: Path, pattern: Path) -> int | None:
    """Return the number of a picture that a pattern names; ``None`` for any other."""
    before, after = _NUMBER.split(pattern.name)
    name = path.name
    number = name[len(before) : len(name) - len(after)]
    fits = name.startswith(before) and name.endswith(after) and number.isdecimal()
    return int(number) if fits and pattern.name % int(number) == name else None


def format_of(target: Path) -> Format:
    """Return the format that the suffix names.

    Raises:
        UsageError: it names none.
    """
    suffix = target.suffix.lower()
    if is_pattern(target):
        pictures.format_of(target)
        return _SEQUENCE
    if suffix in STREAMS:
        return STREAMS[suffix]
    try:
        return FORMATS[suffix]
    except KeyError:
        known = {"suffix": target.suffix, "suffixes": ", ".join({**FORMATS, **STREAMS})}
        raise UsageError(code="video-suffix-unknown", target=target, **known) from None


def chosen(target: Path, name: str | None) -> Format:
    """Return the format of a target, be it standard output; ``name`` is asked for by the user.

    Raises:
        UsageError: there is none, or standard output cannot take it.
    """
    if name is None and target != STANDARD:
        return format_of(target)
    suffix = _suffix(name or _PIPED[0])
    if target != STANDARD:
        return format_of(Path(f"x{suffix}"))
    if suffix not in _PIPED:
        formats = ", ".join(_names(_PIPED))
        raise UsageError(code="video-pipe-format", format=suffix[1:], formats=formats)
    form = format_of(Path(f"x{suffix}"))
    return replace(form, options=_SEGMENTS) if form.container in {"mp4", "mov"} else form


def suffix_of(target: Path, name: str | None) -> str:
    """Return what messages call the format of a target: its suffix."""
    if name is None and target != STANDARD:
        return target.suffix
    return _suffix(name or _PIPED[0])


def _suffix(name: str) -> str:
    """Return the suffix that a format is known by.

    Raises:
        UsageError: nothing is known by that name.
    """
    name = name.lower()
    suffix = _ALIASES.get(name, name if name.startswith(".") else f".{name}")
    if suffix not in {**FORMATS, **STREAMS}:
        formats = ", ".join(_names([*FORMATS, *STREAMS]))
        raise UsageError(code="video-format-unknown", format=name, formats=formats)
    return suffix


def _names(suffixes: Iterable[str]) -> list[str]:
    return [suffix[1:] for suffix in suffixes]
