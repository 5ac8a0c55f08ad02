"""RAW files of cameras: the JPEG that they carry for viewers, as large as the camera made it.

Developing sensor data is a taste of its own and another program's work. Layouts differ by maker
and model, so the JPEG is searched for instead of looked up.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

SUFFIXES = frozenset(
    (".cr2", ".cr3", ".nef", ".arw", ".dng", ".orf", ".rw2", ".pef", ".raf", ".srw")
)
"""In lower case."""

_START = b"\xff\xd8\xff"
# Frames that photographs have: baseline, extended and progressive; RAW data itself is lossless (3).
_FRAMES = {0xC0, 0xC1, 0xC2}
# Start of scan: what follows are pixels.
_SCAN = 0xDA
# The first bytes of TIFF; Olympus and Panasonic write others, and the same behind them.
_TIFF = {b"II": b"II*\0", b"MM": b"MM\0*"}
# Canon's CR3 is a movie container with a whole small TIFF in each of these boxes.
_CAMERA_BOX = b"CMT1"


class _Found(NamedTuple):
    pixels: int
    start: int


def preview(content: bytes) -> bytes | None:
    """The file from its largest JPEG on; None if it carries none. JPEG decoders ignore the rest."""
    found = max(_jpegs(content), default=None)
    return None if found is None else content[found.start :]


def camera_data(content: bytes) -> bytes | None:
    """What says how the camera was held, as TIFF, hence as EXIF; None if it is not found."""
    start = content.find(_CAMERA_BOX)
    if start >= 0 and content[4:8] == b"ftyp":
        content = content[start + len(_CAMERA_BOX) :]
    magic = _TIFF.get(content[:2])
    return None if magic is None else magic + content[4:]


def _jpegs(content: bytes) -> Iterator[_Found]:
    start = content.find(_START)
    while start >= 0:
        pixels = _pixels(content, start)
        if pixels:
            yield _Found(pixels, start)
        start = content.find(_START, start + len(_START))


def _pixels(content: bytes, start: int) -> int:
    """Pixels of the JPEG that begins at a place; 0 if none does, or none of a photograph."""
    place = start + 2
    while place + 9 <= len(content) and content[place] == 0xFF:
        kind = content[place + 1]
        length = int.from_bytes(content[place + 2 : place + 4])
        if kind in _FRAMES:
            height = int.from_bytes(content[place + 5 : place + 7])
            return height * int.from_bytes(content[place + 7 : place + 9])
        if kind == _SCAN or length < 2:
            return 0
        place += 2 + length
    return 0
