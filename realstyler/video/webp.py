"""Two corrections to an animated WebP that FFmpeg's muxer does not offer.

Layout: https://developers.google.com/speed/webp/docs/riff_container
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO

_HEADER = 8
_DURATION = 12
"""Offset of a frame's duration in its chunk: three bytes of milliseconds, then a byte of flags."""

_DO_NOT_BLEND = 2


def mend_webp(path: Path, last_duration: Fraction) -> None:
    """Let every frame replace the one before it, and give the last one its duration in seconds.

    The muxer lays frames over each other, so that what was painted stays under transparent places,
    and guesses the last duration.
    """
    with path.open("r+b") as file:
        frames = list(_frames(file))
        for start in frames:
            file.seek(start + _DURATION + 3)
            file.write(bytes([_DO_NOT_BLEND]))
        if frames:
            file.seek(frames[-1] + _DURATION)
            file.write(round(last_duration * 1000).to_bytes(3, "little"))


def _frames(file: BinaryIO) -> Iterator[int]:
    """Yield where the payload of each ANMF chunk begins."""
    place = 12
    while True:
        file.seek(place)
        header = file.read(_HEADER)
        if len(header) < _HEADER:
            return
        if header[:4] == b"ANMF":
            yield place + _HEADER
        size = int.from_bytes(header[4:], "little")
        place += _HEADER + size + size % 2
